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

mkdir "$bundle/licenses"
cmake -D PREFIX="$bundle" -D LIST="$bundle/libraries" -P "$root/cmake/bundle_libraries.cmake"
while read -r library; do
  cp -L "$library" "$bundle/lib/"
done <"$bundle/libraries"
"$root/cmake/add_licences.sh" "$bundle/libraries" "$bundle/licenses"
rm "$bundle/libraries"
if [ -f "$bundle/lib/hetsyn/plugins/hetsyn_cuda.so" ]; then cuda_licence >"$bundle/licenses/cuda.txt"; fi
