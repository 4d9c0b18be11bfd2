//! Three pictures of made-up fingers: 24 fingers on the four sensors, 24 faults of one finger, the slaps of one person.
//!
//! `cargo run --release --example synth_sheet -- FOLDER [SEED]`

use image::imageops;
use rayon::prelude::*;
use std::{error::Error, path::Path};
use vantay::image::GrayImage;
use vantay::synth::{Capture, Fault, Person, Sensor, Slap};
use vantay::template::FingerPosition;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("usage: synth_sheet FOLDER [SEED]")?;
    let seed = arguments.next().map_or(Ok(1), |s| s.parse())?;
    std::fs::create_dir_all(&folder)?;
    let fingers: Vec<GrayImage> = (0..24u64)
        .into_par_iter()
        .map(|k| {
            let position = FingerPosition::ALL[k as usize % 10];
            let sensor = Sensor::ALL[k as usize / 3 % 4];
            Person::new(seed, k).finger(position).impression(seed, &Capture::of(sensor)).image
        })
        .collect();
    save(fingers.iter().collect(), 6, &Path::new(&folder).join("fingers.jpg"))?;
    let slaps = Slap::ALL.map(|slap| Person::new(seed, 1).slap(slap, seed, &Capture::default(), &[]).image);
    save(slaps.iter().collect(), 3, &Path::new(&folder).join("slaps.jpg"))?;
    let finger = Person::new(seed, 0).finger(FingerPosition::RightIndex);
    let faults: Vec<GrayImage> = (0..24usize)
        .into_par_iter()
        .map(|k| {
            // All sixteen at degree 0.7; then pairs of them.
            let mut capture = Capture::default().with_fault(Fault::ALL[k % 16], 0.7);
            if k >= 16 {
                capture = capture.with_fault(Fault::ALL[(k * 3 + 1) % 16], 0.5);
            }
            finger.impression(seed, &capture).image
        })
        .collect();
    save(faults.iter().collect(), 6, &Path::new(&folder).join("faults.jpg"))
}

/// Side by side, each at the same size, on grey.
fn save(images: Vec<&GrayImage>, columns: usize, path: &Path) -> Result<(), Box<dyn Error>> {
    let (width, height) = (300, 300);
    let rows = images.len().div_ceil(columns);
    let mut sheet = image::GrayImage::from_pixel((columns * width) as u32, (rows * height) as u32, image::Luma([120]));
    for (k, made) in images.iter().enumerate() {
        let pixels = made.pixels();
        let (w, h) = (pixels.ncols() as u32, pixels.nrows() as u32);
        let tile =
            image::GrayImage::from_raw(w, h, pixels.iter().copied().collect()).ok_or("a buffer of the wrong length")?;
        let fit = (294.0 / w.max(h) as f64).min(1.0);
        let tile = imageops::resize(
            &tile,
            (f64::from(w) * fit) as u32,
            (f64::from(h) * fit) as u32,
            imageops::FilterType::Triangle,
        );
        let (x, y) = (k % columns * width, k / columns * height);
        imageops::replace(&mut sheet, &tile, x as i64 + 3, y as i64 + 3);
    }
    sheet.save(path)?;
    Ok(())
}
