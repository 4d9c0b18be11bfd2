//! Maps of the network: rows of columns of channels.

use crate::simd::convolution::BLOCK;

/// Columns beyond either end of a row, as far as the widest kernel reaches: 3 wide and dilated by 3.
pub(super) const MARGIN: usize = 3;

/// Activations: `height` × `width` × `channels`, channels innermost, amid what stands for zero.
#[derive(Debug, Default)]
pub(super) struct Map {
    width: usize,
    height: usize,
    channels: usize,
    /// Rows of `MARGIN + width + MARGIN` columns, then one such row that stands above and below the map.
    data: Vec<u8>,
}

impl Map {
    /// Makes it this large. Values are arbitrary afterwards, those around the map are `ground`, always the same for a map.
    pub fn reshape(&mut self, width: usize, height: usize, channels: usize, ground: u8) {
        if (width, height, channels) != (self.width, self.height, self.channels) {
            (self.width, self.height, self.channels) = (width, height, channels);
            self.data.clear();
            self.data.resize((height + 1) * self.pitch(), ground);
        }
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn height(&self) -> usize {
        self.height
    }

    fn pitch(&self) -> usize {
        (self.width + 2 * MARGIN) * self.channels
    }

    /// Row `y` from column `-left` on, with its margin: what stands for zero above and below the map.
    pub fn row_from(&self, y: isize, left: usize) -> &[u8] {
        let y = usize::try_from(y).map_or(self.height, |y| y.min(self.height));
        let start = (MARGIN - left) * self.channels;
        &self.data[y * self.pitch()..][start..self.pitch()]
    }

    /// Row `y` of the map, without the margin.
    pub fn row(&self, y: usize) -> &[u8] {
        &self.data[y * self.pitch() + MARGIN * self.channels..][..self.width * self.channels]
    }

    /// Row `y` of the map, without the margin.
    pub fn row_mut(&mut self, y: usize) -> &mut [u8] {
        let start = y * self.pitch() + MARGIN * self.channels;
        &mut self.data[start..][..self.width * self.channels]
    }
}

/// What a cell of [`Outputs`] says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub(super) enum Channel {
    /// The logarithm of the odds that a minutia is in this cell.
    Heat,
    /// How far right of the cell's zero it lies, cells.
    OffsetX,
    /// How far below, cells.
    OffsetY,
    /// Its direction's cosine, times any positive number.
    Cosine,
    /// And sine.
    Sine,
    /// The logarithm of the odds that it is an ending and no bifurcation.
    Ending,
    /// The logarithm of the odds that the cell is part of the finger.
    Foreground,
    /// Cosine of twice the orientation of the ridges, y growing downwards.
    DoubleCosine,
    /// And sine.
    DoubleSine,
}

/// What comes out of the network: a cell for each 4 × 4 pixels.
#[derive(Debug, Default)]
pub(super) struct Outputs {
    width: usize,
    height: usize,
    cells: Vec<[f32; BLOCK]>,
}

impl Outputs {
    /// Makes it this large. Values are arbitrary afterwards.
    pub fn reshape(&mut self, width: usize, height: usize) {
        (self.width, self.height) = (width, height);
        self.cells.resize(width * height, [0.0; BLOCK]);
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn height(&self) -> usize {
        self.height
    }

    pub fn at(&self, x: usize, y: usize, channel: Channel) -> f32 {
        self.cells[y * self.width + x][channel as usize]
    }

    pub fn cells(&self) -> &[[f32; BLOCK]] {
        &self.cells
    }

    #[cfg(test)]
    pub fn set(&mut self, x: usize, y: usize, channel: Channel, value: f32) {
        self.cells[y * self.width + x][channel as usize] = value;
    }

    /// Row `y`, cell after cell.
    pub fn row_mut(&mut self, y: usize) -> &mut [f32] {
        self.cells[y * self.width..][..self.width].as_flattened_mut()
    }
}
