//! The displacement field: how the skin is bent beyond a rigid motion, smoothed from what the pairs show.

use super::alignment::{Alignment, Moved, Pair};
use super::parameters::MAX_MINUTIAE;
use super::parameters::growth::FIELD_PRIOR;
use super::side::{Column, Side, at};
use crate::simd::{LANES, Lanes, Simd};

/// A bell of the standard deviation σ: `(1 − d²/16σ²)⁸`, which is within 0.03 of `exp(−d²/2σ²)` and ends at 4σ. Places are
/// divided by 4σ first, once each and not once a pair of them.
#[derive(Clone, Copy)]
pub(crate) struct Bell {
    /// 1 / 4σ, 1 / px.
    pub per_px: f32,
}

impl Bell {
    #[inline(always)]
    pub fn new(sigma: f32) -> Self {
        Bell { per_px: 0.25 / sigma }
    }

    /// The bell at a distance of `dx`, `dy`, in px · `per_px`.
    #[inline(always)]
    pub fn at<S: Simd>(simd: S, dx: S::F32, dy: S::F32) -> S::F32 {
        let base = (simd.splat(1.0) - (dx * dx + dy * dy)).max(simd.splat(0.0));
        let two = base * base;
        let four = two * two;
        four * four
    }
}

/// What a pair shows of the field: where, in px · `per_px`, x and y of the residual there, and its weight.
type Shown = [f32; 5];

#[inline(always)]
fn shown(bell: Bell, a: &Side, pair: &Pair, (x, y): (f32, f32)) -> Shown {
    let i = usize::from(pair.a);
    [x * bell.per_px, y * bell.per_px, at(&a.x, i) - x, at(&a.y, i) - y, 1.0 - 0.5 * pair.cost]
}

/// The residuals that the first `count` pairs show at eight places, px · `per_px`, by weight and nearness: sums of x, of y and
/// of the weights.
#[inline(always)]
fn sums<S: Simd>(simd: S, shown: &[Shown; MAX_MINUTIAE], count: usize, x: S::F32, y: S::F32) -> [S::F32; 3] {
    let zero = simd.splat(0.0);
    let (mut sx, mut sy, mut sw) = (zero, zero, zero);
    for shown in shown.iter().take(count) {
        let (dx, dy) = (x - simd.splat(shown[0]), y - simd.splat(shown[1]));
        let weight = Bell::at(simd, dx, dy) * simd.splat(shown[4]);
        sx = sx + weight * simd.splat(shown[2]);
        sy = sy + weight * simd.splat(shown[3]);
        sw = sw + weight;
    }
    [sx, sy, sw]
}

/// Displaces the moved finger by the pairs' residuals around each minutia.
#[inline(always)]
pub(crate) fn displace<S: Simd>(simd: S, sigma: f32, a: &Side, b: &Side, pairs: &[Pair], moved: &mut Moved) {
    let bell = Bell::new(sigma);
    let mut all = [Shown::default(); MAX_MINUTIAE];
    for (of_one, pair) in all.iter_mut().zip(pairs) {
        let j = usize::from(pair.b);
        *of_one = shown(bell, a, pair, (at(&moved.x, j), at(&moved.y, j)));
    }
    let (per_px, prior) = (simd.splat(bell.per_px), simd.splat(FIELD_PRIOR));
    for c in 0..b.chunks() {
        let (x, y) = (simd.load(&moved.x[c]), simd.load(&moved.y[c]));
        let [sx, sy, sw] = sums(simd, &all, pairs.len(), x * per_px, y * per_px);
        let weight = sw + prior;
        moved.x[c] = (x + sx / weight).to_array();
        moved.y[c] = (y + sy / weight).to_array();
    }
}

/// Each pair's residual under the field that the other pairs alone make, px: mates bend smoothly, chance does not.
#[inline(always)]
pub(crate) fn leave_one_out<S: Simd>(
    simd: S,
    sigma: f32,
    a: &Side,
    b: &Side,
    pairs: &[Pair],
    alignment: Alignment,
    out: &mut Column,
) {
    let bell = Bell::new(sigma);
    // One by one and side by side.
    let mut all = [Shown::default(); MAX_MINUTIAE];
    let mut columns = [Column::default(); 5];
    for (t, (of_one, pair)) in all.iter_mut().zip(pairs).enumerate() {
        let j = usize::from(pair.b);
        *of_one = shown(bell, a, pair, alignment.point(at(&b.x, j), at(&b.y, j)));
        for k in 0..columns.len() {
            columns[k][t / LANES][t % LANES] = of_one[k];
        }
    }
    let (zero, prior) = (simd.splat(0.0), simd.splat(FIELD_PRIOR));
    for c in 0..pairs.len().div_ceil(LANES) {
        let (x, y) = (simd.load(&columns[0][c]), simd.load(&columns[1][c]));
        let [sx, sy, sw] = sums(simd, &all, pairs.len(), x, y);
        // Each has counted itself, by its whole weight.
        let (rx, ry, own) = (simd.load(&columns[2][c]), simd.load(&columns[3][c]), simd.load(&columns[4][c]));
        let weight = (sw - own).max(zero) + prior;
        let (ex, ey) = (rx - (sx - own * rx) / weight, ry - (sy - own * ry) / weight);
        out[c] = (ex * ex + ey * ey).sqrt().to_array();
    }
}
