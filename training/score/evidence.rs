//! Writes the evidence of every comparison among minutiae in text: what `fit.py` beside this file learns from.
//!
//! usage: evidence DIR OUT [--turn] [--scale S] [--partial SEED]
//!
//! DIR holds NAME.csv (see `Template::from_csv`), or FVC's names as `vantay extract --csv` leaves them: fvc2002_db1_b/101_1.csv
//! is 2002_1_101_1. OUT.names gets the names, sorted, a line each; OUT.f32 the figures
//! of `Evidence::figures` as float32, for each pair (i, j > i) in order; OUT.columns their names. `--turn` turns every
//! second template by an angle of its own, `--scale` makes every second one larger or smaller: mates then differ in it.
//! `--partial` leaves of each template what a window of 45 to 100 % of its sides shows, less a tenth: small overlaps, of
//! which whole prints give few to learn from.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;
use vantay::matching::{Evidence, Matcher, Prepared};
use vantay::template::{Minutia, Template};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(dir), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("usage: evidence DIR OUT [--turn] [--scale S] [--partial SEED]".into());
    };
    let (mut turn, mut scale, mut seed) = (false, 1.0, None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--turn" => turn = true,
            "--scale" => scale = arguments.next().ok_or("--scale needs a number")?.parse()?,
            "--partial" => seed = Some(arguments.next().ok_or("--partial needs a number")?.parse::<u64>()?),
            other => return Err(format!("unknown argument {other:?}").into()),
        }
    }
    let mut files = Vec::new();
    find(Path::new(&dir), &mut files)?;
    files.sort();
    let mut names = std::fs::File::create(format!("{out}.names"))?;
    let mut prepared = Vec::new();
    let mut spent = 0.0;
    for (number, (name, path)) in files.iter().enumerate() {
        let mut template = Template::from_csv(&std::fs::read_to_string(path)?)?;
        if let Some(seed) = seed {
            template = partial(&template, ChaCha8Rng::seed_from_u64(seed << 32 | number as u64))?;
        }
        let odd = number % 2 == 1;
        let angle = if turn && odd { 0.61 * number as f64 } else { 0.0 };
        let template = changed(&template, angle, if odd { scale } else { 1.0 })?;
        let start = Instant::now();
        prepared.push(Prepared::new(&template));
        spent += start.elapsed().as_secs_f64();
        writeln!(names, "{name}")?;
    }
    std::fs::write(format!("{out}.columns"), Evidence::NAMES.join("\n"))?;
    let mut file = std::io::BufWriter::new(std::fs::File::create(format!("{out}.f32"))?);
    let mut matcher = Matcher::new();
    let start = Instant::now();
    for (i, a) in prepared.iter().enumerate() {
        for b in &prepared[i + 1..] {
            for figure in matcher.evidence(a.view(), b.view()).figures() {
                file.write_all(&figure.to_le_bytes())?;
            }
        }
    }
    file.flush()?;
    let (n, micro) = (prepared.len(), 1e6);
    println!(
        "{n} templates, {:.1} µs each to prepare; {:.2} µs a comparison, with writing",
        spent / n as f64 * micro,
        start.elapsed().as_secs_f64() / (n * (n - 1) / 2) as f64 * micro
    );
    Ok(())
}

/// All minutiae files of a folder and the folders in it, by name.
fn find(folder: &Path, files: &mut Vec<(String, PathBuf)>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "csv") {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let folder = folder.file_name().unwrap_or_default().to_string_lossy();
            let set = folder.strip_prefix("fvc").and_then(|f| f.strip_suffix("_b")?.split_once("_db"));
            files.push((set.map_or(stem.clone(), |(year, number)| format!("{year}_{number}_{stem}")), path));
        }
    }
    Ok(())
}

/// The template turned and scaled about its middle, on a canvas that holds it.
fn changed(template: &Template, angle: f64, scale: f64) -> Result<Template, vantay::template::TemplateError> {
    if angle == 0.0 && scale == 1.0 {
        return Ok(template.clone());
    }
    let (w, h) = (f64::from(template.width()), f64::from(template.height()));
    let side = ((w * w + h * h).sqrt() * scale).ceil() + 1.0;
    let (sin, cos) = angle.sin_cos();
    let minutiae = template.minutiae().iter().map(|m| {
        let (x, y) = (f64::from(m.x_px()) - w / 2.0, h / 2.0 - f64::from(m.y_px()));
        let (x, y) = ((cos * x - sin * y) * scale, (sin * x + cos * y) * scale);
        let quality = f64::from(m.quality) / 100.0;
        Minutia::from_pixels(side / 2.0 + x, side / 2.0 - y, m.direction_rad() + angle, m.kind, quality)
    });
    let (position, extractor, quality) = (template.position(), template.extractor(), template.quality());
    Template::new(side as usize, side as usize, position, extractor, quality, minutiae.collect())
}

/// What a window somewhere on the finger shows of it, less one minutia in ten.
fn partial(template: &Template, mut dice: ChaCha8Rng) -> Result<Template, vantay::template::TemplateError> {
    let mut even = || f64::from(dice.next_u32()) / 4_294_967_296.0;
    let minutiae = template.minutiae();
    let range = |of: fn(&Minutia) -> u16| {
        let values = || minutiae.iter().map(of).map(f64::from);
        (values().fold(f64::MAX, f64::min), values().fold(0.0, f64::max))
    };
    let mut window = |(low, high): (f64, f64)| {
        let side = (high - low) * (0.45 + 0.55 * even());
        let start = low + (high - low - side) * even();
        start..=start + side
    };
    let (x, y) = (window(range(|m| m.x)), window(range(|m| m.y)));
    let kept = minutiae.iter().filter(|m| x.contains(&m.x.into()) && y.contains(&m.y.into()));
    let kept = kept.filter(|_| even() >= 0.1).copied().collect();
    let (width, height) = (template.width().into(), template.height().into());
    Template::new(width, height, template.position(), template.extractor(), template.quality(), kept)
}
