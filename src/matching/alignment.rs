//! The rigid motion of the second finger onto the first.

use super::parameters::growth::{ARM_SQUARED, MIN_WEIGHT, SCALE_PRIOR, SCALES};
use super::side::{Column, Side, at};
use crate::simd::{LANES, Lanes, Simd};

/// Two minutiae taken for one, and what speaks against it: 0 nothing, 1 all that is tolerated.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Pair {
    pub a: u8,
    pub b: u8,
    pub cost: f32,
}

/// A rotation, a change of size and then a shift, px, y upwards.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Alignment {
    pub cos: f32,
    pub sin: f32,
    /// How much larger the second finger becomes.
    pub scale: f32,
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
        let (mut cos, mut sin, mut spread, mut turned_cos, mut turned_sin) = (0f32, 0f32, 0f32, 0f32, 0f32);
        for pair in pairs {
            let (w, i, j) = (weight(pair), usize::from(pair.a), usize::from(pair.b));
            let (ux, uy) = (at(&b.x, j) - bx, at(&b.y, j) - by);
            let (vx, vy) = (at(&a.x, i) - ax, at(&a.y, i) - ay);
            let (uc, us, vc, vs) = (at(&b.cos, j), at(&b.sin, j), at(&a.cos, i), at(&a.sin, i));
            cos += w * (ux * vx + uy * vy);
            sin += w * (ux * vy - uy * vx);
            spread += w * (ux * ux + uy * uy);
            turned_cos += w * (uc * vc + us * vs);
            turned_sin += w * (uc * vs - us * vc);
        }
        let (along, across) = (cos, sin);
        (cos, sin) = (cos + ARM_SQUARED * turned_cos, sin + ARM_SQUARED * turned_sin);
        let length = (cos * cos + sin * sin).sqrt();
        if length < 1e-6 {
            return None;
        }
        (cos, sin) = (cos / length, sin / length);
        let scale = (cos * along + sin * across + SCALE_PRIOR) / (spread + SCALE_PRIOR);
        let scale = if scale < SCALES.0 {
            SCALES.0
        } else if scale > SCALES.1 {
            SCALES.1
        } else {
            scale
        };
        let placed = Alignment { cos, sin, scale, dx: 0.0, dy: 0.0 };
        let (x, y) = placed.point(bx, by);
        Some(Alignment { dx: ax - x, dy: ay - y, ..placed })
    }

    /// Moves the second finger.
    #[inline(always)]
    pub fn apply<S: Simd>(self, simd: S, b: &Side, out: &mut Moved) {
        let (cos, sin) = (simd.splat(self.cos), simd.splat(self.sin));
        let (along, across) = (simd.splat(self.scale * self.cos), simd.splat(self.scale * self.sin));
        let (dx, dy) = (simd.splat(self.dx), simd.splat(self.dy));
        for c in 0..b.chunks() {
            let (x, y) = (simd.load(&b.x[c]), simd.load(&b.y[c]));
            out.x[c] = (along * x - across * y + dx).to_array();
            out.y[c] = (across * x + along * y + dy).to_array();
            let (bc, bs) = (simd.load(&b.cos[c]), simd.load(&b.sin[c]));
            out.cos[c] = (cos * bc - sin * bs).to_array();
            out.sin[c] = (sin * bc + cos * bs).to_array();
        }
        // Whatever the shift, lanes without a minutia stay far from every minutia.
        for j in b.count..b.chunks() * LANES {
            (out.x[j / LANES][j % LANES], out.y[j / LANES][j % LANES]) = (FAR, FAR);
        }
    }

    /// A half-plane of the second finger, moved: its outward normal and its distance from the origin.
    #[inline(always)]
    pub fn half_plane(self, (nx, ny): (f32, f32), reach: f32) -> (f32, f32, f32) {
        let (mx, my) = (self.cos * nx - self.sin * ny, self.sin * nx + self.cos * ny);
        (mx, my, self.scale * reach + (mx * self.dx + my * self.dy))
    }

    /// A point of the second finger, moved.
    #[inline(always)]
    pub fn point(self, x: f32, y: f32) -> (f32, f32) {
        let (along, across) = (self.scale * self.cos, self.scale * self.sin);
        (along * x - across * y + self.dx, across * x + along * y + self.dy)
    }

    /// A point of the first finger, moved back onto the second.
    #[inline(always)]
    pub fn back(self, x: f32, y: f32) -> (f32, f32) {
        let (x, y) = ((x - self.dx) / self.scale, (y - self.dy) / self.scale);
        (self.cos * x + self.sin * y, self.cos * y - self.sin * x)
    }
}

/// Further than any moved minutia can be from another, px.
const FAR: f32 = -1e6;
