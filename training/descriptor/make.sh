#!/usr/bin/env bash
# Makes the weights of the descriptors again: make.sh VANTAY MAPS DATA WORK
#
# VANTAY and MAPS: release builds of the command and of the example `maps`; numpy, scipy, Pillow and PyTorch. What is there already is not
# made again. About 25 minutes on one core with AVX-512.
set -euo pipefail
cd "$(dirname "$0")"
vantay=$(realpath "$1") maps=$(realpath "$2") data=$(realpath "$3") work=$(realpath -m "$4")
mkdir -p "$work/people" "$work/maps"

[ -e "$work/copies/manifest.jsonl" ] || python3 copies.py "$work/copies" 3 "$data/fvc.jsonl" "$data/more.jsonl"
[ -e "$work/maps/real.mates" ] || "$maps" "$work/copies/manifest.jsonl" "$work/maps/real"

# 24 populations: 30 people, two fingers, four impressions each.
sensors=(optical capacitive thermal-sweep optical capacitive thermal-sweep ink-rolled optical)
skills=(.6 .4 .5 .7 .3) hardships=(.6 1 .3 .8) ages=(30 17 45 60 25 75 38 20 52)
for k in {0..23}; do
    folder="$work/people/$k"
    [ -e "$folder/manifest.jsonl" ] || "$vantay" synth --out "$folder" --people 30 --first $((100001 + 1000 * k)) \
        --fingers $((1 + k % 5)) --fingers $((6 + 2 * k % 5)) --impressions 4 --sensor "${sensors[k % 8]}" \
        --skill "${skills[k % 5]}" --hardship "${hardships[k % 4]}" --age "${ages[k % 9]}" --seed $((7000 + k))
    [ -e "$work/maps/$k.mates" ] || "$maps" "$folder/manifest.jsonl" "$work/maps/$k"
done

python3 train.py "$work/descriptors.pt" 20000 "$work/maps/real" "$work"/maps/{0..23}
python3 export.py "$work/descriptors.pt" ../../src/extract/descriptors.bin
