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

/// Which minutiae of either finger are paired, a bit each.
#[inline(always)]
pub(crate) fn paired(pairs: &[Pair]) -> (u128, u128) {
    let (mut a, mut b) = (0, 0);
    for pair in pairs {
        (a, b) = (a | 1 << pair.a, b | 1 << pair.b);
    }
    (a, b)
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
    /// rotation. What is left is the stretch, by least squares, held at none.
    #[inline(always)]
    pub fn fit<S: Simd>(simd: S, a: &Side, b: &Side, pairs: &[Pair]) -> Option<Alignment> {
        let m = Moments::of(simd, a, b, pairs)?;
        let (along, across) = (m.ab[0][0] + m.ab[1][1], m.ab[1][0] - m.ab[0][1]);
        let (cos, sin) = (along + ARM_SQUARED * m.turned_cos, across + ARM_SQUARED * m.turned_sin);
        let length = (cos * cos + sin * sin).sqrt();
        if length < 1e-6 {
            return None;
        }
        let (cos, sin) = (cos / length, sin / length);
        let [xx, xy, yy] = m.bb;
        let scale = (cos * along + sin * across + SCALE_PRIOR) / (xx + yy + SCALE_PRIOR);
        let scale = if scale < SCALES.0 {
            SCALES.0
        } else if scale > SCALES.1 {
            SCALES.1
        } else {
            scale
        };
        // The second finger's moments as placed, and of what is left with them.
        let (p, q) = (scale * cos, scale * sin);
        let placed_xx = p * p * xx - 2.0 * (p * q * xy) + q * q * yy;
        let placed_xy = p * q * (xx - yy) + (p * p - q * q) * xy;
        let placed_yy = q * q * xx + 2.0 * (p * q * xy) + p * p * yy;
        let left = |[x, y]: [f32; 2], of_x: f32, of_y: f32| (p * x - q * y - of_x, q * x + p * y - of_y);
        let (ux, uy) = left(m.ab[0], placed_xx, placed_xy);
        let (vx, vy) = left(m.ab[1], placed_xy, placed_yy);
        let (xx, xy, yy) = (placed_xx + STRETCH_PRIOR, placed_xy, placed_yy + STRETCH_PRIOR);
        let determinant = xx * yy - xy * xy;
        let stretch =
            [ux * yy - uy * xy, uy * xx - ux * xy, vx * yy - vy * xy, vy * xx - vx * xy].map(|v| v / determinant);
        let placed = Alignment { cos, sin, scale, centre: m.a, stretch, ..Alignment::default() };
        let (x, y) = placed.similar(m.b.0, m.b.1);
        Some(Alignment { dx: m.a.0 - x, dy: m.a.1 - y, ..placed })
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

/// Means and second moments of paired minutiae, by weight.
struct Moments {
    /// The middle of the pairs on either finger.
    a: (f32, f32),
    b: (f32, f32),
    /// About the middles: the first finger's x and y times the second's x and y, and the second's xx, xy and yy.
    ab: [[f32; 2]; 2],
    bb: [f32; 3],
    /// Of the rotations that the directions tell.
    turned_cos: f32,
    turned_sin: f32,
}

impl Moments {
    /// None without a pair. Places count from the first pair, so that little is lost where large numbers are taken off each other.
    #[inline(always)]
    fn of<S: Simd>(simd: S, a: &Side, b: &Side, pairs: &[Pair]) -> Option<Moments> {
        let first = pairs.first()?;
        let (i, j) = (usize::from(first.a), usize::from(first.b));
        let (ox, oy, px, py) = (at(&a.x, i), at(&a.y, i), at(&b.x, j), at(&b.y, j));
        let mut sums = [simd.splat(0.0); 14];
        for chunk in pairs.chunks(LANES) {
            let mut ends = [[0f32; LANES]; 9];
            for (l, pair) in chunk.iter().enumerate() {
                let (i, j) = (usize::from(pair.a), usize::from(pair.b));
                ends[0][l] = pair.weight();
                (ends[1][l], ends[2][l]) = (at(&a.x, i) - ox, at(&a.y, i) - oy);
                (ends[3][l], ends[4][l]) = (at(&b.x, j) - px, at(&b.y, j) - py);
                (ends[5][l], ends[6][l]) = (at(&a.cos, i), at(&a.sin, i));
                (ends[7][l], ends[8][l]) = (at(&b.cos, j), at(&b.sin, j));
            }
            let [w, ax, ay, bx, by, ac, as_, bc, bs] = [
                simd.load(&ends[0]),
                simd.load(&ends[1]),
                simd.load(&ends[2]),
                simd.load(&ends[3]),
                simd.load(&ends[4]),
                simd.load(&ends[5]),
                simd.load(&ends[6]),
                simd.load(&ends[7]),
                simd.load(&ends[8]),
            ];
            let (wx, wy) = (w * bx, w * by);
            let terms = [
                w,
                w * ax,
                w * ay,
                wx,
                wy,
                ax * wx,
                ax * wy,
                ay * wx,
                ay * wy,
                bx * wx,
                bx * wy,
                by * wy,
                w * (bc * ac + bs * as_),
                w * (bc * as_ - bs * ac),
            ];
            for k in 0..terms.len() {
                sums[k] = sums[k] + terms[k];
            }
        }
        let mut totals = [0f32; 14];
        for k in 0..totals.len() {
            totals[k] = sums[k].sum();
        }
        let [w, ax, ay, bx, by, axbx, axby, aybx, ayby, xx, xy, yy, turned_cos, turned_sin] = totals;
        let (mx, my) = (bx / w, by / w);
        Some(Moments {
            a: (ox + ax / w, oy + ay / w),
            b: (px + mx, py + my),
            ab: [[axbx - ax * mx, axby - ax * my], [aybx - ay * mx, ayby - ay * my]],
            bb: [xx - bx * mx, xy - bx * my, yy - by * my],
            turned_cos,
            turned_sin,
        })
    }
}

/// Further than any moved minutia can be from another, px.
const FAR: f32 = -1e6;

#[cfg(test)]
mod tests;
