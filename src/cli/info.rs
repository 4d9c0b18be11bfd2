use super::enroll::snapshot;
use super::exit::Failure;
use super::fingers::is_template;
use super::held;
use super::output::{print, print_json};
use serde::Serialize;
use std::path::{Path, PathBuf};
use vantay::gallery::Snapshot;
use vantay::simd::Level;
use vantay::template::{ExtractorVersion, Template};

/// What this build is, or what a gallery, a template, a record or an image holds.
///
/// Of a record of another system's: its standard, which records, fingers and palms are in it, sizes, resolutions, codings and
/// counts, what of it breaks the standard and was forgiven, what cannot be read. Names and texts are not printed.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// A gallery's folder, a template, a record of another system's, an image.
    path: Option<PathBuf>,
}

#[derive(Serialize)]
struct Build {
    version: &'static str,
    cpu_level: &'static str,
    cpu_levels: Vec<&'static str>,
    extractor: u16,
    threads: usize,
}

#[derive(Serialize)]
struct GalleryInfo {
    format: u16,
    gallery: String,
    subjects: usize,
    encounters: u64,
    fingers: u64,
    bytes: u64,
    bytes_per_finger: f64,
    files: Vec<(String, u64)>,
}

#[derive(Serialize)]
struct TemplateInfo {
    width: u16,
    height: u16,
    finger: u8,
    extractor: u16,
    quality: u8,
    minutiae: usize,
}

/// Looks, prints.
pub fn run(options: &Options, json: bool) -> Result<(), Failure> {
    match &options.path {
        None => build(json),
        Some(path) if path.is_dir() => gallery(&snapshot(path)?, json),
        Some(path) => file(path, json),
    }
}

fn build(json: bool) -> Result<(), Failure> {
    let build = Build {
        version: env!("CARGO_PKG_VERSION"),
        cpu_level: Level::current().name(),
        cpu_levels: Level::available().into_iter().map(Level::name).collect(),
        extractor: ExtractorVersion::CURRENT.0,
        threads: rayon::current_num_threads(),
    };
    if json {
        return print_json(&build);
    }
    print(&format!("vantay     {}", build.version))?;
    print(&format!("CPU level  {} (this CPU has {})", build.cpu_level, build.cpu_levels.join(", ")))?;
    print(&format!("extractor  version {}", build.extractor))?;
    print(&format!("threads    {}", build.threads))
}

fn gallery(gallery: &Snapshot, json: bool) -> Result<(), Failure> {
    let info = gallery.info();
    let subjects = gallery.subject_count();
    if !json {
        return print(&format!("{}subjects    {subjects}", info));
    }
    print_json(&GalleryInfo {
        format: info.format,
        gallery: format!("{:032x}", u128::from_be_bytes(info.gallery)),
        subjects,
        encounters: info.encounters,
        fingers: info.fingers,
        bytes: info.bytes(),
        bytes_per_finger: info.bytes_per_finger(),
        files: info.files.iter().map(|f| (f.name.clone(), f.bytes)).collect(),
    })
}

fn file(path: &Path, json: bool) -> Result<(), Failure> {
    let bytes = std::fs::read(path).map_err(Failure::io(path))?;
    if !is_template(&bytes) {
        let unknown = || format!("{} is no gallery, no template, no record and no image that is known", path.display());
        return held::tell_of(&bytes, json)?.ok_or_else(|| Failure::Usage(unknown()));
    }
    let template = Template::from_bytes(&bytes)?;
    let info = TemplateInfo {
        width: template.width(),
        height: template.height(),
        finger: template.position().code(),
        extractor: template.extractor().0,
        quality: template.quality(),
        minutiae: template.minutiae().len(),
    };
    if json {
        return print_json(&info);
    }
    print(&format!("template   {} × {} px at 500 ppi, {}", info.width, info.height, template.position()))?;
    print(&format!("minutiae   {}", info.minutiae))?;
    print(&format!("quality    {} of 100", info.quality))?;
    print(&format!("extractor  version {}", info.extractor))
}
