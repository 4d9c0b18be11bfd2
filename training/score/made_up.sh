#!/bin/sh
# Made-up prints for the calibration (`fit.py --made-up`): made_up.sh DIR gives DIR/sensors.jsonl and DIR/optical.jsonl.
# 100 people on each of four sensors, of whom pairs of two sensors count too, and 400 on one; four fingers of each, once.
set -eu
mkdir -p "$1"
people() { # DIR NAME FIRST NUMBER FINGERS SENSOR
    vantay synth --out "$1/$2" --first "$3" --people "$4" --fingers "$5" --sensor "$6" --impressions 1 --hardship 0.5 >&2
    sed "s|\"path\": \"|&$2/|" "$1/$2/manifest.jsonl"
}
first=1
for sensor in optical capacitive thermal-sweep ink-rolled; do
    people "$1" "$sensor" $first 100 1,2,8,9 $sensor
    first=$((first + 100))
done > "$1/sensors.jsonl"
people "$1" many 1 400 2,3,7,8 optical > "$1/optical.jsonl"
