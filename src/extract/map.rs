//! Maps of the network: rows of columns of channels.

use crate::simd::convolution::BLOCK;

/// Columns beyond either end of a row, as far as the widest kernel reaches: 3 wide and dilated by 3.
pub(super) const MARGIN: usize = 3;

/// Which rows of a map are there: those that were made last. Rows are made from the top down.
#[derive(Debug, Default)]
struct Rows {
    height: usize,
    /// How many are kept: a power of two, or all.
    kept: usize,
    /// Row `y` stands in slot `y & mask`.
    mask: usize,
    made: usize,
}

impl Rows {
    fn new(height: usize, kept: usize) -> Self {
        let slots = kept.min(height).next_power_of_two();
        Rows { height, kept: slots.min(height), mask: slots - 1, made: 0 }
    }

    fn slot(&self, y: usize) -> usize {
        debug_assert!(y < self.made && self.made <= y + self.kept, "row {y} of {self:?}");
        y & self.mask
    }

    /// Row `y` is the last one made from now on.
    fn make(&mut self, y: usize) -> usize {
        self.made = y + 1;
        self.slot(y)
    }

    fn reached(&self, below: usize) -> usize {
        if self.made == self.height { self.height } else { self.made.saturating_sub(below) }
    }
}

/// Activations: `height` × `width` × `channels`, channels innermost, amid what stands for zero. Only its last rows are kept,
/// as many as the layers after it look back at.
#[derive(Debug, Default)]
pub(super) struct Map {
    rows: Rows,
    width: usize,
    channels: usize,
    /// The kept rows of `MARGIN + width + MARGIN` columns, then one such row that stands above and below the map.
    data: Vec<u8>,
}

impl Map {
    /// Makes it this large and empty, to keep its last `kept` rows at least. Values around the map are `ground`, always the
    /// same for a map.
    pub fn start(&mut self, width: usize, height: usize, kept: usize, channels: usize, ground: u8) {
        let before = (self.width, self.rows.kept, self.channels);
        self.rows = Rows::new(height, kept);
        if before != (width, self.rows.kept, channels) {
            (self.width, self.channels) = (width, channels);
            self.data.clear();
            self.data.resize((self.rows.kept + 1) * self.pitch(), ground);
        }
    }

    /// Makes it empty.
    pub fn restart(&mut self) {
        self.rows.made = 0;
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn height(&self) -> usize {
        self.rows.height
    }

    /// How many rows have been made.
    pub fn made(&self) -> usize {
        self.rows.made
    }

    /// How many rows have `below` more below them, or all that the map has there.
    pub fn reached(&self, below: usize) -> usize {
        self.rows.reached(below)
    }

    #[cfg(test)]
    pub fn bytes(&self) -> usize {
        self.data.len()
    }

    fn pitch(&self) -> usize {
        (self.width + 2 * MARGIN) * self.channels
    }

    /// Row `y` from column `-left` on, with its margin: what stands for zero above and below the map.
    pub fn row_from(&self, y: isize, left: usize) -> &[u8] {
        let y = usize::try_from(y).ok().filter(|&y| y < self.height());
        let slot = y.map_or(self.rows.kept, |y| self.rows.slot(y));
        let start = (MARGIN - left) * self.channels;
        &self.data[slot * self.pitch()..][start..self.pitch()]
    }

    /// Row `y` of the map, without the margin.
    pub fn row(&self, y: usize) -> &[u8] {
        &self.data[self.start_of(self.rows.slot(y))..][..self.width * self.channels]
    }

    /// A cell and the one right of it, none of which need be on the map: what stands for zero where they are not.
    pub fn pair(&self, x: isize, y: isize) -> &[u8] {
        // As far beyond the map as both lie in the margin.
        let column = (x.clamp(-2, self.width as isize) + 2) as usize;
        &self.row_from(y, 2)[column * self.channels..][..2 * self.channels]
    }

    /// Row `y` of the map, without the margin, to be made: the next one, or once more the last.
    pub fn row_mut(&mut self, y: usize) -> &mut [u8] {
        let slot = self.rows.make(y);
        let start = self.start_of(slot);
        &mut self.data[start..][..self.width * self.channels]
    }

    fn start_of(&self, slot: usize) -> usize {
        slot * self.pitch() + MARGIN * self.channels
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

/// What comes out of the network: a cell for each 4 × 4 pixels. Only the last rows are kept.
#[derive(Debug, Default)]
pub(super) struct Outputs {
    rows: Rows,
    width: usize,
    cells: Vec<[f32; BLOCK]>,
}

impl Outputs {
    /// Makes it this large and empty, to keep its last `kept` rows at least.
    pub fn start(&mut self, width: usize, height: usize, kept: usize) {
        self.rows = Rows::new(height, kept);
        self.width = width;
        self.cells.resize(width * self.rows.kept, [0.0; BLOCK]);
    }

    /// Makes it empty.
    pub fn restart(&mut self) {
        self.rows.made = 0;
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn height(&self) -> usize {
        self.rows.height
    }

    /// How many rows have been made.
    pub fn made(&self) -> usize {
        self.rows.made
    }

    /// How many rows have `below` more below them, or all that the map has there.
    pub fn reached(&self, below: usize) -> usize {
        self.rows.reached(below)
    }

    pub fn at(&self, x: usize, y: usize, channel: Channel) -> f32 {
        self.row(y)[x][channel as usize]
    }

    /// Row `y`.
    pub fn row(&self, y: usize) -> &[[f32; BLOCK]] {
        &self.cells[self.rows.slot(y) * self.width..][..self.width]
    }

    /// Row `y` to be made, cell after cell: the next one, or once more the last.
    pub fn row_mut(&mut self, y: usize) -> &mut [f32] {
        let slot = self.rows.make(y);
        self.cells[slot * self.width..][..self.width].as_flattened_mut()
    }

    #[cfg(test)]
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.cells)
    }

    /// All zeros, every row made and kept.
    #[cfg(test)]
    pub fn zeros(width: usize, height: usize) -> Self {
        let mut maps = Outputs::default();
        maps.start(width, height, height);
        maps.rows.made = height;
        maps
    }

    #[cfg(test)]
    pub fn set(&mut self, x: usize, y: usize, channel: Channel, value: f32) {
        self.cells[self.rows.slot(y) * self.width + x][channel as usize] = value;
    }
}
