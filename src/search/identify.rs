use super::best::Best;
use super::person::{across_extractors, compare_records};
use super::population::{Key, Population, Record};
use super::{Progress, SearchError, TagFilter, Threshold, parameters};
use crate::Result;
use crate::decision::Score;
use crate::matching::Matcher;
use rayon::prelude::*;

/// A subject whom the probe may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The number of the record in the population: the best encounter of the subject.
    pub record: usize,
    /// Whose record, and which.
    pub key: Key,
    /// How sure it is, by all fingers together.
    pub score: Score,
}

/// What an identification returns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IdentifyOptions {
    /// Which candidates are returned.
    pub threshold: Threshold,
    /// How many at most, the best; 1 or more.
    pub limit: usize,
    /// Which records are searched.
    pub tags: TagFilter,
    /// Compares templates of other extractor versions too, by their minutiae, as those from outside are; refused
    /// otherwise. For a gallery that is being extracted again: such a score is less sure than its decibels say.
    pub across_extractors: bool,
}

impl Default for IdentifyOptions {
    fn default() -> Self {
        IdentifyOptions {
            threshold: Threshold::ExpectedFalseMatches(parameters::IDENTIFY_FALSE_MATCHES),
            limit: parameters::CANDIDATES,
            tags: TagFilter::default(),
            across_extractors: false,
        }
    }
}

/// Who is it? Compares the probe with every record that the tags admit, and returns one candidate a subject, its best
/// encounter, from the threshold on: the highest score first, equal ones by subject and encounter. A candidate of a gallery
/// is checked against its checksums before it is told.
///
/// # Errors
/// A probe without a template, a limit of 0; templates of extractors that cannot be compared; a damaged record.
pub fn identify<P: Population + ?Sized>(
    probe: &Record,
    population: &P,
    options: &IdentifyOptions,
    progress: &Progress,
) -> Result<Vec<Candidate>> {
    let threshold = options.threshold.score(options.tags.count(population) as u64);
    let mut probe = probe.views();
    if probe.is_empty() {
        return Err(SearchError::EmptyProbe.into());
    }
    if options.limit == 0 {
        return Err(SearchError::Limit.into());
    }
    if options.across_extractors {
        across_extractors(&mut probe);
    }
    let best: Result<Best> = (0..population.record_count())
        .into_par_iter()
        .filter(|&record| options.tags.admits(population.tags(record)))
        .map_init(Matcher::new, |matcher, record| {
            let score = compare_records(matcher, &probe, &population.fingers(record)?)?;
            progress(1);
            Ok(Candidate { record, key: population.key(record), score })
        })
        .filter(|candidate| candidate.as_ref().map_or(true, |c| c.score >= threshold))
        .try_fold(|| Best::new(options.limit), |best, candidate| candidate.map(|c| best.push(c)))
        .try_reduce(|| Best::new(options.limit), |a, b| Ok(a.merge(b)));
    let candidates = best?.into_sorted();
    candidates.iter().try_for_each(|c| population.check(c.record))?;
    Ok(candidates)
}
