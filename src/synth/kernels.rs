//! Gabor kernels at every orientation and period, as integers: what grows ridges, and what reads their phase.
//!
//! Growth runs at 250 ppi, where a ridge period is 3.5 to 6 pixels: a quarter of the pixels, a quarter of the taps, and
//! the signal is still far from Nyquist's limit. Integer sums are exact in any order, so that compilers may vectorise
//! them as they like and every machine gives the same finger.

use super::parameters as p;
use std::sync::OnceLock;

/// Rows and columns of a kernel; stored 16 wide, the last column zero.
pub(super) const TAPS: usize = 15;
pub(super) const WIDTH: usize = 16;
/// From a kernel's first row or column to its middle.
pub(super) const REACH: usize = TAPS / 2;
/// Orientations over half a turn.
pub(super) const ORIENTATIONS: usize = 64;
const PERIODS: usize = 20;
/// Fixed point of the kernels: a ridge pattern of amplitude a gives a × gain × 2¹² at its crest.
pub(super) const SHIFT: u32 = 12;

pub(super) type Kernel = [i16; TAPS * WIDTH];

/// The even and odd kernels of all orientations and periods.
pub(super) struct Bank {
    /// In quadrature with growth gain: what grows ridges.
    grow: Vec<Kernel>,
    even: Vec<Kernel>,
    odd: Vec<Kernel>,
}

impl Bank {
    /// The bank of this process, made once.
    pub fn get() -> &'static Bank {
        static BANK: OnceLock<Bank> = OnceLock::new();
        BANK.get_or_init(Bank::new)
    }

    fn new() -> Self {
        let all = |gain: f64, odd: bool| {
            (0..PERIODS * ORIENTATIONS)
                .map(|k| {
                    let period = period_of(k / ORIENTATIONS);
                    let theta = (k % ORIENTATIONS) as f64 * (std::f64::consts::PI / ORIENTATIONS as f64);
                    kernel(theta, period, gain, odd)
                })
                .collect()
        };
        Bank { grow: all(p::GROWTH_GAIN, false), even: all(1.0, false), odd: all(1.0, true) }
    }

    /// The number of the kernel for an orientation (a doubled angle's vector) and a period in pixels at 500 ppi.
    pub fn index(doubled: [f32; 2], period: f32) -> u16 {
        let theta = 0.5 * libm::atan2f(doubled[1], doubled[0]);
        let step = theta * (ORIENTATIONS as f32 / std::f32::consts::PI);
        let o = (libm::floorf(step + 0.5) as i32).rem_euclid(ORIENTATIONS as i32) as usize;
        let (low, high) = p::PERIOD_RANGE;
        let level = (period - low) * ((PERIODS - 1) as f32 / (high - low)) + 0.5;
        let level = (level.max(0.0) as usize).min(PERIODS - 1);
        (level * ORIENTATIONS + o) as u16
    }

    pub fn grow(&self, index: u16) -> &Kernel {
        &self.grow[usize::from(index)]
    }

    pub fn even(&self, index: u16) -> &Kernel {
        &self.even[usize::from(index)]
    }

    pub fn odd(&self, index: u16) -> &Kernel {
        &self.odd[usize::from(index)]
    }
}

/// The response of a kernel at a place of an image: `at` is the kernel's first tap, `stride` the image's row length.
pub(super) fn respond(image: &[i16], stride: usize, at: usize, kernel: &Kernel) -> i32 {
    let mut sum = 0i32;
    for (r, taps) in kernel.chunks_exact(WIDTH).enumerate() {
        let row = &image[at + r * stride..][..WIDTH];
        sum += row.iter().zip(taps).map(|(&v, &k)| i32::from(v) * i32::from(k)).sum::<i32>();
    }
    sum
}

/// Ridge period of a level, pixels at 250 ppi.
fn period_of(level: usize) -> f64 {
    let (low, high) = (f64::from(p::PERIOD_RANGE.0), f64::from(p::PERIOD_RANGE.1));
    0.5 * (low + (high - low) * level as f64 / (PERIODS - 1) as f64)
}

/// A Gabor kernel without a mean; `theta` counter-clockwise as seen, along the ridge. The odd one grows along the normal
/// that lies 90° counter-clockwise of `theta`.
fn kernel(theta: f64, period: f64, gain: f64, odd: bool) -> Kernel {
    let (sin, cos) = (libm::sin(theta), libm::cos(theta));
    let wave = std::f64::consts::TAU / period;
    let (across, along) = (p::KERNEL_DEVIATION.0 * period, p::KERNEL_DEVIATION.1 * period);
    let mut envelope = [0.0; TAPS * WIDTH];
    let mut values = [0.0; TAPS * WIDTH];
    let mut carrier = [0.0; TAPS * WIDTH];
    for r in 0..TAPS {
        for c in 0..TAPS {
            let (x, y) = (c as f64 - REACH as f64, REACH as f64 - r as f64);
            let (u, v) = (x * cos + y * sin, y * cos - x * sin);
            let e = libm::exp(-0.5 * (u * u / (along * along) + v * v / (across * across)));
            let k = r * WIDTH + c;
            envelope[k] = e;
            carrier[k] = if odd { libm::sin(wave * v) } else { libm::cos(wave * v) };
            values[k] = e * carrier[k];
        }
    }
    let mean = values.iter().sum::<f64>() / envelope.iter().sum::<f64>();
    values.iter_mut().zip(&envelope).for_each(|(v, e)| *v -= mean * e);
    let response: f64 = values.iter().zip(&carrier).map(|(v, c)| v * c).sum();
    let scale = gain * f64::from(1u32 << SHIFT) / response;
    values.map(|v| libm::round(v * scale) as i16)
}
