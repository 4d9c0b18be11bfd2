use super::arguments::decibels;
use super::audit::{AuditOptions, Log};
use super::encounters::encounters;
use super::enroll::snapshot;
use super::exit::Failure;
use super::fingers::{ManifestOptions, extract_manifest, relative};
use super::output::{print, print_json, print_table};
use super::progress::Bar;
use serde::Serialize;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use vantay::audit::Action;
use vantay::decision::Score;
use vantay::gallery::SubjectId;
use vantay::search::{self, DedupOptions, Duplicates, Group, Key, Pair, Population, Record, Threshold};

/// Who stands in a gallery or a manifest twice?
///
/// Every record is compared with every other that bears another subject. JSON Lines: one `pair` for two subjects who seem
/// to be one person (their best two records), one `group` for all subjects whom pairs tie together, one `summary`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// A manifest (JSON Lines): each line is a record of its subject.
    #[arg(required_unless_present = "gallery", conflicts_with = "gallery")]
    manifest: Option<PathBuf>,
    /// A gallery's folder.
    #[arg(long, value_name = "DIR")]
    gallery: Option<PathBuf>,
    /// From which score on a pair is told, dB [default: so that 0.1 false pairs are expected in the whole job].
    #[arg(long, value_name = "DB", value_parser = decibels)]
    threshold: Option<f64>,
    /// Compare templates of different extractor versions too, by their minutiae: while a gallery is extracted again.
    #[arg(long)]
    across_extractors: bool,
    #[command(flatten)]
    manifest_options: ManifestOptions,
    #[command(flatten)]
    audit: AuditOptions,
}

/// One line of the JSON. Subjects are numbers (of a gallery) or texts (of a manifest).
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line<'a> {
    Pair { subjects: [Name<'a>; 2], records: [String; 2], score: f64, count: u64 },
    Group { subjects: Vec<Name<'a>>, records: Vec<String> },
    Summary { records: usize, comparisons: u64, threshold: f64, pairs: usize, groups: usize, failed: usize },
}

#[derive(Serialize)]
#[serde(untagged)]
enum Name<'a> {
    Number(u64),
    Text(&'a str),
}

/// How subjects and records are called.
enum Names {
    Gallery,
    Manifest { subjects: HashMap<SubjectId, String>, records: Vec<String> },
}

/// Extracts where needed, searches, prints.
pub fn run(options: &Options, json: bool) -> Result<(), Failure> {
    let mut dedup_options = DedupOptions { across_extractors: options.across_extractors, ..DedupOptions::default() };
    if let Some(db) = options.threshold {
        dedup_options.threshold = Threshold::Fixed(Score::from_db(db));
    }
    match (&options.gallery, &options.manifest) {
        (Some(folder), _) => {
            let gallery = snapshot(folder)?;
            let mut log = options.audit.begin(gallery.info().gallery)?;
            let found = search(&gallery, &dedup_options)?;
            record(&mut log, &found)?;
            print_found(&gallery, &Names::Gallery, &found, 0, json)
        }
        (None, Some(manifest)) => {
            let (records, names, failed) = list(manifest, &options.manifest_options)?;
            let mut log = options.audit.begin([0; 16])?;
            let found = search(records.as_slice(), &dedup_options)?;
            record(&mut log, &found)?;
            print_found(records.as_slice(), &names, &found, failed, json)?;
            Failure::partial(failed)
        }
        (None, None) => Err(Failure::Usage("give a manifest or --gallery DIR".into())),
    }
}

/// The records of a manifest, in memory.
fn list(manifest: &Path, options: &ManifestOptions) -> Result<(Vec<Record>, Names, usize), Failure> {
    use rayon::prelude::*;
    let fingers = extract_manifest(manifest, options)?;
    let listed = encounters(manifest, &fingers);
    let first = |l: &super::encounters::Listed| l.entries.first().and_then(|&i| fingers.entries.get(i));
    let subjects = listed.iter().filter_map(|l| Some((l.encounter.subject, first(l)?.subject.clone()))).collect();
    let path = |l| first(l).map_or_else(String::new, |e| relative(manifest, &e.path).to_string_lossy().into_owned());
    let names = Names::Manifest { subjects, records: listed.iter().map(path).collect() };
    Ok((listed.par_iter().map(|l| Record::new(&l.encounter)).collect(), names, fingers.failed))
}

fn search<P: Population + ?Sized>(population: &P, options: &DedupOptions) -> Result<Duplicates, Failure> {
    let n = population.record_count() as u64;
    let bar = Bar::new("comparing", n * n.saturating_sub(1) / 2);
    Ok(search::dedup(population, options, &|done| bar.add(done))?)
}

/// A deduplication and what it found, before it is told.
fn record(log: &mut Log, found: &Duplicates) -> Result<(), Failure> {
    let told = found.pairs.iter().flat_map(|p| p.keys);
    let told = told.map(|key| log.event(Action::Duplicate, 1).of(key.subject, key.encounter));
    let events: Vec<_> = [log.event(Action::Dedup, found.pairs.len())].into_iter().chain(told).collect();
    log.record(events)
}

fn print_found<P: Population + ?Sized>(
    population: &P,
    names: &Names,
    found: &Duplicates,
    failed: usize,
    json: bool,
) -> Result<(), Failure> {
    match json {
        true => print_lines(population, names, found, failed),
        false => print_tables(population, names, found),
    }
}

fn print_lines<P: Population + ?Sized>(
    population: &P,
    names: &Names,
    found: &Duplicates,
    failed: usize,
) -> Result<(), Failure> {
    for pair in &found.pairs {
        let subjects = pair.keys.map(|key| names.subject(key.subject));
        let records = names.pair(pair);
        print_json(&Line::Pair { subjects, records, score: pair.score.db(), count: pair.count })?;
    }
    for group in &found.groups {
        let subjects = group.subjects.iter().map(|&s| names.subject(s)).collect();
        let records = group.records.iter().map(|&r| names.record(r, population.key(r))).collect();
        print_json(&Line::Group { subjects, records })?;
    }
    print_json(&Line::Summary {
        records: population.record_count(),
        comparisons: found.comparisons,
        threshold: found.threshold.db(),
        pairs: found.pairs.len(),
        groups: found.groups.len(),
        failed,
    })
}

fn print_tables<P: Population + ?Sized>(population: &P, names: &Names, found: &Duplicates) -> Result<(), Failure> {
    let (records, comparisons) = (population.record_count(), found.comparisons);
    print(&format!("{records} records, {comparisons} comparisons, from {} on:", found.threshold))?;
    if found.pairs.is_empty() {
        return print("nobody stands in it twice");
    }
    let row = |p: &Pair| {
        let [a, b] = p.keys.map(|key| names.subject(key.subject).to_string());
        let [record_a, record_b] = names.pair(p);
        vec![a, b, record_a, record_b, p.score.to_string(), p.count.to_string()]
    };
    let header = ["subject", "subject", "record", "record", "score", "pairs of records"];
    print_table(&header, found.pairs.iter().map(row))?;
    for Group { subjects, records } in &found.groups {
        let subjects: Vec<String> = subjects.iter().map(|&s| names.subject(s).to_string()).collect();
        print(&format!("one person: {} ({} records)", subjects.join(" = "), records.len()))?;
    }
    Ok(())
}

impl Names {
    fn subject(&self, subject: SubjectId) -> Name<'_> {
        match self {
            Names::Gallery => Name::Number(subject.0),
            Names::Manifest { subjects, .. } => {
                subjects.get(&subject).map_or(Name::Number(subject.0), |s| Name::Text(s))
            }
        }
    }

    fn record(&self, record: usize, key: Key) -> String {
        match self {
            Names::Gallery => key.encounter.to_string(),
            Names::Manifest { records, .. } => records.get(record).cloned().unwrap_or_default(),
        }
    }

    fn pair(&self, pair: &Pair) -> [String; 2] {
        [0, 1].map(|i| self.record(pair.records[i], pair.keys[i]))
    }
}

impl std::fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Name::Number(number) => number.fmt(f),
            Name::Text(text) => text.fmt(f),
        }
    }
}
