//! Who is it, and who is in it twice.

use crate::argument::{Out, free, handles, reference};
use crate::encounter::{vantay_encounter, vantay_encounter_id};
use crate::engine::vantay_engine;
use crate::failure::{Failure, guard, vantay_status};
use crate::gallery::vantay_gallery;
use crate::template::vantay_template;
use vantay_core::decision::Score;
use vantay_core::search::{
    Candidate, DedupOptions, Duplicates, IdentifyOptions, Pair, Record, TagFilter, Threshold, dedup, identify,
    parameters, quiet,
};

/// What an identification returns.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct vantay_identify_options {
    /// More than 0: the threshold is the score that lets so many wrong subjects through in one search of this gallery. 0:
    /// `threshold` counts.
    pub false_matches: f64,
    /// The score in decibels that a candidate has to reach, where `false_matches` is 0.
    pub threshold: f64,
    /// How many candidates at most, the best; 1 or more.
    pub limit: usize,
    /// Only encounters that bear all of these tag bits are searched.
    pub tags_all: u16,
    /// Only encounters that bear none of these tag bits are searched.
    pub tags_none: u16,
    /// Compares templates of other extractor versions too, by their minutiae: for a gallery that is being extracted again.
    /// Such a score is less sure than its decibels say.
    pub across_extractors: bool,
}

/// What a deduplication reports.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct vantay_dedup_options {
    /// More than 0: the threshold is the score that lets so many false pairs through in the whole job. 0: `threshold`
    /// counts.
    pub false_matches: f64,
    /// The score in decibels that a pair has to reach, where `false_matches` is 0.
    pub threshold: f64,
    /// As in `vantay_identify_options`.
    pub across_extractors: bool,
}

/// A subject whom the probe may be.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct vantay_candidate {
    /// Whose record.
    pub subject: u64,
    /// Which: the best encounter of the subject.
    pub encounter: vantay_encounter_id,
    /// Its index in the gallery.
    pub index: usize,
    /// How sure it is, by all fingers together, in decibels.
    pub score: f64,
}

/// Two subjects who are one person, it seems.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct vantay_pair {
    /// The two, the smaller number first.
    pub subjects: [u64; 2],
    /// Their best-matching encounters, in the same order.
    pub encounters: [vantay_encounter_id; 2],
    /// The indices of these in the gallery.
    pub indices: [usize; 2],
    /// The score of these two in decibels.
    pub score: f64,
    /// How many pairs of encounters of these two subjects reach the threshold.
    pub count: u64,
}

/// What a deduplication found, in numbers.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct vantay_dedup_summary {
    /// The score in decibels that a pair had to reach.
    pub threshold: f64,
    /// How many pairs of encounters were compared.
    pub comparisons: u64,
    /// How many pairs of subjects were found.
    pub pairs: usize,
    /// How many groups of subjects they tie together.
    pub groups: usize,
}

/// The candidates of an identification.
#[derive(Debug)]
pub struct vantay_candidates {
    items: Vec<vantay_candidate>,
}

/// What a deduplication found.
#[derive(Debug)]
pub struct vantay_duplicates {
    summary: vantay_dedup_summary,
    pairs: Vec<vantay_pair>,
    groups: Vec<Vec<u64>>,
}

impl From<Candidate> for vantay_candidate {
    fn from(c: Candidate) -> Self {
        vantay_candidate {
            subject: c.key.subject.0,
            encounter: c.key.encounter.into(),
            index: c.record,
            score: c.score.db(),
        }
    }
}

impl From<&Pair> for vantay_pair {
    fn from(pair: &Pair) -> Self {
        vantay_pair {
            subjects: pair.keys.map(|k| k.subject.0),
            encounters: pair.keys.map(|k| k.encounter.into()),
            indices: pair.records,
            score: pair.score.db(),
            count: pair.count,
        }
    }
}

impl From<Duplicates> for vantay_duplicates {
    fn from(found: Duplicates) -> Self {
        vantay_duplicates {
            summary: vantay_dedup_summary {
                threshold: found.threshold.db(),
                comparisons: found.comparisons,
                pairs: found.pairs.len(),
                groups: found.groups.len(),
            },
            pairs: found.pairs.iter().map(Into::into).collect(),
            groups: found.groups.iter().map(|g| g.subjects.iter().map(|s| s.0).collect()).collect(),
        }
    }
}

/// What is used where no options are given.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_identify_defaults(options: *mut vantay_identify_options) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let mut out = unsafe { Out::new(options, "options") }?;
        out.set(vantay_identify_options {
            false_matches: parameters::IDENTIFY_FALSE_MATCHES,
            threshold: 0.0,
            limit: parameters::CANDIDATES,
            tags_all: 0,
            tags_none: 0,
            across_extractors: false,
        });
        Ok(())
    })
}

/// What is used where no options are given.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_dedup_defaults(options: *mut vantay_dedup_options) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let mut out = unsafe { Out::new(options, "options") }?;
        out.set(vantay_dedup_options {
            false_matches: parameters::DEDUP_FALSE_MATCHES,
            threshold: 0.0,
            across_extractors: false,
        });
        Ok(())
    })
}

/// Who is it? Compares one person's templates with every encounter of the gallery, on the engine's threads, and returns one
/// candidate a subject, the best first. Fingers are compared where their positions agree or one is unknown. `options` may be NULL.
///
/// Fails with VANTAY_STATUS_INCOMPATIBLE where extractors cannot be compared, with VANTAY_STATUS_DAMAGED for a damaged
/// record.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_identify(
    engine: *const vantay_engine,
    gallery: *const vantay_gallery,
    templates: *const *const vantay_template,
    count: usize,
    options: *const vantay_identify_options,
    candidates: *mut *mut vantay_candidates,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (mut out, engine, gallery, templates, options) = unsafe {
            (
                Out::handle(candidates, "candidates")?,
                reference(engine, "engine")?,
                reference(gallery, "gallery")?,
                handles(templates, count, "templates")?,
                options.as_ref(),
            )
        };
        let probe = Record::probe(templates.into_iter().map(|t| &t.template));
        out.give(candidates_of(engine, gallery, &probe, options)?);
        Ok(())
    })
}

/// Who is it? As `vantay_identify`, for the templates of an encounter, which need not be in the gallery. Where it is, it is
/// a candidate too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_identify_encounter(
    engine: *const vantay_engine,
    gallery: *const vantay_gallery,
    probe: *const vantay_encounter,
    options: *const vantay_identify_options,
    candidates: *mut *mut vantay_candidates,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (mut out, engine, gallery, probe, options) = unsafe {
            (
                Out::handle(candidates, "candidates")?,
                reference(engine, "engine")?,
                reference(gallery, "gallery")?,
                reference(probe, "probe")?,
                options.as_ref(),
            )
        };
        out.give(candidates_of(engine, gallery, &Record::new(&probe.encounter), options)?);
        Ok(())
    })
}

/// The candidates, the best first. They belong to the handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_candidates_items(
    candidates: *const vantay_candidates,
    items: *mut *const vantay_candidate,
    count: *mut usize,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (candidates, mut first, mut number) =
            unsafe { (reference(candidates, "candidates")?, Out::new(items, "items")?, Out::new(count, "count")?) };
        first.set(candidates.items.as_ptr());
        number.set(candidates.items.len());
        Ok(())
    })
}

/// Frees candidates; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_candidates_free(candidates: *mut vantay_candidates) {
    // SAFETY: as the header's first page asks for.
    unsafe { free(candidates) }
}

/// Who is in it twice? Compares every encounter with every other of another subject, on the engine's threads. `options` may be
/// NULL.
///
/// Fails as `vantay_identify`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_dedup(
    engine: *const vantay_engine,
    gallery: *const vantay_gallery,
    options: *const vantay_dedup_options,
    duplicates: *mut *mut vantay_duplicates,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (mut out, engine, gallery, given) = unsafe {
            (
                Out::handle(duplicates, "duplicates")?,
                reference(engine, "engine")?,
                reference(gallery, "gallery")?,
                options.as_ref(),
            )
        };
        let mut options = DedupOptions::default();
        if let Some(given) = given {
            options.threshold = threshold(given.false_matches, given.threshold)?;
            options.across_extractors = given.across_extractors;
        }
        out.give(engine.engine.run(|| dedup(&gallery.snapshot, &options, &quiet))??.into());
        Ok(())
    })
}

/// What was found, in numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_duplicates_summary(
    duplicates: *const vantay_duplicates,
    summary: *mut vantay_dedup_summary,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (duplicates, mut out) = unsafe { (reference(duplicates, "duplicates")?, Out::new(summary, "summary")?) };
        out.set(duplicates.summary);
        Ok(())
    })
}

/// The pairs, the highest score first. They belong to the handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_duplicates_pairs(
    duplicates: *const vantay_duplicates,
    pairs: *mut *const vantay_pair,
    count: *mut usize,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (duplicates, mut first, mut number) =
            unsafe { (reference(duplicates, "duplicates")?, Out::new(pairs, "pairs")?, Out::new(count, "count")?) };
        first.set(duplicates.pairs.as_ptr());
        number.set(duplicates.pairs.len());
        Ok(())
    })
}

/// The subjects of the group at `index`, from 0 on, ascending. They belong to the handle.
///
/// Fails with VANTAY_STATUS_ARGUMENT where there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_duplicates_group(
    duplicates: *const vantay_duplicates,
    index: usize,
    subjects: *mut *const u64,
    count: *mut usize,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (duplicates, mut first, mut number) = unsafe {
            (reference(duplicates, "duplicates")?, Out::new(subjects, "subjects")?, Out::new(count, "count")?)
        };
        let group = duplicates.groups.get(index).ok_or_else(|| {
            Failure::argument(format!("there is no group {index}: there are {}, from 0 on", duplicates.groups.len()))
        })?;
        first.set(group.as_ptr());
        number.set(group.len());
        Ok(())
    })
}

/// Frees what a deduplication found; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_duplicates_free(duplicates: *mut vantay_duplicates) {
    // SAFETY: as the header's first page asks for.
    unsafe { free(duplicates) }
}

fn candidates_of(
    engine: &vantay_engine,
    gallery: &vantay_gallery,
    probe: &Record,
    given: Option<&vantay_identify_options>,
) -> Result<vantay_candidates, Failure> {
    let mut options = IdentifyOptions::default();
    if let Some(given) = given {
        options.threshold = threshold(given.false_matches, given.threshold)?;
        options.limit = given.limit;
        options.tags = TagFilter { all: given.tags_all, none: given.tags_none };
        options.across_extractors = given.across_extractors;
    }
    let found = engine.engine.run(|| identify(probe, &gallery.snapshot, &options, &quiet))??;
    Ok(vantay_candidates { items: found.into_iter().map(Into::into).collect() })
}

fn threshold(false_matches: f64, db: f64) -> Result<Threshold, Failure> {
    let wrong = |field: &str, value: f64| Failure::argument(format!("{field} is {value}; 0 or more is taken"));
    if !(false_matches.is_finite() && false_matches >= 0.0) {
        return Err(wrong("false_matches", false_matches));
    }
    if !(db.is_finite() && db >= 0.0) {
        return Err(wrong("threshold", db));
    }
    Ok(if false_matches > 0.0 {
        Threshold::ExpectedFalseMatches(false_matches)
    } else {
        Threshold::Fixed(Score::from_db(db))
    })
}
