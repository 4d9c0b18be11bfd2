//! Smooth random fields: a lattice of nearly normal numbers, interpolated by cubic B-splines.

use super::random::Stream;

/// A smooth random field over the plane from (0, 0) on, mean 0, deviation 1.
pub(super) struct Field {
    columns: usize,
    rows: usize,
    /// Lattice spacing, pixels.
    spacing: f32,
    lattice: Vec<f32>,
}

/// A B-spline averages its four neighbours each way: the deviation of what it gives is 0.48 of the lattice's.
const GAIN: f64 = 1.0 / 0.48;

impl Field {
    /// A field for `0..width` × `0..height` pixels whose features are about `spacing` pixels wide.
    pub fn new(stream: &mut Stream, width: usize, height: usize, spacing: f32) -> Self {
        let nodes = |side: usize| (side as f32 / spacing) as usize + 4;
        let (columns, rows) = (nodes(width), nodes(height));
        let lattice = (0..columns * rows).map(|_| stream.normal(0.0, GAIN) as f32).collect();
        Field { columns, rows, spacing, lattice }
    }

    /// The field at one point; points outside take the value of the nearest node.
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let (i, wx) = self.place(x, self.columns);
        let (j, wy) = self.place(y, self.rows);
        let mut sum = 0.0;
        for (r, wy) in wy.iter().enumerate() {
            let row = &self.lattice[(j + r) * self.columns + i..][..4];
            sum += wy * (wx[0] * row[0] + wx[1] * row[1] + wx[2] * row[2] + wx[3] * row[3]);
        }
        sum
    }

    /// The field at all pixels, row by row: separable, for whole images.
    pub fn plane(&self, width: usize, height: usize) -> Vec<f32> {
        let taps: Vec<_> = (0..width).map(|x| self.place(x as f32, self.columns)).collect();
        let mut wide = vec![0.0; width * self.rows];
        for (row, out) in self.lattice.chunks_exact(self.columns).zip(wide.chunks_exact_mut(width)) {
            for ((i, w), out) in taps.iter().zip(out) {
                let v = &row[*i..][..4];
                *out = w[0] * v[0] + w[1] * v[1] + w[2] * v[2] + w[3] * v[3];
            }
        }
        let mut plane = vec![0.0; width * height];
        for (y, out) in plane.chunks_exact_mut(width).enumerate() {
            let (j, w) = self.place(y as f32, self.rows);
            let row = |r: usize| &wide[(j + r) * width..][..width];
            let (a, b, c, d) = (row(0), row(1), row(2), row(3));
            for x in 0..width {
                out[x] = w[0] * a[x] + w[1] * b[x] + w[2] * c[x] + w[3] * d[x];
            }
        }
        plane
    }

    /// The first of four nodes, and their weights.
    fn place(&self, v: f32, nodes: usize) -> (usize, [f32; 4]) {
        let v = (v / self.spacing).clamp(0.0, (nodes - 4) as f32 + 0.999);
        let node = v as usize;
        let (t, s) = (v - node as f32, 1.0 - (v - node as f32));
        let (t2, s2) = (t * t, s * s);
        (node, [s2 * s / 6.0, (4.0 - 3.0 * t2 * (2.0 - t)) / 6.0, (4.0 - 3.0 * s2 * (2.0 - s)) / 6.0, t2 * t / 6.0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plane_is_the_field_at_every_pixel() {
        let field = Field::new(&mut Stream::new("test", &[]), 37, 23, 4.5);
        for (k, &v) in field.plane(37, 23).iter().enumerate() {
            assert!((field.at((k % 37) as f32, (k / 37) as f32) - v).abs() < 1e-5);
        }
    }

    #[test]
    fn a_field_has_deviation_one_and_steps_slowly() {
        let plane = Field::new(&mut Stream::new("test", &[]), 400, 400, 5.0).plane(400, 400);
        let variance = plane.iter().map(|v| v * v).sum::<f32>() / 160_000.0;
        assert!((variance - 1.0).abs() < 0.1, "{variance}");
        assert!(plane.chunks(400).all(|row| row.windows(2).all(|p| (p[0] - p[1]).abs() < 1.5)));
    }
}
