//! One finger of a comparison, unpacked into columns of floats.

use super::cylinder::Code;
use super::local::{BLOCK, weight};
use super::parameters::{MAX_MINUTIAE, REGION_MARGIN};
use super::prepared::{PreparedRef, turns};
use super::region::SIDES;
use super::turn;
use crate::simd::{LANES, Simd};

/// Chunks of eight that hold the largest finger.
pub(crate) const CHUNKS: usize = MAX_MINUTIAE / LANES;

/// A number a minutia, eight at a time.
pub(crate) type Column<T = f32> = [[T; LANES]; CHUNKS];

/// A place where no minutia is, px: lanes behind the last minutia stand there.
pub(crate) const NOWHERE: f32 = 1e6;

/// One finger of a comparison. Lanes behind the last minutia stand [`NOWHERE`], point nowhere and share no bit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Side {
    pub count: usize,
    /// Px, y upwards.
    pub x: Column,
    pub y: Column,
    pub cos: Column,
    pub sin: Column,
    /// Direction, 256 to the turn.
    pub turn: Column<u8>,
    /// 0 to 1.
    pub quality: Column,
    /// 0 unknown, 1 ending, 2 bifurcation.
    pub kind: Column<u8>,
    pub codes: Codes,
    /// What the ridges around each minutia look like, where both fingers have that.
    pub descriptors: Codes,
    /// How many bits of each are set.
    pub descriptor_bits: Column<u16>,
    /// By how many bits are set in each code, see [`super::local::weight`].
    pub weight: Column<u16>,
    /// Distance of the region's half-planes from the origin, px.
    pub reach: [f32; SIDES],
}

impl Side {
    /// Chunks in use.
    #[inline(always)]
    pub fn chunks(&self) -> usize {
        self.count.div_ceil(LANES)
    }

    /// Blocks of similarities in use.
    #[inline(always)]
    pub fn blocks(&self) -> usize {
        self.count.div_ceil(BLOCK)
    }

    #[inline(always)]
    pub fn unpack<S: Simd>(&mut self, simd: S, finger: PreparedRef<'_>) {
        self.count = finger.len();
        let chunks = self.chunks();
        fill(&mut self.x, chunks, NOWHERE, finger.xs().map(|x| f32::from(x) * 0.125));
        fill(&mut self.y, chunks, NOWHERE, finger.ys().map(|y| f32::from(y) * -0.125));
        fill(&mut self.quality, chunks, 0.0, finger.qualities());
        fill(&mut self.kind, chunks, 0, finger.kinds());
        self.codes.fill(chunks, |word| finger.code_word(word));
        fill(&mut self.turn, chunks, 0, finger.directions().map(|direction| (direction >> 8) as u8));
        // Their turns, for now.
        fill(&mut self.cos, chunks, 0.0, finger.directions().map(turns));
        for c in 0..chunks {
            (self.cos[c], self.sin[c]) = turn::cos_sin(simd, &self.cos[c]);
            self.weight[c] = simd.shared_bits([u64::MAX; 2], self.codes.chunk(c)).map(weight);
        }
        for l in self.count..chunks * LANES {
            (self.cos[l / LANES][l % LANES], self.sin[l / LANES][l % LANES]) = (0.0, 0.0);
        }
        self.reach = finger.support().map(|reach| f32::from(reach) + REGION_MARGIN);
    }

    /// The descriptors too.
    #[inline(always)]
    pub fn unpack_descriptors<S: Simd>(&mut self, simd: S, finger: PreparedRef<'_>) {
        let chunks = self.chunks();
        self.descriptors.fill(chunks, |word| finger.descriptor_word(word));
        for c in 0..chunks {
            self.descriptor_bits[c] = simd.shared_bits([u64::MAX; 2], self.descriptors.chunk(c));
        }
    }
}

/// A code a minutia, word by word.
#[derive(Debug, Clone, Default)]
pub(crate) struct Codes([Column<u64>; 2]);

impl Codes {
    #[inline(always)]
    fn fill<I: Iterator<Item = u64>>(&mut self, chunks: usize, word: impl Fn(usize) -> I) {
        for (number, column) in self.0.iter_mut().enumerate() {
            fill(column, chunks, 0, word(number));
        }
    }

    /// The words of eight minutiae.
    #[inline(always)]
    pub fn chunk(&self, c: usize) -> [&[u64; LANES]; 2] {
        [&self.0[0][c], &self.0[1][c]]
    }

    /// The code of one.
    #[inline(always)]
    pub fn of(&self, i: usize) -> Code {
        [at(&self.0[0], i), at(&self.0[1], i)]
    }
}

/// One number of a column.
#[inline(always)]
pub(crate) fn at<T: Copy>(column: &Column<T>, i: usize) -> T {
    column[i / LANES][i % LANES]
}

#[inline(always)]
fn fill<T: Copy>(column: &mut Column<T>, chunks: usize, behind: T, values: impl Iterator<Item = T>) {
    let flat = column.as_flattened_mut();
    let mut count = 0;
    for (to, value) in flat.iter_mut().zip(values) {
        *to = value;
        count += 1;
    }
    flat[count..chunks * LANES].fill(behind);
}
