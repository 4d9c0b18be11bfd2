"""Crops with what the network should say of them: a clean image's minutiae, a degraded image."""
import glob
import math

import cv2
import numpy as np

cv2.setNumThreads(0)
f = np.float32
CELL = 4  # pixels of a cell of the network's maps
CENTRE = 0.375  # where in its cell, in cells, the zero of the offsets lies
SPREAD = 0.8  # cells: how wide a minutia's bump on the heat map is
AROUND = np.stack(np.meshgrid(np.arange(-2, 3), np.arange(-2, 3)), -1).reshape(-1, 2)

_white = np.random.default_rng(5).standard_normal((1024, 1024)).astype(f)
NOISE = {0: _white}
for _sigma in (1.2, 2.5, 5, 12, 30):
    _smooth = cv2.GaussianBlur(_white, (0, 0), _sigma)
    NOISE[_sigma] = _smooth / _smooth.std()


def noise(rng, side, sigma):
    """A square of noise, deviation 1, smooth over `sigma` pixels."""
    y, x = rng.integers(0, 1024 - side, 2)
    n = NOISE[sigma][y : y + side, x : x + side]
    return n.T if rng.random() < 0.5 else n


def norm(o, k=31):
    """What the network sees of an image of 0..1; `src/extract/normalize.rs` does the same."""
    mean = cv2.blur(o, (k, k))
    deviation = np.sqrt(np.maximum(cv2.blur(o * o, (k, k)) - mean * mean, 0))
    return (o - mean) / (deviation + f(0.05))


def ground(image):
    """Where the print is (0..255, a quarter of the sides), from the local deviation: for images that come without the truth."""
    o = image.astype(f)
    mean = cv2.blur(o, (25, 25))
    deviation = np.sqrt(np.maximum(cv2.blur(o * o, (25, 25)) - mean * mean, 0))
    h, w = image.shape
    mask = (cv2.resize(deviation, (w // CELL, h // CELL), interpolation=cv2.INTER_AREA) > 18).astype(np.uint8) * 255
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    return cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))


def orientation(o):
    """cos 2θ, sin 2θ of the ridges (y grows downwards) and the coherence 0..1, a quarter of the sides (M. Kass and A. Witkin, 1987)."""
    gx, gy = cv2.Sobel(o, cv2.CV_32F, 1, 0), cv2.Sobel(o, cv2.CV_32F, 0, 1)
    tensor = cv2.GaussianBlur(cv2.merge([gx * gx - gy * gy, 2 * gx * gy, gx * gx + gy * gy]), (0, 0), 5)
    a, b, energy = (tensor[2::CELL, 2::CELL, k] for k in range(3))
    length = np.hypot(a, b) + f(1e-6)
    return -a / length, -b / length, length / (energy + f(1e-3))


def load(folder):
    """[(image, points, mask)] of every NAME.npz: see teacher.py and made_up.py."""
    data = []
    for path in sorted(glob.glob(folder + "/*.npz")):
        z = np.load(path)
        image = z["image"]
        data.append((image, z["points"].astype(f), z["mask"] if "mask" in z else ground(image)))
    return data


def degrade(o, ghost, rng):
    """The degraded crop, and where (0..1) the print is still there (None: everywhere)."""
    s, r, there = o.shape[0], rng.random, None
    if r() < 0.45:  # wet and dry: ridges thicker or thinner, everywhere or in part
        k = np.ones((3, 3), np.uint8) if r() < 0.7 else cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
        z = cv2.dilate(o, k) if r() < 0.5 else cv2.erode(o, k)
        share = f(rng.uniform(0.3, 1))
        if r() < 0.4:
            share = share * (noise(rng, s, 30) > 0)
        o = o * (1 - share) + z * share
    if r() < 0.3:
        o = cv2.GaussianBlur(o, (0, 0), rng.uniform(0.5, 1.5))
    if r() < 0.15:  # a smudge: blurred along a direction, in a patch
        n, a = int(rng.integers(5, 12)), rng.uniform(0, math.pi)
        dx, dy, k = n / 2 * math.cos(a), n / 2 * math.sin(a), np.zeros((n, n), f)
        cv2.line(k, (int(n / 2 - dx), int(n / 2 - dy)), (int(n / 2 + dx), int(n / 2 + dy)), 1)
        m = (noise(rng, s, 30) > rng.uniform(0.3, 1.5)).astype(f)
        o = o * (1 - m) + cv2.filter2D(o, -1, k / max(k.sum(), 1)) * m
    if r() < 0.2:  # creases and cuts
        o = np.ascontiguousarray(o)
        for _ in range(rng.integers(1, 4)):
            a, p = rng.uniform(0, 2 * math.pi), rng.uniform(0, s, 2)
            q = p + rng.uniform(30, 200) * np.array([math.cos(a), math.sin(a)])
            ends = tuple(int(v) for v in p), tuple(int(v) for v in q)
            cv2.line(o, *ends, float(rng.uniform(0.7, 1)), int(rng.integers(1, 4)), cv2.LINE_AA)
    if r() < 0.25:  # dry speckle, wet blobs
        m = noise(rng, s, 1.2 if r() < 0.6 else 2.5) > rng.uniform(0.5, 2)
        if r() < 0.5:
            m = m & (noise(rng, s, 30) > rng.uniform(-0.7, 0.7))
        o = np.where(m, f(0.95 if r() < 0.7 else 0.1), o)
    if r() < 0.12 and ghost is not None:  # a latent print on the platen
        o = o * (1 - f(rng.uniform(0.05, 0.35)) * (1 - ghost))
    if r() < 0.15:  # partial contact: part of the print fades into the ground
        if r() < 0.5:
            m = np.clip(noise(rng, s, 30) * 2 + f(rng.uniform(-2, 1)), 0, 1)
        else:
            m = (np.add.outer(np.arange(s), np.arange(s) * rng.uniform(-2, 2)) > rng.uniform(0, s)).astype(f)
        o, there = o * (1 - m) + m * f(rng.uniform(0.75, 1)), 1 - m
    o = np.clip(o, 0, 1) ** f(math.exp(rng.normal(0, 0.4)))
    o = (o - f(0.5)) * f(math.exp(rng.normal(0, 0.35))) + f(0.5 + rng.normal(0, 0.12))
    for sigma, chance, most in ((0, 0.5, 0.14), (2.5, 0.3, 0.12), (30, 0.3, 0.25)):
        if r() < chance:
            o = o + noise(rng, s, sigma) * f(rng.uniform(0, most))
    if r() < 0.08:  # lines of sweep and capacitive sensors
        line = rng.standard_normal(s).astype(f) * f(rng.uniform(0.02, 0.12))
        o = o + (line[:, None] if r() < 0.5 else line[None])
    if r() < 0.1:
        o = np.clip(o, rng.uniform(0, 0.2), rng.uniform(0.7, 1))
    if r() < 0.06:  # strips of a sweep that do not meet
        o, row = o.copy(), 0
        while row < s:
            height = int(rng.integers(8, 60))
            o[row : row + height] = np.roll(o[row : row + height], int(rng.integers(-2, 3)), 1)
            row += height
    if r() < 0.1:  # coarser than 500 ppi
        side = int(s * rng.uniform(0.45, 0.8))
        o = cv2.resize(cv2.resize(o.astype(f), (side, side), interpolation=cv2.INTER_AREA), (s, s), interpolation=cv2.INTER_CUBIC)
    if r() < 0.12:  # compressed
        grey = np.clip(o * 255, 0, 255).astype(np.uint8)
        how = (".jp2", cv2.IMWRITE_JPEG2000_COMPRESSION_X1000, int(rng.integers(40, 120))) if r() < 0.3 else (".jpg", cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(12, 60)))
        o = cv2.imdecode(cv2.imencode(how[0], grey, how[1:])[1], 0).astype(f) * f(1 / 255)
    if r() < 0.1:  # few grey levels
        levels = f(rng.integers(4, 24))
        o = np.round(o * levels) / levels
    return o, there


def bumps(x, y, direction, ending, chance, side):
    """The six maps that minutiae make, and the weight of each cell: x, y in pixels of the crop."""
    maps, weight = np.zeros((6, side, side), f), np.zeros((side, side), f)
    gx, gy = x / CELL - CENTRE, y / CELL - CENTRE
    cells = np.round(np.stack([gx, gy], 1)).astype(int)[:, None] + AROUND[None]
    dx, dy = gx[:, None] - cells[..., 0], gy[:, None] - cells[..., 1]
    height = (np.exp(-(dx * dx + dy * dy) / (2 * SPREAD**2)) * chance[:, None]).astype(f)
    inside = (cells >= 0).all(-1) & (cells < side).all(-1)
    which = np.broadcast_to(np.arange(len(x))[:, None], height.shape)[inside]
    column, row = cells[inside].T
    height, dx, dy = height[inside], dx[inside], dy[inside]
    order = np.argsort(height, kind="stable")  # where two meet, the higher one is written last
    row, column, height, which = row[order], column[order], height[order], which[order]
    values = [height, dx[order], dy[order], np.cos(direction[which]), np.sin(direction[which]), ending[which]]
    for k, value in enumerate(values):
        maps[k, row, column] = value
    weight[row, column] = np.where(height > 0.15, height, 0)
    return maps, weight


def sample(data, rng, s=192):
    """One crop: the normalised image (s × s), the nine maps, the weight of minutiae, the weight of the orientation."""
    image, points, mask = data[rng.integers(len(data))]
    h, w = image.shape
    angle = rng.uniform(-math.pi, math.pi) if rng.random() < 0.5 else rng.normal(0, 0.35)
    scale = rng.uniform(0.88, 1.12) if rng.random() < 0.85 else rng.uniform(0.8, 1.35)
    if len(points) and rng.random() < 0.9:
        k = rng.integers(len(points))
        cx, cy = points[k, 0] + rng.uniform(-60, 60), points[k, 1] + rng.uniform(-60, 60)
    else:
        cx, cy = rng.uniform(0, w), rng.uniform(0, h)
    c, sn = math.cos(angle) * scale, math.sin(angle) * scale
    line = np.arange(s, dtype=f) - s / 2 + f(0.5)
    x = f(c) * line[None] - f(sn) * line[:, None] + f(cx)
    y = f(sn) * line[None] + f(c) * line[:, None] + f(cy)
    bend = None
    if rng.random() < 0.5:
        knots = rng.normal(0, rng.uniform(1, 5), (4, 4, 2)).astype(f)
        bend = cv2.resize(knots, (s, s), interpolation=cv2.INTER_CUBIC)
        x, y = x + bend[..., 0], y + bend[..., 1]
    flip = rng.random() < 0.5  # a mirrored print is one of the other hand
    how = cv2.INTER_LINEAR if rng.random() < 0.7 else cv2.INTER_CUBIC
    o = cv2.remap(image, x.astype(f), y.astype(f), how, borderMode=cv2.BORDER_REPLICATE).astype(f) * f(1 / 255)
    ghost = None
    if rng.random() < 0.12:
        other = data[rng.integers(len(data))][0]
        if min(other.shape) > s:
            row, column = rng.integers(0, other.shape[0] - s), rng.integers(0, other.shape[1] - s)
            ghost = other[row : row + s, column : column + s].astype(f) * f(1 / 255)
    u, v = ((a[1::CELL, 1::CELL] + a[2::CELL, 2::CELL]) / 2 for a in (x, y))
    where = ((u - 1.5) / CELL).astype(f), ((v - 1.5) / CELL).astype(f)
    print_ = cv2.remap(mask, *where, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT).astype(f) * f(1 / 255)
    if flip:
        o, print_ = np.ascontiguousarray(o[:, ::-1]), print_[:, ::-1]
    cosine, sine, coherence = orientation(o)
    o, there = degrade(o, ghost, rng)

    side = s // CELL
    maps, weight = np.zeros((9, side, side), f), np.zeros((side, side), f)
    if len(points):
        mx, my = points[:, 0] - cx, points[:, 1] - cy
        u, v = (c * mx + sn * my) / scale**2, (-sn * mx + c * my) / scale**2
        if bend is not None:  # one step towards the inverse of the bent crop
            row, column = (np.clip(a + s / 2, 0, s - 1).astype(int) for a in (v, u))
            e = bend[row, column]
            u, v = u - (c * e[:, 0] + sn * e[:, 1]) / scale**2, v - (-sn * e[:, 0] + c * e[:, 1]) / scale**2
        px, py, direction = u + s / 2 - 0.5, v + s / 2 - 0.5, points[:, 2] + angle
        if flip:
            px, direction = s - 1 - px, math.pi - direction
        chance = np.clip(points[:, 4], 0, 1)
        if there is not None:
            chance = chance * there[np.clip(py, 0, s - 1).astype(int), np.clip(px, 0, s - 1).astype(int)]
        maps[:6], weight = bumps(px, py, direction, points[:, 3], chance, side)
    if there is not None:
        print_ = print_ * there[2::CELL, 2::CELL]
    maps[6], maps[7], maps[8] = print_, cosine, sine
    return norm(o.astype(f)), maps, weight, (print_ * coherence).astype(f)
