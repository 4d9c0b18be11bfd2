#!/usr/bin/env bash
# Asks other decoders what they make of our files: NBIS (PyPI `wsq`) and `nistitl`. Says so and ends well where PyPI cannot be
# reached and they are not installed already.
#
#   tests/oracles.sh           with python3, or $PYTHON
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-$PWD/target}
venv=$target/venv-oracles
. tests/venv.sh

mkdir -p "$target"
if ! "$venv/bin/python" -c 'import nistitl, numpy, PIL, wsq' 2>/dev/null; then
  environment "${PYTHON:-python3}" "$venv"
  if ! "$venv/bin/pip" install -q --disable-pip-version-check wsq nistitl pillow numpy; then
    echo "skipped: wsq and nistitl cannot be installed from PyPI here"
    exit 0
  fi
fi
cargo build --locked --bin vantay
"$venv/bin/python" tests/format_oracles.py "$target/debug/vantay"
