#!/usr/bin/env bash
# Builds the C library and installs it, its headers, and what pkg-config and CMake need to find it.
#
#   bindings/c/install.sh PREFIX [PROFILE]
#
# PROFILE is cargo's, release where not given. DESTDIR is put before PREFIX, for packagers; CARGO_TARGET_DIR is respected.
#
# For Linux and macOS. On Windows: `cargo build --release -p vantay-c` gives vantay.dll, vantay.dll.lib and vantay.lib.
set -euo pipefail

[ $# -ge 1 ] && [ $# -le 2 ] || { echo "usage: bindings/c/install.sh PREFIX [PROFILE]" >&2; exit 2; }
profile=${2:-release}
case "$1" in /*) prefix=$1 ;; *) prefix=$PWD/$1 ;; esac
cd "$(dirname "$0")/../.."
root=${DESTDIR:-}$prefix
# Cargo's name of the folder of the profile `dev`.
if [ "$profile" = dev ]; then folder=debug; else folder=$profile; fi
target=${CARGO_TARGET_DIR:-target}/$folder

cargo build --profile "$profile" --locked --package vantay-c

version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
major=${version%%.*}
rest=${version#*.}
# As in build.rs: before 1.0 each minor version is an ABI of its own.
if [ "$major" = 0 ]; then abi=0.${rest%%.*}; else abi=$major; fi

mkdir -p "$root/lib/pkgconfig" "$root/lib/cmake/vantay" "$root/include"
install -m 644 include/vantay.h include/vantay.hpp "$root/include/"
install -m 644 "$target/libvantay.a" "$root/lib/"
case "$(uname -s)" in
  Darwin)
    install -m 755 "$target/libvantay.dylib" "$root/lib/libvantay.$abi.dylib"
    ln -sf "libvantay.$abi.dylib" "$root/lib/libvantay.dylib"
    shared=libvantay.$abi.dylib
    system="-lc -lm -liconv"
    ;;
  *)
    install -m 755 "$target/libvantay.so" "$root/lib/libvantay.so.$version"
    ln -sf "libvantay.so.$version" "$root/lib/libvantay.so.$abi"
    ln -sf "libvantay.so.$abi" "$root/lib/libvantay.so"
    shared=libvantay.so.$version
    # What `rustc --print native-static-libs` tells, for those who link the static library.
    system="-lgcc_s -lutil -lrt -lpthread -lm -ldl -lc"
    ;;
esac

for name in vantay.pc vantay-config.cmake vantay-config-version.cmake; do
  case "$name" in *.pc) into=pkgconfig ;; *) into=cmake/vantay ;; esac
  sed -e "s|@PREFIX@|$prefix|g" -e "s|@VERSION@|$version|g" -e "s|@ABI@|$abi|g" -e "s|@SHARED@|$shared|g" \
    -e "s|@SYSTEM@|$system|g" "bindings/c/packaging/$name.in" >"$root/lib/$into/$name"
done
echo "installed vantay $version in $root"
