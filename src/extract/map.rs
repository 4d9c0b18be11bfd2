//! A map of the network: rows of columns of channels, with a margin of zeros where convolutions look past the edge.

/// Columns of zeros on either side of a row, as far as the widest kernel reaches: 5 wide, or 3 wide and dilated by 2.
pub(super) const MARGIN: usize = 2;

/// `height` × `width` × `channels`, channels innermost.
#[derive(Debug, Default)]
pub(super) struct Map {
    width: usize,
    height: usize,
    channels: usize,
    /// Rows of `MARGIN + width + MARGIN` columns, then one such row of zeros that stands above and below the map.
    data: Vec<f32>,
}

impl Map {
    /// Makes it this large. Values are arbitrary afterwards, the margin is zeros.
    pub fn reshape(&mut self, width: usize, height: usize, channels: usize) {
        if (width, height, channels) != (self.width, self.height, self.channels) {
            (self.width, self.height, self.channels) = (width, height, channels);
            self.data.clear();
            self.data.resize((height + 1) * self.pitch(), 0.0);
        }
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn height(&self) -> usize {
        self.height
    }

    pub fn channels(&self) -> usize {
        self.channels
    }

    fn pitch(&self) -> usize {
        (self.width + 2 * MARGIN) * self.channels
    }

    /// Row `y` from column `-left` on, with its margin: zeros above and below the map.
    pub fn row_from(&self, y: isize, left: usize) -> &[f32] {
        let y = usize::try_from(y).map_or(self.height, |y| y.min(self.height));
        let start = (MARGIN - left) * self.channels;
        &self.data[y * self.pitch()..][start..self.pitch()]
    }

    /// Row `y` of the map, without the margin.
    pub fn row(&self, y: usize) -> &[f32] {
        &self.data[y * self.pitch() + MARGIN * self.channels..][..self.width * self.channels]
    }

    /// Row `y` of the map, without the margin.
    pub fn row_mut(&mut self, y: usize) -> &mut [f32] {
        let start = y * self.pitch() + MARGIN * self.channels;
        &mut self.data[start..][..self.width * self.channels]
    }
}
