//! Writes what the extractor finds in full precision, and all that leads to it, for `agree.py`.
//!
//! `cargo run --release --example detections -- MANIFEST OUT [EVERY]`: for each line of the manifest, or each EVERY-th,
//! OUT/SET_NAME.csv (x, y, direction, ending, quality; pixels and radians at 500 ppi), OUT/SET_NAME.pgm (the image at 500 ppi)
//! and OUT/SET_NAME.stages (see `Stages::dump`). Prints the mean over the images of an extraction's time, the
//! best of five.

use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};
use vantay::extract::{Extractor, stages::Stages};
use vantay::image::GrayImage;
use vantay::manifest::Manifest;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let (manifest, out, every) = match &arguments[..] {
        [_, manifest, out] => (manifest, out, 1),
        [_, manifest, out, every] => (manifest, out, every.parse::<usize>()?.max(1)),
        _ => return Err("usage: detections MANIFEST OUT [EVERY]".into()),
    };
    std::fs::create_dir_all(out)?;
    let mut extractor = Extractor::new();
    let (mut spent, mut images) = (Duration::ZERO, 0);
    for entry in Manifest::read(manifest, true)?.entries.into_iter().step_by(every) {
        let image = GrayImage::open(&entry.path, entry.ppi)?;
        let template = extractor.extract(&image, entry.finger)?;
        let mut best = Duration::MAX;
        for _ in 0..5 {
            let start = Instant::now();
            std::hint::black_box(extractor.extract(&image, entry.finger)?);
            best = best.min(start.elapsed());
        }
        (spent, images) = (spent + best, images + 1);
        let image = image.to_standard_ppi()?;
        let mut text = format!("# {} {} quality {}\n", template.width(), template.height(), template.quality());
        for d in extractor.detect(&image) {
            writeln!(text, "{},{},{},{},{}", d.x, d.y, d.direction, d.ending, d.quality)?;
        }
        let stem = entry.path.file_stem().unwrap_or_default().to_string_lossy();
        let name = format!("{}_{stem}", entry.set.as_deref().unwrap_or("unnamed"));
        std::fs::write(Path::new(out).join(format!("{name}.csv")), text)?;
        std::fs::write(Path::new(out).join(format!("{name}.pgm")), image.to_pgm())?;
        let stages = Stages::new(extractor.level(), image).dump();
        std::fs::write(Path::new(out).join(format!("{name}.stages")), stages)?;
    }
    println!("{images} images, {:.2} ms each, {}", spent.as_secs_f64() * 1e3 / f64::from(images), extractor.level());
    Ok(())
}
