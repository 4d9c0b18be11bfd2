//! The architecture: a stem down to a quarter of the image's sides, residual blocks there, four more at an eighth for
//! context, and a head of six maps.

use super::map::{MARGIN, Map};
use super::weights::{self, Reader, WeightsError};
use crate::simd::convolution::{Convolver, Filter, Shape, Then};
use std::sync::OnceLock;

const HALF: usize = 16;
const FINE: usize = 32;
const COARSE: usize = 48;
/// Heat, offset x and y, cosine and sine of the direction, type.
pub(super) const OUTPUTS: usize = 6;

/// `x + mix(relu(spread(x)))`: 3 × 3, then 1 × 1.
#[derive(Debug)]
struct Residual {
    spread: Filter,
    mix: Filter,
    dilation: usize,
}

/// All layers, in the order in which they run.
#[derive(Debug)]
pub(super) struct Network {
    stem: [Filter; 2],
    fine: [Residual; 2],
    down: Filter,
    coarse: [Residual; 4],
    up: Filter,
    refine: [Residual; 3],
    head: Filter,
}

/// Memory that one image's run needs, kept for the next.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    fine: Map,
    fine_other: Map,
    coarse: Map,
    coarse_other: Map,
    /// The last three rows of the stem's first layer, row `y` at `y % 3`; one more row of zeros.
    half: Map,
    /// One row between the layers of a residual block.
    hidden: Vec<f32>,
    head: Map,
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

    /// The six maps of a normalised image whose sides are multiples of 8; a quarter of its sides.
    pub fn run<'a>(&self, convolver: Convolver, image: &Map, scratch: &'a mut Scratch) -> &'a Map {
        let s = scratch;
        self.stem(convolver, image, &mut s.half, &mut s.fine);
        self.fine.iter().for_each(|block| block.run(convolver, &mut s.fine, &mut s.fine_other, &mut s.hidden));
        self.down(convolver, &s.fine, &mut s.coarse);
        self.coarse.iter().for_each(|block| block.run(convolver, &mut s.coarse, &mut s.coarse_other, &mut s.hidden));
        self.up(convolver, &s.coarse, &mut s.fine, &mut s.hidden);
        self.refine.iter().for_each(|block| block.run(convolver, &mut s.fine, &mut s.fine_other, &mut s.hidden));
        self.head(convolver, &s.fine, &mut s.head);
        &s.head
    }

    /// 5 × 5 and 3 × 3, both with stride 2: the first runs just ahead of the second, three rows are enough between them.
    pub fn stem(&self, convolver: Convolver, image: &Map, half: &mut Map, out: &mut Map) {
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
    pub fn down(&self, convolver: Convolver, fine: &Map, coarse: &mut Map) {
        let (width, height) = (fine.width() / 2, fine.height() / 2);
        coarse.reshape(width, height, COARSE);
        for y in 0..height {
            convolver.row(&self.down, &taps::<2>(fine, 2 * y as isize, 1, 0), coarse.row_mut(y), width, Then::Nothing);
        }
    }

    /// 1 × 1, then every value twice along both sides and added.
    pub fn up(&self, convolver: Convolver, coarse: &Map, fine: &mut Map, hidden: &mut Vec<f32>) {
        let width = coarse.width();
        hidden.resize(width * FINE, 0.0);
        for y in 0..fine.height() {
            if y % 2 == 0 {
                convolver.row(&self.up, &[coarse.row(y / 2)], hidden, width, Then::Nothing);
            }
            for (pair, add) in fine.row_mut(y).chunks_exact_mut(2 * FINE).zip(hidden.chunks_exact(FINE)) {
                let (left, right) = pair.split_at_mut(FINE);
                for ((l, r), add) in left.iter_mut().zip(right).zip(add) {
                    *l += add;
                    *r += add;
                }
            }
        }
    }

    /// 1 × 1; what comes out has [`Filter::outputs`] channels, of which the first [`OUTPUTS`] mean something.
    pub fn head(&self, convolver: Convolver, fine: &Map, out: &mut Map) {
        out.reshape(fine.width(), fine.height(), self.head.outputs());
        for y in 0..fine.height() {
            convolver.row(&self.head, &[fine.row(y)], out.row_mut(y), fine.width(), Then::Nothing);
        }
    }
}

impl Residual {
    /// The result is in `map` again; `other` is its twin, `hidden` a row.
    fn run(&self, convolver: Convolver, map: &mut Map, other: &mut Map, hidden: &mut Vec<f32>) {
        let (width, channels) = (map.width(), self.mix.outputs());
        other.reshape(width, map.height(), channels);
        hidden.resize(width * channels, 0.0);
        for y in 0..map.height() {
            let sources = taps::<3>(map, y as isize - self.dilation as isize, self.dilation, self.dilation);
            convolver.row(&self.spread, &sources, hidden, width, Then::Relu);
            convolver.row(&self.mix, &[hidden], other.row_mut(y), width, Then::Add(map.row(y)));
        }
        std::mem::swap(map, other);
    }
}

/// The rows that a kernel of `K` rows sees, from row `top` and column `-left` on.
fn taps<const K: usize>(map: &Map, top: isize, dilation: usize, left: usize) -> [&[f32]; K] {
    const { assert!(K <= 2 * MARGIN + 1) };
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
