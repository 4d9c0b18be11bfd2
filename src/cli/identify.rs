use super::arguments::decibels;
use super::audit::{AuditOptions, Log};
use super::encounters::encounters;
use super::enroll::snapshot;
use super::exit::Failure;
use super::fingers::{ManifestOptions, extract_manifest, fingers, is_manifest};
use super::output::{print, print_json, print_table};
use super::progress::Bar;
use serde::Serialize;
use std::path::PathBuf;
use vantay::audit::Action;
use vantay::decision::{Policy, Score};
use vantay::extract::Extractor;
use vantay::search::{self, Candidate, IdentifyOptions, Record, TagFilter, Threshold, parameters};
use vantay::template::FingerPosition;

/// The fingers of one person → who of a gallery it may be.
///
/// Several images are several fingers of one person, and count together. A manifest is searched encounter by encounter.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Images or templates of one person, or one manifest (JSON Lines, named .jsonl).
    #[arg(required = true, value_name = "IMAGE|MANIFEST")]
    inputs: Vec<PathBuf>,
    /// The gallery's folder.
    #[arg(long, value_name = "DIR")]
    gallery: PathBuf,
    /// Resolution of the images, pixels per inch [default: each file's own tag].
    #[arg(long)]
    ppi: Option<f64>,
    /// Which fingers they are, one number from 0 (unknown) to 10 an image [default: unknown].
    #[arg(long, value_delimiter = ',', value_name = "N,…", value_parser = clap::value_parser!(u8).range(0..=10))]
    fingers: Vec<u8>,
    /// From which score on somebody is a candidate, dB [default: so that one search in 100 of a stranger returns
    /// anybody].
    #[arg(long, value_name = "DB", value_parser = decibels)]
    threshold: Option<f64>,
    /// From which score on a candidate is a match that nobody need look at, dB; the others are to be adjudicated [default: so
    /// that one search in 10,000 of a stranger returns one].
    #[arg(long = "match", value_name = "DB", value_parser = decibels)]
    matched: Option<f64>,
    /// How many candidates at most, 1 or more.
    #[arg(long, default_value_t = parameters::CANDIDATES)]
    limit: usize,
    /// Exit with 1 where a search finds nobody.
    #[arg(long)]
    exit_code: bool,
    /// Search only encounters that bear all of these tag bits (a sum of 1, 2, 4 … 32768).
    #[arg(long, value_name = "BITS", default_value_t = 0)]
    tags_all: u16,
    /// Search only encounters that bear none of these tag bits.
    #[arg(long, value_name = "BITS", default_value_t = 0)]
    tags_none: u16,
    /// Compare templates of other extractor versions too, by their minutiae: while a gallery is extracted again.
    #[arg(long)]
    across_extractors: bool,
    #[command(flatten)]
    manifest: ManifestOptions,
    #[command(flatten)]
    audit: AuditOptions,
}

/// One search in JSON.
#[derive(Serialize)]
struct Searched {
    probe: Vec<String>,
    threshold: f64,
    #[serde(rename = "match")]
    matched: f64,
    records: usize,
    candidates: Vec<CandidateJson>,
}

#[derive(Serialize)]
struct CandidateJson {
    subject: u64,
    encounter: String,
    score: f64,
    decision: &'static str,
}

/// One person to search for: names for print, and what is compared.
struct Probe {
    names: Vec<String>,
    record: Record,
}

/// Extracts, searches, prints.
pub fn run(options: &Options, json: bool) -> Result<(), Failure> {
    let gallery = snapshot(&options.gallery)?;
    let (probes, failed) = probes(options)?;
    let tags = TagFilter { all: options.tags_all, none: options.tags_none };
    let (threshold, limit) = (threshold(options.threshold), options.limit);
    let search = IdentifyOptions { threshold, limit, tags, across_extractors: options.across_extractors };
    let mut log = options.audit.begin(gallery.info().gallery)?;
    let records = tags.count(&gallery);
    let bar = Bar::new("searching", (probes.len() * records) as u64);
    let mut found = 0;
    for probe in &probes {
        let candidates = search::identify(&probe.record, &gallery, &search, &|done| bar.add(done))?;
        found += usize::from(!candidates.is_empty());
        record(&mut log, &candidates)?;
        let policy = policy(options, &search, records as u64)?;
        match json {
            true => print_json(&searched(probe, records, policy, &candidates))?,
            false => print_candidates(probe, policy, &candidates)?,
        }
    }
    Failure::partial(failed)?;
    if options.exit_code && found < probes.len() { Err(Failure::NoMatch) } else { Ok(()) }
}

/// A search and its candidates, before they are told.
fn record(log: &mut Log, candidates: &[Candidate]) -> Result<(), Failure> {
    let told = candidates.iter().map(|c| log.event(Action::Candidate, 1).of(c.key.subject, c.key.encounter));
    let events: Vec<_> = [log.event(Action::Identify, candidates.len())].into_iter().chain(told).collect();
    log.record(events)
}

/// The threshold that the caller wants, or the one for 1 % FPIR.
fn threshold(db: Option<f64>) -> Threshold {
    db.map_or(IdentifyOptions::default().threshold, |db| Threshold::Fixed(Score::from_db(db)))
}

/// Candidates are adjudicated, and from a higher score on believed.
fn policy(options: &Options, search: &IdentifyOptions, records: u64) -> Result<Policy, Failure> {
    let adjudicated = search.threshold.score(records);
    let unseen = Threshold::ExpectedFalseMatches(parameters::IDENTIFY_UNSEEN_FALSE_MATCHES).score(records);
    let by_default = if unseen > adjudicated { unseen } else { adjudicated };
    Ok(Policy::from_scores(options.matched.map_or(by_default, Score::from_db), adjudicated)?)
}

fn probes(options: &Options) -> Result<(Vec<Probe>, usize), Failure> {
    if let [manifest] = options.inputs.as_slice()
        && is_manifest(manifest)
    {
        if options.ppi.is_some() || !options.fingers.is_empty() {
            return Err(Failure::Usage("--ppi and --fingers are of images; a manifest tells them in each line".into()));
        }
        let fingers = extract_manifest(manifest, &options.manifest)?;
        let probes = encounters(manifest, &fingers).into_iter().map(|listed| Probe {
            names: listed.entries.iter().map(|&i| fingers.entries[i].path.to_string_lossy().into_owned()).collect(),
            record: Record::new(&listed.encounter),
        });
        return Ok((probes.collect(), fingers.failed));
    }
    if !options.fingers.is_empty() && options.fingers.len() != options.inputs.len() {
        let (fingers, images) = (options.fingers.len(), options.inputs.len());
        return Err(Failure::Usage(format!("--fingers names {fingers} fingers for {images} images")));
    }
    let mut extractor = Extractor::new();
    let positions = options.fingers.iter().copied().chain(std::iter::repeat(0));
    let mut templates = Vec::new();
    for (path, code) in options.inputs.iter().zip(positions) {
        let position = FingerPosition::from_code(code).unwrap_or_default();
        templates.extend(fingers(&mut extractor, path, options.ppi, position)?);
    }
    let names = options.inputs.iter().map(|path| path.to_string_lossy().into_owned()).collect();
    Ok((vec![Probe { names, record: Record::probe(&templates) }], 0))
}

fn searched(probe: &Probe, records: usize, policy: Policy, candidates: &[Candidate]) -> Searched {
    let candidate = |c: &Candidate| CandidateJson {
        subject: c.key.subject.0,
        encounter: c.key.encounter.to_string(),
        score: c.score.db(),
        decision: policy.decide(c.score).name(),
    };
    Searched {
        probe: probe.names.clone(),
        threshold: policy.adjudicate_from().db(),
        matched: policy.match_from().db(),
        records,
        candidates: candidates.iter().map(candidate).collect(),
    }
}

fn print_candidates(probe: &Probe, policy: Policy, candidates: &[Candidate]) -> Result<(), Failure> {
    let threshold = policy.adjudicate_from();
    if candidates.is_empty() {
        return print(&format!("{}: nobody from {threshold} on", probe.names.join(", ")));
    }
    print(&format!("{}: from {threshold} on", probe.names.join(", ")))?;
    let row = |c: &Candidate| {
        let decision = policy.decide(c.score).name().to_owned();
        vec![c.key.subject.to_string(), c.key.encounter.to_string(), c.score.to_string(), decision]
    };
    print_table(&["subject", "encounter", "score", "decision"], candidates.iter().map(row))
}
