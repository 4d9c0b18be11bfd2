//! The minutiae of an image, a line each: x, y (pixels at 500 ppi), direction (degrees), kind, quality (per cent).
//!
//! ```sh
//! cargo run --release --example extract -- finger.png 500    # its resolution, where the file does not tell
//! cargo run --release --example extract                      # a made-up finger
//! ```

use std::process::ExitCode;
use vantay::extract::Extractor;
use vantay::image::GrayImage;
use vantay::synth::{Capture, Person};
use vantay::template::FingerPosition;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match print(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("extract: {e}");
            ExitCode::FAILURE
        }
    }
}

fn print(arguments: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let image = match arguments {
        [] => Person::new(1, 1).finger(FingerPosition::RightIndex).impression(1, &Capture::default()).image,
        [path] => GrayImage::open(path, None)?,
        [path, ppi, ..] => GrayImage::open(path, Some(ppi.parse()?))?,
    };
    let template = Extractor::new().extract(&image, FingerPosition::Unknown)?;
    println!("# {} × {} px, quality {}", template.width(), template.height(), template.quality());
    for m in template.minutiae() {
        let degrees = m.direction_rad().to_degrees();
        println!("{:.1} {:.1} {degrees:.1} {:?} {}", m.x_px(), m.y_px(), m.kind, m.quality);
    }
    Ok(())
}
