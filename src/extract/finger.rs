//! Which part of an image is finger, and how its ridges run.

use super::map::{Channel, Outputs};
use crate::simd::convolution::BLOCK;

/// Three of the network's maps, whole.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Finger {
    width: usize,
    /// Foreground, cosine and sine as of [`Channel`].
    cells: Vec<[f32; 3]>,
}

impl Finger {
    /// Ready for maps of this size.
    pub fn start(&mut self, width: usize, height: usize) {
        self.width = width;
        self.cells.clear();
        self.cells.reserve_exact(width * height);
    }

    /// Takes the rows that have come.
    pub fn advance(&mut self, maps: &Outputs) {
        let of = |cell: &[f32; BLOCK]| {
            [Channel::Foreground, Channel::DoubleCosine, Channel::DoubleSine].map(|channel| cell[channel as usize])
        };
        for y in self.height()..maps.made() {
            self.cells.extend(maps.row(y).iter().map(of));
        }
    }

    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows that have come.
    pub fn height(&self) -> usize {
        self.cells.len() / self.width.max(1)
    }

    /// Whether the cell is part of the finger, more likely than not: the logarithm of the odds is above 0.
    pub fn has(&self, x: usize, y: usize) -> bool {
        self.cells[y * self.width + x][0] > 0.0
    }

    /// Cosine and sine of twice the ridges' orientation, y growing downwards, times how sure it is.
    pub fn ridge(&self, x: usize, y: usize) -> (f64, f64) {
        let [_, cos, sin] = self.cells[y * self.width + x].map(f64::from);
        (cos, sin)
    }

    #[cfg(test)]
    pub fn of(maps: &Outputs) -> Self {
        let mut finger = Finger::default();
        finger.start(maps.width(), maps.height());
        finger.advance(maps);
        finger
    }
}
