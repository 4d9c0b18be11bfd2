//! `Audit`: who asked for what.

use crate::encounter::{encounter_id, subject_id};
use crate::error::to_py;
use crate::gallery::Gallery;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::path::PathBuf;
use vantay::audit::{self, Action, Event, Head};
use vantay::engine::ProcessMutex;

/// The audit chain of this process: entries are appended to a file of its own in a directory, each bound to the one before
/// by its hash.
#[pyclass(frozen, module = "vantay")]
#[derive(Debug)]
pub(crate) struct Audit {
    inner: ProcessMutex<audit::Audit>,
}

impl Audit {
    pub(crate) fn append(&self, events: &[Event]) -> vantay::Result<()> {
        Ok(self.inner.lock()?.record(events)?)
    }
}

#[pymethods]
impl Audit {
    #[new]
    fn new(py: Python<'_>, directory: PathBuf) -> PyResult<Self> {
        let inner = ProcessMutex::new(py.detach(|| audit::Audit::create(directory)).map_err(to_py)?);
        Ok(Audit { inner })
    }

    /// Appends an entry; returns when it is durable. Record a change before it is made and an answer before it is given.
    ///
    /// `action` is "identify", "candidate", "dedup", "duplicate", "enroll", "update", "delete-encounter", "delete-subject",
    /// "compact", "merge", "backup", "restore", "export", "import" or "reextract".
    #[pyo3(signature = (action, gallery = None, *, operator = 0, subject = None, encounter = None, count = 1))]
    #[allow(clippy::too_many_arguments)]
    fn record(
        &self,
        py: Python<'_>,
        action: &str,
        gallery: Option<&Bound<'_, Gallery>>,
        operator: u32,
        subject: Option<&Bound<'_, PyAny>>,
        encounter: Option<&Bound<'_, PyAny>>,
        count: u64,
    ) -> PyResult<()> {
        let known = Action::from_name(action);
        let event = Event {
            operator,
            action: known.ok_or_else(|| PyValueError::new_err(format!("no action is named {action:?}")))?,
            gallery: gallery.map_or([0; 16], |g| g.get().inner.info().gallery),
            subject: subject.map(subject_id).transpose()?,
            encounter: encounter.map(encounter_id).transpose()?,
            count,
        };
        py.detach(|| self.append(&[event])).map_err(to_py)
    }

    /// How the chain ends now, for `check_audit`: keep it where this process cannot write.
    #[getter]
    fn head(&self) -> PyResult<String> {
        Ok(self.inner.lock().map_err(to_py)?.head().to_string())
    }
}

/// Computes every hash of every chain in a directory again, and returns their heads. `heads` were kept from earlier: all of
/// them must still be there. DamagedError for the first entry that does not hold.
#[pyfunction]
#[pyo3(signature = (directory, heads = Vec::new()))]
pub(crate) fn check_audit(py: Python<'_>, directory: PathBuf, heads: Vec<String>) -> PyResult<Vec<String>> {
    let heads = heads.iter().map(|head| head.parse()).collect::<Result<Vec<Head>, _>>().map_err(to_py)?;
    let chains = py.detach(|| audit::check(directory, &heads, &mut |_| {})).map_err(to_py)?;
    Ok(chains.iter().map(|chain| chain.head.to_string()).collect())
}
