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

# The made-up people that the examples work on: finger 2 of four people, twice each.
cargo run --quiet --locked -- synth --out "$root/people" --people 4 --fingers 2 --impressions 2 >/dev/null

# says TEXT FILE: the output in FILE has a line with TEXT.
says() {
  grep -q -- "$1" "$2" || { echo "expected \"$1\" in:" >&2; cat "$2" >&2; exit 1; }
}

# examples LINKAGE [RUNNER]: runs both examples and looks at what they say.
examples() {
  local linkage=$1 runner=${2:-} people=$root/people out=$root/examples-$1
  rm -rf "$out" && mkdir "$out"
  # shellcheck disable=SC2086
  $runner "$root/bin/enroll_identify-$linkage" "$out/register" 500 \
    one="$people/000001_02_1.png" 2="$people/000002_02_1.png" 3="$people/000003_02_1.png" \
    -- "$people/000002_02_2.png" "$people/000004_02_2.png" >"$out/identify"
  says "000003_02_1.png: enrolled as subject 3" "$out/identify"
  says "000002_02_2.png: subject 2, " "$out/identify"
  says "000004_02_2.png: nobody" "$out/identify"
  # shellcheck disable=SC2086
  $runner "$root/bin/station-$linkage" "$out/station" 7 2="$people/000001_02_1.png" 6=missing >"$out/first"
  says "enrolled: subject 7, the gallery has 1 encounters" "$out/first"
  local status=0
  # shellcheck disable=SC2086
  $runner "$root/bin/station-$linkage" "$out/station" 8 2="$people/000001_02_2.png" >"$out/second" || status=$?
  [ "$status" = 3 ] || { echo "station ended with $status, 3 was expected" >&2; exit 1; }
  says "known already: subject 7" "$out/second"
  echo "the examples say what they should"
}

for linkage in shared static; do
  echo "-- $linkage library"
  build abi bindings/c/tests/abi.c "$linkage"
  build enroll_identify examples/enroll_identify.c "$linkage"
  build station examples/station.cpp "$linkage"
  "$root/bin/abi-$linkage" "$root/gallery-$linkage"
  examples "$linkage"
done

if $long; then
  echo "-- sanitizers"
  build abi bindings/c/tests/abi.c static-sanitized "-fsanitize=address,undefined -fno-sanitize-recover"
  build enroll_identify examples/enroll_identify.c static-sanitized "-fsanitize=address,undefined -fno-sanitize-recover"
  build station examples/station.cpp static-sanitized "-fsanitize=address,undefined -fno-sanitize-recover"
  "$root/bin/abi-static-sanitized" "$root/gallery-sanitized"
  examples static-sanitized
  if command -v valgrind >/dev/null; then
    echo "-- valgrind"
    # It knows no AVX-512, and runs one thread at a time; rayon's threads are "possibly lost".
    memcheck="valgrind -q --error-exitcode=1 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite"
    export VANTAY_CPU=avx2 VANTAY_FORKS=0
    $memcheck "$root/bin/abi-shared" "$root/gallery-valgrind"
    examples shared "$memcheck"
    unset VANTAY_CPU VANTAY_FORKS
  else
    echo "-- no valgrind here: skipped"
  fi
  if command -v cmake >/dev/null; then
    echo "-- CMake"
    mkdir "$root/cmake"
    cat >"$root/cmake/CMakeLists.txt" <<'EOF'
cmake_minimum_required(VERSION 3.13)
project(examples C CXX)
find_package(vantay 0.1 REQUIRED)
add_executable(shared ${EXAMPLES}/enroll_identify.c)
target_link_libraries(shared vantay::vantay)
add_executable(static ${EXAMPLES}/station.cpp)
target_compile_features(static PRIVATE cxx_std_17)
target_link_libraries(static vantay::vantay-static)
EOF
    cmake -S "$root/cmake" -B "$root/cmake/build" -DCMAKE_PREFIX_PATH="$root" -DEXAMPLES="$PWD/examples" >"$root/cmake/log"
    cmake --build "$root/cmake/build" >>"$root/cmake/log" || { cat "$root/cmake/log" >&2; exit 1; }
    "$root/cmake/build/shared" "$root/cmake/register" 500 1="$root/people/000001_02_1.png" -- "$root/people/000001_02_2.png"
    "$root/cmake/build/static" "$root/cmake/station" 1 2="$root/people/000001_02_1.png"
  else
    echo "-- no CMake here: skipped"
  fi
fi
