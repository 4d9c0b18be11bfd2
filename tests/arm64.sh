#!/usr/bin/env bash
# ARM64, run here by qemu: the library's tests on a CPU with NEON's dot product, those of its kernels on one without;
# then made-up fingers, their templates and their scores, which must be those of this machine to the byte.
#
#   apt-get install qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross
#   tests/arm64.sh           the tests of kernels, extraction, templates and matching
#   tests/arm64.sh --long    all of the library's
#
# Says that it skips where these are not installed.
set -euo pipefail
cd "$(dirname "$0")/.."

for tool in qemu-aarch64 aarch64-linux-gnu-gcc; do
  command -v "$tool" >/dev/null || { echo "skipped: no $tool here (qemu-user, gcc-aarch64-linux-gnu)"; exit 0; }
done

target=aarch64-unknown-linux-gnu
libraries=/usr/aarch64-linux-gnu
rustup target add "$target" >/dev/null 2>&1 || { echo "rustup cannot add the target $target" >&2; exit 1; }
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc

# tested CPU [MODULE…]: the library's tests. Two modules that hang on no instruction take minutes here and are left out.
tested() {
  local cpu=$1
  shift
  echo "-- tests on $cpu"
  CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64 -cpu $cpu -L $libraries" \
    cargo test --package vantay --lib --target "$target" --locked --quiet -- \
    "$@" --skip extract::tests::bands --skip extract::tests::geometry
}
modules=(simd:: extract:: template:: matching::)
[ "${1:-}" != --long ] || modules=()
# With `sdot`, and without it what would use it.
tested max "${modules[@]}"
tested cortex-a53 simd:: extract::

cargo build --package vantay --bin vantay --locked --quiet
cargo build --package vantay --bin vantay --locked --quiet --target "$target"
built=${CARGO_TARGET_DIR:-target}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# made FOLDER COMMAND: fingers, their templates and the matrix of their scores.
made() {
  local out=$1
  shift
  "$@" synth --out "$out/people" --people 2 --seed 7 >/dev/null
  "$@" extract "$out/people/manifest.jsonl" --templates "$out/templates" >/dev/null
  "$@" eval "$out/people/manifest.jsonl" --scores "$out/scores.npy" >/dev/null
}
made "$work/here" "$built/debug/vantay"
for cpu in cortex-a53 max; do
  made "$work/$cpu" qemu-aarch64 -cpu "$cpu" -L "$libraries" "$built/$target/debug/vantay"
  diff -r "$work/here" "$work/$cpu" || { echo "$cpu: not what this machine makes" >&2; exit 1; }
  echo "-- images, templates and scores on $cpu: the same to the byte"
done
