#!/usr/bin/env bash
# A call of bin/engine with nothing to build: silent but for the program's own output, from any directory, in seconds.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/a b"
cd "$scratch/a b"

start=$(date +%s%N)
out=$("$1/bin/engine" --version 2>err.txt)
out=${out%%$'\n'*}
milliseconds=$((($(date +%s%N) - start) / 1000000))

[[ $out =~ ^engine\ [0-9]+\.[0-9]+\.[0-9]+$ ]] || { echo "unexpected output: $out"; exit 1; }
[ ! -s err.txt ] || { echo "not silent:"; cat err.txt; exit 1; }
[ "$(ls)" = err.txt ] || { echo "left behind: $(ls)"; exit 1; }
# About 0.3 s on an idle machine; ten times that leaves room for a busy one and is still far below any build.
[ "$milliseconds" -lt 3000 ] || { echo "took $milliseconds ms"; exit 1; }
