#!/usr/bin/env bash
# Builds the Python package into a virtual environment, as a user would with pip, and runs its tests there: pytest, and the
# type stubs against the built module.
#
#   tests/python.sh            with python3, or $PYTHON
#   tests/python.sh --long     with every CPython from 3.10 on that is found here
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-$PWD/target}

long=false
case "${1:-}" in
  "") ;;
  --long) long=true ;;
  *) echo "usage: tests/python.sh [--long]" >&2; exit 2 ;;
esac

. tests/venv.sh

test_with() {
  local python=$1 venv=$2
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' || {
    echo "tests/python.sh: $("$python" --version) is too old: 3.10 is the oldest that works; \$PYTHON names another" >&2
    exit 1
  }
  mkdir -p "$target"
  environment "$python" "$venv"
  # The profile that the Rust tests have built already; a user's `pip install` takes `release`.
  MATURIN_PEP517_ARGS="--profile dev" CARGO_TARGET_DIR=$target "$venv/bin/pip" install -q --disable-pip-version-check \
    "./bindings/python[test]"
  "$venv/bin/python" -m pytest -q -p no:cacheprovider -c bindings/python/pyproject.toml bindings/python/tests
  "$venv/bin/python" -m mypy.stubtest vantay
  "$venv/bin/python" -m mypy --config-file bindings/python/pyproject.toml examples/dedup.py
  "$venv/bin/python" examples/dedup.py | tee "$target/dedup.txt"
  [ "$(grep -o '\[.*\]' "$target/dedup.txt" | sort | tr '\n' ' ')" = "[0, 100] [1, 101] " ] || {
    echo "tests/python.sh: examples/dedup.py should have found 0 = 100 and 1 = 101" >&2
    exit 1
  }
}

if $long; then
  for version in 3.10 3.11 3.12 3.13 3.14; do
    if "python$version" --version >/dev/null 2>&1; then
      echo "-- python$version"
      test_with "python$version" "$target/venv-$version"
    fi
  done
else
  test_with "${PYTHON:-python3}" "$target/venv"
fi
