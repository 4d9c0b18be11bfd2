//! The rigid motion of the second finger onto the first.

use super::parameters::growth::{ARM_SQUARED, MIN_WEIGHT};
use super::side::{Column, Side, at};
use crate::simd::{LANES, Lanes, Simd};

/// Two minutiae taken for one, and what speaks against it: 0 nothing, 1 all that is tolerated.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Pair {
    pub a: u8,
    pub b: u8,
    pub cost: f32,
}

/// A rotation and then a shift, px, y upwards.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Alignment {
    pub cos: f32,
    pub sin: f32,
    pub dx: f32,
    pub dy: f32,
}

/// The second finger moved onto the first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Moved {
    pub x: Column,
    pub y: Column,
    pub cos: Column,
    pub sin: Column,
}

impl Alignment {
    /// The motion that best fits the pairs, by weight; directions count like points on an arm. None where they tell no
    /// rotation.
    #[inline(always)]
    pub fn fit(a: &Side, b: &Side, pairs: &[Pair]) -> Option<Alignment> {
        let weight = |pair: &Pair| if 1.0 - pair.cost > MIN_WEIGHT { 1.0 - pair.cost } else { MIN_WEIGHT };
        let (mut sum, mut ax, mut ay, mut bx, mut by) = (0f32, 0f32, 0f32, 0f32, 0f32);
        for pair in pairs {
            let (w, i, j) = (weight(pair), usize::from(pair.a), usize::from(pair.b));
            sum += w;
            (ax, ay) = (ax + w * at(&a.x, i), ay + w * at(&a.y, i));
            (bx, by) = (bx + w * at(&b.x, j), by + w * at(&b.y, j));
        }
        if sum <= 0.0 {
            return None;
        }
        (ax, ay, bx, by) = (ax / sum, ay / sum, bx / sum, by / sum);
        let (mut cos, mut sin) = (0f32, 0f32);
        for pair in pairs {
            let (w, i, j) = (weight(pair), usize::from(pair.a), usize::from(pair.b));
            let (ux, uy) = (at(&b.x, j) - bx, at(&b.y, j) - by);
            let (vx, vy) = (at(&a.x, i) - ax, at(&a.y, i) - ay);
            let (uc, us, vc, vs) = (at(&b.cos, j), at(&b.sin, j), at(&a.cos, i), at(&a.sin, i));
            cos += w * ((ux * vx + uy * vy) + ARM_SQUARED * (uc * vc + us * vs));
            sin += w * ((ux * vy - uy * vx) + ARM_SQUARED * (uc * vs - us * vc));
        }
        let length = (cos * cos + sin * sin).sqrt();
        if length < 1e-6 {
            return None;
        }
        (cos, sin) = (cos / length, sin / length);
        Some(Alignment { cos, sin, dx: ax - (cos * bx - sin * by), dy: ay - (sin * bx + cos * by) })
    }

    /// Moves the second finger.
    #[inline(always)]
    pub fn apply<S: Simd>(self, simd: S, b: &Side, out: &mut Moved) {
        let (cos, sin) = (simd.splat(self.cos), simd.splat(self.sin));
        let (dx, dy) = (simd.splat(self.dx), simd.splat(self.dy));
        for c in 0..b.chunks() {
            let (x, y) = (simd.load(&b.x[c]), simd.load(&b.y[c]));
            out.x[c] = (cos * x - sin * y + dx).to_array();
            out.y[c] = (sin * x + cos * y + dy).to_array();
            let (bc, bs) = (simd.load(&b.cos[c]), simd.load(&b.sin[c]));
            out.cos[c] = (cos * bc - sin * bs).to_array();
            out.sin[c] = (sin * bc + cos * bs).to_array();
        }
        // Whatever the shift, lanes without a minutia stay far from every minutia.
        for j in b.count..b.chunks() * LANES {
            (out.x[j / LANES][j % LANES], out.y[j / LANES][j % LANES]) = (FAR, FAR);
        }
    }

    /// A point of the second finger, moved.
    #[inline(always)]
    pub fn point(self, x: f32, y: f32) -> (f32, f32) {
        (self.cos * x - self.sin * y + self.dx, self.sin * x + self.cos * y + self.dy)
    }
}

/// Further than any moved minutia can be from another, px.
const FAR: f32 = -1e6;
