#!/usr/bin/env python3
"""What others' software makes of the files that we write; `tests/oracles.sh` installs it and runs this.

`wsq` is NBIS behind Pillow; `nistitl` reads ANSI/NIST-ITL.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import nistitl
import numpy as np
import wsq  # noqa: F401  (registers itself with Pillow)
from PIL import Image


def vantay(*arguments):
    return subprocess.run([sys.argv[1], *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def gray(path):
    return np.array(Image.open(path).convert("L")).astype(int)


def check_wsq(image, folder):
    """NBIS decodes our WSQ as we do, and comes as near to the original as with its own encoder."""
    for rate in (0.75, 2.25):
        ours, back = folder / "ours.wsq", folder / "back.png"
        vantay("convert", image, ours, "--to", "wsq", "--rate", rate, "--ppi", 500)
        vantay("convert", ours, back, "--to", "png")
        apart = abs(gray(ours) - gray(back))
        error = abs(gray(ours) - gray(image)).mean()
        print(f"wsq {rate} bpp: decoders differ by {apart.mean():.5f}, at most {apart.max()}; error {error:.2f} grey levels")
        assert apart.max() <= 2 and apart.mean() < 0.5
    theirs = folder / "theirs.wsq"
    Image.open(image).convert("L").save(theirs)
    vantay("convert", theirs, folder / "theirs.png", "--to", "png", "--ppi", 500)
    apart = abs(gray(theirs) - gray(folder / "theirs.png"))
    print(f"wsq of NBIS: decoders differ by {apart.mean():.5f}, at most {apart.max()}")
    assert apart.max() <= 2


def check_ansi_nist(image, folder):
    """nistitl finds the same finger and the same image in our transaction."""
    card = folder / "card.an2"
    vantay("convert", image, card, "--to", "an2", "--finger", 7, "--ppi", 500)
    message = nistitl.Message()
    message.parse(card.read_bytes())
    records = [record for record in message if record.type == 14]
    assert len(records) == 1 and int(records[0].FGP) == 7
    data = folder / "card.wsq"
    data.write_bytes(records[0].DATA)
    assert gray(data).shape == gray(image).shape
    print(f"an2: nistitl reads finger {records[0].FGP} and {len(records[0].DATA)} bytes of WSQ")


def check_minutiae(image, folder):
    """nistitl finds in our Type-9 record the minutiae that our template has."""
    template, record = folder / "finger.vtyt", folder / "minutiae.an2"
    vantay("convert", image, template, "--to", "vtyt", "--finger", 7, "--ppi", 500)
    vantay("convert", template, record, "--to", "an2-minutiae")
    message = nistitl.Message()
    message.parse(record.read_bytes())
    (found,) = [record for record in message if record.type == 9]
    position, count, minutiae = found[134].value, found[136].value, found[137]
    ours = json.loads(vantay("info", template, "--json"))["minutiae"]
    assert int(position) == 7 and int(count) == ours == len(minutiae)
    print(f"an2: nistitl reads finger {position} and {len(minutiae)} minutiae")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        vantay("synth", "--people", 1, "--seed", 5, "--out", folder / "people")
        lines = (folder / "people" / "manifest.jsonl").read_text().splitlines()
        image = folder / "people" / json.loads(lines[0])["path"]
        check_wsq(image, folder)
        check_ansi_nist(image, folder)
        check_minutiae(image, folder)


if __name__ == "__main__":
    main()
