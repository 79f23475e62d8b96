#!/usr/bin/env bash
# Opens reports in headless Chromium (Debian's packages chromium and chromium-driver) and uses them as a reader would.
#   run.sh BUILD WORK
# WORK/screenshots has pictures of all pages afterwards.
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$1 work=$2
source "$source/tests/python/environment.sh"
command -v chromium >/dev/null && command -v chromedriver >/dev/null || skip "no chromium with chromium-driver"
tests_environment "$source"

mkdir -p "$work"
cd "$work"
if ! "$build/tests/browser/sample_page" sample.html 2>error.txt; then
  grep -q 'without Plotly' error.txt || { cat error.txt && exit 1; }
  skip "$(cat error.txt)"
fi
export HETSYN_ENGINE=$build/bin/engine HETSYN_SOURCE=$source HETSYN_PAGES=$work
exec "$python" -m pytest -q -p no:cacheprovider -rs "$source/tests/browser"
