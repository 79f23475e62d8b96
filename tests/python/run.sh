#!/usr/bin/env bash
# The package hetsyn as pip would install it, from an engine that is built, and its tests.
#   run.sh ENGINE_BUILD WORK [--sanitize]
# With --sanitize, AddressSanitizer and UndefinedBehaviorSanitizer watch the module in those tests that exercise it most.
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
engine_build=$1 work=$2 sanitize=${3:-}
package=$work/site/hetsyn
source "$source/tests/python/environment.sh"
python3 -c 'import os, sysconfig; exit(not os.path.exists(sysconfig.get_path("include") + "/Python.h"))' ||
  skip "no headers of Python (python3-dev)"
tests_environment "$source"

rm -rf "$work/site"
for component in Unspecified development documents; do
  cmake --install "$engine_build" --prefix "$package" --component "$component" >/dev/null
done
flags='' runtime='' tests=("$source/tests/python")
if [ "$sanitize" = --sanitize ]; then
  flags='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer'
  tests=("$source"/tests/python/test_{network,runs,task,checkpoints}.py -k 'not program and not memory') # other processes; what ASan keeps
  export ASAN_OPTIONS=detect_leaks=0 # of Python itself; test_network.py counts what networks leave
  runtime="$(g++ -print-file-name=libasan.so) $(g++ -print-file-name=libstdc++.so)"
fi
{
  cmake -G Ninja -S "$source/engine/python" -B "$work/module" -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$package" \
    -DCMAKE_CXX_FLAGS="$flags" -DCMAKE_MODULE_LINKER_FLAGS="$flags" -DPython_EXECUTABLE="$python" \
    -Dnanobind_DIR="$("$python" -m nanobind --cmake_dir)" &&
    cmake --build "$work/module" --target hetsyn_python hetsyn_python_task &&
    LD_PRELOAD=$runtime cmake --build "$work/module" && # imports the module, for its stub
    cmake --install "$work/module" --prefix "$package"
} >"$work/module.log" 2>&1 || { cat "$work/module.log" && exit 1; }
cp "$source"/engine/python/hetsyn/* "$package"
cd "$work"
LD_PRELOAD=$runtime PYTHONPATH=$work/site HETSYN_SOURCE=$source exec "$python" -m pytest -q -p no:cacheprovider -rs "${tests[@]}"
