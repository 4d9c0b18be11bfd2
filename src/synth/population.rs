//! People by number, written as PNG files with a manifest that the rest of this library reads.

use super::capture::Capture;
use super::error::SynthError;
use super::impression::Impression;
use super::master::Master;
use super::person::Person;
use super::slap::Slap;
use super::truth_files;
use crate::image::{GrayImage, STANDARD_PPI};
use crate::manifest::{self, Entry};
use crate::template::FingerPosition;
use rayon::prelude::*;
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
    /// Impressions of each finger, numbered from 1. Those of one number are one encounter of the person's.
    pub impressions: u32,
    /// Slaps of each person: images of several fingers, listed in [`Population::SLAPS`].
    pub slaps: Vec<Slap>,
    /// How they are captured.
    pub capture: Capture,
    /// Whether the truth is written beside each image: `NAME.csv` (minutiae as `vantay eval --minutiae` reads them),
    /// `NAME.truth.json` (with each minutia's number in its master), `NAME.maps.npy` (foreground, orientation, period).
    pub truth: bool,
}

impl Population {
    /// The file name of a manifest.
    pub const MANIFEST: &str = "manifest.jsonl";
    /// The file name of the list of slaps: a line of JSON each, with the box and turn of every finger.
    pub const SLAPS: &str = "slaps.jsonl";

    /// Writes images, truth where it is asked for, and [`Population::MANIFEST`] (subject: the person's number) into a folder, made where it is missing;
    /// gives the manifest's path. People are made in parallel; `made` is called after each with
    /// the number of images.
    ///
    /// # Errors
    /// A file that the operating system does not take, with its path.
    pub fn write(&self, folder: &Path, made: &(dyn Fn(u64) + Sync)) -> Result<PathBuf, SynthError> {
        std::fs::create_dir_all(folder).map_err(at(folder))?;
        let people: Vec<u64> = self.people.clone().collect();
        let written = people
            .into_par_iter()
            .map(|number| {
                let person = Person::new(self.seed, number);
                let entries = self.write_fingers(folder, &person)?;
                let slaps = self.write_slaps(folder, &person)?;
                made((entries.len() + slaps.len()) as u64);
                Ok((entries, slaps.concat()))
            })
            .collect::<Result<Vec<_>, SynthError>>()?;
        if !self.slaps.is_empty() {
            let lines: String = written.iter().map(|(_, slaps)| slaps.as_str()).collect();
            let path = folder.join(Self::SLAPS);
            std::fs::write(&path, lines).map_err(at(&path))?;
        }
        let path = folder.join(Self::MANIFEST);
        manifest::write(&path, written.iter().flat_map(|(entries, _)| entries))?;
        Ok(path)
    }

    /// How many images [`Population::write`] writes.
    pub fn images(&self) -> u64 {
        let people = self.people.end.saturating_sub(self.people.start);
        people.saturating_mul((self.fingers.len() + self.slaps.len()) as u64).saturating_mul(self.impressions.into())
    }

    fn write_fingers(&self, folder: &Path, person: &Person) -> Result<Vec<Entry>, SynthError> {
        let number = person.number();
        let mut entries = Vec::new();
        for &position in &self.fingers {
            let master = person.finger(position);
            for impression in 1..=self.impressions {
                let name = format!("{number:06}_{:02}_{impression}", position.code());
                let made = master.impression(impression.into(), &self.capture);
                self.write_impression(folder, &name, &made)?;
                entries.push(self.entry(&master, impression, &made.capture, folder.join(format!("{name}.png"))));
            }
        }
        Ok(entries)
    }

    /// The slaps of a person, with a line of JSON for each.
    fn write_slaps(&self, folder: &Path, person: &Person) -> Result<Vec<String>, SynthError> {
        let number = person.number();
        let mut lines = Vec::new();
        for &slap in &self.slaps {
            for impression in 1..=self.impressions {
                let name = format!("{number:06}_{}_{impression}", slap.name());
                let made = person.slap(slap, impression.into(), &self.capture, &[]);
                let path = folder.join(format!("{name}.png"));
                std::fs::write(&path, png(&made.image)).map_err(at(&path))?;
                if self.truth {
                    let truth = truth_files::slap(&made);
                    let path = folder.join(format!("{name}.truth.json"));
                    std::fs::write(&path, truth).map_err(at(&path))?;
                }
                let fingers: Vec<String> = made.fingers.iter().map(truth_files::box_of).collect();
                lines.push(format!(
                    "{{\"subject\": \"{number}\", \"slap\": \"{}\", \"impression\": {impression}, \"ppi\": 500, \"path\": \
                     \"{name}.png\", \"fingers\": [{}]}}\n",
                    slap.name(),
                    fingers.join(", ")
                ));
            }
        }
        Ok(lines)
    }

    /// A line of the manifest, with how it was captured as fields of its own.
    fn entry(&self, master: &Master, impression: u32, capture: &Capture, path: PathBuf) -> Entry {
        let [seed, number, _] = master.key;
        let text = |s: &str| format!("\"{s}\"");
        let faults: Vec<_> = capture.faults.iter().map(|(f, d)| format!("\"{}\": {d}", f.name())).collect();
        let fields = [
            ("sensor", text(capture.sensor.name())),
            ("pattern", text(master.pattern().name())),
            ("age", capture.age.to_string()),
            ("skill", capture.skill.to_string()),
            ("seed", seed.to_string()),
            ("faults", format!("{{{}}}", faults.join(", "))),
        ];
        Entry {
            ppi: Some(STANDARD_PPI),
            set: Some("synth".into()),
            encounter: Some(format!("{number}_{impression}")),
            fields: fields.map(|(name, value)| (name.to_string(), value)).into(),
            ..Entry::new(number.to_string(), master.position(), impression, path)
        }
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
