#!/usr/bin/env bash
# `build` of cmake/setup.sh: who has nothing to build does not wait for another build, even one in the same folder, and who
# has, waits. The builds are of a small project with a command that takes its time.
#   finished_build.sh SOURCE_DIR
set -euo pipefail
scratch=$(mktemp -d)
trap 'touch "$scratch/go"; wait; rm -rf "$scratch"' EXIT
die() { echo "$*" && exit 1; }

mkdir -p "$scratch/cmake" "$scratch/build/p"
cp "$1/cmake/setup.sh" "$scratch/cmake"
cat >"$scratch/build/p/build.ninja" <<'NINJA'
rule copy
  command = cp $in $out
rule slow
  command = echo half >$out && until [ -e ../../go ]; do sleep 0.05; done && cat $in >>$out
build build.ninja: phony
build done: copy source
build slow: slow done
NINJA
echo one >"$scratch/build/p/source"
cd "$scratch"
build() { timeout "$1" bash -c 'program=test; source cmake/setup.sh; build p "$@"' bash "${@:2}"; } # SECONDS TARGET…

build 10 done 2>first.txt
grep -q 'building build/p' first.txt || die "says nothing of the first build: $(cat first.txt)"
build 10 done 2>again.txt
[ ! -s again.txt ] || die "builds again: $(cat again.txt)"

build 50 slow 2>slow.txt &
until [ -s build/p/slow ]; do sleep 0.05; done # it has the lock, and its output is half there
build 10 done 2>finished.txt || die "a finished build waits for another one"
[ ! -s finished.txt ] || die "a finished build says: $(cat finished.txt)"
code=0
build 1 slow 2>waits.txt || code=$?
[ $code -eq 124 ] || die "exit code $code: took what is half built for finished"
grep -q 'waiting for another build' waits.txt || die "does not say that it waits: $(cat waits.txt)"

touch go
wait
build 10 slow 2>after.txt
[ ! -s after.txt ] || die "builds again: $(cat after.txt)"
[ "$(cat build/p/slow)" = $'half\none' ] || die "was built twice: $(cat build/p/slow)"
rm go

echo two >build/p/source
build 10 done 2>changed.txt
grep -q 'building build/p' changed.txt || die "does not see a change: $(cat changed.txt)"
[ "$(cat build/p/done)" = two ] || die "did not build what changed"
