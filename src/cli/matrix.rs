use super::exit::Failure;
use super::fingers::{Fingers, ManifestOptions, extract_manifest};
use super::npy;
use super::output::{print, print_json};
use super::progress::Bar;
use ndarray::Array2;
use serde::Serialize;
use std::path::PathBuf;
use vantay::search::{self, PreparedFinger};
use vantay::template::{ExtractorVersion, FingerPosition, Template};

/// The scores of all images of a manifest against all others, as a NumPy file.
///
/// n × n float64 in the manifest's order, decibels, the diagonal included; subjects and positions are not looked at. An
/// image that cannot be used scores 0.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// JSON Lines: subject, finger, impression, ppi, path.
    manifest: PathBuf,
    /// Where the matrix goes.
    #[arg(long, value_name = "FILE.npy")]
    out: PathBuf,
    #[command(flatten)]
    manifest_options: ManifestOptions,
}

#[derive(Serialize)]
struct Written<'a> {
    images: usize,
    failed: usize,
    out: &'a str,
}

/// Extracts, compares, writes.
pub fn run(options: &Options, json: bool) -> Result<(), Failure> {
    let fingers = extract_manifest(&options.manifest, &options.manifest_options)?;
    let scores = scores(&prepare(&fingers)?)?;
    npy::write(&options.out, &scores)?;
    let (images, out) = (fingers.entries.len(), options.out.to_string_lossy());
    match json {
        true => print_json(&Written { images, failed: fingers.failed, out: &out })?,
        false => print(&format!("{images} × {images} scores in {out}"))?,
    }
    Failure::partial(fingers.failed)
}

/// All templates prepared; one of no minutiae, which matches nothing, where an image could not be used.
pub fn prepare(fingers: &Fingers) -> Result<Vec<PreparedFinger>, Failure> {
    let nothing = Template::new(1, 1, FingerPosition::Unknown, ExtractorVersion::FOREIGN, 0, Vec::new())
        .map_err(vantay::Error::from)?;
    use rayon::prelude::*;
    Ok(fingers.templates.par_iter().map(|t| PreparedFinger::new(t.as_ref().unwrap_or(&nothing))).collect())
}

/// The matrix, with a bar.
pub fn scores(fingers: &[PreparedFinger]) -> Result<Array2<f64>, Failure> {
    let n = fingers.len() as u64;
    let bar = Bar::new("comparing", n * (n + 1) / 2);
    Ok(search::matrix(fingers, &|done| bar.add(done))?)
}
