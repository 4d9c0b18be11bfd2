//! Writes minutiae and which of them are mates: what `local.py` beside this file judges codes on.
//!
//! usage: mates DIR OUT
//!
//! DIR holds minutiae in text as `minutiae_files.rs` beside this file takes them. OUT.names gets the names, a line each; OUT.minutiae
//! x, y (px, downwards), direction (rad) and kind of all minutiae as float32, OUT.counts how many each file has (u16);
//! OUT.mates the pairs that the matcher makes of two impressions of a finger where it is sure, four u16 a pair: file,
//! minutia, file, minutia.

#[path = "minutiae_files.rs"]
mod minutiae_files;

use std::io::{BufWriter, Write};
use std::path::Path;
use vantay::matching::{Matcher, Prepared};

/// Pairs of comparisons below this are not taken, dB.
const SURE_FROM: f64 = 40.0;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [dir, out] = std::env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| "usage: mates DIR OUT")?;
    let files = minutiae_files::read(Path::new(&dir))?;
    let create = |ending: &str| std::fs::File::create(format!("{out}.{ending}")).map(BufWriter::new);
    let (mut names, mut minutiae, mut counts) = (create("names")?, create("minutiae")?, create("counts")?);
    let mut prepared = Vec::new();
    for (name, template) in &files {
        let finger = Prepared::new(template);
        writeln!(names, "{name}")?;
        counts.write_all(&(finger.view().len() as u16).to_le_bytes())?;
        for m in &template.minutiae()[..finger.view().len()] {
            for number in [m.x_px(), m.y_px(), m.direction_rad() as f32, f32::from(m.kind as u8)] {
                minutiae.write_all(&number.to_le_bytes())?;
            }
        }
        prepared.push(finger);
    }
    let finger = |name: &str| name.rsplit_once('_').map(|(finger, _)| finger.to_owned());
    let (mut matcher, mut mates) = (Matcher::new(), create("mates")?);
    for i in 0..files.len() {
        for j in (i + 1..files.len()).filter(|&j| finger(&files[i].0) == finger(&files[j].0)) {
            let found = matcher.explain(prepared[i].view(), prepared[j].view());
            for pair in found.pairs.iter().filter(|_| found.score.db() >= SURE_FROM) {
                for number in [i, pair.a, j, pair.b] {
                    mates.write_all(&(number as u16).to_le_bytes())?;
                }
            }
        }
    }
    Ok(())
}
