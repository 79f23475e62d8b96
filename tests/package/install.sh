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

# The configurations come along, so that the commands of the documents work in any folder.
engine="$scratch/a prefix/bin/engine"
out=$("$engine" --config configs/dms.toml --set 'model.hidden=[4]' --set train.max_steps=1 --dry-run)
grep -qF "taken from $scratch/a prefix/share/hetsyn/configs/dms.toml" <<<"$out" || { echo "does not say which file: $out" && exit 1; }
"$engine" sweep shd_deletion --dry-run --set task.path=nowhere >out.txt 2>&1 || true
grep -qF 'nowhere: does not hold SHD' out.txt || { echo "does not find the base of a sweep: $(cat out.txt)" && exit 1; }
[ -s "$scratch/a prefix/share/hetsyn/docs/quickstart.md" ] || { echo "there are no documents" && exit 1; }

# A folder above the installation that everyone can write to is no reason to refuse what lies in it, as the program could be
# replaced too; the folder of the plugins is.
chmod o+w "$scratch/a prefix"
"$scratch/a prefix/bin/engine" describe --task dms >/dev/null
chmod o+w "$scratch/a prefix/lib/hetsyn/plugins"
! out=$("$scratch/a prefix/bin/engine" describe --task dms 2>&1) || { echo "took a plugin that everyone can replace" && exit 1; }
grep -qF 'everyone can write to' <<<"$out" || { echo "does not say why: $out" && exit 1; }
