#!/usr/bin/env bash
# Installs the C library into target/c, then compiles and runs its test and the C and C++ examples against the shared and
# the static library.
#
#   tests/c.sh           with the C compiler alone
#   tests/c.sh --long    also under the address and undefined-behaviour sanitizers, valgrind and CMake, where they are there
set -euo pipefail
cd "$(dirname "$0")/.."

long=false
case "${1:-}" in
  "") ;;
  --long) long=true ;;
  *) echo "usage: tests/c.sh [--long]" >&2; exit 2 ;;
esac

root=${CARGO_TARGET_DIR:-$PWD/target}/c
rm -rf "$root"
bindings/c/install.sh "$root" dev
mkdir "$root/bin"

CC=${CC:-cc}
CXX=${CXX:-c++}
cflags="-std=c99 -Wall -Wextra -Werror -pedantic -g -I$root/include"
cxxflags="-std=c++17 -Wall -Wextra -Werror -pedantic -g -I$root/include"
system=$(sed -n 's/^Libs.private: //p' "$root/lib/pkgconfig/vantay.pc")
declare -A link=(
  [shared]="-L$root/lib -lvantay -Wl,-rpath,$root/lib -lm"
  [static]="$root/lib/libvantay.a $system"
)

# build NAME SOURCE LINKAGE [FLAGS]: compiles a C or C++ program into $root/bin/NAME-LINKAGE.
build() {
  local name=$1 source=$2 linkage=$3 flags=${4:-}
  # shellcheck disable=SC2086 # flags are lists of words
  case "$source" in
    *.c) $CC $cflags $flags "$source" -o "$root/bin/$name-$linkage" ${link[${linkage%%-*}]} ;;
    *.cpp) $CXX $cxxflags $flags "$source" -o "$root/bin/$name-$linkage" ${link[${linkage%%-*}]} ;;
  esac
}

# The headers alone, each first and twice, in both languages.
printf '#include "vantay.h"\n#include "vantay.h"\nint main(void) { return VANTAY_STATUS_OK; }\n' >"$root/bin/header.c"
printf '#include "vantay.hpp"\n#include "vantay.hpp"\nint main() { return VANTAY_STATUS_OK; }\n' >"$root/bin/header.cpp"
build header-c "$root/bin/header.c" shared
build header-cpp "$root/bin/header.cpp" shared

for linkage in shared static; do
  echo "-- $linkage library"
  build abi bindings/c/tests/abi.c "$linkage"
  "$root/bin/abi-$linkage" "$root/gallery-$linkage"
done

if $long; then
  echo "-- sanitizers"
  build abi bindings/c/tests/abi.c static-sanitized "-fsanitize=address,undefined -fno-sanitize-recover"
  "$root/bin/abi-static-sanitized" "$root/gallery-sanitized"
  if command -v valgrind >/dev/null; then
    echo "-- valgrind"
    # It knows no AVX-512; rayon's threads are "possibly lost".
    VANTAY_CPU=avx2 valgrind -q --error-exitcode=1 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite "$root/bin/abi-shared" \
      "$root/gallery-valgrind"
  else
    echo "-- no valgrind here: skipped"
  fi
fi
