use super::groups::{Group, group};
use super::person::{across_extractors, compare_records};
use super::population::{FingerRef, Key, Population};
use super::{Progress, Threshold, parameters};
use crate::Result;
use crate::decision::Score;
use crate::gallery::SubjectId;
use crate::matching::Matcher;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

/// Two subjects who are one person, it seems.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The best-matching record of the one, and of the other: the smaller subject number first.
    pub records: [usize; 2],
    /// Whose records these are.
    pub keys: [Key; 2],
    /// The score of these two records.
    pub score: Score,
    /// How many pairs of records of these two subjects reach the threshold.
    pub count: u64,
}

/// What a deduplication found.
#[derive(Debug, Clone, PartialEq)]
pub struct Duplicates {
    /// The score that a pair had to reach.
    pub threshold: Score,
    /// How many pairs of records were compared.
    pub comparisons: u64,
    /// One a pair of subjects: the highest score first, equal ones by subject.
    pub pairs: Vec<Pair>,
    /// The subjects that the pairs tie together: by their smallest subject number.
    pub groups: Vec<Group>,
}

/// What a deduplication reports.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DedupOptions {
    /// Which pairs are duplicates.
    pub threshold: Threshold,
    /// Compares templates of different extractor versions too, by their minutiae: see
    /// [`IdentifyOptions::across_extractors`](super::IdentifyOptions::across_extractors).
    pub across_extractors: bool,
}

impl Default for DedupOptions {
    fn default() -> Self {
        DedupOptions {
            threshold: Threshold::ExpectedFalseMatches(parameters::DEDUP_FALSE_MATCHES),
            across_extractors: false,
        }
    }
}

/// Who is in it twice? Compares every record with every other that bears another subject number. Records of a gallery are
/// checked against their checksums before they are told.
///
/// # Errors
/// Templates of extractors that cannot be compared; a damaged record.
pub fn dedup<P: Population + ?Sized>(
    population: &P,
    options: &DedupOptions,
    progress: &Progress,
) -> Result<Duplicates> {
    let comparisons = comparisons(population);
    let threshold = options.threshold.score(comparisons);
    let found = compare_tiles(population, threshold, options.across_extractors, progress)?;
    let pairs = sorted(found);
    let groups = group(population, &pairs);
    let told = groups.iter().flat_map(|g| &g.records);
    told.into_iter().try_for_each(|&record| population.check(record))?;
    Ok(Duplicates { threshold, comparisons, pairs, groups })
}

/// All pairs of records less those within a subject.
fn comparisons<P: Population + ?Sized>(population: &P) -> u64 {
    let mut records_of: HashMap<SubjectId, u64> = HashMap::new();
    for record in 0..population.record_count() {
        *records_of.entry(population.key(record).subject).or_default() += 1;
    }
    let pairs = |n: u64| n * n.saturating_sub(1) / 2;
    pairs(population.record_count() as u64) - records_of.values().map(|&n| pairs(n)).sum::<u64>()
}

type Found = BTreeMap<[SubjectId; 2], Pair>;

/// The upper triangle of all pairs, in square tiles whose records are looked up once.
fn compare_tiles<P: Population + ?Sized>(
    population: &P,
    threshold: Score,
    across: bool,
    progress: &Progress,
) -> Result<Found> {
    let n = population.record_count();
    let tiles = n.div_ceil(parameters::TILE);
    let range = |tile: usize| tile * parameters::TILE..n.min((tile + 1) * parameters::TILE);
    (0..tiles)
        .into_par_iter()
        .flat_map(|row| (row..tiles).into_par_iter().map(move |column| (range(row), range(column))))
        .map_init(Matcher::new, |matcher, (rows, columns)| {
            let (rows, columns) = (load(population, rows, across)?, load(population, columns, false)?);
            let (found, compared) = compare_tile(matcher, &rows, &columns, threshold)?;
            progress(compared);
            Ok(found)
        })
        .try_reduce(Found::new, |a, b| Ok(merge(a, b)))
}

/// What is found among all pairs of the two sides, and how many there were.
fn compare_tile(
    matcher: &mut Matcher,
    rows: &[Loaded<'_>],
    columns: &[Loaded<'_>],
    threshold: Score,
) -> Result<(Found, u64)> {
    let (mut found, mut compared) = (Found::new(), 0);
    for a in rows {
        for b in columns.iter().filter(|b| b.record > a.record && b.key.subject != a.key.subject) {
            compared += 1;
            let score = compare_records(matcher, &a.fingers, &b.fingers)?;
            if score >= threshold {
                let (a, b) = if a.key.subject < b.key.subject { (a, b) } else { (b, a) };
                let pair = Pair { records: [a.record, b.record], keys: [a.key, b.key], score, count: 1 };
                found = merge(found, Found::from([([a.key.subject, b.key.subject], pair)]));
            }
        }
    }
    Ok((found, compared))
}

struct Loaded<'a> {
    record: usize,
    key: Key,
    fingers: Vec<FingerRef<'a>>,
}

/// `across`: to be compared with templates of any extractor.
fn load<P: Population + ?Sized>(population: &P, records: Range<usize>, across: bool) -> Result<Vec<Loaded<'_>>> {
    let load = |record| {
        let mut fingers = population.fingers(record)?;
        if across {
            across_extractors(&mut fingers);
        }
        Ok(Loaded { record, key: population.key(record), fingers })
    };
    records.map(load).collect()
}

/// Both findings: of one pair of subjects the best two records stay, at equal scores the first.
fn merge(mut a: Found, mut b: Found) -> Found {
    if a.len() < b.len() {
        std::mem::swap(&mut a, &mut b);
    }
    for (subjects, new) in b {
        a.entry(subjects)
            .and_modify(|old| {
                let count = old.count + new.count;
                let better = new.score.db().total_cmp(&old.score.db()).then_with(|| old.records.cmp(&new.records));
                *old = Pair { count, ..if better.is_gt() { new } else { *old } };
            })
            .or_insert(new);
    }
    a
}

fn sorted(found: Found) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = found.into_values().collect();
    pairs.sort_by(|a, b| b.score.db().total_cmp(&a.score.db()).then_with(|| a.keys.cmp(&b.keys)));
    pairs
}
