#!/usr/bin/env bash
# Real recordings (FSDD) through engine encode --encoder lauscher, against the spikes that the Lauscher program made of
# them; skipped where HETSYN_DATA has neither. usage: encode.sh ENGINE PYTHON3
set -euo pipefail
data=${HETSYN_DATA:-}
[ -f "$data/fsdd-shd/test_filenames.txt" ] || { echo "skipped: no fsdd-shd/test_filenames.txt in HETSYN_DATA"; exit 77; }
[ -d "$data/fsdd/test" ] || { echo "skipped: no fsdd/test in HETSYN_DATA"; exit 77; }
"$2" -c 'import h5py, numpy' || { echo "skipped: no h5py to read the spikes"; exit 77; }
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$1" encode "$data"/fsdd/test/*_0.wav --label-pattern fsdd --out "$out/spikes.h5" # one of each digit and speaker
"$2" "$(dirname "$0")/compare_spikes.py" "$out/spikes.h5" "$data/fsdd-shd"
