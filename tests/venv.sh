#!/usr/bin/env bash
# For the scripts beside it, which set `target` to the build's folder.

# The virtual environment in folder $2, of interpreter $1.
environment() {
  if "$1" -m venv --clear "$2" >"$target/venv.log" 2>&1; then
    return
  fi
  # Debian takes `ensurepip` out of Python: a pip beside it does as well.
  if "$1" -m venv --clear --without-pip "$2" 2>>"$target/venv.log" &&
    "$1" -m pip --python "$2/bin/python" install -q pip 2>>"$target/venv.log"; then
    return
  fi
  cat "$target/venv.log" >&2
  echo "$0: $1 can make no virtual environment with pip; on Debian: apt-get install python3-venv" >&2
  exit 1
}
