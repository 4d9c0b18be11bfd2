//! The displacement field: how the skin is bent beyond a rigid motion, smoothed from what the pairs show.

use super::alignment::{Alignment, Moved, Pair};
use super::parameters::MAX_MINUTIAE;
use super::parameters::growth::FIELD_PRIOR;
use super::side::{Column, Side, at};
use crate::simd::{LANES, Lanes, Simd};

/// A bell of the standard deviation `sigma`: `(1 − d²/16σ²)⁸`, which is within 0.03 of `exp(−d²/2σ²)` and ends at 4σ.
#[derive(Clone, Copy)]
pub(crate) struct Bell<V>(V);

impl<V: Lanes> Bell<V> {
    #[inline(always)]
    pub fn new<S: Simd<F32 = V>>(simd: S, sigma: f32) -> Self {
        Bell(simd.splat(1.0 / (16.0 * sigma * sigma)))
    }

    #[inline(always)]
    pub fn at<S: Simd<F32 = V>>(self, simd: S, squared: V) -> V {
        let base = (simd.splat(1.0) - squared * self.0).max(simd.splat(0.0));
        let two = base * base;
        let four = two * two;
        four * four
    }
}

/// Displaces the moved finger by the pairs' residuals around each minutia.
#[inline(always)]
pub(crate) fn displace<S: Simd>(simd: S, sigma: f32, a: &Side, b: &Side, pairs: &[Pair], moved: &mut Moved) {
    let bell = Bell::new(simd, sigma);
    // Place, residual and weight of each pair.
    let mut shown = [[0f32; 5]; MAX_MINUTIAE];
    for (shown, pair) in shown.iter_mut().zip(pairs) {
        let (i, j) = (usize::from(pair.a), usize::from(pair.b));
        let (x, y) = (at(&moved.x, j), at(&moved.y, j));
        *shown = [x, y, at(&a.x, i) - x, at(&a.y, i) - y, 1.0 - 0.5 * pair.cost];
    }
    let prior = simd.splat(FIELD_PRIOR);
    for c in 0..b.chunks() {
        let (x, y) = (simd.load(&moved.x[c]), simd.load(&moved.y[c]));
        let zero = simd.splat(0.0);
        let (mut sx, mut sy, mut sw) = (zero, zero, zero);
        for shown in shown.iter().take(pairs.len()) {
            let (dx, dy) = (x - simd.splat(shown[0]), y - simd.splat(shown[1]));
            let weight = bell.at(simd, dx * dx + dy * dy) * simd.splat(shown[4]);
            sx = sx + weight * simd.splat(shown[2]);
            sy = sy + weight * simd.splat(shown[3]);
            sw = sw + weight;
        }
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
    let bell = Bell::new(simd, sigma);
    // Place, residual and weight of each pair, one by one and side by side.
    let mut shown = [[0f32; 5]; MAX_MINUTIAE];
    let mut columns = [Column::default(); 5];
    for (t, (shown, pair)) in shown.iter_mut().zip(pairs).enumerate() {
        let (i, j) = (usize::from(pair.a), usize::from(pair.b));
        let (x, y) = alignment.point(at(&b.x, j), at(&b.y, j));
        *shown = [x, y, at(&a.x, i) - x, at(&a.y, i) - y, 1.0 - 0.5 * pair.cost];
        for k in 0..columns.len() {
            columns[k][t / LANES][t % LANES] = shown[k];
        }
    }
    let (zero, prior) = (simd.splat(0.0), simd.splat(FIELD_PRIOR));
    for c in 0..pairs.len().div_ceil(LANES) {
        let (x, y) = (simd.load(&columns[0][c]), simd.load(&columns[1][c]));
        let (mut sx, mut sy, mut sw) = (zero, zero, zero);
        for shown in shown.iter().take(pairs.len()) {
            let (dx, dy) = (simd.splat(shown[0]) - x, simd.splat(shown[1]) - y);
            let weight = bell.at(simd, dx * dx + dy * dy) * simd.splat(shown[4]);
            sx = sx + weight * simd.splat(shown[2]);
            sy = sy + weight * simd.splat(shown[3]);
            sw = sw + weight;
        }
        // Each has counted itself, by its whole weight.
        let (rx, ry, own) = (simd.load(&columns[2][c]), simd.load(&columns[3][c]), simd.load(&columns[4][c]));
        let weight = (sw - own).max(zero) + prior;
        let (ex, ey) = (rx - (sx - own * rx) / weight, ry - (sy - own * ry) / weight);
        out[c] = (ex * ex + ey * ey).sqrt().to_array();
    }
}
