#!/usr/bin/env bash
# Runs the tests that came with this bundle, or those whose names contain one of the words given: bin/test cuda
set -euo pipefail
folder=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")/tests

chosen() { # chosen NAME WORD…
  local name=$1 word
  shift
  [ $# -gt 0 ] || return 0
  for word in "$@"; do [[ $name != *"$word"* ]] || return 0; done
  return 1
}

failed=() count=0
for program in "$folder"/test_*; do
  name=${program##*/test_}
  chosen "$name" "$@" || continue
  count=$((count + 1)) code=0
  echo "test: $name" >&2
  "$program" || code=$?
  case $code in
    0) ;;
    77) echo "test: $name was skipped" >&2 ;;
    *) failed+=("$name") ;;
  esac
done
[ $count -gt 0 ] || { echo "test: no test has a name with: $*; there are: $(cd "$folder" && echo test_*)" >&2 && exit 2; }
[ ${#failed[@]} -eq 0 ] || { echo "test: failed: ${failed[*]}" >&2 && exit 1; }
