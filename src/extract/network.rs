//! The architecture: a stem down to a quarter of the image's sides, residual blocks there, four more at an eighth for
//! context, and a head of six maps.

use super::map::Map;
use super::weights::{self, Reader, WeightsError};
use crate::simd::convolution::{Convolver, Filter, Shape, Then};
use std::sync::OnceLock;

const HALF: usize = 16;
const FINE: usize = 32;
const COARSE: usize = 48;
/// Heat, offset x and y, cosine and sine of the direction, type.
const OUTPUTS: usize = 6;

/// `x + mix(relu(spread(x)))`: 3 × 3, then 1 × 1 (K. He et al., "Deep residual learning for image recognition", 2016).
#[derive(Debug)]
pub(super) struct Residual {
    spread: Filter,
    mix: Filter,
    dilation: usize,
}

/// All layers, in the order in which they run.
#[derive(Debug)]
pub(super) struct Network {
    stem: [Filter; 2],
    pub(super) fine: [Residual; 2],
    down: Filter,
    pub(super) coarse: [Residual; 4],
    up: Filter,
    refine: [Residual; 3],
    head: Filter,
}

/// Memory that one image's run needs, kept for the next.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    pub(super) fine: Map,
    pub(super) fine_other: Map,
    pub(super) coarse: Map,
    pub(super) coarse_other: Map,
    /// The last three rows of the stem's first layer, row `y` at `y % 3`.
    half: Map,
    /// One row between the layers of a residual block.
    pub(super) hidden: Vec<f32>,
}

impl Network {
    /// The network of this build. The weights are part of the binary, so they are whole: a test reads them.
    pub fn shipped() -> &'static Network {
        static NETWORK: OnceLock<Network> = OnceLock::new();
        NETWORK.get_or_init(|| Network::read(weights::SHIPPED).expect("the weights in the binary are whole"))
    }

    /// From the bytes that `training/convert.py` writes.
    pub fn read(bytes: &[u8]) -> Result<Network, WeightsError> {
        let mut reader = Reader::new(bytes)?;
        let r = &mut reader;
        let network = Network {
            stem: [layer(r, HALF, 1, 5, 2)?, layer(r, FINE, HALF, 3, 2)?],
            fine: [residual(r, FINE, 1)?, residual(r, FINE, 1)?],
            down: layer(r, COARSE, FINE, 2, 2)?,
            coarse: [
                residual(r, COARSE, 1)?,
                residual(r, COARSE, 2)?,
                residual(r, COARSE, 1)?,
                residual(r, COARSE, 2)?,
            ],
            up: layer(r, FINE, COARSE, 1, 1)?,
            refine: [residual(r, FINE, 1)?, residual(r, FINE, 1)?, residual(r, FINE, 1)?],
            head: layer(r, OUTPUTS, FINE, 1, 1)?,
        };
        reader.finish()?;
        Ok(network)
    }

    /// Six maps, at a quarter of the sides, of a normalised image whose sides are multiples of 8.
    pub fn run(&self, convolver: Convolver, image: &Map, scratch: &mut Scratch, maps: &mut Map) {
        self.stem(convolver, image, scratch);
        self.fine.iter().for_each(|block| block.at_fine(convolver, scratch));
        self.down(convolver, scratch);
        self.coarse.iter().for_each(|block| block.at_coarse(convolver, scratch));
        self.up(convolver, scratch);
        self.refine.iter().for_each(|block| block.at_fine(convolver, scratch));
        self.head(convolver, &scratch.fine, maps);
    }

    /// Multiply-adds for an image of this many pixels, its sides multiples of 8.
    pub fn multiply_adds(&self, pixels: usize) -> usize {
        let blocks = |blocks: &[Residual]| -> usize {
            blocks.iter().map(|b| b.spread.multiply_adds() + b.mix.multiply_adds()).sum()
        };
        let half = self.stem[0].multiply_adds();
        let fine = self.stem[1].multiply_adds() + blocks(&self.fine) + blocks(&self.refine) + self.head.multiply_adds();
        let coarse = self.down.multiply_adds() + blocks(&self.coarse) + self.up.multiply_adds();
        pixels / 4 * half + pixels / 16 * fine + pixels / 64 * coarse
    }

    /// 5 × 5 and 3 × 3, both with stride 2: the first runs just ahead of the second, three rows are enough between them.
    pub fn stem(&self, convolver: Convolver, image: &Map, scratch: &mut Scratch) {
        let (half, out) = (&mut scratch.half, &mut scratch.fine);
        let (width, height) = (image.width() / 4, image.height() / 4);
        half.reshape(2 * width, 3, HALF);
        out.reshape(width, height, FINE);
        let mut next = 0;
        for y in 0..height {
            while next <= 2 * y + 1 {
                let sources = taps::<5>(image, 2 * next as isize - 2, 1, 2);
                convolver.row(&self.stem[0], &sources, half.row_mut(next % 3), 2 * width, Then::Relu);
                next += 1;
            }
            let sources = [-1, 0, 1].map(|dy| {
                let above = 2 * y as isize + dy;
                half.row_from(if above < 0 { above } else { above % 3 }, 1)
            });
            convolver.row(&self.stem[1], &sources, out.row_mut(y), width, Then::Relu);
        }
    }

    /// 2 × 2 with stride 2.
    pub fn down(&self, convolver: Convolver, scratch: &mut Scratch) {
        let (fine, out) = (&scratch.fine, &mut scratch.coarse);
        let (width, height) = (fine.width() / 2, fine.height() / 2);
        out.reshape(width, height, COARSE);
        for y in 0..height {
            convolver.row(&self.down, &taps::<2>(fine, 2 * y as isize, 1, 0), out.row_mut(y), width, Then::Nothing);
        }
    }

    /// 1 × 1, then every value twice along both sides and added to what was there before the context.
    fn up(&self, convolver: Convolver, scratch: &mut Scratch) {
        let (coarse, out, hidden) = (&scratch.coarse, &mut scratch.fine, &mut scratch.hidden);
        let width = coarse.width();
        hidden.resize(width * FINE, 0.0);
        for y in 0..out.height() {
            if y % 2 == 0 {
                convolver.row(&self.up, &[coarse.row(y / 2)], hidden, width, Then::Nothing);
            }
            for (pair, add) in out.row_mut(y).chunks_exact_mut(2 * FINE).zip(hidden.chunks_exact(FINE)) {
                let (left, right) = pair.split_at_mut(FINE);
                for ((l, r), add) in left.iter_mut().zip(right).zip(add) {
                    *l += add;
                    *r += add;
                }
            }
        }
    }

    /// 1 × 1; what comes out has [`Filter::outputs`] channels, of which the first [`OUTPUTS`] mean something.
    pub fn head(&self, convolver: Convolver, fine: &Map, maps: &mut Map) {
        maps.reshape(fine.width(), fine.height(), self.head.outputs());
        for y in 0..fine.height() {
            convolver.row(&self.head, &[fine.row(y)], maps.row_mut(y), fine.width(), Then::Nothing);
        }
    }
}

impl Residual {
    fn at_fine(&self, convolver: Convolver, s: &mut Scratch) {
        self.run(convolver, &s.fine, &mut s.fine_other, &mut s.hidden);
        std::mem::swap(&mut s.fine, &mut s.fine_other);
    }

    fn at_coarse(&self, convolver: Convolver, s: &mut Scratch) {
        self.run(convolver, &s.coarse, &mut s.coarse_other, &mut s.hidden);
        std::mem::swap(&mut s.coarse, &mut s.coarse_other);
    }

    /// Row by row, so that what lies between the two layers stays in the nearest cache.
    pub fn run(&self, convolver: Convolver, map: &Map, out: &mut Map, hidden: &mut Vec<f32>) {
        let (width, channels) = (map.width(), self.mix.outputs());
        out.reshape(width, map.height(), channels);
        hidden.resize(width * channels, 0.0);
        for y in 0..map.height() {
            let sources = taps::<3>(map, y as isize - self.dilation as isize, self.dilation, self.dilation);
            convolver.row(&self.spread, &sources, hidden, width, Then::Relu);
            convolver.row(&self.mix, &[hidden], out.row_mut(y), width, Then::Add(map.row(y)));
        }
    }
}

/// The rows that a kernel of `K` rows sees, from row `top` and column `-left` on.
fn taps<const K: usize>(map: &Map, top: isize, dilation: usize, left: usize) -> [&[f32]; K] {
    std::array::from_fn(|ky| map.row_from(top + (ky * dilation) as isize, left))
}

fn layer(r: &mut Reader, outputs: usize, inputs: usize, kernel: usize, stride: usize) -> Result<Filter, WeightsError> {
    r.layer(Shape { outputs, inputs, kernel: (kernel, kernel), stride, dilation: 1 })
}

fn residual(r: &mut Reader, channels: usize, dilation: usize) -> Result<Residual, WeightsError> {
    let spread = r.layer(Shape { outputs: channels, inputs: channels, kernel: (3, 3), stride: 1, dilation })?;
    let mix = layer(r, channels, channels, 1, 1)?;
    Ok(Residual { spread, mix, dilation })
}
