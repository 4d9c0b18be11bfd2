//! Writes what the extractor finds in full precision, and the image that its network saw, for `agree.py`.
//!
//! `cargo run --release --example detections -- MANIFEST OUT`: for each line of the manifest OUT/SET_NAME.csv (x, y, direction,
//! ending, quality; pixels and radians at 500 ppi) and OUT/SET_NAME.pgm (the image at 500 ppi). Prints the mean time.

use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};
use vantay::extract::Extractor;
use vantay::image::GrayImage;
use vantay::manifest::Manifest;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, manifest, out] = &arguments[..] else { return Err("usage: detections MANIFEST OUT".into()) };
    std::fs::create_dir_all(out)?;
    let mut extractor = Extractor::new();
    let (mut spent, mut images) = (Duration::ZERO, 0);
    for entry in Manifest::read(manifest, true)?.entries {
        let image = GrayImage::open(&entry.path, entry.ppi)?;
        let start = Instant::now();
        let template = extractor.extract(&image, entry.finger)?;
        spent += start.elapsed();
        images += 1;
        let image = image.to_standard_ppi()?;
        let mut text = format!("# {} {} quality {}\n", template.width(), template.height(), template.quality());
        for d in extractor.detect(&image) {
            writeln!(text, "{},{},{},{},{}", d.x, d.y, d.direction, d.ending, d.quality)?;
        }
        let stem = entry.path.file_stem().unwrap_or_default().to_string_lossy();
        let name = format!("{}_{stem}", entry.set.as_deref().unwrap_or("unnamed"));
        std::fs::write(Path::new(out).join(format!("{name}.csv")), text)?;
        std::fs::write(Path::new(out).join(format!("{name}.pgm")), image.to_pgm())?;
    }
    println!("{images} images, {:.2} ms each, {}", spent.as_secs_f64() * 1e3 / f64::from(images), extractor.level());
    Ok(())
}
