//! People by number, written as PNG files with a manifest that the rest of this library reads.

use super::capture::Capture;
use super::error::SynthError;
use super::impression::Impression;
use super::person::Person;
use super::truth_files;
use crate::image::GrayImage;
use crate::template::FingerPosition;
use rayon::prelude::*;
use serde::Serialize;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Which made-up people to write, and how their fingers were captured.
#[derive(Debug, Clone, PartialEq)]
pub struct Population {
    /// The seed of the population: the same seed and number are the same person.
    pub seed: u64,
    /// The numbers of the people.
    pub people: Range<u64>,
    /// The fingers of each.
    pub fingers: Vec<FingerPosition>,
    /// Impressions of each finger, numbered from 1.
    pub impressions: u32,
    /// How they are captured.
    pub capture: Capture,
    /// Whether the truth is written beside each image: `NAME.csv` (minutiae as `vantay eval --minutiae` reads them),
    /// `NAME.truth.json` (with each minutia's number in its master), `NAME.maps.npy` (foreground, orientation, period).
    pub truth: bool,
}

/// A line of the manifest.
#[derive(Serialize)]
struct Line<'a> {
    set: &'static str,
    subject: u64,
    finger: u8,
    impression: u32,
    ppi: u32,
    path: String,
    sensor: &'static str,
    pattern: &'static str,
    age: f32,
    seed: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faults: Vec<(&'a str, f32)>,
}

impl Population {
    /// The file name of a manifest.
    pub const MANIFEST: &str = "manifest.jsonl";

    /// Writes images, truth where it is asked for, and [`Population::MANIFEST`] into a folder, made where it is missing;
    /// gives the manifest's path. People are made in parallel; `made` is called after each with the number of images.
    ///
    /// # Errors
    /// A file that the operating system does not take, with its path.
    pub fn write(&self, folder: &Path, made: &(dyn Fn(u64) + Sync)) -> Result<PathBuf, SynthError> {
        std::fs::create_dir_all(folder).map_err(at(folder))?;
        let people: Vec<u64> = self.people.clone().collect();
        let lines = people
            .into_par_iter()
            .map(|number| {
                let lines = self.write_person(folder, number)?;
                made(lines.len() as u64);
                Ok(lines.concat())
            })
            .collect::<Result<Vec<String>, SynthError>>()?;
        let manifest = folder.join(Self::MANIFEST);
        std::fs::write(&manifest, lines.concat()).map_err(at(&manifest))?;
        Ok(manifest)
    }

    /// How many images [`Population::write`] writes.
    pub fn images(&self) -> u64 {
        let people = self.people.end.saturating_sub(self.people.start);
        people * self.fingers.len() as u64 * u64::from(self.impressions)
    }

    fn write_person(&self, folder: &Path, number: u64) -> Result<Vec<String>, SynthError> {
        let person = Person::new(self.seed, number);
        let mut lines = Vec::new();
        for &position in &self.fingers {
            let master = person.finger(position);
            for impression in 1..=self.impressions {
                let name = format!("{number:06}_{:02}_{impression}", position.code());
                let made = master.impression(impression.into(), &self.capture);
                self.write_impression(folder, &name, &made)?;
                let line = Line {
                    set: "synth",
                    subject: number,
                    finger: position.code(),
                    impression,
                    ppi: 500,
                    path: format!("{name}.png"),
                    sensor: self.capture.sensor.name(),
                    pattern: master.pattern().name(),
                    age: self.capture.age,
                    seed: self.seed,
                    faults: self.capture.faults.iter().map(|(f, d)| (f.name(), *d)).collect(),
                };
                // Numbers and plain names always are JSON.
                lines.push(simd_json::to_string(&line).unwrap_or_default() + "\n");
            }
        }
        Ok(lines)
    }

    fn write_impression(&self, folder: &Path, name: &str, made: &Impression) -> Result<(), SynthError> {
        let path = folder.join(format!("{name}.png"));
        std::fs::write(&path, png(&made.image)).map_err(at(&path))?;
        if self.truth {
            for (ending, bytes) in truth_files::files(&made.image, &made.truth) {
                let path = folder.join(format!("{name}.{ending}"));
                std::fs::write(&path, bytes).map_err(at(&path))?;
            }
        }
        Ok(())
    }
}

/// An image as a PNG file with its resolution.
fn png(image: &GrayImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, image.width() as u32, image.height() as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let per_metre = (image.ppi() / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: per_metre, yppu: per_metre, unit: png::Unit::Meter }));
    let pixels: Vec<u8> = image.pixels().iter().copied().collect();
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(&pixels)?;
        writer.finish()
    });
    // Writing to memory an image of the size that was told cannot fail.
    debug_assert!(written.is_ok());
    bytes
}

fn at(path: &Path) -> impl Fn(std::io::Error) -> SynthError {
    let path = path.to_path_buf();
    move |source| SynthError::Io { path: path.clone(), source }
}
