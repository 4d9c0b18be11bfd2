//! Writes the evidence of every comparison among fingers: what `fit.py` beside this file learns from.
//!
//! usage: evidence FINGERS OUT [--turn] [--scale S] [--partial SEED]
//!
//! FINGERS is a manifest of images, which are extracted, or a folder of minutiae in text and templates as `minutiae_files.rs` beside this
//! file takes them. OUT.names gets the names, sorted, a line each; OUT.f32 the figures of `Evidence::figures` as float32, for each pair
//! (i, j > i) in order; OUT.columns their names. `--turn` turns every second finger by an angle of its own, `--scale` makes it larger
//! or smaller, by its image where there is one: mates then differ in it. `--partial` leaves of each finger what a window of 45
//! to 100 % of its sides shows: small overlaps, of which whole prints give few to learn from. Images are cut and extracted anew; of
//! templates, whose descriptors still know the whole print, and of minutiae, one minutia in ten is lost besides.

#[path = "minutiae_files.rs"]
mod minutiae_files;

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use rayon::prelude::*;
use std::io::Write;
use std::ops::RangeInclusive;
use std::path::Path;
use std::time::Instant;
use vantay::extract::Extractor;
use vantay::image::{GrayImage, STANDARD_PPI};
use vantay::manifest::{Entry, Manifest};
use vantay::matching::{Evidence, Matcher, Prepared};
use vantay::template::{Minutia, Template};

type AnyError = Box<dyn std::error::Error + Send + Sync>;

/// What is done to fingers before they are compared.
struct Change {
    turn: bool,
    scale: f64,
    seed: Option<u64>,
}

impl Change {
    /// By how many radians the finger of this number is turned, counter-clockwise, and how much larger it is made.
    fn of(&self, number: usize) -> (f64, f64) {
        if number.is_multiple_of(2) {
            return (0.0, 1.0);
        }
        (if self.turn { 0.61 * number as f64 } else { 0.0 }, self.scale)
    }
}

fn main() -> Result<(), AnyError> {
    let mut arguments = std::env::args().skip(1);
    let (Some(fingers), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("usage: evidence FINGERS OUT [--turn] [--scale S] [--partial SEED]".into());
    };
    let mut change = Change { turn: false, scale: 1.0, seed: None };
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--turn" => change.turn = true,
            "--scale" => change.scale = arguments.next().ok_or("--scale needs a number")?.parse()?,
            "--partial" => change.seed = Some(arguments.next().ok_or("--partial needs a number")?.parse::<u64>()?),
            other => return Err(format!("unknown argument {other:?}").into()),
        }
    }
    let fingers =
        if fingers.ends_with(".jsonl") { of_images(&fingers, &change)? } else { of_files(&fingers, &change)? };
    let mut names = std::fs::File::create(format!("{out}.names"))?;
    let mut prepared = Vec::new();
    let mut spent = 0.0;
    for (name, template) in fingers {
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

/// The fingers of a folder.
fn of_files(folder: &str, change: &Change) -> Result<Vec<(String, Template)>, AnyError> {
    let mut fingers = minutiae_files::read(Path::new(folder)).map_err(|e| e.to_string())?;
    for (number, (_, template)) in fingers.iter_mut().enumerate() {
        if let Some(seed) = change.seed {
            *template = partial(template, Dice::new(seed, number))?;
        }
        let (radians, scale) = change.of(number);
        if (radians, scale) != (0.0, 1.0) {
            *template = template.turned(radians, scale)?;
        }
    }
    Ok(fingers)
}

/// The fingers of a manifest's images.
fn of_images(manifest: &str, change: &Change) -> Result<Vec<(String, Template)>, AnyError> {
    let mut entries: Vec<_> = Manifest::read(manifest, true)?.entries.into_iter().map(|e| (name(&e), e)).collect();
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    let template = |extractor: &mut Extractor, number: usize, entry: &Entry| -> Result<Template, AnyError> {
        let (radians, scale) = change.of(number);
        let image = GrayImage::open(&entry.path, entry.ppi)?;
        let image = if radians == 0.0 { image } else { image.turned(radians)? };
        // Told to have fewer pixels an inch, it is larger at 500 of them.
        let ppi = image.ppi() / scale;
        let image = image.with_ppi(ppi)?;
        let whole = extractor.extract(&image, entry.finger)?;
        let Some(seed) = change.seed else { return Ok(whole) };
        let part = cut(&image.to_standard_ppi()?, &whole, Dice::new(seed, number))?;
        Ok(extractor.extract(&part, entry.finger)?)
    };
    let templates = entries.par_iter().enumerate().map_init(Extractor::new, |extractor, (number, (name, entry))| {
        template(extractor, number, entry)
            .map(|template| (name.clone(), template))
            .map_err(|e| format!("{name}: {e}").into())
    });
    templates.collect()
}

/// fvc2002_db1_b/101_1.tif is 2002_1_101_1.
fn name(entry: &Entry) -> String {
    let stem = entry.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let folder = entry.set.as_deref().unwrap_or_default();
    minutiae_files::name(folder, &stem)
}

/// Ridges show a little beyond the outermost minutiae, px.
const MARGIN: f64 = 12.0;
/// No image is cut smaller than this, px.
const LEAST: f64 = 100.0;

/// What a window somewhere on the finger shows of its image at 500 ppi.
fn cut(image: &GrayImage, of: &Template, mut dice: Dice) -> Result<GrayImage, AnyError> {
    let mut side = |values: fn(&Minutia) -> u16, length: usize| {
        let window = dice.window(of.minutiae(), values);
        let (start, end) = (window.start() / 8.0 - MARGIN, window.end() / 8.0 + MARGIN);
        let short = (LEAST - (end - start)).max(0.0) / 2.0;
        let (start, end) = ((start - short).max(0.0) as usize, (end + short).ceil() as usize);
        start.min(length.saturating_sub(LEAST as usize))..end.min(length)
    };
    let (columns, rows) = (side(|m| m.x, image.width()), side(|m| m.y, image.height()));
    let pixels: Vec<u8> =
        rows.clone().flat_map(|y| columns.clone().map(move |x| (y, x))).map(|at| image.pixels()[at]).collect();
    Ok(GrayImage::from_vec(pixels, columns.len(), rows.len(), STANDARD_PPI)?)
}

/// What a window somewhere on the finger shows of its minutiae and ridges, less one minutia in ten.
fn partial(template: &Template, mut dice: Dice) -> Result<Template, AnyError> {
    let minutiae = template.minutiae();
    let (x, y) = (dice.window(minutiae, |m| m.x), dice.window(minutiae, |m| m.y));
    let keep = |m: &Minutia| x.contains(&m.x.into()) && y.contains(&m.y.into()) && dice.even() >= 0.1;
    let kept: Vec<bool> = minutiae.iter().map(keep).collect();
    let descriptors = template.descriptors().iter().zip(&kept).filter(|(_, kept)| **kept).map(|(d, _)| *d).collect();
    let minutiae = minutiae.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(m, _)| *m).collect();
    let near = |v: f32, side: &RangeInclusive<f64>| {
        (side.start() / 8.0 - MARGIN..=side.end() / 8.0 + MARGIN).contains(&f64::from(v))
    };
    let ridges = template.ridges().cloned().map(|map| map.masked(|px, py| near(px, &x) && near(py, &y)));
    let (width, height) = (template.width().into(), template.height().into());
    let part = Template::new(width, height, template.position(), template.extractor(), template.quality(), minutiae)?;
    Ok(part.with_ridges(ridges).with_descriptors(descriptors)?)
}

struct Dice(ChaCha8Rng);

impl Dice {
    fn new(seed: u64, number: usize) -> Self {
        Dice(ChaCha8Rng::seed_from_u64(seed << 32 | number as u64))
    }

    /// From 0 to 1.
    fn even(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / 4_294_967_296.0
    }

    /// 45 to 100 % of the range of a coordinate, somewhere in it.
    fn window(&mut self, minutiae: &[Minutia], of: fn(&Minutia) -> u16) -> RangeInclusive<f64> {
        let values = || minutiae.iter().map(of).map(f64::from);
        let (low, high) = (values().fold(f64::MAX, f64::min).min(high_of(values())), high_of(values()));
        let side = (high - low) * (0.45 + 0.55 * self.even());
        let start = low + (high - low - side) * self.even();
        start..=start + side
    }
}

fn high_of(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, f64::max)
}
