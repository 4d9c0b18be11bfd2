//! Writes minutiae, the context of the network around them, and which minutiae are mates: what `train.py` beside this file learns
//! descriptors from.
//!
//! usage: maps MANIFEST OUT
//!
//! OUT.names: set, subject and file of each image, a line each, by tabs; OUT.minutiae: x, y (px, downwards), direction (rad, counter-clockwise)
//! as float32; OUT.counts: how many each image has, u16; OUT.sizes: columns and rows of its context, u16; OUT.context: these, rows of
//! columns of 48 channels, u8; OUT.mates: the pairs that the matcher makes of two impressions of a finger where it is sure, four u16
//! a pair: image, minutia, image, minutia.

use std::io::{BufWriter, Write};
use vantay::extract::{Extractor, stages::Stages};
use vantay::image::GrayImage;
use vantay::manifest::Manifest;
use vantay::matching::{Matcher, Prepared};

/// Pairs of comparisons below this are not taken, dB.
const SURE_FROM: f64 = 30.0;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = std::env::args().skip(1).collect::<Vec<_>>().try_into();
    let [manifest, out] = arguments.map_err(|_| "usage: maps MANIFEST OUT")?;
    let create = |ending: &str| std::fs::File::create(format!("{out}.{ending}")).map(BufWriter::new);
    let (mut names, mut minutiae, mut counts) = (create("names")?, create("minutiae")?, create("counts")?);
    let (mut sizes, mut contexts) = (create("sizes")?, create("context")?);
    let mut extractor = Extractor::new();
    let mut fingers = Vec::new();
    for entry in Manifest::read(manifest, true)?.entries {
        let image = GrayImage::open(&entry.path, entry.ppi)?;
        let template = match extractor.extract(&image, entry.finger) {
            Ok(template) => template,
            Err(error) => {
                eprintln!("{}: {error}", entry.path.display());
                continue;
            }
        };
        let (columns, rows, context) = Stages::new(extractor.level(), image.to_standard_ppi()?).context_bytes();
        for side in [columns, rows] {
            sizes.write_all(&(side as u16).to_le_bytes())?;
        }
        contexts.write_all(&context)?;
        // Without descriptors, so that those of today do not choose what those of tomorrow learn.
        let finger = Prepared::new(&template.clone().with_descriptors(Vec::new())?);
        counts.write_all(&(finger.view().len() as u16).to_le_bytes())?;
        for m in &template.minutiae()[..finger.view().len()] {
            for number in [m.x_px(), m.y_px(), m.direction_rad() as f32] {
                minutiae.write_all(&number.to_le_bytes())?;
            }
        }
        let set = entry.set.clone().unwrap_or_default();
        let stem = entry.path.file_stem().unwrap_or_default().to_string_lossy();
        writeln!(names, "{set}\t{}/{}\t{stem}", entry.subject, entry.finger.code())?;
        fingers.push(((set, entry.subject, entry.finger), finger));
    }
    let (mut matcher, mut mates) = (Matcher::new(), create("mates")?);
    for i in 0..fingers.len() {
        for j in (i + 1..fingers.len()).filter(|&j| fingers[i].0 == fingers[j].0) {
            let found = matcher.explain(fingers[i].1.view(), fingers[j].1.view());
            for pair in found.pairs.iter().filter(|_| found.score.db() >= SURE_FROM) {
                for number in [i, pair.a, j, pair.b] {
                    mates.write_all(&u16::try_from(number)?.to_le_bytes())?;
                }
            }
        }
    }
    Ok(())
}
