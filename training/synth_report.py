"""How lifelike made-up fingers are: the figures and pictures of docs/synth.md, made again in one go.

usage: cargo build --release --bin vantay --example synth_sheet
       synth_report.py target/release/vantay DATA WORK docs/synth.md [PEOPLE]

DATA is the folder of real sets (fvc.jsonl, more.jsonl and images), WORK a folder for what is made. Each table stands
between two marks of the page and is written there as soon as it is known; pictures go to the folder `synth` beside it.
It needs numpy, opencv, pyfing (LEADER) with torch, and nbis-py 0.1.3 (NFIQ 2); some five minutes of one core.
"""
import glob
import json
import math
import os
import subprocess
import sys

os.environ.setdefault("KERAS_BACKEND", "torch")
import cv2
import nbis
import numpy as np
import torch
from pyfing.minutiae_end_to_end import Leader

VANTAY, DATA, WORK, PAGE = sys.argv[1:5]
PEOPLE = sys.argv[5] if len(sys.argv) > 5 else "50"
SENSORS = ["optical", "capacitive", "thermal-sweep", "ink-rolled"]
# Sets that training may see; the fixed fold is left alone.
REAL = ["fvc2002_db1_b", "fvc2002_db2_b", "fvc2004_db1_b"]
INK = "nist_sd4"  # one or two rollings a finger, unlabelled: for looks only
SAMPLE = 40  # images a set for the slow measures
BLOCKS = "▁▂▃▄▅▆▇█"


def vantay(*arguments):
    return subprocess.run([VANTAY, *arguments], check=True, capture_output=True, text=True).stdout


def make(name, *options):
    folder = f"{WORK}/{name}"
    vantay("synth", "--out", folder, "--people", PEOPLE, "--fingers", "2", "--truth", *options)
    return folder


def images(folder, count=SAMPLE):
    """Grey images of a made set, spread over its people."""
    paths = sorted(glob.glob(f"{folder}/*.png"))
    return [(p, cv2.imread(p, 0)) for p in paths[:: max(1, len(paths) // count)][:count]]


def real(name, count=SAMPLE):
    """Grey images of a real set at 500 ppi."""
    rows = [json.loads(line) for file in ("fvc", "more") for line in open(f"{DATA}/{file}.jsonl")]
    rows = [r for r in rows if r["set"] == name]
    out = []
    for r in rows[:: max(1, len(rows) // count)][:count]:
        image = cv2.imread(f"{DATA}/{r['path']}", 0)
        if name == INK:
            image = image[:480]  # below lies a white strip that is not of the card
        if r["ppi"] != 500:
            image = cv2.resize(image, None, fx=500 / r["ppi"], fy=500 / r["ppi"], interpolation=cv2.INTER_CUBIC)
        out.append((f"{DATA}/{r['path']}", image))
    return out


def ridges(image):
    """Median ridge period in pixels and mean coherence of the orientation, over blocks with contrast."""
    f = image.astype(np.float32)
    gx, gy = cv2.Sobel(f, cv2.CV_32F, 1, 0), cv2.Sobel(f, cv2.CV_32F, 0, 1)
    blur = lambda v: cv2.GaussianBlur(v, (0, 0), 8)
    xx, yy, xy = blur(gx * gx), blur(gy * gy), blur(gx * gy)
    coherence = np.sqrt((xx - yy) ** 2 + 4 * xy**2) / (xx + yy + 1)
    energy = xx + yy
    window = np.outer(np.hanning(64), np.hanning(64))
    radius = np.hypot(*np.meshgrid(np.fft.fftfreq(64), np.fft.fftfreq(64)))
    periods, coherent = [], []
    for y in range(0, f.shape[0] - 63, 32):
        for x in range(0, f.shape[1] - 63, 32):
            block = f[y : y + 64, x : x + 64]
            centre = energy[y + 32, x + 32]
            if block.std() < 12 or centre < 0.3 * np.percentile(energy, 95):
                continue
            spectrum = abs(np.fft.fft2((block - block.mean()) * window, (64, 64))) ** 2
            band = (radius > 1 / 16) & (radius < 1 / 5)
            weight = spectrum * band * (spectrum > 0.3 * (spectrum * band).max())
            periods.append(1 / ((weight * radius).sum() / weight.sum()))
            coherent.append(coherence[y + 32, x + 32])
    return (np.median(periods), np.mean(coherent)) if periods else (np.nan, np.nan)


def minutiae(folder):
    """Minutiae an image (5, 50 and 95 %) and the median distance to the nearest one."""
    count, nearest = [], []
    for path in sorted(glob.glob(f"{folder}/**/*.csv", recursive=True)):
        m = np.loadtxt(path, ndmin=2).reshape(-1, 5)
        count.append(len(m))
        if len(m) > 3:
            d = np.hypot(m[:, None, 0] - m[None, :, 0], m[:, None, 1] - m[None, :, 1]) + np.eye(len(m)) * 1e3
            nearest += list(d.min(1))
    return np.percentile(count, [5, 50, 95]), np.median(nearest)


def look(label, pictures):
    period, coherence = np.nanmean([ridges(i) for _, i in pictures], axis=0)
    grey = np.mean([np.percentile(i, [5, 25, 50, 75, 95]) for _, i in pictures], axis=0)
    greys = " ".join(f"{v:.0f}" for v in grey)
    shares = np.mean([np.histogram(i, 16, (0, 256))[0] / i.size for _, i in pictures], axis=0)
    # By the root, so that the ground does not hide the rest.
    bars = "".join(BLOCKS[min(7, int(8 * math.sqrt(s / shares.max())))] for s in shares)
    return f"| {label} | {period:.1f} | {coherence:.2f} | {bars} | {greys} | {quality(pictures)} |"


def quality(pictures):
    """NFIQ 2: median and quartiles."""
    settings = nbis.NbisExtractorSettings(
        min_quality=0.0, get_center=False, check_fingerprint=False, compute_nfiq2=True, ppi=500.0
    )
    extractor, scores = nbis.new_nbis_extractor(settings), []
    for _, image in pictures:
        try:
            found = extractor.extract_minutiae(cv2.imencode(".png", image)[1].tobytes())
            score = found.quality() if hasattr(found, "quality") else found.nfiq2()
            scores.append(score.score if hasattr(score, "score") else score)
        except nbis.NbisError:
            scores.append(0)  # no quality can be told
    return "{:.0f} ({:.0f}–{:.0f})".format(*np.percentile(scores, [50, 25, 75]))


def against_truth(label, folder, detect, pictures):
    """Share of found minutiae that are true (within 9 px and 40°), share of true ones that are found."""
    true = found = both = 0
    counts = []
    for path, image in pictures:
        t = np.loadtxt(path[:-3] + "csv", ndmin=2).reshape(-1, 5)
        m = detect(path, image)
        counts.append(len(m))
        true, found = true + len(t), found + len(m)
        if not len(m) or not len(t):
            continue
        d = np.hypot(t[:, None, 0] - m[None, :, 0], t[:, None, 1] - m[None, :, 1])
        turn = abs((t[:, None, 2] - m[None, :, 2] + math.pi) % (2 * math.pi) - math.pi)
        d[turn > math.radians(40)] = 99
        while d.size and d.min() <= 9:
            i, j = np.unravel_index(d.argmin(), d.shape)
            d[i, :] = d[:, j] = 99
            both += 1
    counts = "{:.0f} ({:.0f}–{:.0f})".format(*np.percentile(counts, [50, 5, 95]))
    return f"| {label} | {counts} | {100 * both / found:.1f} | {100 * both / true:.1f} |"


def error_rates(label, manifest, only):
    """Minutiae and error rates of this library's own extractor and matcher on one set of a manifest."""
    arguments = ["--sets", only] if only else []
    rates = json.loads(vantay("eval", manifest, "--json", *arguments).splitlines()[0])["sets"][0]
    if only:
        rows = [r for r in map(json.loads, open(manifest)) if r["set"] == only]
        for r in rows:
            r["path"] = os.path.abspath(f"{DATA}/{r['path']}")
        manifest = f"{WORK}/{only}.jsonl"
        with open(manifest, "w") as f:
            f.writelines(json.dumps(r) + "\n" for r in rows)
    folder = f"{WORK}/csv_{label.split()[-1]}"
    vantay("extract", manifest, "--csv", folder)
    (low, middle, high), nearest = minutiae(folder)
    eer, fmr = 100 * rates["eer"]["value"], 100 * rates["fmr1000"]["value"]
    return f"| {label} | {low:.0f} {middle:.0f} {high:.0f} | {nearest:.1f} | {eer:.2f} | {fmr:.2f} |"


def write(name, head, lines):
    """Puts a table between its marks on the page, a line at a time."""
    begin, end = f"<!-- {name}: written by training/synth_report.py -->\n", f"<!-- end of {name} -->"
    table = [head, "|" + "---|" * (head.count("|") - 1)]
    for line in lines:
        table.append(line)
        print(line, flush=True)
    page = open(PAGE, encoding="utf-8").read()
    before, after = page.split(begin)[0], page.split(end)[1]
    with open(PAGE, "w", encoding="utf-8") as f:
        f.write(before + begin + "\n" + "\n".join(table) + "\n\n" + end + after)


def main():
    os.makedirs(WORK, exist_ok=True)
    sheet = os.path.join(os.path.dirname(os.path.abspath(VANTAY)), "examples", "synth_sheet")
    subprocess.run([sheet, os.path.join(os.path.dirname(os.path.abspath(PAGE)), "synth"), "1"], check=True)
    clean = {s: make(f"clean_{s}", "--impressions", "2", "--sensor", s) for s in SENSORS}
    hard = {s: make(f"hard_{s}", "--impressions", "8", "--sensor", s, "--hardship", "1") for s in SENSORS}

    write(
        "looks",
        "| set | period px | coherence | grey levels, 0 to 255 | at 5, 25, 50, 75, 95 % | NFIQ 2, median (quartiles) |",
        (look(*row) for row in looks(clean, hard)),
    )
    sets = [(f"real: {n}", f"{DATA}/fvc.jsonl", n) for n in REAL]
    sets += [(f"made up, hardship 1: {s}", f"{hard[s]}/manifest.jsonl", None) for s in SENSORS]
    write(
        "errors",
        "| set | minutiae, 5, 50, 95 % | nearest px | EER % | FMR1000 % |",
        (error_rates(*row) for row in sets),
    )
    leader = Leader()

    def detect(_, image):
        with torch.no_grad():
            found = leader.run(image, 500)
        return np.array([(m.x, m.y, m.direction, 0, 0) for m in found], float).reshape(-1, 5)

    write(
        "leader",
        "| LEADER on | minutiae, median (5–95 %) | true of those found, % | found of the true, % |",
        (against_truth(f"made up: {s}", clean[s], detect, images(clean[s])) for s in SENSORS),
    )


def looks(clean, hard):
    for name in [*REAL, INK]:
        yield f"real: {name}", real(name)
    for s in SENSORS:
        yield f"made up: {s}", images(clean[s])
        yield f"made up, hardship 1: {s}", images(hard[s])


main()
