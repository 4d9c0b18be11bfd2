//! `Writer` and `Gallery`.

use crate::audit::Audit;
use crate::encounter::{Encounter, encounter_id, subject_id};
use crate::engine::{Engine, or_own};
use crate::error::to_py;
use crate::search::{Candidate, Duplicates, dedup, identify};
use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyRange};
use std::path::PathBuf;
use std::sync::Arc;
use vantay::audit::{Action, Event};
use vantay::engine::ProcessMutex;
use vantay::gallery::{self, Snapshot};

/// The one who may change a gallery; a context manager. What returns is durable.
///
/// Made by `Writer.create` or `Writer.open`. Threads may share it: appends of several go to the disk together,
/// other changes wait for each other. The threads of `engine` prepare templates.
#[pyclass(frozen, module = "vantay")]
#[derive(Debug)]
pub(crate) struct Writer {
    /// None once it is closed.
    inner: ProcessMutex<Option<gallery::SharedWriter>>,
}

impl Writer {
    fn new(writer: gallery::Writer) -> Self {
        Writer { inner: ProcessMutex::new(Some(gallery::SharedWriter::new(writer))) }
    }

    fn options(engine: Option<&Bound<'_, Engine>>) -> PyResult<gallery::Options> {
        Ok(gallery::Options::default().engine(or_own(engine)?))
    }

    /// Does something with the writer, without the interpreter's lock.
    fn shared<T: Send>(
        &self,
        py: Python<'_>,
        job: impl FnOnce(&gallery::SharedWriter) -> Result<T, gallery::GalleryError> + Send,
    ) -> PyResult<T> {
        let writer = py.detach(|| self.inner.lock().map(|writer| writer.clone())).map_err(to_py)?;
        let writer = writer.ok_or_else(|| PyValueError::new_err("the writer is closed"))?;
        py.detach(|| job(&writer)).map_err(to_py)
    }

    /// A change, alone.
    fn with<T: Send>(
        &self,
        py: Python<'_>,
        job: impl FnOnce(&mut gallery::Writer) -> Result<T, gallery::GalleryError> + Send,
    ) -> PyResult<T> {
        self.shared(py, |writer| writer.with(job))
    }
}

#[pymethods]
impl Writer {
    /// Makes an empty gallery in a directory, which is made where it is not there.
    #[staticmethod]
    #[pyo3(signature = (directory, *, engine = None))]
    fn create(py: Python<'_>, directory: PathBuf, engine: Option<&Bound<'_, Engine>>) -> PyResult<Self> {
        let options = Self::options(engine)?;
        Ok(Writer::new(py.detach(|| gallery::Writer::create_with(directory, options)).map_err(to_py)?))
    }

    /// Opens a gallery to change it; LockedError where there is another writer.
    #[staticmethod]
    #[pyo3(signature = (directory, *, engine = None))]
    fn open(py: Python<'_>, directory: PathBuf, engine: Option<&Bound<'_, Engine>>) -> PyResult<Self> {
        let options = Self::options(engine)?;
        Ok(Writer::new(py.detach(|| gallery::Writer::open_with(directory, options)).map_err(to_py)?))
    }

    /// Inserts encounters, all or none. One that is already there with the very same content is no second record and no
    /// error, so that a call whose answer was lost can be made again; with other content it is a ValueError.
    fn append<'py>(&self, py: Python<'py>, encounters: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let encounters = Encounter::several(encounters)?;
        let done = self.shared(py, |writer| writer.append(&encounters))?;
        appended(py, done)
    }

    /// Puts encounters in place of those of the same ids, or inserts them; all or none.
    fn update(&self, py: Python<'_>, encounters: &Bound<'_, PyAny>) -> PyResult<()> {
        let encounters = Encounter::several(encounters)?;
        self.with(py, |writer| writer.update(&encounters))
    }

    /// Deletes an encounter, and tells whether it was there.
    fn delete_encounter(&self, py: Python<'_>, id: &Bound<'_, PyAny>) -> PyResult<bool> {
        let id = encounter_id(id)?;
        self.with(py, |writer| writer.delete_encounter(id))
    }

    /// Deletes all encounters of a subject, and tells whether there was one.
    fn delete_subject(&self, py: Python<'_>, subject: &Bound<'_, PyAny>) -> PyResult<bool> {
        let subject = subject_id(subject)?;
        self.with(py, |writer| writer.delete_subject(subject))
    }

    /// Writes the files anew without what was deleted or updated.
    fn compact(&self, py: Python<'_>) -> PyResult<()> {
        self.with(py, |writer| writer.compact())
    }

    /// Takes in what another gallery holds and what it knows as deleted; numbers by name, and the subjects and encounters
    /// that clash. Subject numbers that different galleries gave are left out unless `take_clashes`.
    #[pyo3(signature = (directory, *, take_clashes = false))]
    fn merge<'py>(&self, py: Python<'py>, directory: PathBuf, take_clashes: bool) -> PyResult<Bound<'py, PyDict>> {
        let clashes = if take_clashes { gallery::Clashes::Take } else { gallery::Clashes::LeaveOut };
        let merged = self.with(py, |writer| writer.merge(directory, clashes))?;
        let dict = PyDict::new(py);
        dict.set_item("inserted", merged.inserted)?;
        dict.set_item("updated", merged.updated)?;
        dict.set_item("kept", merged.kept)?;
        dict.set_item("dead", merged.dead)?;
        dict.set_item("deleted", merged.deleted)?;
        dict.set_item("subject_clashes", merged.subject_clashes.iter().map(|c| c.subject.0).collect::<Vec<_>>())?;
        dict.set_item("encounter_clashes", merged.encounter_clashes.iter().map(|e| e.0).collect::<Vec<_>>())?;
        Ok(dict)
    }

    /// Inserts the encounters of a file that `Gallery.export` wrote; `key` is needed where it is encrypted. Where there is an
    /// `audit`, each encounter is recorded in it before it is inserted.
    #[pyo3(signature = (path, *, key = None, audit = None, operator = 0))]
    fn import_file<'py>(
        &self,
        py: Python<'py>,
        path: PathBuf,
        key: Option<[u8; 32]>,
        audit: Option<&Bound<'py, Audit>>,
        operator: u32,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (key, audit) = (key.map(gallery::Key::from_bytes), audit.map(Bound::get));
        let done = self.with(py, |writer| {
            let event = Event::new(operator, Action::Import, writer.gallery(), 0);
            Ok(writer.import_told::<vantay::Error>(path, key.as_ref(), &mut |step| match audit {
                Some(audit) => audit.append(&event.of_each(step)),
                None => Ok(()),
            }))
        })?;
        appended(py, done.map_err(to_py)?)
    }

    /// The gallery as it is after the last change.
    fn snapshot(&self, py: Python<'_>) -> PyResult<Gallery> {
        self.with(py, |writer| writer.snapshot()).map(Gallery::new)
    }

    /// Ends writing, and lets another writer in. Nothing is left to be done: all that was acknowledged is durable.
    fn close(&self, py: Python<'_>) {
        py.detach(|| self.inner.lock().ok().and_then(|mut writer| writer.take()));
    }

    fn __enter__(this: Py<Self>) -> Py<Self> {
        this
    }

    #[pyo3(signature = (*_error))]
    fn __exit__(&self, py: Python<'_>, _error: &Bound<'_, PyAny>) {
        self.close(py);
    }
}

fn appended(py: Python<'_>, done: gallery::Appended) -> PyResult<Bound<'_, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    CLASS.import(py, "vantay._codes", "Appended")?.call1((done.inserted, done.repeated))
}

/// A gallery to read and search in, as it was when it was opened: whatever a writer does, it stays as it is.
///
/// A sequence of `Encounter`.
#[pyclass(frozen, sequence, module = "vantay")]
#[derive(Debug)]
pub(crate) struct Gallery {
    pub(crate) inner: Arc<Snapshot>,
}

impl Gallery {
    fn new(snapshot: Snapshot) -> Self {
        Gallery { inner: Arc::new(snapshot) }
    }

    fn at(&self, py: Python<'_>, index: usize) -> PyResult<Encounter> {
        let inner = py.detach(|| self.inner.encounter(index)).map_err(to_py)?;
        Ok(Encounter { inner })
    }
}

#[pymethods]
impl Gallery {
    /// Opens a gallery as it is now: every append that has returned is in it.
    #[new]
    fn open(py: Python<'_>, directory: PathBuf) -> PyResult<Self> {
        Ok(Gallery::new(py.detach(|| Snapshot::open(directory)).map_err(to_py)?))
    }

    fn __len__(&self) -> usize {
        self.inner.encounter_count()
    }

    fn __getitem__(&self, py: Python<'_>, index: isize) -> PyResult<Encounter> {
        let count = self.inner.encounter_count();
        let place = if index < 0 { count.checked_add_signed(index) } else { usize::try_from(index).ok() };
        match place.filter(|&place| place < count) {
            Some(place) => self.at(py, place),
            None => Err(PyIndexError::new_err(format!("encounter {index} asked for, the gallery has {count}"))),
        }
    }

    fn __iter__<'py>(this: Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let py = this.py();
        let indices = PyRange::new(py, 0, this.get().inner.encounter_count() as isize)?;
        py.import("builtins")?.call_method1("map", (this.getattr("__getitem__")?, indices))
    }

    /// The encounters of a subject.
    fn by_subject(&self, py: Python<'_>, subject: &Bound<'_, PyAny>) -> PyResult<Vec<Encounter>> {
        let found = self.inner.by_subject(subject_id(subject)?).map_err(to_py)?;
        found.into_iter().map(|index| self.at(py, index)).collect()
    }

    /// The encounter of an id, or None.
    fn by_encounter(&self, py: Python<'_>, id: &Bound<'_, PyAny>) -> PyResult<Option<Encounter>> {
        let found = self.inner.by_encounter(encounter_id(id)?).map_err(to_py)?;
        found.map(|index| self.at(py, index)).transpose()
    }

    /// How many captured fingers there are.
    #[getter]
    fn finger_count(&self) -> usize {
        self.inner.finger_count()
    }

    /// How many subjects have an encounter. Reads every key.
    fn subject_count(&self, py: Python<'_>) -> usize {
        py.detach(|| self.inner.subject_count())
    }

    /// What the gallery is made of: numbers by name.
    fn info<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let (info, dict) = (self.inner.info(), PyDict::new(py));
        dict.set_item("format", info.format)?;
        dict.set_item("encounters", info.encounters)?;
        dict.set_item("fingers", info.fingers)?;
        dict.set_item("removed", info.removed)?;
        dict.set_item("files", info.files.len())?;
        dict.set_item("bytes", info.bytes())?;
        dict.set_item("generation", info.generation)?;
        Ok(dict)
    }

    /// Writes all encounters into a new file, JSON Lines with ISO/IEC 19794-2 records, and returns how many; encrypted where
    /// there is a key of 32 random bytes.
    #[pyo3(signature = (path, *, key = None))]
    fn export(&self, py: Python<'_>, path: PathBuf, key: Option<[u8; 32]>) -> PyResult<usize> {
        let key = key.map(gallery::Key::from_bytes);
        py.detach(|| gallery::export(&self.inner, path, key.as_ref())).map_err(to_py)
    }

    /// Who is it? See `vantay.identify`.
    #[pyo3(signature = (probe, *, threshold = None, false_matches = None, limit = None, tags_all = 0, tags_none = 0, across_extractors = false, engine = None))]
    #[allow(clippy::too_many_arguments)]
    fn identify(
        this: &Bound<'_, Self>,
        probe: &Bound<'_, PyAny>,
        threshold: Option<f64>,
        false_matches: Option<f64>,
        limit: Option<usize>,
        tags_all: u16,
        tags_none: u16,
        across_extractors: bool,
        engine: Option<&Bound<'_, Engine>>,
    ) -> PyResult<Vec<Candidate>> {
        let population = this.as_any();
        let py = this.py();
        identify(py, probe, population, threshold, false_matches, limit, tags_all, tags_none, across_extractors, engine)
    }

    /// Who is in it twice? See `vantay.dedup`.
    #[pyo3(signature = (*, threshold = None, false_matches = None, across_extractors = false, engine = None))]
    fn dedup(
        this: &Bound<'_, Self>,
        threshold: Option<f64>,
        false_matches: Option<f64>,
        across_extractors: bool,
        engine: Option<&Bound<'_, Engine>>,
    ) -> PyResult<Duplicates> {
        dedup(this.py(), this.as_any(), threshold, false_matches, across_extractors, engine)
    }

    fn __repr__(&self) -> String {
        format!("<Gallery of {} encounters, {} fingers>", self.inner.encounter_count(), self.inner.finger_count())
    }
}

/// Reads and checks every byte of the gallery in a directory; DamagedError for the first damage found.
#[pyfunction]
pub(crate) fn verify_gallery(py: Python<'_>, directory: PathBuf) -> PyResult<()> {
    py.detach(|| gallery::verify(directory)).map_err(to_py)?;
    Ok(())
}

/// Writes the gallery in a directory into a new file, encrypted with a key of 32 random bytes, while others read and write.
#[pyfunction]
pub(crate) fn backup(py: Python<'_>, directory: PathBuf, path: PathBuf, key: [u8; 32]) -> PyResult<()> {
    py.detach(|| gallery::backup(directory, path, &gallery::Key::from_bytes(key))).map_err(to_py)?;
    Ok(())
}

/// Writes what `backup` wrote into an empty directory, or one that is made, and checks every byte of it.
#[pyfunction]
pub(crate) fn restore(py: Python<'_>, path: PathBuf, directory: PathBuf, key: [u8; 32]) -> PyResult<()> {
    py.detach(|| gallery::restore(path, directory, &gallery::Key::from_bytes(key))).map_err(to_py)?;
    Ok(())
}
