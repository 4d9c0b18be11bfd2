//! Which candidates agree with which, and how much each is borne out by all the others.

use super::candidates::{CHUNKS, Candidates, Column};
use super::parameters::candidates::MAX;
use super::parameters::relaxation::{RESIDUAL, RESIDUAL_PER_PX, ROUNDS, TURN};
use crate::simd::{Lanes, Simd};

/// How far each candidate is compatible with each other one, 0 to 1; a row a candidate. Symmetric.
pub(crate) type Compatibility = [Column; MAX];

/// Fills the rows of all candidates.
#[inline(always)]
pub(crate) fn compatibility<S: Simd>(simd: S, candidates: &Candidates, out: &mut Compatibility) {
    for t in 0..candidates.count {
        for c in 0..candidates.chunks() {
            out[t][c] = compatible(simd, candidates, t, c).to_array();
        }
    }
}

/// Candidate `t` against a chunk of others: their offset in the second finger, turned by the mean of both rotations, must
/// be their offset in the first, up to what skin bends; and both must rotate alike.
#[inline(always)]
fn compatible<S: Simd>(simd: S, k: &Candidates, t: usize, c: usize) -> S::F32 {
    let (zero, one, tiny) = (simd.splat(0.0), simd.splat(1.0), simd.splat(1e-3));
    let own = |column: &Column| simd.splat(column[t / 8][t % 8]);
    let others = |column: &Column| simd.load(&column[c]);
    let (cos, sin) = (others(&k.cos), others(&k.sin));
    let (own_cos, own_sin) = (own(&k.cos), own(&k.sin));
    let turn = one - (own_cos * cos + own_sin * sin);
    let agree = one - turn * simd.splat(1.0 / TURN);
    let (mean_cos, mean_sin) = (own_cos + cos, own_sin + sin);
    let length = (mean_cos * mean_cos + mean_sin * mean_sin).max(tiny).sqrt();
    let (ux, uy) = (others(&k.ax) - own(&k.ax), others(&k.ay) - own(&k.ay));
    let (vx, vy) = (others(&k.bx) - own(&k.bx), others(&k.by) - own(&k.by));
    let rx = (mean_cos * vx - mean_sin * vy) / length - ux;
    let ry = (mean_sin * vx + mean_cos * vy) / length - uy;
    let (u, v) = (ux * ux + uy * uy, vx * vx + vy * vy);
    let distance = u.max(v).sqrt();
    let residual = (rx * rx + ry * ry).sqrt();
    let fit = one - residual / (simd.splat(RESIDUAL) + simd.splat(RESIDUAL_PER_PX) * distance);
    let shared = u.min(v).less(one);
    (fit.max(zero) * agree.max(zero)).clear(shared)
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
            let own = simd.splat(out[t / 8][t % 8]);
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
