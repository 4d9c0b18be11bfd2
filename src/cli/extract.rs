use super::drawing;
use super::exit::Failure;
use super::fingers::{ManifestOptions, extract_entries, is_manifest, plain, read_manifest, relative, taken};
use super::output::{print, print_json, print_table};
use serde::Serialize;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use vantay::image::GrayImage;
use vantay::manifest::Entry;
use vantay::template::{FingerPosition, MinutiaKind, Template};

/// Images → minutiae.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Images, or one manifest (JSON Lines, named .jsonl).
    #[arg(required = true, value_name = "IMAGE|MANIFEST")]
    inputs: Vec<PathBuf>,
    /// Resolution of the images, pixels per inch [default: each file's own tag].
    #[arg(long)]
    ppi: Option<f64>,
    /// Which finger it is, 1 to 10 [default: unknown].
    #[arg(long, default_value_t = 0, hide_default_value = true, value_parser = clap::value_parser!(u8).range(0..=10))]
    finger: u8,
    /// Write the template of one image here, in the native format.
    #[arg(long, value_name = "FILE.vtyt")]
    out: Option<PathBuf>,
    /// Write the templates of all images into this folder, in the native format.
    #[arg(long, value_name = "DIR")]
    templates: Option<PathBuf>,
    /// Write the minutiae of all images into this folder as text, as `vantay eval --minutiae` reads them.
    #[arg(long, value_name = "DIR")]
    csv: Option<PathBuf>,
    /// Write a picture of one image with its minutiae here.
    #[arg(long, value_name = "FILE.svg")]
    svg: Option<PathBuf>,
    #[command(flatten)]
    manifest: ManifestOptions,
}

/// A template in JSON.
#[derive(Serialize)]
struct Extracted<'a> {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    finger: u8,
    width: u16,
    height: u16,
    ppi: u32,
    extractor: u16,
    quality: u8,
    minutiae: Vec<MinutiaJson>,
}

/// Pixels at 500 ppi from the top left corner; radians counter-clockwise; quality 0 to 1.
#[derive(Serialize)]
struct MinutiaJson {
    x: f32,
    y: f32,
    direction: f64,
    #[serde(rename = "type")]
    kind: &'static str,
    quality: f64,
}

/// Extracts, writes what was asked for, prints.
pub fn run(options: &Options, json: bool) -> Result<(), Failure> {
    let (base, entries, rejected) = entries(options)?;
    if options.out.is_some() && entries.len() != 1 {
        return Err(Failure::Usage(format!("--out takes one image, here are {}: use --templates DIR", entries.len())));
    }
    let names = names(&base, &entries);
    if options.templates.is_some() || options.csv.is_some() {
        check_names(&names, &entries)?;
    }
    spare_inputs(options, &entries)?;
    let fingers = extract_entries(&base, entries, rejected, &options.manifest)?;
    let single = fingers.entries.len() == 1;
    for ((entry, template), name) in fingers.entries.iter().zip(&fingers.templates).zip(&names) {
        let Some(template) = template else { continue };
        if let Some(path) = &options.out {
            write(path, template.to_bytes())?;
        }
        if let Some(path) = &options.svg {
            let image = GrayImage::open(&entry.path, entry.ppi)?.to_standard_ppi()?;
            write(path, drawing::svg(&image, template)?)?;
        }
        if let Some(folder) = &options.templates {
            write(&inside(folder, name, "vtyt"), template.to_bytes())?;
        }
        if let Some(folder) = &options.csv {
            write(&inside(folder, name, "csv"), csv(template))?;
        }
        match (json, single) {
            (true, _) => print_json(&extracted(entry, template))?,
            (false, true) => print_minutiae(template)?,
            (false, false) => print(&summary(entry, template))?,
        }
    }
    Failure::partial(fingers.failed)
}

/// The images of the arguments as entries, with the file whose folder names are relative to.
fn entries(options: &Options) -> Result<(PathBuf, Vec<Entry>, usize), Failure> {
    if let [manifest] = options.inputs.as_slice()
        && is_manifest(manifest)
    {
        if options.ppi.is_some() || options.finger != 0 {
            return Err(Failure::Usage("--ppi and --finger are of images; a manifest tells them in each line".into()));
        }
        let (entries, rejected) = read_manifest(manifest, options.manifest.strict)?;
        return Ok((manifest.clone(), entries, rejected));
    }
    if let Some(manifest) = options.inputs.iter().find(|path| is_manifest(path)) {
        return Err(Failure::Usage(format!("{} is a manifest: give it alone", manifest.display())));
    }
    let position = FingerPosition::from_code(options.finger).unwrap_or_default();
    let mut entries = Vec::new();
    for path in &options.inputs {
        for position in taken(path, position) {
            let mut entry = Entry::new("", position, 1, path);
            entry.ppi = options.ppi;
            entries.push(entry);
        }
    }
    Ok((PathBuf::new(), entries, 0))
}

/// The names that the entries' files get: their own, and the finger where a file holds several.
fn names(base: &Path, entries: &[Entry]) -> Vec<PathBuf> {
    let mut times: HashMap<&Path, usize> = HashMap::new();
    for entry in entries {
        *times.entry(&entry.path).or_default() += 1;
    }
    let name = |entry: &Entry| {
        let path = relative(base, &entry.path);
        if times[entry.path.as_path()] < 2 {
            return path.into();
        }
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        path.with_file_name(format!("{stem}_{:02}.finger", entry.finger.code()))
    };
    entries.iter().map(name).collect()
}

/// No file may be written twice: the second would replace the first.
fn check_names(names: &[PathBuf], entries: &[Entry]) -> Result<(), Failure> {
    let mut taken: HashMap<PathBuf, &Path> = HashMap::new();
    for (name, entry) in names.iter().zip(entries) {
        if let Some(other) = taken.insert(inside(Path::new(""), name, ""), &entry.path) {
            let (a, b) = (other.display(), entry.path.display());
            return Err(Failure::Usage(format!("{a} and {b} would be written to one file: extract them one by one")));
        }
    }
    Ok(())
}

/// Nothing that is written may be an image that is read.
fn spare_inputs(options: &Options, entries: &[Entry]) -> Result<(), Failure> {
    for out in [&options.out, &options.svg].into_iter().flatten() {
        let place = std::fs::canonicalize(out).ok();
        if place.is_some() && entries.iter().any(|e| std::fs::canonicalize(&e.path).ok() == place) {
            return Err(Failure::Usage(format!("{} is the image: write to another file", out.display())));
        }
    }
    Ok(())
}

/// A file of this name inside a folder, whatever the name says: `..` and roots are dropped.
fn inside(folder: &Path, name: &Path, extension: &str) -> PathBuf {
    folder.join(plain(name)).with_extension(extension)
}

fn write(path: &Path, bytes: impl AsRef<[u8]>) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(Failure::io(folder))?;
    }
    std::fs::write(path, bytes).map_err(Failure::io(path))
}

fn extracted<'a>(entry: &'a Entry, template: &Template) -> Extracted<'a> {
    let minutia = |m: &vantay::template::Minutia| MinutiaJson {
        x: m.x_px(),
        y: m.y_px(),
        direction: m.direction_rad(),
        kind: kind(m.kind),
        quality: f64::from(m.quality) / 100.0,
    };
    Extracted {
        path: entry.path.to_string_lossy().into_owned(),
        subject: (!entry.subject.is_empty()).then_some(entry.subject.as_str()),
        finger: template.position().code(),
        width: template.width(),
        height: template.height(),
        ppi: vantay::image::STANDARD_PPI as u32,
        extractor: template.extractor().0,
        quality: template.quality(),
        minutiae: template.minutiae().iter().map(minutia).collect(),
    }
}

fn kind(kind: MinutiaKind) -> &'static str {
    match kind {
        MinutiaKind::Ending => "ending",
        MinutiaKind::Bifurcation => "bifurcation",
        MinutiaKind::Unknown => "unknown",
    }
}

/// As [`Template::from_csv`] reads it: what a template holds comes back the same.
fn csv(template: &Template) -> String {
    let mut text = format!("# {} {}\n", template.width(), template.height());
    for m in template.minutiae() {
        let ending = if m.kind == MinutiaKind::Bifurcation { 0 } else { 1 };
        let (x, y, quality) = (m.x_px(), m.y_px(), f64::from(m.quality) / 100.0);
        text += &format!("{x:.3} {y:.3} {:.6} {ending} {quality:.2}\n", m.direction_rad());
    }
    text
}

fn print_minutiae(template: &Template) -> Result<(), Failure> {
    let row = |m: &vantay::template::Minutia| {
        vec![
            kind(m.kind).into(),
            format!("{:.2}", m.x_px()),
            format!("{:.2}", m.y_px()),
            format!("{:.1}", m.direction_rad().to_degrees()),
            m.quality.to_string(),
        ]
    };
    print_table(&["minutia", "x px", "y px", "direction °", "quality %"], template.minutiae().iter().map(row))?;
    let (width, height) = (template.width(), template.height());
    let (count, quality) = (template.minutiae().len(), template.quality());
    print(&format!("{width} × {height} px at 500 ppi, {count} minutiae, quality {quality}"))
}

fn summary(entry: &Entry, template: &Template) -> String {
    let (count, quality) = (template.minutiae().len(), template.quality());
    format!("{}: {}, {count} minutiae, quality {quality}", entry.path.display(), template.position())
}
