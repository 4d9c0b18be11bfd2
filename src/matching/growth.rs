//! From the best-borne-out candidate to all pairs: a consistent cluster, then rounds of fitting, bending and pairing.

use super::alignment::{Alignment, Moved, Pair};
use super::candidates::{Candidates, Column as CandidateColumn};
use super::field;
use super::parameters::MAX_MINUTIAE;
use super::parameters::candidates::MAX;
use super::parameters::growth::{CLUSTER, ROUNDS, TURN};
use super::relaxation::Compatibility;
use super::side::{NOWHERE, Side, at};
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
    let Some(seed) = seed(candidates, support) else { return 0.0 };
    let row = &compatibility[seed];
    // Their worth, and in its last bits which candidate: positive floats order as their bits do.
    const NUMBER: u32 = 63;
    let mut order = [0u32; MAX];
    let mut count = 0;
    for t in 0..candidates.count {
        let weight = get(row, t);
        if weight > 0.0 {
            let worth = weight * get(support, t) * get(&candidates.similarity, t);
            order[count] = worth.to_bits() & !NUMBER | (NUMBER - t as u32);
            count += 1;
        }
    }
    order[..count].sort_unstable();
    let (mut used_a, mut used_b) = ([false; MAX_MINUTIAE], [false; MAX_MINUTIAE]);
    let (a, b) = candidates.pairs[seed];
    (used_a[usize::from(a)], used_b[usize::from(b)]) = (true, true);
    pairs.push(Pair { a, b, cost: 0.0 });
    let mut strength = get(&candidates.similarity, seed);
    for &key in order[..count].iter().rev() {
        let t = (NUMBER - (key & NUMBER)) as usize % MAX;
        let (a, b) = candidates.pairs[t];
        if !used_a[usize::from(a)] && !used_b[usize::from(b)] {
            (used_a[usize::from(a)], used_b[usize::from(b)]) = (true, true);
            pairs.push(Pair { a, b, cost: 1.0 - get(row, t) });
            strength += get(&candidates.similarity, t) * get(row, t);
            if pairs.len() == CLUSTER {
                break;
            }
        }
    }
    strength
}

/// The candidate that is best borne out, of equals the first.
#[inline(always)]
fn seed(candidates: &Candidates, support: &CandidateColumn) -> Option<usize> {
    (0..candidates.count).reduce(|s, t| if get(support, t) > get(support, s) { t } else { s })
}

#[inline(always)]
fn get(column: &CandidateColumn, t: usize) -> f32 {
    column[t / LANES][t % LANES]
}

/// Takes the seed and all that agree with it out of the support, for the next cluster; tells whether anything is left.
#[inline(always)]
pub(crate) fn leave_out(candidates: &Candidates, compatibility: &Compatibility, support: &mut CandidateColumn) -> bool {
    let Some(seed) = seed(candidates, support) else { return false };
    let mut left = false;
    for t in 0..candidates.count {
        let of_one = &mut support[t / LANES][t % LANES];
        if t == seed || get(&compatibility[seed], t) > 0.0 {
            *of_one = 0.0;
        }
        left |= *of_one > 0.0;
    }
    left
}

/// Grows the pairs of a cluster, at most for so many rounds; the alignment and the moved second finger are left as of the last round. None
/// where nothing fits.
#[inline(always)]
pub(crate) fn grow<S: Simd>(
    simd: S,
    a: &Side,
    b: &Side,
    rounds: usize,
    pairs: &mut Vec<Pair>,
    moved: &mut Moved,
) -> Option<Alignment> {
    let mut alignment = None;
    for (round, (sigma, tolerance)) in ROUNDS.into_iter().take(rounds).enumerate() {
        let fit = Alignment::fit(simd, a, b, pairs)?;
        fit.apply(simd, b, moved);
        field::displace(simd, sigma, a, b, pairs, moved);
        let as_before = mutual_nearest(simd, tolerance, a, b, moved, pairs);
        alignment = Some(fit);
        // From the second on, rounds are alike.
        if round > 0 && as_before {
            break;
        }
    }
    if pairs.is_empty() { None } else { alignment }
}

/// Pairs the minutiae that are each other's nearest within the tolerance, of place (px) and of direction; the cost of a
/// pair is the mean of both squared, as shares of what is tolerated. Of two as near, the first. Tells whether the pairs are those
/// that they were.
#[inline(always)]
fn mutual_nearest<S: Simd>(simd: S, tolerance: f32, a: &Side, b: &Side, moved: &Moved, pairs: &mut Vec<Pair>) -> bool {
    let (per_place, per_turn) = (1.0 / (tolerance * tolerance), 1.0 / TURN);
    let squared = simd.splat(tolerance * tolerance);
    let mut nearest_a = [Nearest::NONE; MAX_MINUTIAE];
    let mut nearest_b = [Nearest::NONE; MAX_MINUTIAE];
    let bounds = Bounds::of(moved, b.count, tolerance);
    for (i, nearest_b) in nearest_b.iter_mut().enumerate().take(a.count) {
        let (ax, ay) = (at(&a.x, i), at(&a.y, i));
        if !bounds.hold(ax, ay) {
            continue;
        }
        let (x, y) = (simd.splat(ax), simd.splat(ay));
        for c in 0..b.chunks() {
            let (dx, dy) = (simd.load(&moved.x[c]) - x, simd.load(&moved.y[c]) - y);
            // Few are near: their directions are looked at one by one.
            let mut hits = (dx * dx + dy * dy).less(squared).signs();
            while hits != 0 {
                let l = hits.trailing_zeros() as usize % LANES;
                hits &= hits - 1;
                let (dx, dy) = (moved.x[c][l] - ax, moved.y[c][l] - ay);
                let turn = (1.0 - (moved.cos[c][l] * at(&a.cos, i) + moved.sin[c][l] * at(&a.sin, i))) * per_turn;
                if turn < 1.0 {
                    let cost = 0.5 * ((dx * dx + dy * dy) * per_place + turn);
                    nearest_b.update(c * LANES + l, cost);
                    nearest_a[c * LANES + l].update(i, cost);
                }
            }
        }
    }
    let (before, mut as_before) = (pairs.len(), true);
    let mut count = 0;
    for (i, nearest) in nearest_b.iter().enumerate().take(a.count) {
        let j = usize::from(nearest.number) % MAX_MINUTIAE;
        if nearest.cost < f32::MAX && usize::from(nearest_a[j].number) == i {
            let pair = Pair { a: i as u8, b: j as u8, cost: nearest.cost };
            match pairs.get_mut(count) {
                Some(old) => {
                    as_before &= (old.a, old.b) == (pair.a, pair.b);
                    *old = pair;
                }
                None => pairs.push(pair),
            }
            count += 1;
        }
    }
    pairs.truncate(count);
    as_before && count == before
}

/// The nearest minutia so far, and what pairing with it costs.
#[derive(Clone, Copy)]
struct Nearest {
    number: u8,
    cost: f32,
}

impl Nearest {
    const NONE: Nearest = Nearest { number: 0, cost: f32::MAX };

    #[inline(always)]
    fn update(&mut self, number: usize, cost: f32) {
        if cost < self.cost {
            *self = Nearest { number: number as u8, cost };
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
