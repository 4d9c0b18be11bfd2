use super::exit::Failure;
use super::fingers::finger;
use super::output::{print, print_json};
use serde::Serialize;
use std::path::{Path, PathBuf};
use vantay::decision::Score;
use vantay::extract::Extractor;
use vantay::gallery;
use vantay::matching;
use vantay::search::parameters::VERIFY_THRESHOLD;
use vantay::template::FingerPosition;

/// Two fingers → one score; a gallery → whether it is whole.
///
/// A gallery's folder alone: every byte of it is read and checked, and the first damage told with file and offset.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// An image, a template in the native format, or a gallery's folder.
    a: PathBuf,
    /// The other image or template.
    b: Option<PathBuf>,
    /// Resolution of both images, pixels per inch [default: each file's own tag].
    #[arg(long)]
    ppi: Option<f64>,
    /// From which score on it is a match, dB.
    #[arg(long, value_name = "DB", default_value_t = VERIFY_THRESHOLD)]
    threshold: f64,
    /// Exit with 1 where it is no match.
    #[arg(long)]
    exit_code: bool,
}

#[derive(Serialize)]
struct Verified {
    score: f64,
    fmr: f64,
    threshold: f64,
    #[serde(rename = "match")]
    matched: bool,
}

#[derive(Serialize)]
struct Whole {
    encounters: u64,
    fingers: u64,
    removed: u64,
    torn: u64,
    strays: Vec<String>,
}

/// Compares or checks, prints.
pub fn run(options: &Options, json: bool) -> Result<(), Failure> {
    match &options.b {
        Some(b) => compare(options, b, json),
        None if options.a.is_dir() => check(&options.a, json),
        None => Err(Failure::Usage(format!("{} is no gallery's folder: give a second finger", options.a.display()))),
    }
}

fn check(folder: &Path, json: bool) -> Result<(), Failure> {
    let report = gallery::verify(folder)?;
    let (info, torn, strays) = (report.info, report.torn, report.strays);
    if json {
        let (encounters, fingers, removed) = (info.encounters, info.fingers, info.removed);
        return print_json(&Whole { encounters, fingers, removed, torn, strays });
    }
    print(&format!("whole: {} encounters with {} fingers", info.encounters, info.fingers))?;
    print(&format!("{} deleted or updated encounters are still in the bytes: vantay compact", info.removed))?;
    if torn > 0 || !strays.is_empty() {
        print(&format!("{torn} bytes and {} files that a crash left; the next writer removes them", strays.len()))?;
    }
    Ok(())
}

fn compare(options: &Options, b: &Path, json: bool) -> Result<(), Failure> {
    let mut extractor = Extractor::new();
    let mut template = |path| finger(&mut extractor, path, options.ppi, FingerPosition::Unknown);
    let score = matching::verify(&template(&options.a)?, &template(b)?)?;
    let threshold = Score::from_db(options.threshold);
    let matched = score >= threshold;
    let verdict = if matched { "match" } else { "no match" };
    match json {
        true => print_json(&Verified { score: score.db(), fmr: score.fmr(), threshold: threshold.db(), matched })?,
        false => print(&format!("{score}: {verdict} (from {threshold} on)"))?,
    }
    if options.exit_code && !matched { Err(Failure::NoMatch) } else { Ok(()) }
}
