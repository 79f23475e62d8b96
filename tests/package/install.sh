#!/usr/bin/env bash
# `cmake --install` into an empty folder: the program finds its tasks there, also through a symbolic link.
#   tests/package/install.sh BUILD_DIR
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cmake --install "$1" --prefix "$scratch/a prefix" >/dev/null
mkdir "$scratch/elsewhere"
ln -s "$scratch/a prefix/bin/engine" "$scratch/engine"
cd "$scratch/elsewhere"
for engine in "$scratch/a prefix/bin/engine" ../engine; do
  out=$("$engine" doctor)
  grep -qF "$scratch/a prefix/lib/hetsyn/plugins" <<<"$out" || { echo "does not look in its prefix: $out" && exit 1; }
  tasks=$(grep '^task ' <<<"$out" | awk '{ print $2 }' | tr '\n' ' ')
  [ "$tasks" = 'dms pattern_generation shd smnist ti46 tidigits ' ] || { echo "found the tasks: $tasks" && exit 1; }
done

# A folder above the installation that everyone can write to is no reason to refuse what lies in it, as the program could be
# replaced too; the folder of the plugins is.
chmod o+w "$scratch/a prefix"
"$scratch/a prefix/bin/engine" describe --task dms >/dev/null
chmod o+w "$scratch/a prefix/lib/hetsyn/plugins"
! out=$("$scratch/a prefix/bin/engine" describe --task dms 2>&1) || { echo "took a plugin that everyone can replace" && exit 1; }
grep -qF 'everyone can write to' <<<"$out" || { echo "does not say why: $out" && exit 1; }
