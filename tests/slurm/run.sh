#!/usr/bin/env bash
# Starts a Slurm of one machine, runs a small sweep through it as a job array, and compares with the same sweep without.
#   tests/slurm/run.sh ENGINE SOURCE_DIR
# Exit code 77 where slurm-wlm and munge are not installed, or do not start.
set -euo pipefail
engine=$1 source=$2

for program in slurmctld slurmd sbatch squeue sinfo munged; do
  command -v "$program" >/dev/null || { echo "skipped: $program is not installed (slurm-wlm, munge)" && exit 77; }
done

folder=$(mktemp -d)
pids=()
cleanup() {
  local code=$?
  [ $code -eq 0 ] || [ $code -eq 77 ] || tail -n 20 "$folder"/*.log "$folder"/*.txt >&2 || true
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait
  rm -rf "$folder"
  exit $code
}
trap cleanup EXIT

# background NAME COMMAND…: its output goes to NAME.log
background() {
  local log=$folder/$1.log
  shift
  "$@" >"$log" 2>&1 &
  pids+=($!)
}
# wait_for SECONDS COMMAND…
wait_for() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || { echo "waited in vain for: $*" >&2 && return 1; }
    sleep 0.2
  done
}

head -c 1024 /dev/urandom >"$folder/munge.key"
chmod 600 "$folder/munge.key"
background munged munged --foreground --force --socket="$folder/munge" --key-file="$folder/munge.key" \
  --pid-file="$folder/munge.pid" --log-file="$folder/munge.txt" --seed-file="$folder/munge.seed"
wait_for 10 test -S "$folder/munge"

node=$(hostname -s)
mkdir "$folder/state" "$folder/spool"
export SLURM_CONF=$folder/slurm.conf
cat >"$SLURM_CONF" <<CONF
ClusterName=hetsyn
SlurmctldHost=$node(127.0.0.1)
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
SlurmctldPort=$((20000 + $$ % 10000))
SlurmdPort=$((30000 + $$ % 10000))
AuthType=auth/munge
AuthInfo=socket=$folder/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
NodeName=$node NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES State=UP
CONF
background slurmctld slurmctld -D
background slurmd slurmd -D
idle() { [ "$(sinfo --noheader --format=%T)" = idle ]; }
if ! wait_for 30 idle; then # as in some containers
  echo "skipped: Slurm does not start on this machine; its last words:"
  tail -n 5 "$folder"/slurm*.log
  exit 77
fi

cat >"$folder/small.toml" <<SWEEP
task = "dms"
[set]
model.hidden = [8]
train.iterations = 24
train.iterations_per_epoch = 6
train.batch = 4
train.evaluation_samples = 16
[axes]
model.neuron = ["hetsyn_lif", "hom_lif"]
train.seed = { from = 0, count = 3 }
[test]
perturb.deletion = [0, 0.2]
SWEEP
cd "$folder"
HETSYN_ENGINE=$engine sbatch --wait --array=1-3 --cpus-per-task=1 --output=job-%a.txt \
  "$source/configs/slurm/sweep.sbatch" small.toml
"$engine" sweep small.toml --out alone --quiet

# Everything but names of places and times must agree.
metrics() { grep -h -A 5 '"metrics"' "$1"/points/*.json; }
[ "$(ls runs/small/points | wc -l)" -eq 12 ]
[ -z "$(ls runs/small/failed)" ]
diff <(ls runs/small/points) <(ls alone/points)
diff <(metrics runs/small) <(metrics alone)
grep -L "2 models, 4 points" job-1.txt job-2.txt job-3.txt | diff - /dev/null
echo "three tasks of a job array did 12 points, and they are those of one process"
