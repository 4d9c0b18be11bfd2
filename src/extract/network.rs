//! The architecture: down to a quarter of the image's sides, residual layers there, three more at an eighth for context, and a
//! head of nine maps.
//!
//! A residual layer is `x + convolution(x)` (K. He et al., "Deep residual learning for image recognition", 2016), of one
//! convolution, and between an eighth and a quarter a column becomes 2 × 2 of them (W. Shi et al., "Real-time single image
//! and video super-resolution using an efficient sub-pixel convolutional neural network", 2016). Activations lie in 0..=255.

use super::map::{Map, Outputs};
use super::weights::{self, Reader, WeightsError};
use crate::simd::convolution::{Convolver, Filter, Shape, Then};
use once_cell::race::OnceBox;

/// Channels at a half, a quarter and an eighth of the sides.
const HALF: usize = 16;
const FINE: usize = 32;
pub(super) const COARSE: usize = 48;
/// The first layer at a quarter sees its channels in so many groups, each for itself.
const GROUPS: usize = 2;
const GROUP: usize = FINE / GROUPS;
/// How far the taps of the layers at an eighth lie apart.
const CONTEXT: [usize; 3] = [1, 2, 3];
/// The most rows at an eighth that a map keeps besides a band's: the context lies seven rows behind [`Network::fine`] when
/// the image ends, and its last layer looks back at three more.
const COARSE_BEHIND: usize = 10;
/// The same at a quarter: the outputs lie fifteen rows behind, and peaks look back at two of them.
const FINE_BEHIND: usize = 17;
/// Those of [`Channel`](super::map::Channel).
pub(super) const OUTPUTS: usize = 9;
/// The grey of a normalised pixel that equals its surroundings' mean.
pub(super) const GROUND: u8 = 128;

/// All layers, in the order in which they run.
#[derive(Debug)]
pub(super) struct Network {
    stem: Filter,
    quarter: Filter,
    fine: [Filter; GROUPS],
    down: Filter,
    context: [Filter; CONTEXT.len()],
    /// For each of the 2 × 2 columns.
    up: [Filter; 4],
    join: Filter,
    head: Filter,
}

/// Memory that one image's run needs, kept for the next: of each map the rows that are still looked back at, and all of the
/// context.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    pub half: Map,
    pub quarter: Map,
    pub fine: Map,
    /// Before the context and after each of its layers.
    pub coarse: [Map; CONTEXT.len() + 1],
    pub up: Map,
    /// One row between `join` and `head`.
    row: Vec<u8>,
}

impl Scratch {
    /// Ready for an image whose sides are multiples of 8, of which [`Network::advance`] takes `band` rows at a time; with a
    /// band as high as the image, all rows of all maps are there afterwards.
    pub fn start(&mut self, width: usize, height: usize, band: usize, outputs: &mut Outputs) {
        let (fine, coarse) = (band.div_ceil(4) + FINE_BEHIND, band.div_ceil(8) + COARSE_BEHIND);
        self.half.start(width / 2, height / 2, 3, HALF, 0);
        for map in [&mut self.quarter, &mut self.fine, &mut self.up] {
            map.start(width / 4, height / 4, fine, FINE, 0);
        }
        let [before @ .., context] = &mut self.coarse;
        for map in before {
            map.start(width / 8, height / 8, coarse, COARSE, 0);
        }
        // Descriptors look at any of it.
        context.start(width / 8, height / 8, height / 8, COARSE, 0);
        self.row.resize(width / 4 * FINE, 0);
        outputs.start(width / 4, height / 4, fine);
    }

    /// What the last layer of the context made, an eighth of the image's sides: whole.
    pub fn context(&self) -> &Map {
        &self.coarse[CONTEXT.len()]
    }

    #[cfg(test)]
    pub fn bytes(&self) -> usize {
        let fine = [&self.half, &self.quarter, &self.fine, &self.up];
        fine.into_iter().chain(&self.coarse).map(Map::bytes).sum()
    }
}

impl Network {
    /// The network of this build. The weights are part of the binary, so they are whole: a test reads them.
    pub fn shipped() -> &'static Network {
        static NETWORK: OnceBox<Network> = OnceBox::new();
        let read = || Network::read(weights::SHIPPED).expect("the weights in the binary are whole");
        NETWORK.get_or_init(|| Box::new(read()))
    }

    /// From the bytes that `training/export.py` writes.
    pub fn read(bytes: &[u8]) -> Result<Network, WeightsError> {
        let mut reader = Reader::new(bytes)?;
        let r = &mut reader;
        let [d0, d1, d2] = CONTEXT;
        let network = Network {
            stem: r.layer(shape(HALF, 1, 3, 2, 1), GROUND)?,
            quarter: r.layer(shape(FINE, HALF, 3, 2, 1), 0)?,
            fine: r.parts(Shape { spacing: FINE, ..shape(FINE, GROUP, 3, 1, 1) }, |g| g * GROUP..(g + 1) * GROUP)?,
            down: r.layer(shape(COARSE, FINE, 2, 2, 1), 0)?,
            context: [context(r, d0)?, context(r, d1)?, context(r, d2)?],
            // Output 4·channel + 2·dy + dx.
            up: r.parts(shape(4 * FINE, COARSE, 1, 1, 1), |column| (column..4 * FINE).step_by(4))?,
            join: r.layer(shape(FINE, FINE, 3, 1, 1), 0)?,
            head: r.layer(shape(OUTPUTS, FINE, 1, 1, 1), 0)?,
        };
        reader.finish()?;
        Ok(network)
    }

    /// Nine maps, at a quarter of the sides, of a normalised image of which the first `rows` rows are there, a multiple of 8:
    /// every layer makes the rows that follow from what is there of the map before it.
    ///
    /// A row is made once, and from the same numbers whatever the bands, so they leave no seams.
    pub fn advance(
        &self,
        convolver: Convolver,
        image: &Map,
        rows: usize,
        scratch: &mut Scratch,
        outputs: &mut Outputs,
    ) {
        self.stem(convolver, image, rows, scratch);
        self.fine(convolver, scratch);
        self.down(convolver, scratch);
        for layer in 0..CONTEXT.len() {
            self.context(convolver, scratch, layer);
        }
        self.up(convolver, scratch);
        self.head(convolver, scratch, outputs);
    }

    /// Multiply-adds for an image of this many pixels, its sides multiples of 8.
    pub fn multiply_adds(&self, pixels: usize) -> usize {
        let sum = |filters: &[Filter]| filters.iter().map(Filter::multiply_adds).sum::<usize>();
        let fine =
            [&self.quarter, &self.join, &self.head].map(Filter::multiply_adds).iter().sum::<usize>() + sum(&self.fine);
        let coarse = self.down.multiply_adds() + sum(&self.context) + sum(&self.up);
        pixels / 4 * self.stem.multiply_adds() + pixels / 16 * fine + pixels / 64 * coarse
    }

    /// Twice 3 × 3 with stride 2: the first runs just ahead of the second, three rows are enough between them.
    pub fn stem(&self, convolver: Convolver, image: &Map, rows: usize, scratch: &mut Scratch) {
        let (half, out) = (&mut scratch.half, &mut scratch.quarter);
        let width = half.width();
        for y in out.made()..rows / 4 {
            for next in half.made()..2 * y + 2 {
                let sources = taps::<3>(image, 2 * next as isize - 1, 1, 1);
                convolver.row(&self.stem, &sources, half.row_mut(next), HALF, width, Then::Clip);
            }
            let sources = taps::<3>(half, 2 * y as isize - 1, 1, 1);
            convolver.row(&self.quarter, &sources, out.row_mut(y), FINE, width / 2, Then::Clip);
        }
    }

    /// A residual layer at a quarter of the sides, each group of channels for itself.
    pub fn fine(&self, convolver: Convolver, scratch: &mut Scratch) {
        let (map, out) = (&scratch.quarter, &mut scratch.fine);
        for y in out.made()..map.reached(1) {
            for (filter, channel) in self.fine.iter().zip((0..).step_by(GROUP)) {
                let sources = taps::<3>(map, y as isize - 1, 1, 1).map(|row| &row[channel..]);
                let (out, before) = (&mut out.row_mut(y)[channel..], &map.row(y)[channel..]);
                convolver.row(filter, &sources, out, FINE, map.width(), Then::Add(before));
            }
        }
    }

    /// 2 × 2 with stride 2.
    pub fn down(&self, convolver: Convolver, scratch: &mut Scratch) {
        let (fine, out) = (&scratch.fine, &mut scratch.coarse[0]);
        let width = out.width();
        for y in out.made()..fine.made() / 2 {
            let sources = taps::<2>(fine, 2 * y as isize, 1, 0);
            convolver.row(&self.down, &sources, out.row_mut(y), COARSE, width, Then::Clip);
        }
    }

    /// A residual layer at an eighth of the sides.
    pub fn context(&self, convolver: Convolver, scratch: &mut Scratch, layer: usize) {
        let (filter, dilation) = (&self.context[layer], CONTEXT[layer]);
        let (before, after) = scratch.coarse.split_at_mut(layer + 1);
        let (map, out) = (&before[layer], &mut after[0]);
        for y in out.made()..map.reached(dilation) {
            let sources = taps::<3>(map, y as isize - dilation as isize, dilation, dilation);
            convolver.row(filter, &sources, out.row_mut(y), COARSE, map.width(), Then::Add(map.row(y)));
        }
    }

    /// 1 × 1 for each of the 2 × 2 columns that a coarse one covers, added to what was there before the context.
    pub fn up(&self, convolver: Convolver, scratch: &mut Scratch) {
        let (coarse, fine, out) = (&scratch.coarse[CONTEXT.len()], &scratch.fine, &mut scratch.up);
        for y in out.made()..2 * coarse.made() {
            for dx in 0..2 {
                let (filter, column) = (&self.up[y % 2 * 2 + dx], dx * FINE);
                let (out, before) = (&mut out.row_mut(y)[column..], &fine.row(y)[column..]);
                convolver.row(filter, &[coarse.row(y / 2)], out, 2 * FINE, coarse.width(), Then::Add(before));
            }
        }
    }

    /// The last residual layer and the maps, a row at a time.
    pub fn head(&self, convolver: Convolver, scratch: &mut Scratch, outputs: &mut Outputs) {
        let (map, row) = (&scratch.up, &mut scratch.row);
        for y in outputs.made()..map.reached(1) {
            let sources = taps::<3>(map, y as isize - 1, 1, 1);
            convolver.row(&self.join, &sources, row, FINE, map.width(), Then::Add(map.row(y)));
            convolver.numbers(&self.head, &[row], outputs.row_mut(y), map.width());
        }
    }
}

/// The rows that a kernel of `K` rows sees, from row `top` and column `-left` on.
fn taps<const K: usize>(map: &Map, top: isize, dilation: usize, left: usize) -> [&[u8]; K] {
    std::array::from_fn(|ky| map.row_from(top + (ky * dilation) as isize, left))
}

pub(super) fn shape(outputs: usize, inputs: usize, side: usize, stride: usize, dilation: usize) -> Shape {
    Shape { outputs, inputs, spacing: inputs, kernel: (side, side), stride, dilation }
}

fn context(r: &mut Reader, dilation: usize) -> Result<Filter, WeightsError> {
    r.layer(shape(COARSE, COARSE, 3, 1, dilation), 0)
}
