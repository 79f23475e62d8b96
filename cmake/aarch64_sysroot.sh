#!/usr/bin/env bash
# Unpacks the libraries for an aarch64 build into build/aarch64-sysroot, for cmake/aarch64.cmake. On this machine it
# installs only the cross compiler and the emulator.
set -euo pipefail
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/setup.sh"
program=aarch64_sysroot

ensure_packages g++-aarch64-linux-gnu qemu-user ninja-build cmake
sysroot=$root/build/aarch64-sysroot scratch=$root/build/aarch64-packages
rm -rf "$sysroot" "$scratch"
mkdir -p "$scratch"/{lists,archives}/partial "$sysroot"/usr/{bin,lib,sbin}
ln -s usr/{bin,lib,sbin} "$sysroot" # before anything is unpacked: Debian's merged /usr
: >"$scratch/status"

# apt as on a machine with only arm64 and nothing installed
apt_arm64() {
  apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User=root -o Debug::NoLocking=1 \
    -o Dir::State="$scratch" -o Dir::State::status="$scratch/status" -o Dir::Cache="$scratch" "$@"
}
libraries=()
for package in "${build_packages[@]}"; do
  case $package in *-dev) libraries+=("$package") ;; esac
done
quietly aarch64-lists apt_arm64 update
quietly aarch64-download apt_arm64 install -y --download-only --no-install-recommends "${libraries[@]}"
for archive in "$scratch"/archives/*.deb; do
  dpkg-deb -x "$archive" "$sysroot"
done
# Absolute links in packages refer to the root of the target machine.
find "$sysroot" -type l -lname '/*' -printf '%p %l\n' | while read -r link target; do
  ln -sfn "$sysroot$target" "$link"
done
rm -rf "$scratch"
say "$sysroot is ready: cmake --preset aarch64"
