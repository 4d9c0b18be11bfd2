use super::exit::Failure;
use super::output::{print, print_json};
use super::progress::Bar;
use serde::Serialize;
use std::path::PathBuf;
use vantay::synth::{Capture, Fault, Population, Sensor, Slap};
use vantay::template::FingerPosition;

/// Made-up people → images and a manifest.
///
/// The same options make the same bytes on every machine.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The folder for images and manifest.jsonl; made where it is not there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// How many people, at most 100 million.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    people: u64,
    /// The number of the first of them.
    #[arg(long, default_value_t = 1)]
    first: u64,
    /// Which fingers, 1 to 10.
    #[arg(long, value_delimiter = ',', default_values_t = [2, 7], value_parser = clap::value_parser!(u8).range(1..=10))]
    fingers: Vec<u8>,
    /// Impressions of each finger.
    #[arg(long, default_value_t = 2)]
    impressions: u32,
    /// Slaps of each person: right-four, left-four, thumbs.
    #[arg(long, value_delimiter = ',')]
    slaps: Vec<Slap>,
    /// Which population: the same seed and number are the same person.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The sensor: optical, capacitive, thermal-sweep or ink-rolled.
    #[arg(long, default_value = Sensor::Optical.name())]
    sensor: Sensor,
    /// A fault, by its name or with a degree from 0 to 1: wet=0.7. May be given several times.
    #[arg(long = "fault", value_name = "FAULT[=DEGREE]", value_parser = Fault::with_degree)]
    faults: Vec<(Fault, f32)>,
    /// The people's age in years.
    #[arg(long, default_value_t = 30.0, value_parser = within::<0, 120>)]
    age: f32,
    /// The operator's skill, 0 to 1.
    #[arg(long, default_value_t = 0.7, value_parser = within::<0, 1>)]
    skill: f32,
    /// How often things go wrong by chance, 0 (never) to 1 (as in the field).
    #[arg(long, default_value_t = 0.0, value_parser = within::<0, 1>)]
    hardship: f32,
    /// Write the true minutiae, foreground, orientation and ridge period beside each image.
    #[arg(long)]
    truth: bool,
}

/// A number of a range.
fn within<const LOW: u8, const HIGH: u8>(text: &str) -> Result<f32, String> {
    let value = text.parse().ok().filter(|v| (f32::from(LOW)..=f32::from(HIGH)).contains(v));
    value.ok_or_else(|| format!("{LOW} to {HIGH} are taken"))
}

#[derive(Serialize)]
struct Made<'a> {
    images: u64,
    manifest: &'a str,
}

/// Makes, writes, tells where.
pub fn run(options: &Options, json: bool) -> Result<(), Failure> {
    let population = population(options);
    let bar = Bar::new("making", population.images());
    let manifest = population.write(&options.out, &|images| bar.add(images))?;
    drop(bar);
    let (images, manifest) = (population.images(), manifest.to_string_lossy());
    match json {
        true => print_json(&Made { images, manifest: &manifest }),
        false => print(&format!("{images} images, listed in {manifest}")),
    }
}

fn population(options: &Options) -> Population {
    let capture = Capture {
        age: options.age,
        skill: options.skill,
        hardship: options.hardship,
        faults: options.faults.clone(),
        ..Capture::of(options.sensor)
    };
    Population {
        seed: options.seed,
        people: options.first..options.first.saturating_add(options.people),
        fingers: options.fingers.iter().filter_map(|&code| FingerPosition::from_code(code)).collect(),
        impressions: options.impressions,
        slaps: options.slaps.clone(),
        capture,
        truth: options.truth,
    }
}
