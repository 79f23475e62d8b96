# Shell functions for bin/* and .ci/run, which source this file with bash: packages, and builds with little output.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=${program:-$(basename "$0")}
umask o-w # plugins that everyone can write to are refused, so none are built, whatever the caller's mask

# Names in Debian and Ubuntu; the list of all packages that the engine is built from.
build_packages=(g++ cmake ninja-build libboost-dev libboost-program-options-dev libboost-test-dev libboost-context-dev
  libfmt-dev libtomlplusplus-dev libhdf5-dev libtbb-dev nlohmann-json3-dev libsndfile1-dev libsamplerate0-dev zlib1g-dev
  libkissfft-dev libxxhash-dev espeak-ng python3-venv python3-dev)
developer_packages=(clang-format clang-tidy)

say() { printf '%s: %s\n' "$program" "$*" >&2; }

fail() {
  say "$*"
  exit 2
}

# ensure_packages NAME…: installs missing packages. Never asks: without the rights it prints the command.
ensure_packages() {
  command -v dpkg-query >/dev/null || return 0 # another distribution: CMake says what is missing
  local installed missing=() name sudo=()
  installed=$({ dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true; } | # fails where one is unknown
    sed -n 's/ installed$//p')
  for name in "$@"; do
    grep -qxF -- "$name" <<<"$installed" || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || fail "these packages are missing; please run: sudo apt-get install ${missing[*]}"
    sudo=(sudo -n)
  fi
  say "installing with apt-get: ${missing[*]}"
  quietly packages install_packages "${sudo[@]}" -- "${missing[@]}"
}

# install_packages [SUDO…] -- NAME…
install_packages() {
  local sudo=()
  while [ "$1" != -- ]; do
    sudo+=("$1")
    shift
  done
  shift
  "${sudo[@]}" apt-get update -qq || true # one broken source must not stop what the others have
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

# quietly NAME COMMAND…: the output goes to build/NAME.log, and to the terminal only if the command fails.
quietly() {
  local log=$root/build/$1.log
  shift
  mkdir -p "$root/build"
  if ! "$@" >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    say "failed; the whole output is in $log"
    exit 1
  fi
}

# is_built DIRECTORY TARGET…: whether there is nothing to do. Another process may be building there meanwhile: ninja reads
# copies of its logs, which it would cut off where the other one has written half a record. What is half built counts as
# work, since ninja (1.11 and later) notes when a command started, and only after its end.
is_built() {
  local directory=$1 state found=false
  shift
  [ -f "$directory/build.ninja" ] || return 1
  state=$(mktemp -d)
  cp "$directory"/.ninja_deps "$directory"/.ninja_log "$state" 2>/dev/null || true
  printf 'builddir = %s\ninclude build.ninja\n' "$state" >"$state/state.ninja"
  ! ninja -C "$directory" -f "$state/state.ninja" -n build.ninja "$@" 2>/dev/null | grep -q 'no work to do' || found=true
  rm -rf "$state"
  $found
}

# build PRESET TARGET…: configures if necessary and builds build/PRESET; one process at a time, for which nobody waits who
# has nothing to build.
build() {
  local preset=$1 directory=$root/build/$1
  shift
  ! is_built "$directory" "$@" || return 0
  mkdir -p "$root/build"
  exec 9>"$root/build/$preset.lock"
  flock -n 9 || { say "waiting for another build" && flock 9; }
  if [ ! -f "$directory/build.ninja" ]; then
    say "configuring build/$preset"
    quietly "$preset-configure" configure "$preset"
  fi
  if ! is_built "$directory" "$@"; then
    say "building build/$preset (the first time takes minutes; output in build/$preset-build.log)"
    quietly "$preset-build" ninja -C "$directory" "$@"
  fi
  exec 9>&-
}

configure() { cd "$root" && cmake --preset "$1"; }

# python_tool NAME ARGUMENT…: runs ruff or mypy, from an environment under build/ that pip fills on the first call. Where
# that is impossible it says so and checks nothing.
python_tool() {
  local environment=$root/build/python-tools
  if [ ! -e "$environment/complete" ]; then
    rm -rf "$environment"
    if ! { python3 -m venv "$environment" && "$environment/bin/pip" install -q ruff==0.17.6 mypy==2.4.1 numpy pandas; } >/dev/null 2>&1; then
      say "Python sources are not checked: python3 -m venv or pip cannot get $1 here"
      return 0
    fi
    touch "$environment/complete"
  fi
  "$environment/bin/$1" "${@:2}"
}

# The licence of what a CUDA module contains.
cuda_licence() {
  echo "hetsyn_cuda.so contains NVIDIA's CUDA runtime library, which is redistributed under the licence of the CUDA Toolkit:
https://docs.nvidia.com/cuda/eula"
}
