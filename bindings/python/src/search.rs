//! `identify` and `dedup`, and what they return.

use crate::encounter::{Encounter, encounter_id, uuid};
use crate::engine::{Engine, run};
use crate::gallery::Gallery;
use crate::template::Template;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use rayon::prelude::*;
use std::sync::Arc;
use vantay::decision::Score;
use vantay::gallery::{Snapshot, SubjectId};
use vantay::search::{self, DedupOptions, IdentifyOptions, Key, Record, TagFilter, Threshold, quiet};

/// A subject whom the probe may be. It can be pickled, and made of what it tells.
#[pyclass(frozen, eq, module = "vantay")]
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Candidate {
    inner: search::Candidate,
}

#[pymethods]
impl Candidate {
    #[new]
    fn new(subject: u64, encounter: &Bound<'_, PyAny>, index: usize, score: f64) -> PyResult<Self> {
        let key = Key { subject: SubjectId(subject), encounter: encounter_id(encounter)? };
        Ok(Candidate { inner: search::Candidate { record: index, key, score: Score::from_db(score) } })
    }

    fn __getnewargs__<'py>(&self, py: Python<'py>) -> PyResult<(u64, Bound<'py, PyAny>, usize, f64)> {
        Ok((self.subject(), self.encounter(py)?, self.index(), self.score()))
    }

    /// Whose record: the subject's best encounter.
    #[getter]
    fn subject(&self) -> u64 {
        self.inner.key.subject.0
    }

    /// Which encounter.
    #[getter]
    fn encounter<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        uuid(py, self.inner.key.encounter)
    }

    /// The number of the encounter in what was searched, from 0 on.
    #[getter]
    fn index(&self) -> usize {
        self.inner.record
    }

    /// How sure it is, by all fingers together, in decibels.
    #[getter]
    fn score(&self) -> f64 {
        self.inner.score.db()
    }

    fn __repr__(&self) -> String {
        format!("<Candidate: subject {}, {}>", self.inner.key.subject, self.inner.score)
    }
}

/// Two subjects who are one person, it seems.
#[pyclass(frozen, eq, module = "vantay")]
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DuplicatePair {
    inner: search::Pair,
}

#[pymethods]
impl DuplicatePair {
    /// The two subjects, the smaller number first.
    #[getter]
    fn subjects(&self) -> (u64, u64) {
        let [a, b] = self.inner.keys;
        (a.subject.0, b.subject.0)
    }

    /// Their best-matching encounters, in the same order.
    #[getter]
    fn encounters<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let [a, b]: [Key; 2] = self.inner.keys;
        Ok((uuid(py, a.encounter)?, uuid(py, b.encounter)?))
    }

    /// The numbers of these encounters in what was searched, from 0 on.
    #[getter]
    fn indices(&self) -> (usize, usize) {
        let [a, b] = self.inner.records;
        (a, b)
    }

    /// The score of these two encounters in decibels.
    #[getter]
    fn score(&self) -> f64 {
        self.inner.score.db()
    }

    /// How many pairs of encounters of these two subjects reach the threshold.
    #[getter]
    fn count(&self) -> u64 {
        self.inner.count
    }

    fn __repr__(&self) -> String {
        let (a, b) = self.subjects();
        format!("<DuplicatePair: subjects {a} and {b}, {}>", self.inner.score)
    }
}

/// What a deduplication found.
#[pyclass(frozen, eq, module = "vantay")]
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Duplicates {
    inner: search::Duplicates,
}

#[pymethods]
impl Duplicates {
    /// The score in decibels that a pair had to reach.
    #[getter]
    fn threshold(&self) -> f64 {
        self.inner.threshold.db()
    }

    /// How many pairs of encounters were compared.
    #[getter]
    fn comparisons(&self) -> u64 {
        self.inner.comparisons
    }

    /// One a pair of subjects, the highest score first.
    #[getter]
    fn pairs(&self) -> Vec<DuplicatePair> {
        self.inner.pairs.iter().map(|&inner| DuplicatePair { inner }).collect()
    }

    /// The subjects that the pairs tie together, each group ascending.
    #[getter]
    fn groups(&self) -> Vec<Vec<u64>> {
        self.inner.groups.iter().map(|g| g.subjects.iter().map(|s| s.0).collect()).collect()
    }

    fn __repr__(&self) -> String {
        let (pairs, groups) = (self.inner.pairs.len(), self.inner.groups.len());
        format!("<Duplicates: {pairs} pairs in {groups} groups from {} on>", self.inner.threshold)
    }
}

/// Who is it? The candidates of a 1:N search, the best first, one a subject.
///
/// `probe` is an `Encounter`, a `Template`, or several templates of one person; `population` a `Gallery` or a list of `Encounter`. A
/// candidate reaches `threshold` decibels, or, where that is not given, the score that lets `false_matches` wrong subjects
/// through in one search of this many. At most `limit` are returned. Only encounters are searched that bear all bits of
/// `tags_all` and none of `tags_none`. `across_extractors` compares templates of other extractor versions too, by their
/// minutiae: such a score is less sure than its decibels say. `engine` is whose threads do the work.
#[pyfunction]
#[pyo3(signature = (probe, population, *, threshold = None, false_matches = None, limit = None, tags_all = 0, tags_none = 0, across_extractors = false, engine = None))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn identify(
    py: Python<'_>,
    probe: &Bound<'_, PyAny>,
    population: &Bound<'_, PyAny>,
    threshold: Option<f64>,
    false_matches: Option<f64>,
    limit: Option<usize>,
    tags_all: u16,
    tags_none: u16,
    across_extractors: bool,
    engine: Option<&Bound<'_, Engine>>,
) -> PyResult<Vec<Candidate>> {
    let (probe, population) = (Probe::new(probe)?, Population::new(population)?);
    let tags = TagFilter { all: tags_all, none: tags_none };
    let mut options = IdentifyOptions { tags, across_extractors, ..IdentifyOptions::default() };
    options.threshold = pick_threshold(threshold, false_matches, options.threshold)?;
    options.limit = limit.unwrap_or(options.limit);
    run(py, engine, || match &population {
        Population::Gallery(gallery) => search::identify(&probe.record(), &**gallery, &options, &quiet),
        Population::List(list) => search::identify(&probe.record(), records(list).as_slice(), &options, &quiet),
    })
    .map(|found| found.into_iter().map(|inner| Candidate { inner }).collect())
}

/// Who is in it twice? Compares every encounter with every other of another subject.
///
/// `population` is a `Gallery` or a list of `Encounter`. A pair reaches `threshold` decibels, or, where that is not given, the score that
/// lets `false_matches` false pairs through in the whole job. `across_extractors` and `engine` as for `identify`.
#[pyfunction]
#[pyo3(signature = (population, *, threshold = None, false_matches = None, across_extractors = false, engine = None))]
pub(crate) fn dedup(
    py: Python<'_>,
    population: &Bound<'_, PyAny>,
    threshold: Option<f64>,
    false_matches: Option<f64>,
    across_extractors: bool,
    engine: Option<&Bound<'_, Engine>>,
) -> PyResult<Duplicates> {
    let population = Population::new(population)?;
    let mut options = DedupOptions { across_extractors, ..DedupOptions::default() };
    options.threshold = pick_threshold(threshold, false_matches, options.threshold)?;
    let inner = run(py, engine, || match &population {
        Population::Gallery(gallery) => search::dedup(&**gallery, &options, &quiet),
        Population::List(list) => search::dedup(records(list).as_slice(), &options, &quiet),
    })?;
    Ok(Duplicates { inner })
}

/// What is searched for.
enum Probe {
    Templates(Vec<vantay::template::Template>),
    Encounter(Box<vantay::gallery::Encounter>),
}

impl Probe {
    fn new(probe: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(encounter) = probe.cast::<Encounter>() {
            return Ok(Probe::Encounter(Box::new(encounter.get().inner.clone())));
        }
        if let Ok(template) = probe.cast::<Template>() {
            return Ok(Probe::Templates(vec![template.get().inner.clone()]));
        }
        let wrong = || PyTypeError::new_err("a probe is an Encounter, a Template, or several of them");
        let templates = probe.try_iter().map_err(|_| wrong())?.map(|item| {
            let item = item?;
            Ok(item.cast::<Template>().map_err(|_| wrong())?.get().inner.clone())
        });
        Ok(Probe::Templates(templates.collect::<PyResult<_>>()?))
    }

    fn record(&self) -> Record {
        match self {
            Probe::Templates(templates) => Record::probe(templates),
            Probe::Encounter(encounter) => Record::new(encounter),
        }
    }
}

/// What is searched in.
enum Population {
    Gallery(Arc<Snapshot>),
    List(Vec<Py<Encounter>>),
}

impl Population {
    fn new(population: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(gallery) = population.cast::<Gallery>() {
            return Ok(Population::Gallery(gallery.get().inner.clone()));
        }
        let wrong = || PyTypeError::new_err("a population is a Gallery or a list of Encounter");
        let items = population.try_iter().map_err(|_| wrong())?;
        let list = items.map(|item| Ok(item?.cast::<Encounter>().map_err(|_| wrong())?.clone().unbind()));
        Ok(Population::List(list.collect::<PyResult<_>>()?))
    }
}

fn records(population: &[Py<Encounter>]) -> Vec<Record> {
    population.par_iter().map(|e| Record::new(&e.get().inner)).collect()
}

fn pick_threshold(db: Option<f64>, false_matches: Option<f64>, default: Threshold) -> PyResult<Threshold> {
    match (db, false_matches) {
        (Some(_), Some(_)) => Err(PyValueError::new_err("give either threshold or false_matches")),
        (Some(db), None) if db.is_finite() && db >= 0.0 => Ok(Threshold::Fixed(Score::from_db(db))),
        (Some(db), None) => Err(PyValueError::new_err(format!("the threshold is {db}; 0 or more decibels are taken"))),
        (None, Some(n)) if n.is_finite() && n > 0.0 => Ok(Threshold::ExpectedFalseMatches(n)),
        (None, Some(n)) => Err(PyValueError::new_err(format!("false_matches is {n}; more than 0 is taken"))),
        (None, None) => Ok(default),
    }
}
