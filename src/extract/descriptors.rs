//! A [`Descriptor`] of each minutia, by a second small network from the context that the first one made.
//!
//! ```text
//! context ──▶ 51 places around ──▶ place ──▶ 51 × 8 ──▶ hidden ──▶ 128 ──▶ last ──▶ 128 numbers:
//! map         × 48 channels        1 × 1, one of                                    their signs are
//!                                  64 by the direction                              the bits
//! ```
//!
//! The places lie in rings that turn with the minutia, and the first layer turns what is seen there. All sums are exact (408
//! products of 255 · 64 and a bias of 2²³ stay below 2²⁴), and places are told by `f64` in one order of operations: a
//! descriptor is the same to the bit at every CPU level.

use super::map::Map;
use super::network::{COARSE, shape};
use super::parameters::RINGS;
use super::weights::{Reader, SHIPPED_DESCRIPTORS, WeightsError};
use crate::simd::convolution::{BLOCK, Convolver, Filter, Shape, Then};
use crate::simd::{Job, Simd, run};
use crate::template::{Descriptor, Minutia};
use once_cell::race::OnceBox;
use std::f64::consts::TAU;

/// Of all [`RINGS`].
const PLACES: usize = 51;
/// Directions that the first layer has weights for.
const DIRECTIONS: usize = 64;
/// Channels of a place after it, of [`BLOCK`] that are written.
const PLACE: usize = 8;
const HIDDEN: usize = 128;
/// Pixels from a cell of the context to the next.
const CELL: f64 = 8.0;

/// All layers, in the order in which they run.
#[derive(Debug)]
pub(super) struct Describer {
    /// How far a place lies along a minutia's direction, and a quarter turn to the left of it. Pixels.
    places: [(f64, f64); PLACES],
    /// One a direction.
    place: [Filter; DIRECTIONS],
    hidden: Filter,
    last: Filter,
}

/// Memory that one finger's run needs, kept for the next.
#[derive(Debug)]
pub(super) struct Scratch {
    /// What one minutia sees.
    seen: [[u8; COARSE]; PLACES],
    /// After each layer, minutia by minutia.
    places: Vec<u8>,
    hidden: Vec<u8>,
    numbers: Vec<f32>,
}

impl Default for Scratch {
    fn default() -> Self {
        Scratch { seen: [[0; COARSE]; PLACES], places: Vec::new(), hidden: Vec::new(), numbers: Vec::new() }
    }
}

impl Describer {
    /// The network of this build. The weights are part of the binary, so they are whole: a test reads them.
    pub fn shipped() -> &'static Describer {
        static DESCRIBER: OnceBox<Describer> = OnceBox::new();
        let read = || Describer::read(SHIPPED_DESCRIPTORS).expect("the weights in the binary are whole");
        DESCRIBER.get_or_init(|| Box::new(read()))
    }

    /// From the bytes that `training/descriptor/export.py` writes.
    pub fn read(bytes: &[u8]) -> Result<Describer, WeightsError> {
        let mut reader = Reader::new(bytes)?;
        let r = &mut reader;
        // A kernel as wide as all places takes each minutia's once, and passes over the channels that fill a block.
        let all = Shape { spacing: BLOCK, kernel: (1, PLACES), ..shape(HIDDEN, PLACE, 1, PLACES, 1) };
        let describer = Describer {
            places: places(),
            place: r.parts(shape(DIRECTIONS * PLACE, COARSE, 1, 1, 1), |d| d * PLACE..(d + 1) * PLACE)?,
            hidden: r.layer(all, 0)?,
            last: r.layer(shape(Descriptor::BITS, HIDDEN, 1, 1, 1), 0)?,
        };
        reader.finish()?;
        Ok(describer)
    }

    /// Of each minutia, in their order. `context` is whole.
    pub fn describe(
        &self,
        convolver: Convolver,
        context: &Map,
        minutiae: &[Minutia],
        scratch: &mut Scratch,
    ) -> Vec<Descriptor> {
        let Scratch { seen, places, hidden, numbers } = scratch;
        places.resize(minutiae.len() * PLACES * BLOCK, 0);
        hidden.resize(minutiae.len() * HIDDEN, 0);
        numbers.resize(minutiae.len() * Descriptor::BITS, 0.0);
        for (minutia, out) in minutiae.iter().zip(places.chunks_exact_mut(PLACES * BLOCK)) {
            run(convolver.level(), Look { places: &self.places, context, minutia, seen });
            let filter = &self.place[nearest(minutia.direction)];
            convolver.row(filter, &[seen.as_flattened()], out, BLOCK, PLACES, Then::Clip);
        }
        convolver.row(&self.hidden, &[places], hidden, HIDDEN, minutiae.len(), Then::Clip);
        convolver.numbers(&self.last, &[hidden], numbers, minutiae.len());
        numbers.as_chunks().0.iter().map(signs).collect()
    }

    /// Multiply-adds for one minutia.
    pub fn multiply_adds(&self) -> usize {
        PLACES * self.place[0].multiply_adds() + self.hidden.multiply_adds() + self.last.multiply_adds()
    }
}

fn places() -> [(f64, f64); PLACES] {
    let of = |(radius, count): (u8, u8)| {
        (0..count).map(move |k| {
            let (sin, cos) = libm::sincos(TAU * f64::from(k) / f64::from(count));
            (f64::from(radius) * cos, f64::from(radius) * sin)
        })
    };
    let mut rings = RINGS.into_iter().flat_map(of);
    std::array::from_fn(|_| rings.next().expect("as many places as the rings have"))
}

/// Which of the [`DIRECTIONS`] is nearest to one of 65,536 to the turn.
fn nearest(direction: u16) -> usize {
    ((usize::from(direction) + 512) >> 10) % DIRECTIONS
}

/// A set bit for each number above 0, the first the lowest.
fn signs(numbers: &[f32; Descriptor::BITS]) -> Descriptor {
    let word = |numbers: &[f32]| numbers.iter().rev().fold(0, |word, &n| word << 1 | u64::from(n > 0.0));
    let (low, high) = numbers.split_at(64);
    Descriptor([word(low), word(high)])
}

/// What the context has at the places around one minutia: plain loops, which the compiler makes the level's instructions of.
struct Look<'a> {
    places: &'a [(f64, f64); PLACES],
    context: &'a Map,
    minutia: &'a Minutia,
    seen: &'a mut [[u8; COARSE]; PLACES],
}

impl Job for Look<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let (sin, cos) = libm::sincos(self.minutia.direction_rad());
        let (x, y) = (f64::from(self.minutia.x_px()), f64::from(self.minutia.y_px()));
        for (seen, &(along, across)) in self.seen.iter_mut().zip(self.places) {
            let (u, a) = cell(x + (cos * along - sin * across));
            let (v, b) = cell(y - (sin * along + cos * across));
            blend(seen, self.context.pair(u, v), self.context.pair(u, v + 1), a, b);
        }
    }
}

/// The last cell whose middle is not beyond a place (pixels), and how far beyond it the place is, sixteenths of a cell.
#[inline(always)]
fn cell(place: f64) -> (isize, u16) {
    let sixteenths = ((place / CELL - 0.5) * 16.0 + 0.5).floor() as isize;
    (sixteenths >> 4, (sixteenths & 15) as u16)
}

/// Between two cells and the two below them, `a` sixteenths to the right and `b` down, rounded half up.
#[inline(always)]
fn blend(out: &mut [u8; COARSE], upper: &[u8], lower: &[u8], a: u16, b: u16) {
    let (upper, lower) = (&upper[..2 * COARSE], &lower[..2 * COARSE]);
    let weights = [(16 - a) * (16 - b), a * (16 - b), (16 - a) * b, a * b];
    for c in 0..COARSE {
        // 256 · 255 and a half of 256 fit 16 bits.
        let sum = weights[0] * u16::from(upper[c])
            + weights[1] * u16::from(upper[COARSE + c])
            + weights[2] * u16::from(lower[c])
            + weights[3] * u16::from(lower[COARSE + c]);
        out[c] = ((sum + 128) >> 8) as u8;
    }
}
