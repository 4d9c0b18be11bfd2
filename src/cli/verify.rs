use super::arguments::decibels;
use super::exit::Failure;
use super::fingers::finger;
use super::output::{print, print_json};
use serde::Serialize;
use std::path::{Path, PathBuf};
use vantay::decision::{Decision, Policy, Score};
use vantay::extract::Extractor;
use vantay::gallery;
use vantay::matching;
use vantay::search::parameters::{VERIFY_ADJUDICATED, VERIFY_THRESHOLD};
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
    /// Which finger both are, 1 to 10: of a card of ten fingers that one is compared.
    #[arg(long, default_value_t = 0, hide_default_value = true, value_parser = clap::value_parser!(u8).range(0..=10))]
    finger: u8,
    /// From which score on it is a match, dB.
    #[arg(long, value_name = "DB", default_value_t = VERIFY_THRESHOLD, value_parser = decibels)]
    threshold: f64,
    /// From which score on somebody should look at both, dB [default: 10 below the threshold].
    #[arg(long, value_name = "DB", value_parser = decibels)]
    adjudicate: Option<f64>,
    /// Exit with 1 where it is no match, or to be adjudicated.
    #[arg(long)]
    exit_code: bool,
}

#[derive(Serialize)]
struct Verified {
    score: f64,
    fmr: f64,
    /// Claims more than the calibration's impostors can show.
    extrapolated: bool,
    threshold: f64,
    adjudicate: f64,
    decision: &'static str,
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
    let position = FingerPosition::from_code(options.finger).unwrap_or_default();
    let mut template = |path| finger(&mut extractor, path, options.ppi, position);
    let score = matching::verify(&template(&options.a)?, &template(b)?)?;
    let adjudicate = options.adjudicate.unwrap_or(options.threshold - VERIFY_ADJUDICATED);
    let policy = Policy::from_scores(Score::from_db(options.threshold), Score::from_db(adjudicate))?;
    let decision = policy.decide(score);
    let matched = decision == Decision::Match;
    match json {
        true => print_json(&verified(score, policy))?,
        false => print(&told(score, policy))?,
    }
    if options.exit_code && !matched { Err(Failure::NoMatch) } else { Ok(()) }
}

fn verified(score: Score, policy: Policy) -> Verified {
    let decision = policy.decide(score);
    Verified {
        score: score.db(),
        fmr: score.fmr(),
        extrapolated: score.is_extrapolated(),
        threshold: policy.match_from().db(),
        adjudicate: policy.adjudicate_from().db(),
        decision: decision.name(),
        matched: decision == Decision::Match,
    }
}

fn told(score: Score, policy: Policy) -> String {
    let from = match policy.decide(score) {
        Decision::Match => format!("from {} on", policy.match_from()),
        Decision::Adjudicate => {
            format!("from {} on; a match from {} on", policy.adjudicate_from(), policy.match_from())
        }
        Decision::NoMatch => format!("below {}", policy.adjudicate_from()),
    };
    format!("{}: {} ({from})", marked(score), policy.decide(score).name())
}

/// A score of one comparison, marked where it claims more than the calibration's impostors can show.
pub fn marked(score: Score) -> String {
    if score.is_extrapolated() { format!("{score} extrapolated") } else { score.to_string() }
}
