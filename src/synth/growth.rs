//! Ridges grown from noise by iterated oriented filtering, so that minutiae arise by themselves.
//!
//! As in SFinGe (Cappelli, Maio and Maltoni, "Synthetic fingerprint-database generation", ICPR 2002): a Gabor filter
//! tuned to the local orientation and period, applied again and again and clipped, turns noise into ridges. Where the
//! flow spreads or turns, the pattern cannot keep its period, and ridges must end or fork. Grown from noise everywhere
//! at once rather than from a few seeds: every pixel is filtered in every iteration, in integers, with no front to follow.

use super::grid::{CANVAS_HEIGHT, CANVAS_WIDTH, Grid};
use super::kernels::{Bank, REACH, SHIFT, TAPS, WIDTH, respond};
use super::orientation::Orientation;
use super::parameters as p;
use super::random::Stream;

/// Columns and rows at 250 ppi. Pixel (i, j) lies at (2 i + 0.5, 2 j + 0.5) of the canvas.
pub(super) const HALF_WIDTH: usize = CANVAS_WIDTH / 2;
pub(super) const HALF_HEIGHT: usize = CANVAS_HEIGHT / 2;
/// The amplitude at which ridges are clipped.
pub(super) const FULL: i16 = 1024;

const STRIDE: usize = HALF_WIDTH + WIDTH;
const LENGTH: usize = STRIDE * (HALF_HEIGHT + TAPS);

/// A grown pattern at 250 ppi, row by row: the even and odd responses of the ridges, so that their local phase is known.
pub(super) struct Growth {
    /// Ridges at +1024, valleys at −1024.
    pub even: Vec<i16>,
    /// In quadrature, along the normal 90° counter-clockwise of the orientation in `index`.
    pub odd: Vec<i16>,
    /// The kernel of each pixel.
    pub index: Vec<u16>,
    /// First and one past the last pixel of the skin in each row.
    pub spans: Vec<(usize, usize)>,
}

/// Grows the ridges of one finger.
pub(super) fn grow(stream: &mut Stream, orientation: &Orientation, period: &Grid<f32>) -> Growth {
    let bank = Bank::get();
    let spans = spans();
    let index = kernels(orientation, period, &spans);
    let mut now = vec![0i16; LENGTH];
    let mut next = vec![0i16; LENGTH];
    seed(stream, &spans, &mut now);
    let iterations = stream.uniform(p::GROWTH_ITERATIONS.0, p::GROWTH_ITERATIONS.1) as usize;
    for _ in 0..iterations {
        filter(&now, &index, &spans, |k| bank.grow(k), |x, y, v| next[inner(x, y)] = v);
        std::mem::swap(&mut now, &mut next);
    }
    let mut even = vec![0; HALF_WIDTH * HALF_HEIGHT];
    let mut odd = vec![0; HALF_WIDTH * HALF_HEIGHT];
    filter(&now, &index, &spans, |k| bank.even(k), |x, y, v| even[y * HALF_WIDTH + x] = v);
    filter(&now, &index, &spans, |k| bank.odd(k), |x, y, v| odd[y * HALF_WIDTH + x] = v);
    Growth { even, odd, index, spans }
}

/// Where pixel (x, y) lies in a padded image.
fn inner(x: usize, y: usize) -> usize {
    (y + REACH) * STRIDE + x + REACH
}

/// The skin, row by row.
fn spans() -> Vec<(usize, usize)> {
    let (a, b) = (p::SKIN[0] / 2.0, p::SKIN[1] / 2.0);
    let (cx, cy) = (HALF_WIDTH as f32 / 2.0, HALF_HEIGHT as f32 / 2.0);
    (0..HALF_HEIGHT)
        .map(|y| {
            let v = (y as f32 + 0.5 - cy) / b;
            let half = a * (1.0 - v * v * v * v).max(0.0).sqrt().sqrt();
            ((cx - half) as usize, (cx + half) as usize)
        })
        .collect()
}

fn kernels(orientation: &Orientation, period: &Grid<f32>, spans: &[(usize, usize)]) -> Vec<u16> {
    let mut index = vec![0; HALF_WIDTH * HALF_HEIGHT];
    for (y, &(from, to)) in spans.iter().enumerate() {
        let cy = 2.0 * y as f32 + 0.5;
        for x in from..to {
            let cx = 2.0 * x as f32 + 0.5;
            index[y * HALF_WIDTH + x] = Bank::index(orientation.at(cx, cy), period.at(cx, cy));
        }
    }
    index
}

/// White noise of full amplitude.
fn seed(stream: &mut Stream, spans: &[(usize, usize)], image: &mut [i16]) {
    for (y, &(from, to)) in spans.iter().enumerate() {
        for x in from..to {
            image[inner(x, y)] = (stream.u64() >> 53) as i16 - FULL;
        }
    }
}

/// Every pixel of the skin through its kernel, clipped.
fn filter<'a>(
    image: &[i16],
    index: &[u16],
    spans: &[(usize, usize)],
    kernel: impl Fn(u16) -> &'a super::kernels::Kernel,
    mut put: impl FnMut(usize, usize, i16),
) {
    let full = i32::from(FULL);
    for (y, &(from, to)) in spans.iter().enumerate() {
        for x in from..to {
            let response = respond(image, STRIDE, y * STRIDE + x, kernel(index[y * HALF_WIDTH + x]));
            put(x, y, (response >> SHIFT).clamp(-full, full) as i16);
        }
    }
}
