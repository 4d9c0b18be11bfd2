//! The flow of ridges as minutiae show it: a minutia lies along the ridges around it, on any finger.

use super::alignment::{Moved, Pair};
use super::field::Bell;
use super::parameters::MAX_MINUTIAE;
use super::parameters::evidence::{FLOW_PRIOR, FLOW_SIGMA};
use super::side::{Column, Side, at};
use crate::simd::{LANES, Lanes, Simd};

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
    one_way(simd, a, b, pairs, |pair| (pair.a, pair.b)) + one_way(simd, b, a, pairs, |pair| (pair.b, pair.a))
}

#[inline(always)]
fn one_way<S: Simd>(simd: S, own: Placed, other: Placed, pairs: &[Pair], ends: fn(&Pair) -> (u8, u8)) -> f32 {
    let bell = Bell::new(FLOW_SIGMA);
    let mut flows = [[0f32; 5]; MAX_MINUTIAE];
    for (j, flow) in flows.iter_mut().enumerate().take(other.side.count) {
        *flow = other.flow(bell, j);
    }
    let mut sum = simd.splat(0.0);
    for chunk in pairs.chunks(LANES) {
        // The paired minutiae and their partners, side by side.
        let mut minutiae = [[0f32; LANES]; 5];
        let mut partners = [[0f32; LANES]; 5];
        for (l, pair) in chunk.iter().enumerate() {
            let (i, j) = ends(pair);
            let (minutia, partner) = (own.flow(bell, i.into()), flows[usize::from(j) % MAX_MINUTIAE]);
            for k in 0..minutiae.len() {
                (minutiae[k][l], partners[k][l]) = (minutia[k], partner[k]);
            }
        }
        let [x, y, along, across, _] = load(simd, &minutiae);
        let (mut cos, mut sin, mut weight) = (simd.splat(0.0), simd.splat(0.0), simd.splat(0.0));
        for &[ox, oy, oc, os, oq] in flows.iter().take(other.side.count) {
            let (dx, dy) = (simd.splat(ox) - x, simd.splat(oy) - y);
            let near = Bell::at(simd, dx, dy);
            cos = cos + near * simd.splat(oc);
            sin = sin + near * simd.splat(os);
            weight = weight + near * simd.splat(oq);
        }
        let [ox, oy, oc, os, oq] = load(simd, &partners);
        let (dx, dy) = (ox - x, oy - y);
        let near = Bell::at(simd, dx, dy);
        let flow = (cos - near * oc) * along + (sin - near * os) * across;
        sum = sum + flow / (weight - near * oq + simd.splat(FLOW_PRIOR));
    }
    sum.sum()
}

#[inline(always)]
fn load<S: Simd>(simd: S, rows: &[[f32; LANES]; 5]) -> [S::F32; 5] {
    [simd.load(&rows[0]), simd.load(&rows[1]), simd.load(&rows[2]), simd.load(&rows[3]), simd.load(&rows[4])]
}

impl Placed<'_> {
    /// Where a minutia lies, which way it says that the ridges run, and its quality: place, px · `per_px`, cosine and sine of the
    /// doubled angle, as a ridge's direction and its opposite are one, by quality, and that.
    #[inline(always)]
    fn flow(&self, bell: Bell, i: usize) -> [f32; 5] {
        let (cos, sin, quality) = (at(self.cos, i), at(self.sin, i), at(&self.side.quality, i));
        let (x, y) = (at(self.x, i) * bell.per_px, at(self.y, i) * bell.per_px);
        [x, y, (cos * cos - sin * sin) * quality, 2.0 * cos * sin * quality, quality]
    }
}
