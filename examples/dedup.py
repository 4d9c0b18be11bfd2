"""Who stands in a set of images twice?

    python examples/dedup.py MANIFEST    a JSON Lines file: subject, finger, ppi, path a line, as `vantay synth` writes it
    python examples/dedup.py             on made-up people, two of whom are in it under two numbers

Prints the pairs of subjects who are one person, it seems, as JSON Lines.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import vantay
from vantay import Encounter, Finger, Gallery, Writer, synth


def enrol_manifest(manifest: Path, writer: Writer) -> None:
    """One encounter a line. Extraction frees the interpreter's lock: threads use all cores."""

    def encounter(line: str) -> Encounter | None:
        entry = json.loads(line)
        path = manifest.parent / entry["path"]
        try:
            template = vantay.extract(path, ppi=entry.get("ppi"), position=entry.get("finger", 0))
        except (vantay.ImageError, OSError) as error:
            print(f"{path}: left out: {error}", file=sys.stderr)
            return None
        return Encounter(str(entry["subject"]), entry["path"], [template])

    lines = [line for line in manifest.read_text(encoding="utf-8").splitlines() if line.strip()]
    with ThreadPoolExecutor() as threads:
        writer.append(e for e in threads.map(encounter, lines) if e is not None)


def enrol_made_up(writer: Writer) -> None:
    """Six people with two fingers each; the first two come a second time and give another number."""

    def encounter(subject: int, number: int, visit: int) -> Encounter:
        person = synth.Person(seed=11, number=number)
        fingers = []
        for position in (Finger.RIGHT_INDEX, Finger.LEFT_INDEX):
            impression = person.finger(position).impression(seed=visit)
            fingers.append(vantay.extract(impression.image, ppi=impression.ppi, position=position))
        return Encounter(subject, f"{subject} {visit}", fingers)

    visits = [(number, number, 1) for number in range(6)] + [(100, 0, 2), (101, 1, 2)]
    with ThreadPoolExecutor() as threads:
        writer.append(threads.map(lambda visit: encounter(*visit), visits))


def main() -> None:
    with TemporaryDirectory() as folder:
        with Writer.create(Path(folder) / "gallery") as writer:
            if len(sys.argv) > 1:
                enrol_manifest(Path(sys.argv[1]), writer)
            else:
                enrol_made_up(writer)
        found = Gallery(Path(folder) / "gallery").dedup()
        for pair in found.pairs:
            print(json.dumps({"subjects": pair.subjects, "score": round(pair.score, 2)}))
        print(f"{found.comparisons} comparisons, threshold {found.threshold:.1f} dB", file=sys.stderr)


if __name__ == "__main__":
    main()
