#!/usr/bin/env bash
# Makes the shipped weights again: make.sh VANTAY DATA WORK     (VANTAY: a release build; PyTorch, OpenCV, pyfing and TensorFlow)
#
# What is there already is not made again; `train.py` goes on from WORK/run/last.pt. About an hour on two cores with AVX-512.
set -euo pipefail
cd "$(dirname "$0")"
vantay=$(realpath "$1") data=$(realpath "$2") work=$(realpath -m "$3")
mkdir -p "$work/people"

python3 teacher.py "$data" "$work/real"

# people, the first one's number, two fingers, sensor, skill, hardship, age, seed
made() {
    local folder="$work/people/$1"
    [ -e "$folder/manifest.jsonl" ] || "$vantay" synth --out "$folder" --people "$2" --first "$3" --fingers "$4" \
        --fingers "$5" --impressions 2 --sensor "$6" --skill "$7" --hardship "$8" --age "$9" --seed "${10}" --truth
}
made o1 110 1    2 7  optical       .6 .6 30 77
made c1 110 1001 1 8  capacitive    .6 .6 35 77
made i1 110 2001 3 6  ink-rolled    .6 .6 40 77
made t1 110 3001 4 9  thermal-sweep .6 .6 25 77
made o2 110 4001 5 10 optical       .5 1  50 77
made c2 110 5001 2 7  capacitive    .5 1  18 77
made i2 80  6001 1 8  ink-rolled    .5 1  60 77
made t2 80  7001 3 6  thermal-sweep .5 1  70 77
made o3 200 1    3 9  optical       .6 .3 45 177
made c3 300 1001 2 7  capacitive    .5 .5 30 177
made i3 120 2001 4 10 ink-rolled    .6 .5 35 177
made t3 200 3001 1 8  thermal-sweep .5 .5 40 177
made o4 200 4001 1 6  optical       .4 .9 28 177
made c4 200 5001 4 9  capacitive    .4 .9 60 177
made t4 150 6001 2 5  thermal-sweep .4 .9 55 177
made c5 150 7001 6 8  capacitive    .7 .2 16 177
python3 made_up.py "$work/made" "$work"/people/*

python3 train.py "$work/run" 11000 "$work/real:1" "$work/made:1" --decay 6000
python3 ../export.py "$work/run/shipped.pt" ../../src/extract/weights.bin
