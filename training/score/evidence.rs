//! Writes the evidence of every comparison among minutiae in text: what `fit.py` beside this file learns from.
//!
//! usage: evidence DIR OUT [--turn] [--scale S] [--level LEVEL]
//!
//! DIR holds NAME.csv (see `Template::from_csv`). OUT.names gets the names, sorted, a line each; OUT.f32 the figures
//! of `Evidence::figures` as float32, for each pair (i, j > i) in order; OUT.columns their names. `--turn` turns every
//! second template by an angle of its own, `--scale` makes every second one larger or smaller: mates then differ in it.

use std::io::Write;
use std::time::Instant;
use vantay::matching::{Evidence, Matcher, Prepared};
use vantay::template::{Minutia, Template};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(dir), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("usage: evidence DIR OUT [--turn] [--scale S]".into());
    };
    let (mut turn, mut scale) = (false, 1.0);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--turn" => turn = true,
            "--scale" => scale = arguments.next().ok_or("--scale needs a number")?.parse()?,
            other => return Err(format!("unknown argument {other:?}").into()),
        }
    }
    let mut paths: Vec<_> = std::fs::read_dir(&dir)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|e| e == "csv"));
    paths.sort();
    let mut names = std::fs::File::create(format!("{out}.names"))?;
    let mut prepared = Vec::new();
    let mut spent = 0.0;
    for (number, path) in paths.iter().enumerate() {
        let template = Template::from_csv(&std::fs::read_to_string(path)?)?;
        let odd = number % 2 == 1;
        let angle = if turn && odd { 0.61 * number as f64 } else { 0.0 };
        let template = changed(&template, angle, if odd { scale } else { 1.0 })?;
        let start = Instant::now();
        prepared.push(Prepared::new(&template));
        spent += start.elapsed().as_secs_f64();
        writeln!(names, "{}", path.file_stem().unwrap_or_default().to_string_lossy())?;
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
