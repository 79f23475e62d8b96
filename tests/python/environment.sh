# For scripts of tests, which source it: tests_environment makes build/python-environment, a Python with what tests need,
# and sets `python`. Torch is heavy: it and the simulators on top of it are installed if HETSYN_TEST_TORCH is set, else
# their tests skip. Where Python or packages cannot be had, the test is skipped with the reason.
skip() { echo "skipped: $*" && exit 77; }

tests_environment() { # SOURCE
  local environment=$1/build/python-environment requirements=("$1/tests/python/requirements.txt")
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || skip "no Python 3.11 or later"
  mkdir -p "$1/build"
  exec 9>"$environment.lock"
  flock 9 # tests may run at once
  [ -z "${HETSYN_TEST_TORCH:-}" ] || requirements+=("$1/tests/python/requirements-torch.txt")
  if ! cat "${requirements[@]}" | cmp -s - "$environment/complete"; then
    rm -rf "$environment"
    python3 -m venv "$environment" >/dev/null || skip "python3 -m venv does not work (python3-venv)"
    "$environment/bin/pip" install -q "${requirements[@]/#/-r}" >"$environment/pip.log" 2>&1 ||
      skip "pip cannot get what tests/python/requirements*.txt list: $(tail -n 1 "$environment/pip.log")"
    cat "${requirements[@]}" >"$environment/complete"
  fi
  exec 9>&-
  python=$environment/bin/python
}
