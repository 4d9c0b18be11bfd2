//! Which candidates agree with which, and how much each is borne out by all the others.

use super::candidates::{CHUNKS, Candidates, Column};
use super::parameters::candidates::MAX;
use super::parameters::relaxation::{RESIDUAL, RESIDUAL_PER_PX, ROUNDS, TURN};
use crate::simd::{LANES, Lanes, Simd};

/// How far each candidate is compatible with each other one, 0 to 1; a row a candidate. Symmetric.
pub(crate) type Compatibility = [Column; MAX];

/// Fills the rows of all candidates: what lies on and beyond the diagonal's chunk is computed, the rest mirrored.
#[inline(always)]
pub(crate) fn compatibility<S: Simd>(simd: S, candidates: &Candidates, out: &mut Compatibility) {
    for t in 0..candidates.count {
        for c in t / LANES..candidates.chunks() {
            out[t][c] = compatible(simd, candidates, t, c).to_array();
        }
    }
    for t in LANES..candidates.count {
        for c in 0..t / LANES {
            out[t][c] = std::array::from_fn(|l| out[c * LANES + l][t / LANES][t % LANES]);
        }
    }
}

/// Candidate `t` against a chunk of others: their offset in the second finger, turned by the mean of both rotations, must
/// be their offset in the first, up to what skin bends; and both must rotate alike.
#[inline(always)]
fn compatible<S: Simd>(simd: S, k: &Candidates, t: usize, c: usize) -> S::F32 {
    let (zero, one) = (simd.splat(0.0), simd.splat(1.0));
    let own = |column: &Column| simd.splat(column[t / LANES][t % LANES]);
    let others = |column: &Column| simd.load(&column[c]);
    let (cos, sin) = (others(&k.cos), others(&k.sin));
    let (own_cos, own_sin) = (own(&k.cos), own(&k.sin));
    let turn = one - (own_cos * cos + own_sin * sin);
    let agree = one - turn * simd.splat(1.0 / TURN);
    let scale = half_inverse_length(simd, turn);
    let (mean_cos, mean_sin) = ((own_cos + cos) * scale, (own_sin + sin) * scale);
    let (ux, uy) = (others(&k.ax) - own(&k.ax), others(&k.ay) - own(&k.ay));
    let (vx, vy) = (others(&k.bx) - own(&k.bx), others(&k.by) - own(&k.by));
    let rx = mean_cos * vx - mean_sin * vy - ux;
    let ry = mean_sin * vx + mean_cos * vy - uy;
    let (u, v) = (ux * ux + uy * uy, vx * vx + vy * vy);
    let distance = u.max(v).sqrt();
    let residual = (rx * rx + ry * ry).sqrt();
    let fit = one - residual / (simd.splat(RESIDUAL) + simd.splat(RESIDUAL_PER_PX) * distance);
    let shared = u.min(v).less(one);
    (fit.max(zero) * agree.max(zero)).clear(shared)
}

/// 1 over the length of the sum of two unit vectors, by 1 − cos of the angle between them: ½ (1 − x)^-½ at half of that,
/// by its first terms. Within 2e-4 up to the angle at which candidates contradict, beyond which it does not matter.
#[inline(always)]
fn half_inverse_length<S: Simd>(simd: S, turn: S::F32) -> S::F32 {
    let x = turn * simd.splat(0.5);
    let mut sum = simd.splat(5.0 / 32.0);
    for coefficient in [3.0 / 16.0, 1.0 / 4.0, 1.0 / 2.0] {
        sum = sum * x + simd.splat(coefficient);
    }
    sum
}

/// How well each candidate is borne out, the best 1: relaxation labelling, `v ← s² + W·v`, a few times.
#[inline(always)]
pub(crate) fn support<S: Simd>(simd: S, candidates: &Candidates, compatibility: &Compatibility, out: &mut Column) {
    let chunks = candidates.chunks();
    let mut first = [simd.splat(0.0); CHUNKS];
    for c in 0..chunks {
        let similarity = simd.load(&candidates.similarity[c]);
        first[c] = similarity * similarity;
        out[c] = first[c].to_array();
    }
    for _ in 0..ROUNDS {
        let mut sums = first;
        for t in 0..candidates.count {
            let own = simd.splat(out[t / LANES][t % LANES]);
            for c in 0..chunks {
                sums[c] = sums[c] + simd.load(&compatibility[t][c]) * own;
            }
        }
        let largest = sums[..chunks].iter().fold(simd.splat(1e-9), |m, &s| m.max(s)).max_lane();
        let scale = simd.splat(1.0 / largest);
        for c in 0..chunks {
            out[c] = (sums[c] * scale).to_array();
        }
    }
}
