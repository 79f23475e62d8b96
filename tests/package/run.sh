#!/usr/bin/env bash
# Makes a bundle of a build and uses it where nothing is installed: in a bare Debian 12, as nobody, from another folder.
#   tests/package/run.sh SOURCE_DIR BUILD_DIR
# The Debian is kept in SOURCE_DIR/build. Exit code 77 where it cannot be had.
set -euo pipefail
source=$1 build=$2 debian=$1/build/debian-bookworm

skip() { echo "skipped: $*" && exit 77; }
die() { echo "$*" >&2 && exit 1; }

[ "$(id -u)" -eq 0 ] || skip "chroot needs root"
# Mounts of a namespace of its own are gone when this ends.
if [ -z "${PACKAGE_TEST_NAMESPACE:-}" ]; then
  unshare --mount true 2>/dev/null || skip "this container may not mount"
  PACKAGE_TEST_NAMESPACE=1 exec unshare --mount "$0" "$@"
fi

make_debian() {
  command -v debootstrap >/dev/null || skip "debootstrap is not installed"
  local mirror
  mirror=$(grep -rhoE '^[^#]*https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list* | grep -oE 'https?://[^ ]+' | head -n 1 || true)
  rm -rf "$debian.part"
  timeout 300 debootstrap --variant=minbase bookworm "$debian.part" "${mirror:-http://deb.debian.org/debian}" >"$debian.log" 2>&1 ||
    skip "debootstrap failed: $(tail -n 1 "$debian.log")"
  mv "$debian.part" "$debian"
}
[ -d "$debian" ] || make_debian
mount -t tmpfs tmpfs "$debian/opt" && mount -t proc proc "$debian/proc" || skip "this container may not mount"

mkdir "$debian/opt/a folder" "$debian/opt/work" "$debian/opt/made"
"$source/bin/package" --with-tests --build "$build" --to "$debian/opt/made"
(cd "$debian/opt/made" && sha256sum --quiet --check ./*.sha256)
tar -xf "$debian"/opt/made/*.tar.gz -C "$debian/opt/a folder"
mv "$debian/opt/a folder"/* "$debian/opt/a folder/hetsyn"
ln -s "a folder/hetsyn/bin/engine" "$debian/opt/engine"
chown 65534:65534 "$debian/opt/work"
bundle="/opt/a folder/hetsyn"

inside() { # inside COMMAND…: sets `output` and `code`
  code=0
  output=$(chroot --userspec=65534:65534 "$debian" env -i PATH=/usr/bin:/bin HOME=/opt/work "${environment[@]}" \
    sh -c 'cd /opt/work && exec "$@"' sh "$@" 2>&1) || code=$?
}
works() { # works TEXT COMMAND…: exit code 0, and TEXT is part of the output
  local text=$1
  shift
  inside "$@"
  [ $code -eq 0 ] && [[ $output == *"$text"* ]] || die "$*: exit code $code, expected 0 and \"$text\" in: $output"
}
environment=()
engine="$bundle/bin/engine"
small=(--set 'model.hidden=[4]' --set train.max_steps=2 --set train.batch=4 --set train.evaluation_samples=8 --quiet)

# Of the libraries, the C library alone is the machine's; the driver and MPI may be missing.
own='^[[:space:]]*(linux-vdso|/lib(64)?/ld-linux|lib(c|m|dl|rt|pthread|resolv)\.so)|lib(cuda|mpi|nccl)[.].*not found'
needs_nothing() { # needs_nothing FILE, after `works … ldd`
  local foreign
  foreign=$(grep -vE "$own|=> $bundle/" <<<"$output" || true)
  [ -z "$foreign" ] || die "$1 needs from the machine: $foreign"
}
for file in $(cd "$debian$bundle" && ls bin/engine bin/bench tests/test_*); do
  works 'libstdc++' ldd "$bundle/$file"
  needs_nothing "$file"
done
environment=(LD_LIBRARY_PATH="$bundle/lib") # modules are loaded by a program that has found them already
for file in $(cd "$debian$bundle" && find lib/hetsyn -name '*.so'); do
  works 'libstdc++' ldd "$bundle/$file"
  needs_nothing "$file"
done
environment=()

works 'engine ' "$engine" --version
works 'engine ' /opt/engine --version
works 'task         tidigits' /opt/engine doctor
[[ $output != *'not loaded'* ]] || die "doctor: $output"
works 'pattern_generation' /opt/engine tasks

works '' "$engine" --task dms --config "$bundle/configs/dms.toml" --out dms --set train.iterations_per_epoch=1 "${small[@]}"
[ -s "$debian/opt/work/dms/checkpoints/last.h5" ] || die "the training left no checkpoint"
works 'accuracy' "$engine" eval dms
works "taken from $bundle/configs/dms.toml" /opt/engine --config dms --dry-run
works 'dms' "$engine" report dms
works '' "$engine" --task pattern_generation --config "$bundle/configs/pattern_generation.toml" --out curve "${small[@]}"
works 'stand-in' "$engine" --config "$bundle/configs/smnist.toml" --out digits "${small[@]}"

# Before anything is written, in a dry run too.
for words in shd tidigits ti46; do
  for option in --dry-run --seed=1; do
    inside "$engine" --config "$bundle/configs/$words.toml" --out words "${small[@]}" "$option"
    [ $code -eq 1 ] && [[ $output == *'apt-get install espeak-ng'* ]] || die "without espeak-ng: exit code $code: $output"
    [ "$(wc -l <<<"$output")" -eq 1 ] || die "without espeak-ng: $words: more than a sentence: $output"
    [ ! -e "$debian/opt/work/.cache/hetsyn/standin/$words-v1" ] || die "without espeak-ng: $words: a stand-in was begun"
  done
done

works 'reference' "$bundle/bin/test" reference
works '' "$bundle/bin/bench" --help
works 'gpu.md was written' "$bundle/bin/measure-gpu" --emulated
grep -qF '| measured |' "$debian/opt/work/gpu.md" || die "measure-gpu: $(cat "$debian/opt/work/gpu.md")"
works '' "$bundle/bin/fetch-data" --help

# What a cluster's modules put there must not come first.
mkdir "$debian/opt/other"
echo 'not a library' | tee "$debian/opt/other/libfmt.so.9" >"$debian/opt/other/libstdc++.so.6"
environment=(LD_LIBRARY_PATH=/opt/other)
works 'engine ' "$engine" --version
echo "the bundle works in a bare Debian"
