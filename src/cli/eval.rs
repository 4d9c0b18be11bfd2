use super::exit::Failure;
use super::fingers::{Fingers, ManifestOptions, Move, extract_moved, finger, read_manifest};
use super::matrix::{prepare, scores};
use super::npy;
use super::output::{print, print_json, print_table};
use super::plot;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use vantay::eval::{
    self, Calibration, Dependence, Estimate, EvalError, Exclusions, Figures, GroupFigures, Groups, OfPerson, People,
    PeopleThreshold, Sample, SetFigures, people as people_of,
};
use vantay::extract::Extractor;
use vantay::manifest::Entry;
use vantay::search::PreparedFinger;
use vantay::simd::Level;
use vantay::template::FingerPosition;

/// How good it is, on labelled images.
///
/// Each `set` of the manifest is one sensor; a finger is a subject and a position. All pairs of impressions of one
/// finger are mated, all pairs of two fingers non-mated. Per set: EER, FMR100, FMR1000 and ZeroFMR as FVC defines them.
/// Over all sets, with one threshold: FNMR at FMR 1e-3 among non-mated pairs of the same set, and at 1e-3 and 1e-4 among
/// all. Identification: the first impression of every finger is the gallery, all others are probes; each is searched with
/// its mate enrolled, and, for FPIR, without. Intervals are 95 %, by bootstrap over fingers. Times are of one thread.
/// An image that cannot be used matches nothing.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// JSON Lines: set, subject, finger, impression, ppi, path.
    manifest: PathBuf,
    /// Only these sets.
    #[arg(long, value_delimiter = ',', value_name = "SET,…")]
    sets: Vec<String>,
    /// Two subjects that are one finger: their pairs are neither mated nor non-mated. May be given several times.
    #[arg(long, value_name = "SUBJECT=SUBJECT")]
    exclude: Vec<String>,
    /// Write the matrix of scores here, as `vantay matrix` does.
    #[arg(long, value_name = "FILE.npy")]
    scores: Option<PathBuf>,
    /// Error rates by this field of the manifest too (sensor, age, finger …), at the threshold where one in 1,000 of all
    /// non-mated pairs matches: whether all groups fare alike (ISO/IEC 19795-10). May be given several times.
    #[arg(long, value_name = "FIELD")]
    by: Vec<String>,
    /// Also people of several fingers, fused; `person` in the manifest tells whose a subject is, where subjects are fingers.
    /// What is missed and what false matches are seen at each threshold, and how far fingers of two people score
    /// independently.
    #[arg(long)]
    people: bool,
    /// Likewise, but each so many subjects of a set, in their order, are put together as if they were the fingers of one person.
    #[arg(long, value_name = "N", conflicts_with = "people", value_parser = clap::value_parser!(u8).range(1..=10))]
    chimeric: Option<u8>,
    /// Turn every second finger by an angle of its own: fingers do not always stand upright. Images are turned and extracted;
    /// of templates and minutiae places and directions are turned, and descriptors stay. Every N has other angles.
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "0")]
    turn: Option<u16>,
    /// Make every second finger larger by this factor, 0.5 to 2: fingers grow until about 20. Images are resampled so and
    /// extracted; of templates and minutiae places are moved, and descriptors stay.
    #[arg(long, value_name = "FACTOR", value_parser = factor)]
    scale: Option<f64>,
    /// Draw the DET curves of each set and of all pairs here, with logarithmic axes.
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
    #[command(flatten)]
    manifest_options: ManifestOptions,
}

/// What is printed with --json. Rates are shares from 0 to 1.
#[derive(Serialize)]
struct Report {
    images: usize,
    failed: usize,
    cpu_level: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    extraction_ms_per_image: Option<f64>,
    comparisons_per_second: Option<f64>,
    #[serde(flatten)]
    figures: Figures<Estimate>,
    /// Field → its groups.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    by: BTreeMap<String, Groups>,
    #[serde(skip_serializing_if = "Option::is_none")]
    people: Option<People>,
}

/// One in so many of all non-mated pairs matches at the threshold of `--by`.
const BY_ONE_IN: u64 = 1000;

/// Extracts, compares, counts, prints.
pub fn run(options: &Options, json: bool) -> Result<(), Failure> {
    let (entries, rejected) = read_manifest(&options.manifest, options.manifest_options.strict)?;
    let entries = chosen(entries, &options.sets)?;
    let samples: Vec<Sample> = entries.iter().map(sample).collect();
    let exclusions = Exclusions::parse(&options.exclude, &samples)?;
    let moves = |number| every_second(number, options.turn, options.scale);
    let fingers = extract_moved(&options.manifest, entries, rejected, &options.manifest_options, moves)?;
    let prepared = prepare(&fingers)?;
    let scores = scores(&prepared)?;
    if let Some(path) = &options.scores {
        npy::write(path, &scores)?;
    }
    if let Some(path) = &options.plot {
        let curves = eval::det(&samples, scores.view(), &exclusions)?;
        std::fs::write(path, plot::svg(&curves)).map_err(Failure::io(path))?;
    }
    let figures = eval::evaluate(&samples, scores.view(), &exclusions)?;
    let by = |field: &String| {
        let groups: Vec<String> = fingers.entries.iter().map(|entry| value(entry, field)).collect();
        Ok((field.clone(), eval::by_group(&samples, &groups, scores.view(), &exclusions, BY_ONE_IN)?))
    };
    let by = options.by.iter().map(by).collect::<Result<_, EvalError>>()?;
    let people = match persons(options, &fingers.entries) {
        Some(of) => Some(people_of(&samples, &of, scores.view(), &exclusions)?),
        None => None,
    };
    let report = report(figures, by, people, &fingers, &prepared, options.manifest_options.minutiae.is_none());
    match json {
        true => print_json(&report)?,
        false => print_report(&report)?,
    }
    Failure::partial(fingers.failed)
}

fn factor(text: &str) -> Result<f64, String> {
    let factor = text.parse().ok().filter(|f| (0.5..=2.0).contains(f));
    factor.ok_or_else(|| "a factor from 0.5 to 2 is taken".into())
}

/// Angles that follow each other spread evenly over the turn: the golden angle.
const TURN_BY: f64 = 2.399_963_229_728_653;

/// Turns and enlarges every second finger, so that mates differ in it.
fn every_second(number: usize, turn: Option<u16>, scale: Option<f64>) -> Move {
    if number.is_multiple_of(2) {
        return Move::default();
    }
    let radians = turn.map_or(0.0, |draw| TURN_BY * number as f64 + f64::from(draw));
    Move { radians, scale: scale.unwrap_or(1.0) }
}

/// The entries of the sets that were asked for; all where none was.
fn chosen(entries: Vec<Entry>, sets: &[String]) -> Result<Vec<Entry>, EvalError> {
    let of_set = |entry: &Entry| entry.set.clone().unwrap_or_default();
    if let Some(set) = sets.iter().find(|&set| !entries.iter().any(|e| of_set(e) == *set)) {
        let mut known: Vec<String> = entries.iter().map(of_set).collect();
        known.sort();
        known.dedup();
        return Err(EvalError::UnknownSet { set: set.clone(), known: known.join(", ") });
    }
    Ok(entries.into_iter().filter(|e| sets.is_empty() || sets.contains(&of_set(e))).collect())
}

fn sample(entry: &Entry) -> Sample {
    Sample {
        set: entry.set.clone().unwrap_or_default(),
        subject: entry.subject.clone(),
        position: entry.finger,
        impression: entry.impression,
    }
}

/// The figures with how fast they came, measured on this thread alone.
fn report(
    figures: Figures<Estimate>,
    by: BTreeMap<String, Groups>,
    people: Option<People>,
    fingers: &Fingers,
    prepared: &[PreparedFinger],
    images: bool,
) -> Report {
    let mut extractor = Extractor::new();
    let usable: Vec<&Entry> =
        fingers.entries.iter().zip(&fingers.templates).filter_map(|(e, t)| t.as_ref().map(|_| e)).collect();
    let extract = |entry: &&Entry| {
        // It went well before; decoding is part of the time.
        let _ = finger(&mut extractor, &entry.path, entry.ppi, entry.finger);
    };
    Report {
        images: fingers.entries.len(),
        failed: fingers.failed,
        cpu_level: Level::current().name(),
        extraction_ms_per_image: if images { eval::milliseconds_each(&usable, extract) } else { None },
        comparisons_per_second: eval::comparisons_per_second(prepared),
        figures,
        by,
        people,
    }
}

/// Whose finger each entry is; none where people were not asked for. Subjects that are left over when people are put together
/// are nobody's.
fn persons(options: &Options, entries: &[Entry]) -> Option<Vec<Option<OfPerson>>> {
    if options.people {
        return Some(entries.iter().map(|entry| Some(of_person(entry))).collect());
    }
    let size = usize::from(options.chimeric?);
    let mut subjects: BTreeMap<String, Vec<(&str, FingerPosition)>> = BTreeMap::new();
    for entry in entries {
        let of_set = subjects.entry(value(entry, "set")).or_default();
        if !of_set.contains(&(&entry.subject, entry.finger)) {
            of_set.push((&entry.subject, entry.finger));
        }
    }
    let of = |entry: &Entry| {
        let set = value(entry, "set");
        let of_set = &subjects[&set];
        let place = of_set.iter().position(|&s| s == (&entry.subject, entry.finger))?;
        let person = OfPerson { person: format!("{set} {:04}", place / size), finger: (place % size).to_string() };
        (place < of_set.len() / size * size).then_some(person)
    };
    Some(entries.iter().map(of).collect())
}

/// The person, and the finger by its position or else by what the subject's name adds to the person's.
fn of_person(entry: &Entry) -> OfPerson {
    let person = entry.person.as_ref().unwrap_or(&entry.subject).clone();
    let finger = match entry.finger {
        FingerPosition::Unknown => entry.subject.strip_prefix(&person).unwrap_or(&entry.subject).to_owned(),
        known => known.code().to_string(),
    };
    OfPerson { person, finger }
}

fn print_people(people: &People) -> Result<(), Failure> {
    print(&format!(
        "{} people of {} fingers, fused: {} pairs of records of one, {} of two",
        people.people, people.fingers, people.mated_pairs, people.non_mated_pairs
    ))?;
    let row = |t: &PeopleThreshold| {
        let seen = t.non_mated.map_or("–".to_owned(), |share| format!("{share:.2e}"));
        vec![format!("{:.0}", t.score), format!("{:.2e}", t.promised), seen, format!("{:.2}", t.missed * 100.0)]
    };
    print_table(&["score dB", "promised FMR", "two people", "missed %"], people.thresholds.iter().map(row))?;
    if let Some(Dependence { correlation, joint }) = people.dependence {
        let Estimate { value, low, high } = correlation;
        print(&format!("correlation of two fingers of the same two people  {value:.3} ({low:.3} to {high:.3})"))?;
        let Estimate { value, low, high } = joint;
        print(&format!("both reach 10 dB, times as often as independent    {value:.2} ({low:.2} to {high:.2})"))?;
    }
    print("")
}

/// What an entry says of a field.
fn value(entry: &Entry, field: &str) -> String {
    let absent = || "absent".to_owned();
    match field {
        "set" => entry.set.clone().unwrap_or_default(),
        "finger" => entry.finger.to_string(),
        "subject" => entry.subject.clone(),
        "person" => entry.person.clone().unwrap_or_else(absent),
        "encounter" => entry.encounter.clone().unwrap_or_else(absent),
        "station" => entry.station.map_or_else(absent, |code| code.to_string()),
        "operator" => entry.operator.map_or_else(absent, |code| code.to_string()),
        // Text stands in quotes, as JSON has it.
        _ => entry.fields.get(field).map_or_else(absent, |v| v.trim_matches('"').to_owned()),
    }
}

fn print_groups(field: &str, groups: &Groups) -> Result<(), Failure> {
    let shown = |rate: Option<Estimate>| rate.map_or("–".to_owned(), percent);
    let row = |g: &GroupFigures| {
        let counts = [g.fingers, g.images, g.mated_pairs, g.non_mated_pairs].map(|n| n.to_string());
        [vec![g.group.clone()], counts.to_vec(), vec![shown(g.fnmr), shown(g.fmr)]].concat()
    };
    print(&format!("above {:.1} dB, one in {} of all non-mated pairs", groups.threshold, groups.one_in))?;
    print_table(&[field, "fingers", "images", "mated", "non-mated", "FNMR %", "FMR %"], groups.groups.iter().map(row))?;
    print("")
}

fn print_report(report: &Report) -> Result<(), Failure> {
    let figures = &report.figures;
    let row = |s: &SetFigures<Estimate>| {
        let counts = [s.images, s.mated_pairs, s.non_mated_pairs].map(|n| n.to_string());
        let rates = [s.eer, s.fmr100, s.fmr1000, s.zero_fmr].map(percent);
        [vec![s.set.clone()], counts.to_vec(), rates.to_vec()].concat()
    };
    let header = ["set", "images", "mated", "non-mated", "EER %", "FMR100 %", "FMR1000 %", "ZeroFMR %"];
    print_table(&header, figures.sets.iter().map(row))?;
    print("")?;
    let (same, all) = (figures.same_sensor_non_mated_pairs, figures.all_non_mated_pairs);
    let rows = [
        ("mean EER".to_owned(), figures.mean_eer),
        ("mean FNMR at FMR 1e-3 (FMR1000)".to_owned(), figures.mean_fmr1000),
        (format!("one threshold, {same} pairs of the same sensor: FNMR at FMR 1e-3"), figures.same_sensor_fnmr_1e3),
        (format!("one threshold, all {all} pairs: FNMR at FMR 1e-3"), figures.all_pairs_fnmr_1e3),
        (format!("one threshold, all {all} pairs: FNMR at FMR 1e-4"), figures.all_pairs_fnmr_1e4),
        (format!("identification, {} probes: rank-1", figures.probes), figures.rank_1),
        (format!("identification, {} probes: FNIR at FPIR 1 %", figures.probes), figures.fnir_at_fpir_1e2),
    ];
    print_table(&["over all sets", "% (95 % interval)"], rows.map(|(what, e)| vec![what, percent(e)]))?;
    print("")?;
    let row = |c: &Calibration| {
        let shares = [c.promised, c.same_sensor, c.all_pairs].map(|v| format!("{v:.2e}"));
        [vec![format!("{:.0}", c.score)], shares.to_vec()].concat()
    };
    let rows = figures.calibration.iter().map(row);
    print_table(&["score dB", "promised FMR", "same sensor", "all pairs"], rows)?;
    print("")?;
    for (field, groups) in &report.by {
        print_groups(field, groups)?;
    }
    if let Some(people) = &report.people {
        print_people(people)?;
    }
    if let Some(ms) = report.extraction_ms_per_image {
        print(&format!("extraction  {ms:.1} ms an image, one thread, {}", report.cpu_level))?;
    }
    if let Some(rate) = report.comparisons_per_second {
        print(&format!("comparison  {rate:.0} a second, one thread, {}", report.cpu_level))?;
    }
    Ok(())
}

fn percent(e: Estimate) -> String {
    let [value, low, high] = [e.value, e.low, e.high].map(|v| v * 100.0);
    format!("{value:.2} ({low:.2}–{high:.2})")
}
