//! Two pictures of made-up fingers: 24 fingers on the four sensors, and 24 faults on one finger.
//!
//! `cargo run --release --example synth_sheet -- FOLDER [SEED]`

use image::{GrayImage, imageops};
use rayon::prelude::*;
use std::{error::Error, path::Path};
use vantay::synth::{Capture, Fault, Impression, Person, Sensor};
use vantay::template::FingerPosition;

const COLUMNS: usize = 6;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("usage: synth_sheet FOLDER [SEED]")?;
    let seed = arguments.next().map_or(Ok(1), |s| s.parse())?;
    std::fs::create_dir_all(&folder)?;
    let fingers = (0..24u64)
        .into_par_iter()
        .map(|k| {
            let position = FingerPosition::ALL[k as usize % 10];
            let sensor = Sensor::ALL[k as usize / 3 % 4];
            Person::new(seed, k).finger(position).impression(seed, &Capture::of(sensor))
        })
        .collect();
    save(fingers, &Path::new(&folder).join("fingers.png"))?;
    let finger = Person::new(seed, 0).finger(FingerPosition::RightIndex);
    let faults = (0..24usize)
        .into_par_iter()
        .map(|k| {
            // All sixteen at degree 0.7; then pairs of them.
            let mut capture = Capture::default().with_fault(Fault::ALL[k % 16], 0.7);
            if k >= 16 {
                capture = capture.with_fault(Fault::ALL[(k * 3 + 1) % 16], 0.5);
            }
            finger.impression(seed, &capture)
        })
        .collect();
    save(faults, &Path::new(&folder).join("faults.png"))
}

/// Side by side, each at the same size, on grey.
fn save(impressions: Vec<Impression>, path: &Path) -> Result<(), Box<dyn Error>> {
    let (width, height) = (400, 400);
    let rows = impressions.len().div_ceil(COLUMNS);
    let mut sheet = GrayImage::from_pixel((COLUMNS * width) as u32, (rows * height) as u32, image::Luma([120]));
    for (k, impression) in impressions.iter().enumerate() {
        let pixels = impression.image.pixels();
        let (w, h) = (pixels.ncols() as u32, pixels.nrows() as u32);
        let tile = GrayImage::from_raw(w, h, pixels.iter().copied().collect()).ok_or("a buffer of the wrong length")?;
        let fit = (392.0 / w.max(h) as f64).min(1.0);
        let tile = imageops::resize(
            &tile,
            (f64::from(w) * fit) as u32,
            (f64::from(h) * fit) as u32,
            imageops::FilterType::Triangle,
        );
        let (x, y) = (k % COLUMNS * width, k / COLUMNS * height);
        imageops::replace(&mut sheet, &tile, x as i64 + 4, y as i64 + 4);
    }
    sheet.save(path)?;
    Ok(())
}
