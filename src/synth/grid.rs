//! The canvas on which a master finger lies, and values over it on a coarse grid.

/// Columns of a master's canvas at 500 ppi: 26 mm, nail to nail.
pub const CANVAS_WIDTH: usize = 512;
/// Rows of a master's canvas at 500 ppi: 32.5 mm, tip to crease.
pub const CANVAS_HEIGHT: usize = 640;
/// Pixels from one cell of a grid to the next. Cell (i, j) stands for the point (4 i + 1.5, 4 j + 1.5), the middle of its
/// 4 × 4 pixels (a pixel's middle has whole coordinates).
pub const STRIDE: usize = 4;

const COLUMNS: usize = CANVAS_WIDTH / STRIDE;
const ROWS: usize = CANVAS_HEIGHT / STRIDE;

/// Values over the canvas, one for every 4 × 4 pixels.
#[derive(Debug, Clone)]
pub(super) struct Grid<T>(Vec<T>);

impl<T: Copy> Grid<T> {
    /// The grid of a function of canvas pixels.
    pub fn from_fn(f: impl Fn(f32, f32) -> T) -> Self {
        let centre = |i: usize| (STRIDE * i) as f32 + 1.5;
        Grid((0..ROWS * COLUMNS).map(|k| f(centre(k % COLUMNS), centre(k / COLUMNS))).collect())
    }

    /// The four cells around a point, and its place between them, 0 to 1 each way.
    fn around(&self, x: f32, y: f32) -> ([T; 4], f32, f32) {
        let place = |v: f32, n: usize| {
            let v = ((v - 1.5) / STRIDE as f32).clamp(0.0, (n - 2) as f32 + 0.999);
            (v as usize, v - (v as usize) as f32)
        };
        let ((i, u), (j, v)) = (place(x, COLUMNS), place(y, ROWS));
        let at = j * COLUMNS + i;
        ([self.0[at], self.0[at + 1], self.0[at + COLUMNS], self.0[at + COLUMNS + 1]], u, v)
    }
}

impl Grid<f32> {
    /// Linear interpolation.
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let ([a, b, c, d], u, v) = self.around(x, y);
        (a * (1.0 - u) + b * u) * (1.0 - v) + (c * (1.0 - u) + d * u) * v
    }
}

impl Grid<[f32; 2]> {
    /// Linear interpolation of both parts.
    pub fn at(&self, x: f32, y: f32) -> [f32; 2] {
        let ([a, b, c, d], u, v) = self.around(x, y);
        [0, 1].map(|k| (a[k] * (1.0 - u) + b[k] * u) * (1.0 - v) + (c[k] * (1.0 - u) + d[k] * u) * v)
    }
}
