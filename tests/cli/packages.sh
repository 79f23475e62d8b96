#!/usr/bin/env bash
# What the entry scripts do about missing packages, with stand-ins for dpkg-query, id, sudo and apt-get.
set -euo pipefail
source_root=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The scripts' root is a copy, so that logs do not touch this build.
mkdir -p "$scratch/cmake" "$scratch/tools"
cp "$source_root/cmake/setup.sh" "$scratch/cmake"
stand_in() { printf '#!/bin/sh\n%s\n' "$2" >"$scratch/tools/$1" && chmod +x "$scratch/tools/$1"; }
# cmake was removed, ninja-build never there: then it fails, after it has told of the others
stand_in dpkg-query 'echo "g++ installed"; echo "cmake config-files"; exit 1'
stand_in apt-get 'echo "apt-get $*" >>"$LOG"; [ "$1" != install ] || exit "${APT_EXIT:-0}"'
stand_in sudo '[ "${SUDO:-}" = yes ] || exit 1; shift; [ "$1" = true ] || { echo sudo >>"$LOG"; exec "$@"; }'
stand_in id 'echo "${TEST_UID:-0}"'

expect() { # expect NAME EXIT_CODE OUTPUT CALLS, after `attempt`
  [ "$code" = "$2" ] || { echo "$1: exit code $code, expected $2: $output"; exit 1; }
  [ "$output" = "$3" ] || { echo "$1: printed: $output"; exit 1; }
  [ "$calls" = "$4" ] || { echo "$1: called: $calls"; exit 1; }
}
packages='g++ cmake ninja-build'
attempt() { # attempt VARIABLE=VALUE…
  : >"$scratch/calls"
  code=0
  output=$(env PATH="$scratch/tools:$PATH" LOG="$scratch/calls" "$@" bash -c "
    set -euo pipefail; program=engine; source '$scratch/cmake/setup.sh'
    ensure_packages $packages; echo went on" 2>&1) || code=$?
  calls=$(cat "$scratch/calls")
}

install='apt-get install -y -qq --no-install-recommends cmake ninja-build'
says='engine: installing with apt-get: cmake ninja-build'

attempt TEST_UID=0
expect 'as root' 0 "$says
went on" "apt-get update -qq
$install"

attempt TEST_UID=1000 SUDO=yes
expect 'with sudo' 0 "$says
went on" "sudo
apt-get update -qq
sudo
$install"

attempt TEST_UID=1000
expect 'without rights' 2 \
  'engine: these packages are missing; please run: sudo apt-get install cmake ninja-build' ''

attempt TEST_UID=0 APT_EXIT=100
expect 'apt-get fails' 1 "$says
engine: failed; the whole output is in $scratch/build/packages.log" "apt-get update -qq
$install"

# The real one, where there is one.
rm "$scratch/tools/dpkg-query"
if command -v dpkg-query >/dev/null; then
  packages=dpkg
  attempt TEST_UID=0
  expect 'nothing is missing' 0 'went on' ''
  packages='dpkg hetsyn-no-such-package'
  attempt TEST_UID=0
  expect 'one is unknown' 0 'engine: installing with apt-get: hetsyn-no-such-package
went on' 'apt-get update -qq
apt-get install -y -qq --no-install-recommends hetsyn-no-such-package'
fi
