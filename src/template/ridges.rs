use super::TemplateError;
use std::f64::consts::PI;

/// Which way the ridges run, how far they are apart, and where the finger is: a grid of [`RidgeMap::SIDE`] ×
/// [`RidgeMap::SIDE`] square blocks laid over the finger. 520 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RidgeMap {
    block: u16,
    left: i16,
    top: i16,
    cells: [u8; RidgeMap::CELLS],
    periods: [u8; RidgeMap::CELLS],
}

impl RidgeMap {
    /// Blocks on a side.
    pub const SIDE: usize = 16;
    /// Blocks of a map, row by row from the top left.
    pub const CELLS: usize = Self::SIDE * Self::SIDE;
    /// Bytes of a map.
    pub const BYTES: usize = 8 + 2 * Self::CELLS;
    /// Bytes of a map without its periods, which templates of version 1 hold.
    pub(crate) const BYTES_WITHOUT_PERIODS: usize = 8 + Self::CELLS;
    /// Steps of an orientation in half a turn.
    pub const ORIENTATIONS: u8 = 64;
    /// The least and the largest period of ridges, pixels at 500 ppi.
    pub const PERIODS: (f64, f64) = (4.0, 64.0);
    /// Steps of a period to the octave.
    pub const STEPS_PER_OCTAVE: f64 = 63.0;
    /// The largest side of a block, pixels at 500 ppi: sixteen of them cover the largest image.
    pub const MAX_BLOCK: u16 = 512;

    /// A map without ridges, of blocks of `block` pixels at 500 ppi, its corner at (`left`, `top`) in the image.
    ///
    /// # Errors
    /// A block of no pixel or above [`RidgeMap::MAX_BLOCK`].
    pub fn new(block: u16, left: i16, top: i16) -> Result<Self, TemplateError> {
        if !(1..=Self::MAX_BLOCK).contains(&block) {
            return Err(TemplateError::RidgeBlock { value: block, max: Self::MAX_BLOCK });
        }
        Ok(RidgeMap { block, left, top, cells: [0; Self::CELLS], periods: [0; Self::CELLS] })
    }

    /// Sets the ridges of a block: their orientation, radians counter-clockwise from the positive x axis as seen on the image, taken
    /// modulo half a turn, and how sure it is, 1 to 3 (clamped).
    ///
    /// # Panics
    /// A column or row beyond the map.
    pub fn set(&mut self, column: usize, row: usize, orientation: f64, sureness: u8) {
        let steps = f64::from(Self::ORIENTATIONS);
        let half_turns = orientation / PI;
        // One step short of rounding up to a whole half-turn is 64, which is 0.
        let step = ((half_turns - half_turns.floor()) * steps).round() as u8 % Self::ORIENTATIONS;
        assert!(column < Self::SIDE && row < Self::SIDE, "block ({column}, {row}) of a map of 16 × 16");
        self.cells[row * Self::SIDE + column] = sureness.clamp(1, 3) << 6 | step;
    }

    /// The ridges of a block: orientation, radians from 0 to π counter-clockwise from the positive x axis, and how sure it is, 1 to
    /// 3. None where there is no finger, or beyond the map.
    pub fn get(&self, column: usize, row: usize) -> Option<(f64, u8)> {
        let cell = *self.cells.get(row * Self::SIDE + column).filter(|_| column < Self::SIDE)?;
        let step = f64::from(cell % Self::ORIENTATIONS) / f64::from(Self::ORIENTATIONS);
        (cell != 0).then_some((step * PI, cell >> 6))
    }

    /// Tells how far apart the ridges of a block are, from the middle of one to that of the next, pixels at 500 ppi, clamped to
    /// [`RidgeMap::PERIODS`] and rounded by at most 0.6 %. Where the block has no ridges it has no period.
    ///
    /// # Panics
    /// A column or row beyond the map.
    pub fn set_period(&mut self, column: usize, row: usize, period: f64) {
        assert!(column < Self::SIDE && row < Self::SIDE, "block ({column}, {row}) of a map of 16 × 16");
        let (least, most) = Self::PERIODS;
        let octaves = libm::log2(period.clamp(least, most) / least);
        let n = row * Self::SIDE + column;
        self.periods[n] = if self.cells[n] == 0 { 0 } else { 1 + (octaves * Self::STEPS_PER_OCTAVE).round() as u8 };
    }

    /// How far apart the ridges of a block are, pixels at 500 ppi. None where that is not known, or beyond the map.
    pub fn period(&self, column: usize, row: usize) -> Option<f64> {
        let steps = self.periods.get(row * Self::SIDE + column).filter(|_| column < Self::SIDE)?.checked_sub(1)?;
        Some(Self::PERIODS.0 * libm::exp2(f64::from(steps) / Self::STEPS_PER_OCTAVE))
    }

    /// Column and row of each block, row by row from the top left.
    pub(crate) fn places() -> impl Iterator<Item = (usize, usize)> {
        (0..Self::CELLS).map(|n| (n % Self::SIDE, n / Self::SIDE))
    }

    /// Side of a block, pixels at 500 ppi.
    pub fn block(&self) -> u16 {
        self.block
    }

    /// The map's corner in the image, pixels from the left and from the top edge; it may lie outside.
    pub fn corner(&self) -> (i16, i16) {
        (self.left, self.top)
    }

    /// The middle of a block, pixels from the image's top left corner.
    pub(crate) fn centre(&self, column: usize, row: usize) -> (f64, f64) {
        let along = |corner: i16, n: usize| f64::from(corner) + (n as f64 + 0.5) * f64::from(self.block);
        (along(self.left, column), along(self.top, row))
    }

    /// The same map without the blocks whose centre, pixels, is not `kept`.
    pub fn masked(mut self, mut kept: impl FnMut(f32, f32) -> bool) -> Self {
        for (n, (column, row)) in Self::places().enumerate() {
            let (x, y) = self.centre(column, row);
            if !kept(x as f32, y as f32) {
                (self.cells[n], self.periods[n]) = (0, 0);
            }
        }
        self
    }

    /// The bytes that a template and a prepared finger hold.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut out = [0; Self::BYTES];
        out[..2].copy_from_slice(&self.block.to_le_bytes());
        out[2..4].copy_from_slice(&self.left.to_le_bytes());
        out[4..6].copy_from_slice(&self.top.to_le_bytes());
        out[8..8 + Self::CELLS].copy_from_slice(&self.cells);
        out[8 + Self::CELLS..].copy_from_slice(&self.periods);
        out
    }

    /// A map from its bytes, which stand at `offset` of what is read.
    ///
    /// # Errors
    /// Anything that [`RidgeMap::to_bytes`] would not have written.
    pub fn from_bytes(bytes: &[u8; Self::BYTES], offset: usize) -> Result<Self, TemplateError> {
        let field = |at: usize, field, value: u8, allowed| TemplateError::Field {
            offset: offset + at,
            field,
            value: value.into(),
            allowed,
        };
        let number = |at: usize| [bytes[at], bytes[at + 1]];
        let (left, top) = (i16::from_le_bytes(number(2)), i16::from_le_bytes(number(4)));
        let mut map = RidgeMap::new(u16::from_le_bytes(number(0)), left, top)?;
        if let Some(at) = [6, 7].into_iter().find(|&at| bytes[at] != 0) {
            return Err(field(at, "a reserved byte", bytes[at], "0"));
        }
        let (cells, periods) = bytes[8..].split_at(Self::CELLS);
        map.cells.copy_from_slice(cells);
        map.periods.copy_from_slice(periods);
        if let Some(n) = map.cells.iter().position(|&cell| (1..Self::ORIENTATIONS).contains(&cell)) {
            return Err(field(8 + n, "a block without ridges", map.cells[n], "0"));
        }
        if let Some(n) = (0..Self::CELLS).find(|&n| map.cells[n] == 0 && map.periods[n] != 0) {
            return Err(field(8 + Self::CELLS + n, "the period of a block without ridges", map.periods[n], "0"));
        }
        Ok(map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_orientation_comes_back_and_half_a_turn_is_none() {
        let mut map = RidgeMap::new(24, -7, 12).unwrap();
        for step in 0..64 {
            let angle = f64::from(step) * PI / 64.0;
            map.set(3, 15, angle, 2);
            assert_eq!(map.get(3, 15), Some((angle, 2)));
            map.set(3, 15, angle - 3.0 * PI + 0.02, 2);
            assert_eq!(map.get(3, 15), Some((angle, 2)), "to the nearest");
        }
        map.set(3, 15, PI - 0.01, 9);
        assert_eq!(map.get(3, 15), Some((0.0, 3)));
        assert_eq!((map.get(0, 0), map.get(16, 0), map.get(0, 16)), (None, None, None));
    }

    #[test]
    fn every_period_comes_back_to_half_a_step_and_only_where_ridges_are() {
        let mut map = RidgeMap::new(24, 0, 0).unwrap();
        map.set(2, 3, 1.0, 2);
        map.set_period(4, 3, 9.0);
        assert_eq!(
            (map.period(2, 3), map.period(4, 3), map.period(16, 0), map.period(0, 16)),
            (None, None, None, None)
        );
        for tenths in 40..=640 {
            let period = f64::from(tenths) / 10.0;
            map.set_period(2, 3, period);
            assert!((map.period(2, 3).unwrap() / period - 1.0).abs() < 0.006, "{period}");
        }
        for (period, clamped) in [(1.0, 4.0), (f64::NEG_INFINITY, 4.0), (1e9, 64.0)] {
            map.set_period(2, 3, period);
            assert!((map.period(2, 3).unwrap() - clamped).abs() < 1e-9, "{period}");
        }
        assert_eq!(map.masked(|_, _| false).period(2, 3), None);
    }

    #[test]
    fn what_is_masked_is_gone() {
        let mut map = RidgeMap::new(10, 5, -5).unwrap();
        map.set(0, 0, 0.0, 1);
        map.set(1, 2, 1.0, 1);
        let map = map.masked(|x, y| (x, y) == (20.0, 20.0));
        assert_eq!(map.get(0, 0), None);
        assert!(map.get(1, 2).is_some());
    }

    #[test]
    fn bytes_come_back_and_every_broken_rule_is_an_error() {
        let mut map = RidgeMap::new(512, i16::MIN, i16::MAX).unwrap();
        map.set(15, 0, 2.0, 3);
        map.set_period(15, 0, 9.5);
        let good = map.to_bytes();
        assert_eq!(RidgeMap::from_bytes(&good, 0), Ok(map));
        let broken = |at: usize, value: u8| {
            let mut bytes = good;
            bytes[at] = value;
            RidgeMap::from_bytes(&bytes, 100).unwrap_err()
        };
        assert_eq!(broken(0, 1), TemplateError::RidgeBlock { value: 513, max: 512 });
        for (at, value) in [(6, 1), (7, 1), (8, 1), (263, 63), (264, 1), (519, 255)] {
            assert!(matches!(broken(at, value), TemplateError::Field { offset, .. } if offset == 100 + at));
        }
    }
}
