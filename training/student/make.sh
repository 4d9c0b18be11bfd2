#!/usr/bin/env bash
# Makes the shipped weights again: make.sh VANTAY DATA WORK     (VANTAY: a release build; PyTorch, OpenCV, pyfing and TensorFlow)
#
# What is there already is not made again; `train.py` goes on from WORK/run/last.pt. About three and a half hours on two cores with AVX-512.
set -euo pipefail
cd "$(dirname "$0")"
vantay=$(realpath "$1") data=$(realpath "$2") work=$(realpath -m "$3")
mkdir -p "$work/people"

python3 teacher.py "$data" "$work/real"

# 28 populations: 300 people, two fingers, two impressions each; sensor, skill, hardship and age go round at lengths of their own.
sensors=(optical capacitive thermal-sweep optical capacitive thermal-sweep ink-rolled)
skills=(.6 .4 .5 .7 .3) hardships=(.6 1 .3 .8) ages=(30 17 45 60 25 75 38 20 52)
for k in {0..27}; do
    folder="$work/people/$k"
    [ -e "$folder/manifest.jsonl" ] || "$vantay" synth --out "$folder" --people 300 --first $((1 + 1000 * k)) \
        --fingers $((1 + k % 5)) --fingers $((6 + 2 * k % 5)) --impressions 2 --sensor "${sensors[k % 7]}" \
        --skill "${skills[k % 5]}" --hardship "${hardships[k % 4]}" --age "${ages[k % 9]}" --seed $((500 + k)) --truth
done
python3 made_up.py "$work/made" "$work"/people/*

python3 train.py "$work/run" 35000 "$work/real:1" "$work/made:1" --decay 30000
python3 ../export.py "$work/run/shipped.pt" ../../src/extract/weights.bin
