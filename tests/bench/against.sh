#!/usr/bin/env bash
# bench --against, with a fake in the place of each peer: are its options understood, and its answers?
#   against.sh BENCH SOURCE_DIR PYTHON
set -euo pipefail
bench=$1 source_root=$2 python=$3
"$python" -c 'import numpy' 2>/dev/null || { echo "skipped: $python has no numpy" && exit 77; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
die() { echo "$*" && exit 1; }

# Every script of a peer is run by this "Python", which runs the fake with its options.
cat >"$scratch/python" <<SHELL
#!/bin/sh
[ -f "\$1" ] || { echo "no script \$1" >&2; exit 1; }
shift
PYTHONPATH='$source_root/tests/bench/peers' exec '$python' '$source_root/tests/bench/fake_peer.py' "\$@"
SHELL
chmod +x "$scratch/python"
export HETSYN_PYTHON=$scratch/python
against() { # against EXIT_CODE ARGUMENT…
  local code=0
  "$bench" --threads 2 --repeats 1 --batch 16 --against "${@:2}" >"$scratch/out" 2>"$scratch/err" || code=$?
  [ "$code" = "$1" ] || die "--against ${*:2}: exit code $code, expected $1: $(cat "$scratch/err")"
}
rows() { grep -c '^| shd' "$scratch/out" || true; }
has() { grep -qF -- "$1" "$scratch/out" "$scratch/err" || die "expected \"$1\" in: $(cat "$scratch/out" "$scratch/err")"; }

against 0 all --model hetsyn_lif --rounds 1 # of PyTorch, three scripts; snnTorch and others run the closest that they have
[ "$(rows)" = 8 ] || die "all peers: $(cat "$scratch/out")"
has '| shd, hetsyn_lif, batch 16 | fake 1.0 | hetsyn_lif (700, 128, 64, 20, 250, 16, 0.035) |'
has ', passes of 8 |'
PEER_FAILS=het_lif against 1 snntorch --rounds 1 # which has two models
[ "$(rows)" = 1 ] || die "one of two fails: $(cat "$scratch/out")"
has 'the fake fails'
has '1 of the measurements failed'
against 0 spyx jax --model het_lif hom_lif --rounds 1
[ "$(rows)" = 4 ] || die "two peers with two models: $(cat "$scratch/out")"
against 2 snntorch --rounds 0
has '--rounds: expected at least 1'
against 2 jaxx
has '--against jaxx: expected one of all, torch,'
