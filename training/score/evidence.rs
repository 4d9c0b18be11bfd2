//! Writes the evidence of every comparison among fingers: what `fit.py` beside this file learns from.
//!
//! usage: evidence DIR OUT [--turn] [--scale S] [--partial SEED]
//!
//! DIR holds minutiae in text and templates as `minutiae_files.rs` beside this file takes them. OUT.names gets the names, sorted, a line
//! each; OUT.f32 the figures of `Evidence::figures` as float32, for each pair (i, j > i) in order; OUT.columns their names.
//! `--turn` turns every second template by an angle of its own, `--scale` makes every second one larger or smaller: mates then differ in it.
//! `--partial` leaves of each template what a window of 45 to 100 % of its sides shows, less a tenth: small overlaps, of
//! which whole prints give few to learn from.

#[path = "minutiae_files.rs"]
mod minutiae_files;

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use std::io::Write;
use std::path::Path;
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
    let files = minutiae_files::read(Path::new(&dir))?;
    let mut names = std::fs::File::create(format!("{out}.names"))?;
    let mut prepared = Vec::new();
    let mut spent = 0.0;
    for (number, (name, mut template)) in files.into_iter().enumerate() {
        if let Some(seed) = seed {
            template = partial(&template, ChaCha8Rng::seed_from_u64(seed << 32 | number as u64))?;
        }
        let odd = number % 2 == 1;
        let angle = if turn && odd { 0.61 * number as f64 } else { 0.0 };
        if odd && (turn || scale != 1.0) {
            template = template.turned(angle, scale)?;
        }
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

/// Ridges show a little beyond the outermost minutiae, px.
const MARGIN: f32 = 12.0;

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
    let window = |v: f32, range: &std::ops::RangeInclusive<f64>| {
        range.contains(&f64::from((v - MARGIN) * 8.0)) || range.contains(&f64::from((v + MARGIN) * 8.0))
    };
    let ridges = template.ridges().cloned().map(|map| map.masked(|px, py| window(px, &x) && window(py, &y)));
    let (width, height) = (template.width().into(), template.height().into());
    let partial = Template::new(width, height, template.position(), template.extractor(), template.quality(), kept)?;
    Ok(partial.with_ridges(ridges))
}
