#!/usr/bin/env bash
# The C and Python examples of the README, run as they stand there on two impressions of one made-up finger. Wants what
# tests/c.sh and tests/python.sh have built.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-$PWD/target}
root=$PWD
work=$target/readme
rm -rf "$work"
mkdir -p "$work"

# block LANGUAGE: the first code block of that language.
block() {
  awk -v fence="\`\`\`$1" '$0 == fence { inside = 1; next } /^```/ { if (inside) exit } inside' "$root/README.md"
}

cargo run -q --locked -- synth --out "$work/people" --people 1 --fingers 2 --impressions 2 >/dev/null
cp "$work/people/000001_02_1.png" "$work/a.png"
cp "$work/people/000001_02_2.png" "$work/b.png"
cd "$work"

block c >example.c
${CC:-cc} -std=c99 -Wall -Wextra -Werror -I"$target/c/include" example.c -L"$target/c/lib" -lvantay -Wl,-rpath,"$target/c/lib" -o example
in_c=$(./example)
echo "C: $in_c"

block python >example.py
in_python=$("$target/venv/bin/python" example.py)
echo "Python: $in_python"

# The same score, and the finger found again under its number.
[[ $in_python == "${in_c},"* && $in_python == *$'\n1 '* ]] || {
  echo "tests/readme.sh: the examples do not agree, or did not find subject 1" >&2
  exit 1
}
