#!/usr/bin/env bash
# bin/measure-gpu from beginning to end on an emulated device, with programs in place of NVIDIA's tools and PyTorch that
# print what those print.
#   measure_gpu.sh SOURCE_DIR BUILD_DIR
set -euo pipefail
source=$1 build=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
die() { echo "$*" >&2 && exit 1; }

tool() { # tool NAME: from the standard input
  { echo '#!/usr/bin/env bash' && cat; } >"$scratch/$1"
  chmod +x "$scratch/$1"
}
tool nvidia-smi <<'END'
echo '580.1, 345 MHz, 1980 MHz, 3201 MHz, 30, 75.00 W'
END
tool compute-sanitizer <<'END'
[ "$1 $3 $4" = "--tool --error-exitcode 9" ] || exit 3
"${@:5}" >/dev/null || exit 4
echo "========= ERROR SUMMARY: ${FAULTS:-0} errors"
[ -z "${FAULTS:-}" ] || exit 9
END
tool ncu <<'END'
while [ "${1##*/}" != bench ]; do
  if [ "$1" = --log-file ]; then out=$2; fi
  shift
done
"$@" >/dev/null || exit
cat >"$out" <<'CSV'
==PROF== Connected to process 1 (bench)
"ID","Process ID","Kernel Name","Metric Name","Metric Unit","Metric Value"
"0","1","run_recurrent","gpu__time_duration.sum","ns","10,000"
"0","1","run_recurrent","sm__throughput.avg.pct_of_peak_sustained_elapsed","%","40"
"0","1","run_recurrent","gpu__compute_memory_throughput.avg.pct_of_peak_sustained_elapsed","%","10.5"
"0","1","run_recurrent","sm__warps_active.avg.pct_of_peak_sustained_active","%","25"
"0","1","run_recurrent","launch__registers_per_thread","register/thread","128"
"1","1","project","gpu__time_duration.sum","ns","5,000"
"2","1","run_recurrent","gpu__time_duration.sum","ns","30,000"
"2","1","run_recurrent","sm__throughput.avg.pct_of_peak_sustained_elapsed","%","60"
"3","1","update","gpu__time_duration.sum","ns","3,000"
"4","1","drop","gpu__time_duration.sum","ns","2,000"
CSV
END
tool python <<'END'
if [ "$1" = -c ]; then echo 2.99; else echo '{"peer": "torch 2.99", "model": "het_lif", "micro_batch": 1, "seconds": 0.25, "peak_memory_mb": 100}'; fi
END
export PATH=$scratch:$PATH HETSYN_PYTHON=$scratch/python

measure() { # measure ARGUMENT…: sets `code` and `page`
  code=0
  "$source/bin/measure-gpu" --emulated --build "$build" --to "$scratch/page.md" "$@" || code=$?
  page=$(cat "$scratch/page.md")
}
has() { # has PATTERN…: the page has such lines
  local pattern
  for pattern in "$@"; do
    grep -qE -- "$pattern" <<<"$page" || die "the page lacks \"$pattern\":
$page"
  done
}
number='[0-9]+\.[0-9]+'

measure
[ $code -eq 0 ] || die "exit code $code: $page"
has '^The device is an \*\*emulation\*\*' '^\| device \| emulation on the host' '580.1, 345 MHz' '^\| PyTorch \| 2.99 \|$' '^\| tests \| passed' \
  '^\| (sanitizer|steps|peers|epoch|batches|kernels) \| measured' '100% tests passed' \
  '^\| racecheck \| hom_lif \| ERROR SUMMARY: 0 errors \|$' \
  "^\| shd \| hetsyn_lif \| 1 \| $number \| $number \|  \| $number \| $number \| [0-9]+ \|\$" \
  "^\| pattern_generation \| hom_lif \| 1 \| $number \| $number \| $number \| $number \| $number \| [0-9]+ \|\$" \
  '^\| dms, het_lif, batch 1 \| torch 2.99 \| het_lif \| .* \| 250.0 ' '^epoch 3: training' \
  "^\| dms \| hom_alif \| 2 \| $number \| $number \| $number \| [0-9]+ \|\$" \
  '^\| het_lif \| run_recurrent \| 2 \| 80.0 \| 20.0 \| 55.0 \| 2.6 \| 6.2 \| 128 \|$' '^\| het_lif \| update \| 1 \| 6.0 \| 3.0 '
[ "$(grep -c '| measured |' <<<"$page")" -eq 6 ] || die "a part was not measured: $page"

FAULTS=2 measure sanitizer
[ $code -eq 1 ] || die "faults, and exit code $code: $page"
has '^\| sanitizer \| \*\*found faults\*\*' '^\| memcheck \| het_lif \| ERROR SUMMARY: 2 errors'

# Without a device it says why; missing programs do not matter; a test that fails does.
if out=$(HETSYN_CUDA_MODULE=nowhere.so "$source/bin/measure-gpu" --build "$build" --to "$scratch/page.md" 2>&1); then
  die "measured without a device"
fi
[[ $out == *'device cuda is not available: nowhere.so does not exist'* ]] || die "no device, and: $out"
rm "$scratch/ncu" "$scratch/compute-sanitizer"
tool ctest <<'END'
echo "0% tests | passed" && exit 8
END
measure tests sanitizer kernels
[ $code -eq 1 ] || die "failed tests, and exit code $code: $page"
has '^\| tests \| \*\*failed\*\*: exit code 8: 0% tests / passed' 'compute-sanitizer is not installed' 'ncu is not installed'
