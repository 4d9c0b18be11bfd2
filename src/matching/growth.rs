//! From the best-borne-out candidate to all pairs: a consistent cluster, then rounds of fitting, bending and pairing.

use super::alignment::{Alignment, Moved, Pair};
use super::candidates::{Candidates, Column as CandidateColumn};
use super::field;
use super::parameters::MAX_MINUTIAE;
use super::parameters::candidates::MAX;
use super::parameters::growth::{CLUSTER, ROUNDS, TURN};
use super::relaxation::Compatibility;
use super::side::{CHUNKS, Column, NOWHERE, Side, at};
use crate::simd::{LANES, Lanes, Simd};

/// The seed and the candidates that agree with it, one to one, into `pairs`; gives the cluster's strength.
#[inline(always)]
pub(crate) fn cluster(
    candidates: &Candidates,
    compatibility: &Compatibility,
    support: &CandidateColumn,
    pairs: &mut Vec<Pair>,
) -> f32 {
    pairs.clear();
    let get = |column: &CandidateColumn, t: usize| column[t / LANES][t % LANES];
    let Some(seed) = (0..candidates.count).reduce(|s, t| if get(support, t) > get(support, s) { t } else { s }) else {
        return 0.0;
    };
    let row = &compatibility[seed];
    let mut order = [(0f32, 0u8); MAX];
    let mut count = 0;
    for t in 0..candidates.count {
        let weight = get(row, t);
        if weight > 0.0 {
            order[count] = (weight * get(support, t) * get(&candidates.similarity, t), t as u8);
            count += 1;
        }
    }
    order[..count].sort_unstable_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
    let (mut used_a, mut used_b) = ([false; MAX_MINUTIAE], [false; MAX_MINUTIAE]);
    let mut add = |t: usize, cost: f32, pairs: &mut Vec<Pair>| {
        let (a, b) = candidates.pairs[t];
        let free = !used_a[usize::from(a)] && !used_b[usize::from(b)];
        if free {
            (used_a[usize::from(a)], used_b[usize::from(b)]) = (true, true);
            pairs.push(Pair { a, b, cost });
        }
        free
    };
    add(seed, 0.0, pairs);
    let mut strength = get(&candidates.similarity, seed);
    for &(_, t) in &order[..count] {
        let t = usize::from(t);
        if add(t, 1.0 - get(row, t), pairs) {
            strength += get(&candidates.similarity, t) * get(row, t);
            if pairs.len() == CLUSTER {
                break;
            }
        }
    }
    strength
}

/// Grows the pairs; the alignment and the moved second finger are left as of the last round. None where nothing fits.
#[inline(always)]
pub(crate) fn grow<S: Simd>(
    simd: S,
    a: &Side,
    b: &Side,
    pairs: &mut Vec<Pair>,
    moved: &mut Moved,
) -> Option<Alignment> {
    let mut alignment = None;
    for (sigma, tolerance) in ROUNDS {
        let fit = Alignment::fit(a, b, pairs)?;
        fit.apply(simd, b, moved);
        field::displace(simd, sigma, a, b, pairs, moved);
        mutual_nearest(simd, tolerance, a, b, moved, pairs);
        alignment = Some(fit);
    }
    if pairs.is_empty() { None } else { alignment }
}

/// Pairs the minutiae that are each other's nearest within the tolerance, of place (px) and of direction; the cost of a
/// pair is the mean of both squared, as shares of what is tolerated.
#[inline(always)]
fn mutual_nearest<S: Simd>(simd: S, tolerance: f32, a: &Side, b: &Side, moved: &Moved, pairs: &mut Vec<Pair>) {
    // A cost and the other's number in one float, which orders as the cost does.
    const NUMBER: u32 = 127;
    let number_bits = simd.splat(f32::from_bits(NUMBER));
    let none = f32::from_bits(f32::MAX.to_bits() & !NUMBER);
    let (one, half, tiny) = (simd.splat(1.0), simd.splat(0.5), simd.splat(1e-12));
    let (per_place, per_turn) = (simd.splat(1.0 / (tolerance * tolerance)), simd.splat(1.0 / TURN));
    let chunks = b.chunks();
    let mut nearest_a: Column = [[none; LANES]; CHUNKS];
    let mut nearest_b: Column = [[none; LANES]; CHUNKS];
    let bounds = Bounds::of(moved, b.count, tolerance);
    for i in 0..a.count {
        nearest_b[i / LANES][i % LANES] = none;
        if !bounds.hold(at(&a.x, i), at(&a.y, i)) {
            continue;
        }
        let (x, y) = (simd.splat(at(&a.x, i)), simd.splat(at(&a.y, i)));
        let (cos, sin) = (simd.splat(at(&a.cos, i)), simd.splat(at(&a.sin, i)));
        let own = simd.splat(f32::from_bits(i as u32));
        let mut nearest = simd.splat(none);
        for c in 0..chunks {
            let (dx, dy) = (simd.load(&moved.x[c]) - x, simd.load(&moved.y[c]) - y);
            let place = (dx * dx + dy * dy) * per_place;
            let turn = (one - (simd.load(&moved.cos[c]) * cos + simd.load(&moved.sin[c]) * sin)) * per_turn;
            let close = place.less(one).and(turn.less(one));
            let cost = (half * (place + turn)).max(tiny).clear(number_bits);
            let cost = cost.and(close).or(simd.splat(none).clear(close));
            nearest = nearest.min(cost.or(simd.load(&NUMBERS[c])));
            nearest_a[c] = simd.load(&nearest_a[c]).min(cost.or(own)).to_array();
        }
        nearest_b[i / LANES][i % LANES] = nearest.min_lane();
    }
    pairs.clear();
    let number = |v: f32| (v.to_bits() & NUMBER) as usize;
    let cost = |v: f32| f32::from_bits(v.to_bits() & !NUMBER);
    for i in 0..a.count {
        let found = at(&nearest_b, i);
        let j = number(found) % MAX_MINUTIAE;
        if cost(found) < none && number(at(&nearest_a, j)) == i && cost(at(&nearest_a, j)) < none {
            pairs.push(Pair { a: i as u8, b: j as u8, cost: cost(found) });
        }
    }
}

/// Where a minutia can have a neighbour within the tolerance: a fifth to a half of the other finger lies outside.
struct Bounds {
    low: (f32, f32),
    high: (f32, f32),
}

impl Bounds {
    #[inline(always)]
    fn of(moved: &Moved, count: usize, tolerance: f32) -> Self {
        let (mut low, mut high) = ((NOWHERE, NOWHERE), (-NOWHERE, -NOWHERE));
        for j in 0..count {
            let (x, y) = (at(&moved.x, j), at(&moved.y, j));
            low = (if x < low.0 { x } else { low.0 }, if y < low.1 { y } else { low.1 });
            high = (if x > high.0 { x } else { high.0 }, if y > high.1 { y } else { high.1 });
        }
        Bounds { low: (low.0 - tolerance, low.1 - tolerance), high: (high.0 + tolerance, high.1 + tolerance) }
    }

    #[inline(always)]
    fn hold(&self, x: f32, y: f32) -> bool {
        x > self.low.0 && x < self.high.0 && y > self.low.1 && y < self.high.1
    }
}

/// The numbers of minutiae, as the low bits of floats.
static NUMBERS: Column = {
    let mut numbers = [[0.0; LANES]; CHUNKS];
    let mut i = 0;
    while i < MAX_MINUTIAE {
        numbers[i / LANES][i % LANES] = f32::from_bits(i as u32);
        i += 1;
    }
    numbers
};
