//! How far apart the ridges of each block of a map are, from the image itself: the brightness across the ridges, and how
//! it repeats (the signature of L. Hong, Y. Wan and A. Jain, TPAMI 1998, its period found by autocorrelation).

use super::parameters::period::{ALONG, ALONG_STEP, FLAT, LAGS, LEAST_REPEATED, LENGTH, REPEATED};
use crate::image::GrayImage;
use crate::template::RidgeMap;
use ndarray::Array2;

/// Tells the periods of all blocks that have ridges sure enough and far enough from the image's edge.
pub(super) fn fill(map: &mut RidgeMap, image: &GrayImage) {
    for (column, row) in RidgeMap::places() {
        let Some((orientation, 2..)) = map.get(column, row) else { continue };
        let signature = signature(image.pixels(), map.centre(column, row), orientation);
        if let Some(period) = signature.and_then(|signature| period(&signature)) {
            map.set_period(column, row, period);
        }
    }
}

/// Brightness at each pixel across the ridges.
type Signature = [i32; LENGTH];

/// The mean brightness along the ridges, 64 to the grey level, at each pixel across them; none where too little of the
/// window lies on the image. Places are in 65,536ths of a pixel, so that all machines look at the same ones.
fn signature(pixels: &Array2<u8>, centre: (f64, f64), orientation: f64) -> Option<Signature> {
    let fixed = |v: f64| (v * 65_536.0).round() as i32;
    // Along the ridges, and across; y grows downwards.
    let (ux, uy) = (fixed(libm::cos(orientation)), -fixed(libm::sin(orientation)));
    let (nx, ny) = (-uy, ux);
    let ends = |reach: usize, step: usize| (reach as i32 - 1) * step as i32;
    // From the middle back by half of the window either way; doubled, so that halves are whole.
    let (back_n, back_u) = (ends(LENGTH, 1), ends(ALONG, ALONG_STEP));
    let start = |centre: f64, n: i32, u: i32| fixed(centre) + 32_768 - (n * back_n + u * back_u) / 2;
    let (mut x, mut y) = (start(centre.0, nx, ux), start(centre.1, ny, uy));
    let (step_x, step_y) = (ux * ALONG_STEP as i32, uy * ALONG_STEP as i32);
    let mut signature = [0; LENGTH];
    for out in &mut signature {
        let (mut px, mut py, mut sum, mut count) = (x, y, 0, 0);
        for _ in 0..ALONG {
            // Left of the image and above it, columns and rows are huge.
            if let Some(&pixel) = pixels.get(((py >> 16) as usize, (px >> 16) as usize)) {
                (sum, count) = (sum + i32::from(pixel), count + 1);
            }
            (px, py) = (px + step_x, py + step_y);
        }
        if 3 * count < ALONG as i32 {
            return None;
        }
        *out = sum * 64 / count;
        (x, y) = (x + nx, y + ny);
    }
    Some(signature)
}

/// After how many pixels a signature repeats itself; none where it does not.
fn period(signature: &Signature) -> Option<f64> {
    // Less the mean around each pixel, and small enough that all sums fit.
    let mut sums = [0; LENGTH + 1];
    for (i, &v) in signature.iter().enumerate() {
        sums[i + 1] = sums[i] + v;
    }
    let wave: Signature = std::array::from_fn(|i| {
        let (from, to) = (i.saturating_sub(FLAT), (i + FLAT + 1).min(LENGTH));
        (signature[i] - (sums[to] - sums[from]) / (to - from) as i32) / 8
    });
    let mut energy = [0; LENGTH + 1];
    for (i, &v) in wave.iter().enumerate() {
        energy[i + 1] = energy[i] + v * v;
    }
    let repeats = |lag: usize| {
        let together: i32 = wave[lag..].iter().zip(&wave).map(|(a, b)| a * b).sum();
        let (first, second) = (energy[LENGTH - lag], energy[LENGTH] - energy[lag]);
        f64::from(together) / (f64::from(first) * f64::from(second)).sqrt().max(1.0)
    };
    // The first peak after the valleys have met the ridges.
    let (mut before, mut here, mut opposed) = (repeats(*LAGS.start() - 1), repeats(*LAGS.start()), false);
    for lag in LAGS {
        let after = repeats(lag + 1);
        opposed |= before < 0.0;
        if opposed && here > LEAST_REPEATED && here >= before && here >= after {
            let bend = before - 2.0 * here + after;
            let shift = if bend < -1e-9 { 0.5 * (before - after) / bend } else { 0.0 };
            return (here > REPEATED).then_some(lag as f64 + shift);
        }
        (before, here) = (here, after);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    /// Ridges of a period, running at an angle counter-clockwise, with noise.
    fn waves(period: f64, angle: f64, noise: f64) -> GrayImage {
        let mut seed = 1u32;
        let pixels = (0..200 * 200).map(|n| {
            let (x, y) = (f64::from(n % 200), f64::from(n / 200));
            let across = x * angle.sin() + y * angle.cos();
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let dice = f64::from(seed >> 8) / f64::from(1 << 24) - 0.5;
            (128.0 + 80.0 * (2.0 * PI * across / period).cos() + noise * dice).clamp(0.0, 255.0) as u8
        });
        GrayImage::from_vec(pixels.collect(), 200, 200, 500.0).unwrap()
    }

    fn told(image: &GrayImage, angle: f64) -> Vec<f64> {
        let mut map = RidgeMap::new(12, 4, 4).unwrap();
        RidgeMap::places().for_each(|(column, row)| map.set(column, row, angle, 3));
        fill(&mut map, image);
        RidgeMap::places().filter_map(|(column, row)| map.period(column, row)).collect()
    }

    #[test]
    fn periods_are_those_of_the_ridges_whichever_way_they_run() {
        for (n, period) in [4.6, 6.0, 7.3, 9.0, 11.2, 14.0, 19.0].into_iter().enumerate() {
            for angle in [0.0, 0.4, 1.1, PI / 2.0, 2.0, 3.0] {
                let told = told(&waves(period, angle, 60.0), angle);
                assert!(told.len() > 120, "{period} px at {angle}: {} blocks", told.len());
                let worst = told.iter().map(|t| (t / period - 1.0).abs()).fold(0.0, f64::max);
                assert!(worst < 0.04, "{n}: {period} px at {angle}: off by {worst}");
            }
        }
    }

    #[test]
    fn what_does_not_repeat_has_no_period() {
        assert!(told(&waves(9.0, 0.0, 0.0), PI / 2.0).is_empty(), "along the ridges");
        let noise = told(&waves(1e9, 0.3, 200.0), 0.3);
        assert!(noise.len() < 40, "{} blocks of noise", noise.len());
        assert!(told(&waves(40.0, 0.3, 0.0), 0.3).is_empty(), "wider than any ridges");
    }

    #[test]
    fn unsure_blocks_and_those_beyond_the_image_have_none() {
        let image = waves(9.0, 0.3, 0.0);
        let mut map = RidgeMap::new(200, 0, 0).unwrap();
        map.set(0, 0, 0.3, 1);
        map.set(2, 0, 0.3, 3);
        map.set(0, 9, 0.3, 3);
        fill(&mut map, &image);
        assert!(RidgeMap::places().all(|(column, row)| map.period(column, row).is_none()));
        map.set(0, 0, 0.3, 2);
        fill(&mut map, &image);
        assert!((map.period(0, 0).unwrap() - 9.0).abs() < 0.2);
    }
}
