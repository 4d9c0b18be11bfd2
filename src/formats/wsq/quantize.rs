//! Bin widths, and coefficients ⇄ their bins (clauses 3.2 and 3.3, and annex A for the encoder).

use super::segments::{Header, scaled};
use super::subbands::{Plane, Region};
use crate::image::GrayImage;

/// Where in its bin a value is restored, as encoders write it.
pub const CENTRE: f32 = 0.44;
/// The width of the bin around 0 is so many others'.
const ZERO_BIN: f64 = 1.2;
/// Loading factor γ: the half range of a subband that the quantiser covers, in standard deviations.
const LOADING: f64 = 2.5;
/// A subband that varies less is not sent.
const MIN_VARIANCE: f64 = 1.01;
/// The first subband that is never sent.
const UNSENT: usize = 60;

/// The quantiser of one subband; a width of 0: it is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bin {
    pub width: f32,
    pub zero: f32,
    pub centre: f32,
}

impl Bin {
    pub fn is_sent(&self) -> bool {
        self.width > 0.0
    }

    pub fn restore(&self, value: i32) -> f32 {
        match value {
            0 => 0.0,
            1.. => (value as f32 - self.centre) * self.width + self.zero / 2.0,
            _ => (value as f32 + self.centre) * self.width - self.zero / 2.0,
        }
    }

    /// What would not fit 16 bits is clamped; no image of 8 bits comes near at a usual rate.
    pub fn quantize(&self, sample: f32) -> i32 {
        const MOST: f32 = 65534.0;
        let half = self.zero / 2.0;
        if sample > half {
            ((sample - half) / self.width).floor().min(MOST) as i32 + 1
        } else if sample < -half {
            ((sample + half) / self.width).ceil().max(-MOST) as i32 - 1
        } else {
            0
        }
    }
}

/// The shift M to the mean grey and the scale R that brings the image into ±128, as the frame header can hold them.
pub fn normalization(image: &GrayImage) -> Header {
    let pixels = image.pixels();
    let sum: u64 = pixels.iter().map(|&v| u64::from(v)).sum();
    let mean = sum as f64 / pixels.len().max(1) as f64;
    let (min, max) = pixels.iter().fold((u8::MAX, u8::MIN), |(min, max), &v| (min.min(v), max.max(v)));
    let reach = (f64::from(max) - mean).max(mean - f64::from(min));
    // A constant image has no reach; any scale restores it.
    let scale = if reach > 0.0 { reach / 128.0 } else { 1.0 };
    Header { width: image.width(), height: image.height(), shift: scaled(mean).value(), scale: scaled(scale).value() }
}

/// The bins of the 64 subbands for a target rate: widths that share the bits by the subbands' variances, then scaled
/// together; a subband that would not reach its first bin leaves its share to the others.
pub fn bin_widths(plane: &Plane, bands: &[Region], rate: f64) -> Vec<Bin> {
    let deviations: Vec<f64> = bands.iter().map(|b| variance(plane, b)).map(f64::sqrt).collect();
    let mut widths: Vec<f64> = deviations.iter().enumerate().map(|(k, d)| relative_width(k, d * d)).collect();
    let mut shrink = 1.0;
    loop {
        // The part of all coefficients that subband k holds, its rate's weight.
        let sent = || (0..widths.len()).filter(|&k| widths[k] > 0.0);
        let share: f64 = sent().map(part).sum();
        if share == 0.0 {
            break;
        }
        let log_product: f64 = sent().map(|k| part(k) * libm::log2(deviations[k] / widths[k])).sum();
        shrink = libm::exp2(rate / share - 1.0 - log_product / share) / LOADING;
        let idle: Vec<usize> = sent().filter(|&k| widths[k] / shrink >= 2.0 * LOADING * deviations[k]).collect();
        if idle.is_empty() {
            break;
        }
        idle.into_iter().for_each(|k| widths[k] = 0.0);
    }
    let bin = |width: f64| {
        let width = width / shrink;
        Bin { width: scaled(width).value(), zero: scaled(ZERO_BIN * width).value(), centre: CENTRE }
    };
    widths.into_iter().map(|w| if w > 0.0 { bin(w) } else { Bin::default() }).collect()
}

/// One over the factor by which subband `k` was thinned out.
fn part(k: usize) -> f64 {
    match k {
        0..4 => 1.0 / 1024.0,
        4..51 => 1.0 / 256.0,
        _ => 1.0 / 16.0,
    }
}

/// The width of the bins of subband `k` against the others', 0 where it is not sent.
fn relative_width(k: usize, variance: f64) -> f64 {
    let weight = match k {
        52 | 56 => 1.32,
        53 | 55 | 58 | 59 => 1.08,
        54 | 57 => 1.42,
        _ => 1.0,
    };
    if k >= UNSENT || variance < MIN_VARIANCE {
        0.0
    } else if k < 4 {
        1.0
    } else {
        10.0 / (weight * libm::log(variance))
    }
}

/// The variance of the middle of a subband, where the finger is: three quarters of its width and 7 / 16 of its height.
fn variance(plane: &Plane, band: &Region) -> f64 {
    let (x, y, w, h) = (band.width / 8, 9 * band.height / 32, 3 * band.width / 4, 7 * band.height / 16);
    // A subband of a small image may have no middle.
    let (x, y, w, h) = if w * h < 16 { (0, 0, band.width, band.height) } else { (x, y, w, h) };
    let rows = || (y..y + h).flat_map(|row| plane.row(band, row).iter().skip(x).take(w)).map(|&v| f64::from(v));
    let n = (w * h) as f64;
    let mean = rows().sum::<f64>() / n.max(1.0);
    rows().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0).max(1.0)
}
