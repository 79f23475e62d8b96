#!/usr/bin/env bash
# run.sh ENGINE_BUILD WORK: the package hetsyn as pip would install it, from an engine that is built, and its tests.
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
engine_build=$1 work=$2
environment=$source/build/python-environment package=$work/site/hetsyn
skip() { echo "skipped: $*" && exit 77; }

python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || skip "no Python 3.11 or later"
python3 -c 'import os, sysconfig; exit(not os.path.exists(sysconfig.get_path("include") + "/Python.h"))' ||
  skip "no headers of Python (python3-dev)"
requirements=$source/tests/python/requirements.txt
if ! cmp -s "$requirements" "$environment/complete"; then
  rm -rf "$environment"
  python3 -m venv "$environment" >/dev/null || skip "python3 -m venv does not work (python3-venv)"
  "$environment/bin/pip" install -q -r "$requirements" >/dev/null 2>&1 || skip "pip cannot get $requirements"
  cp "$requirements" "$environment/complete"
fi
python=$environment/bin/python

rm -rf "$work/site"
for component in Unspecified development; do
  cmake --install "$engine_build" --prefix "$package" --component "$component" >/dev/null
done
cmake -G Ninja -S "$source/engine/python" -B "$work/module" -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$package" \
  -DPython_EXECUTABLE="$python" -Dnanobind_DIR="$("$python" -m nanobind --cmake_dir)" >"$work/module.log" ||
  { cat "$work/module.log" && exit 1; }
cmake --build "$work/module" >"$work/module.log" || { cat "$work/module.log" && exit 1; }
cmake --install "$work/module" --prefix "$package" >/dev/null
cp "$source"/engine/python/hetsyn/* "$package"
cd "$work"
PYTHONPATH=$work/site HETSYN_SOURCE=$source exec "$python" -m pytest -q -p no:cacheprovider "$source/tests/python"
