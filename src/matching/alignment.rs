//! The motion of the second finger onto the first: turned, grown or shrunk, shifted, and a little stretched.

use super::parameters::growth::{ARM_SQUARED, MIN_WEIGHT, SCALE_PRIOR, SCALES, STRETCH_PRIOR};
use super::side::{Column, Side, at};
use crate::simd::{LANES, Lanes, Simd};

/// Two minutiae taken for one, and what speaks against it: 0 nothing, 1 all that is tolerated.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Pair {
    pub a: u8,
    pub b: u8,
    pub cost: f32,
}

impl Pair {
    /// What it weighs in a fit.
    #[inline(always)]
    fn weight(&self) -> f32 {
        if 1.0 - self.cost > MIN_WEIGHT { 1.0 - self.cost } else { MIN_WEIGHT }
    }
}

/// A rotation, a change of size, a shift and then a stretch, px, y upwards.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Alignment {
    pub cos: f32,
    pub sin: f32,
    /// How much larger the second finger becomes.
    pub scale: f32,
    pub dx: f32,
    pub dy: f32,
    /// How stretched and sheared skin moves a place then: a matrix, row by row, times how far it lies from `centre`.
    pub stretch: [f32; 4],
    /// The middle of the pairs on the first finger.
    pub centre: (f32, f32),
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
        let (mut sum, mut ax, mut ay, mut bx, mut by) = (0f32, 0f32, 0f32, 0f32, 0f32);
        for pair in pairs {
            let (w, i, j) = (pair.weight(), usize::from(pair.a), usize::from(pair.b));
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
            let (w, i, j) = (pair.weight(), usize::from(pair.a), usize::from(pair.b));
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
        let placed = Alignment { cos, sin, scale, centre: (ax, ay), ..Alignment::default() };
        let (x, y) = placed.similar(bx, by);
        Some(Alignment { dx: ax - x, dy: ay - y, ..placed }.stretched(a, b, pairs))
    }

    /// The stretch that the pairs show beyond the motion: least squares, held at none.
    #[inline(always)]
    fn stretched(mut self, a: &Side, b: &Side, pairs: &[Pair]) -> Alignment {
        let (mut xx, mut xy, mut yy) = (STRETCH_PRIOR, 0f32, STRETCH_PRIOR);
        let [mut ux, mut uy, mut vx, mut vy] = [0f32; 4];
        for pair in pairs {
            let (i, j) = (usize::from(pair.a), usize::from(pair.b));
            let w = pair.weight();
            let (x, y) = self.similar(at(&b.x, j), at(&b.y, j));
            let (u, v) = (at(&a.x, i) - x, at(&a.y, i) - y);
            let (x, y) = (x - self.centre.0, y - self.centre.1);
            (xx, xy, yy) = (xx + w * (x * x), xy + w * (x * y), yy + w * (y * y));
            (ux, uy) = (ux + w * (u * x), uy + w * (u * y));
            (vx, vy) = (vx + w * (v * x), vy + w * (v * y));
        }
        let determinant = xx * yy - xy * xy;
        self.stretch =
            [ux * yy - uy * xy, uy * xx - ux * xy, vx * yy - vy * xy, vy * xx - vx * xy].map(|v| v / determinant);
        self
    }

    /// Moves the second finger.
    #[inline(always)]
    pub fn apply<S: Simd>(self, simd: S, b: &Side, out: &mut Moved) {
        let (cos, sin) = (simd.splat(self.cos), simd.splat(self.sin));
        let (along, across) = (simd.splat(self.scale * self.cos), simd.splat(self.scale * self.sin));
        let (dx, dy) = (simd.splat(self.dx), simd.splat(self.dy));
        let (cx, cy) = (simd.splat(self.centre.0), simd.splat(self.centre.1));
        let [ux, uy, vx, vy] = self.stretch.map(|v| simd.splat(v));
        for c in 0..b.chunks() {
            let (x, y) = (simd.load(&b.x[c]), simd.load(&b.y[c]));
            let (x, y) = (along * x - across * y + dx, across * x + along * y + dy);
            let (u, v) = (x - cx, y - cy);
            out.x[c] = (x + (ux * u + uy * v)).to_array();
            out.y[c] = (y + (vx * u + vy * v)).to_array();
            let (bc, bs) = (simd.load(&b.cos[c]), simd.load(&b.sin[c]));
            out.cos[c] = (cos * bc - sin * bs).to_array();
            out.sin[c] = (sin * bc + cos * bs).to_array();
        }
        // Whatever the shift, lanes without a minutia stay far from every minutia.
        for j in b.count..b.chunks() * LANES {
            (out.x[j / LANES][j % LANES], out.y[j / LANES][j % LANES]) = (FAR, FAR);
        }
    }

    /// A half-plane of the second finger, moved but not stretched: its outward normal and its distance from the origin.
    #[inline(always)]
    pub fn half_plane(self, (nx, ny): (f32, f32), reach: f32) -> (f32, f32, f32) {
        let (mx, my) = (self.cos * nx - self.sin * ny, self.sin * nx + self.cos * ny);
        (mx, my, self.scale * reach + (mx * self.dx + my * self.dy))
    }

    /// A point of the second finger, moved.
    #[inline(always)]
    pub fn point(self, x: f32, y: f32) -> (f32, f32) {
        let (x, y) = self.similar(x, y);
        let (u, v) = (x - self.centre.0, y - self.centre.1);
        let [ux, uy, vx, vy] = self.stretch;
        (x + (ux * u + uy * v), y + (vx * u + vy * v))
    }

    /// A point of the second finger, moved but not stretched.
    #[inline(always)]
    fn similar(self, x: f32, y: f32) -> (f32, f32) {
        let (along, across) = (self.scale * self.cos, self.scale * self.sin);
        (along * x - across * y + self.dx, across * x + along * y + self.dy)
    }

    /// The first finger's minutiae moved back onto the second, as by [`Alignment::back`] but for rounding.
    #[inline(always)]
    pub fn apply_back<S: Simd>(self, simd: S, a: &Side) -> (Column, Column) {
        let (mut back_x, mut back_y) = (Column::default(), Column::default());
        let (cos, sin) = (simd.splat(self.cos), simd.splat(self.sin));
        let (dx, dy) = (simd.splat(self.dx), simd.splat(self.dy));
        let (cx, cy) = (simd.splat(self.centre.0), simd.splat(self.centre.1));
        let [ux, uy, vx, vy] = self.stretch.map(|v| simd.splat(v));
        let shrink = simd.splat(1.0 / self.scale);
        for c in 0..a.chunks() {
            let (x, y) = (simd.load(&a.x[c]), simd.load(&a.y[c]));
            let (u, v) = (x - cx, y - cy);
            let (x, y) = (x - (ux * u + uy * v), y - (vx * u + vy * v));
            let (x, y) = ((x - dx) * shrink, (y - dy) * shrink);
            back_x[c] = (cos * x + sin * y).to_array();
            back_y[c] = (cos * y - sin * x).to_array();
        }
        (back_x, back_y)
    }

    /// A point of the first finger, moved back onto the second, the stretch by its first term: off by what the stretch's square
    /// makes of its distance from the centre, 1 px at 200 px where skin is stretched by 0.07.
    #[inline(always)]
    pub fn back(self, x: f32, y: f32) -> (f32, f32) {
        let (u, v) = (x - self.centre.0, y - self.centre.1);
        let [ux, uy, vx, vy] = self.stretch;
        let (x, y) = (x - (ux * u + uy * v), y - (vx * u + vy * v));
        let (x, y) = ((x - self.dx) / self.scale, (y - self.dy) / self.scale);
        (self.cos * x + self.sin * y, self.cos * y - self.sin * x)
    }
}

/// Further than any moved minutia can be from another, px.
const FAR: f32 = -1e6;

#[cfg(test)]
mod tests;
