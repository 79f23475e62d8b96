#!/usr/bin/env bash
# Scripts of bin install packages that are missing, and go on. apt-get, sudo and id are stand-ins that write down what is
# asked.
#   tests/package/missing.sh SOURCE_DIR
set -euo pipefail
source=$1
command -v dpkg-query >/dev/null || { echo "skipped: this is no Debian" && exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
die() { echo "$*" >&2 && exit 1; }

mkdir "$folder/bin"
printf '#!/bin/sh\necho "$@" >>"%s/asked"\n' "$folder" >"$folder/bin/apt-get"
cat >"$folder/script" <<SCRIPT
set -euo pipefail
source "$source/cmake/setup.sh"
root=$folder
ensure_packages dpkg "\$@"
echo "went on"
SCRIPT
call() { # call USER RIGHTS PACKAGE…: sets `output`; RIGHTS is the exit code of sudo
  printf '#!/bin/sh\necho %s\n' "$1" >"$folder/bin/id"
  printf '#!/bin/sh\nexit %s\n' "$2" >"$folder/bin/sudo"
  chmod +x "$folder"/bin/*
  shift 2
  rm -f "$folder/asked"
  output=$(PATH=$folder/bin:$PATH bash "$folder/script" "$@" 2>&1) || true
}

call 0 1
[ "$output" = "went on" ] && [ ! -e "$folder/asked" ] || die "nothing is missing, but: $output"
call 0 1 hetsyn-no-such-package
[[ $output == *"installing with apt-get: hetsyn-no-such-package"*"went on" ]] || die "one is missing: $output"
grep -q 'install .* hetsyn-no-such-package$' "$folder/asked" || die "it was not installed: $(cat "$folder/asked")"
call 1000 1 hetsyn-no-such-package
[[ $output == *"please run: sudo apt-get install hetsyn-no-such-package" ]] || die "without rights: $output"
