#!/usr/bin/env bash
# Installs a build into a folder that works on other machines: with the libraries of the programs, and all licences.
#   cmake/fill_bundle.sh BUILD BUNDLE COMPONENT…
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
program=package build=$1 bundle=$2
shift 2

for component in "$@"; do
  cmake --install "$build" --prefix "$bundle" --strip --component "$component"
done

# add_licence FILE: the licence of the package that FILE comes from, stored under the name of the package
add_licence() {
  local file package licence
  file=$(readlink -f "$1")
  package=$(dpkg-query -S "$file" 2>/dev/null || dpkg-query -S "${file#/usr}" 2>/dev/null) ||
    fail "$file: no package has this file, so that its licence is not known"
  package=${package%%:*} licence=/usr/share/doc/$package/copyright
  [ -f "$licence" ] || fail "$licence: is missing"
  cp "$licence" "$bundle/licenses/$package.txt"
}

mkdir "$bundle/licenses"
cmake -D PREFIX="$bundle" -D LIST="$bundle/libraries" -P "$root/cmake/bundle_libraries.cmake"
while read -r library; do
  cp -L "$library" "$bundle/lib/"
  add_licence "$library"
done <"$bundle/libraries"
rm "$bundle/libraries"

# Licences of header-only libraries, and the texts that Debian's files refer to.
for header in boost/version.hpp toml++/toml.h nlohmann/json.hpp kissfft/kiss_fft.h xxhash.h; do
  add_licence "/usr/include/$header"
done
cp -rL /usr/share/common-licenses "$bundle/licenses/"
if [ -f "$bundle/lib/hetsyn/plugins/hetsyn_cuda.so" ]; then
  echo "hetsyn_cuda.so contains NVIDIA's CUDA runtime library, which is redistributed under the licence of the CUDA Toolkit:
https://docs.nvidia.com/cuda/eula" >"$bundle/licenses/cuda.txt"
fi
