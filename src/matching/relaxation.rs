//! Which candidates agree with which, and how much each is borne out by all the others.

use super::candidates::{CHUNKS, Candidates, Column};
use super::parameters::candidates::MAX;
use super::parameters::relaxation::{RESIDUAL, ROUNDS, TURN};
use crate::simd::{LANES, Lanes, Simd};

/// How far each candidate is compatible with each other one, 0 to 1; a row a candidate. Symmetric.
pub(crate) type Compatibility = [Column; MAX];

/// Fills the rows of all candidates: what lies on and beyond the diagonal's chunk is computed, the rest mirrored; chunks that
/// rotate too differently are incompatible. `per_px` of the distance between two is added to the residual that they may have.
#[inline(always)]
pub(crate) fn compatibility<S: Simd>(simd: S, candidates: &Candidates, per_px: f32, out: &mut Compatibility) {
    let chunks = candidates.chunks();
    for s in 0..chunks {
        let rows = s * LANES..usize::min((s + 1) * LANES, candidates.count);
        for c in s..chunks {
            for t in rows.clone() {
                let near = candidates.near[s][c];
                out[t][c] = if near { compatible(simd, candidates, per_px, t, c).to_array() } else { [0.0; LANES] };
            }
        }
        for t in rows {
            for c in 0..s {
                for l in 0..LANES {
                    out[t][c][l] = out[c * LANES + l][s][t % LANES];
                }
            }
        }
    }
}

/// Candidate `t` against a chunk of others: their offset in the second finger, turned by the mean of both rotations, must
/// be their offset in the first, up to what skin bends; and both must rotate alike.
#[inline(always)]
fn compatible<S: Simd>(simd: S, k: &Candidates, per_px: f32, t: usize, c: usize) -> S::F32 {
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
    let fit = one - residual / (simd.splat(RESIDUAL) + simd.splat(per_px) * distance);
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
        for c in 0..chunks {
            // Two sums, as each addition waits for the one before. Behind the last candidate, rows count nothing.
            let mut odd = simd.splat(0.0);
            for s in (0..chunks).filter(|&s| candidates.near[s][c]) {
                for l in (0..LANES).step_by(2) {
                    let t = s * LANES + l;
                    sums[c] = sums[c] + simd.load(&compatibility[t][c]) * simd.splat(out[s][l]);
                    odd = odd + simd.load(&compatibility[t + 1][c]) * simd.splat(out[s][l + 1]);
                }
            }
            sums[c] = sums[c] + odd;
        }
        let mut largest = simd.splat(1e-9);
        for &sum in &sums[..chunks] {
            largest = largest.max(sum);
        }
        let scale = simd.splat(1.0 / largest.max_lane());
        for c in 0..chunks {
            out[c] = (sums[c] * scale).to_array();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::candidates::{Ranking, select};
    use crate::matching::local::{Row, similarities};
    use crate::matching::parameters::relaxation::RESIDUAL_PER_PX;
    use crate::matching::side::Side;
    use crate::matching::testing::{finger, impression};
    use crate::matching::{Prepared, parameters};
    use crate::simd::{Job, Level, run};

    /// The compatibility of two fingers' candidates, as it is and with no chunk left out.
    struct Both<'a>(&'a Prepared, &'a Prepared);

    impl Job for Both<'_> {
        type Output = (Candidates, [Box<Compatibility>; 2]);
        #[inline(always)]
        fn run<S: Simd>(self, simd: S) -> Self::Output {
            let (mut a, mut b) = (Side::default(), Side::default());
            a.unpack(simd, self.0.view());
            b.unpack(simd, self.1.view());
            let mut rows = vec![Row::default(); parameters::MAX_MINUTIAE];
            similarities(simd, &a, &b, &mut rows);
            let mut candidates = Candidates::new();
            select(simd, &a, &b, &rows, MAX, &mut Ranking::default(), &mut candidates);
            let all = Candidates { near: [[true; CHUNKS]; CHUNKS], ..candidates.clone() };
            let [mut some, mut every] = [(); 2].map(|()| Box::new([Column::default(); MAX]));
            compatibility(simd, &candidates, RESIDUAL_PER_PX, &mut some);
            compatibility(simd, &all, RESIDUAL_PER_PX, &mut every);
            (candidates, [some, every])
        }
    }

    #[test]
    fn chunks_that_are_left_out_hold_nothing_compatible_and_the_matrix_is_symmetric() {
        let mut left_out = 0;
        for seed in 0..40 {
            let a = finger(seed, 36);
            for b in [impression(&a, seed), finger(seed + 1000, 40)] {
                let (candidates, [some, every]) = run(Level::current(), Both(&Prepared::new(&a), &Prepared::new(&b)));
                assert_eq!(some, every, "seed {seed}");
                let get = |t: usize, u: usize| some[t][u / LANES][u % LANES];
                for (t, u) in (0..candidates.count).flat_map(|t| (0..t).map(move |u| (t, u))) {
                    assert_eq!(get(t, u), get(u, t), "seed {seed}: {t}, {u}");
                }
                left_out += candidates.near.iter().flatten().filter(|&&near| !near).count();
            }
        }
        assert!(left_out > 100, "{left_out}");
    }
}
