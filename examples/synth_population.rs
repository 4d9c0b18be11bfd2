//! Writes a small made-up population with its truth: images, manifest, minutiae.
//!
//! `cargo run --release --example synth_population -- FOLDER [PEOPLE] [IMPRESSIONS] [SENSOR] [hardship=0 to 1] [FAULT=DEGREE …]`

use std::error::Error;
use vantay::synth::{Capture, Fault, Population, Sensor};
use vantay::template::FingerPosition;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments
        .next()
        .ok_or("usage: synth_population FOLDER [PEOPLE] [IMPRESSIONS] [SENSOR] [hardship=0 to 1] [FAULT=DEGREE …]")?;
    let people = arguments.next().map_or(Ok(10), |n| n.parse())?;
    let impressions = arguments.next().map_or(Ok(4), |n| n.parse())?;
    let sensor: Sensor = arguments.next().map_or(Ok(Sensor::Optical), |name| name.parse())?;
    let mut capture = Capture::of(sensor);
    for fault in arguments {
        match fault.strip_prefix("hardship=") {
            Some(hardship) => capture.hardship = hardship.parse()?,
            None => capture.faults.push(Fault::with_degree(&fault)?),
        }
    }
    let fingers = vec![FingerPosition::RightIndex];
    let population =
        Population { seed: 1, people: 0..people, fingers, impressions, slaps: Vec::new(), capture, truth: true };
    let manifest = population.write(folder.as_ref(), &|_| ())?;
    println!("{} images: {}", population.images(), manifest.display());
    Ok(())
}
