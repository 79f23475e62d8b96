#!/usr/bin/env bash
# Copies the licences of libraries, which are listed one per line, and of what the engine has compiled in from headers.
#   cmake/add_licences.sh LIST FOLDER
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
program=package list=$1 folder=$2

# add_licence FILE: the licence of the package that FILE comes from, stored under the name of the package
add_licence() {
  local file package licence
  file=$(readlink -f "$1")
  package=$(dpkg-query -S "$file" 2>/dev/null || dpkg-query -S "${file#/usr}" 2>/dev/null) ||
    fail "$file: no package has this file, so that its licence is not known"
  package=${package%%:*} licence=/usr/share/doc/$package/copyright
  [ -f "$licence" ] || fail "$licence: is missing"
  cp "$licence" "$folder/$package.txt"
}

while read -r library; do add_licence "$library"; done <"$list"
for header in boost/version.hpp toml++/toml.h nlohmann/json.hpp kissfft/kiss_fft.h xxhash.h; do
  add_licence "/usr/include/$header"
done
cp -rL /usr/share/common-licenses "$folder/" # to which Debian's files refer
