//! The flow of ridges as minutiae show it: a minutia lies along the ridges around it, on any finger.

use super::alignment::{Moved, Pair};
use super::field::Bell;
use super::parameters::MAX_MINUTIAE;
use super::parameters::evidence::{FLOW_PRIOR, FLOW_SIGMA};
use super::side::{Column, Side, at};
use crate::simd::{Lanes, Simd};

/// One finger's minutiae where the alignment puts them.
#[derive(Clone, Copy)]
pub(crate) struct Placed<'a> {
    side: &'a Side,
    x: &'a Column,
    y: &'a Column,
    cos: &'a Column,
    sin: &'a Column,
}

impl<'a> Placed<'a> {
    /// The first finger, which stays.
    pub fn first(side: &'a Side) -> Self {
        Placed { side, x: &side.x, y: &side.y, cos: &side.cos, sin: &side.sin }
    }

    /// The second finger, which was moved.
    pub fn second(side: &'a Side, moved: &'a Moved) -> Self {
        Placed { side, x: &moved.x, y: &moved.y, cos: &moved.cos, sin: &moved.sin }
    }
}

/// How well the paired minutiae of either finger lie along the flow that the other's minutiae around them show: from −1
/// (across it) to 1 each, times its quality. The minutia's own partner does not count to the flow.
#[inline(always)]
pub(crate) fn agreement<S: Simd>(simd: S, a: Placed, b: Placed, pairs: &[Pair]) -> f32 {
    let ends = |pair: &Pair| (usize::from(pair.a) % MAX_MINUTIAE, usize::from(pair.b) % MAX_MINUTIAE);
    let along_b = one_way(simd, a, b, pairs.iter().map(ends));
    let along_a = one_way(simd, b, a, pairs.iter().map(ends).map(|(i, j)| (j, i)));
    along_b + along_a
}

#[inline(always)]
fn one_way<S: Simd>(simd: S, own: Placed, other: Placed, pairs: impl Iterator<Item = (usize, usize)>) -> f32 {
    let bell = Bell::new(simd, FLOW_SIGMA);
    let zero = simd.splat(0.0);
    // Doubled angles, by quality: a ridge's direction and its opposite are one.
    let (mut double_cos, mut double_sin) = (Column::default(), Column::default());
    for c in 0..other.side.chunks() {
        let (cos, sin) = (simd.load(&other.cos[c]), simd.load(&other.sin[c]));
        let quality = simd.load(&other.side.quality[c]);
        double_cos[c] = ((cos * cos - sin * sin) * quality).to_array();
        double_sin[c] = ((cos * sin + cos * sin) * quality).to_array();
    }
    let mut sum = 0.0;
    for (i, partner) in pairs {
        let (x, y) = (at(own.x, i), at(own.y, i));
        let (px, py) = (simd.splat(x), simd.splat(y));
        let (mut cos, mut sin, mut weight) = (zero, zero, zero);
        for c in 0..other.side.chunks() {
            let (dx, dy) = (simd.load(&other.x[c]) - px, simd.load(&other.y[c]) - py);
            let near = bell.at(simd, dx * dx + dy * dy);
            cos = cos + near * simd.load(&double_cos[c]);
            sin = sin + near * simd.load(&double_sin[c]);
            weight = weight + near * simd.load(&other.side.quality[c]);
        }
        let (dx, dy) = (at(other.x, partner) - x, at(other.y, partner) - y);
        let near = bell.at(simd, simd.splat(dx * dx + dy * dy)).to_array()[0];
        let (cos, sin) = (cos.sum() - near * at(&double_cos, partner), sin.sum() - near * at(&double_sin, partner));
        let weight = weight.sum() - near * at(&other.side.quality, partner);
        let (c, s) = (at(own.cos, i), at(own.sin, i));
        let along = cos * (c * c - s * s) + sin * (2.0 * c * s);
        sum += at(&own.side.quality, i) * along / (weight + FLOW_PRIOR);
    }
    sum
}
