use super::exit::Failure;
use super::fingers::finger;
use super::output::{print, print_json};
use serde::Serialize;
use std::path::PathBuf;
use vantay::decision::Score;
use vantay::extract::Extractor;
use vantay::matching;
use vantay::search::parameters::VERIFY_THRESHOLD;
use vantay::template::FingerPosition;

/// Two fingers → one score.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// An image, or a template in the native format.
    a: PathBuf,
    /// The other.
    b: PathBuf,
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

/// Compares, prints.
pub fn run(options: &Options, json: bool) -> Result<(), Failure> {
    let mut extractor = Extractor::new();
    let mut template = |path| finger(&mut extractor, path, options.ppi, FingerPosition::Unknown);
    let score = matching::verify(&template(&options.a)?, &template(&options.b)?)?;
    let threshold = Score::from_db(options.threshold);
    let matched = score >= threshold;
    let verdict = if matched { "match" } else { "no match" };
    match json {
        true => print_json(&Verified { score: score.db(), fmr: score.fmr(), threshold: threshold.db(), matched })?,
        false => print(&format!("{score}: {verdict} (from {threshold} on)"))?,
    }
    if options.exit_code && !matched { Err(Failure::NoMatch) } else { Ok(()) }
}
