//! `Encounter` and `Missing`: the record model, and what may be given for its ids.

use crate::codes;
use crate::template::Template;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString, PyTuple};
use vantay::gallery::{EncounterId, Finger, SubjectId};

/// A finger that has no template, and why.
#[pyclass(frozen, eq, hash, module = "vantay", from_py_object)]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Missing {
    position: u8,
    exception: u8,
}

#[pymethods]
impl Missing {
    #[new]
    fn new(position: u8, exception: u8) -> PyResult<Self> {
        codes::position(position)?;
        codes::exception(exception)?;
        if position == 0 {
            return Err(PyValueError::new_err("a missing finger needs its position, 1 to 10"));
        }
        Ok(Missing { position, exception })
    }

    /// Which finger.
    #[getter]
    fn position<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        codes::finger(py, codes::position(self.position)?)
    }

    /// Why.
    #[getter]
    fn exception<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        codes::finger_exception(py, codes::exception(self.exception)?)
    }

    fn __repr__(&self) -> PyResult<String> {
        let (position, exception) = (codes::position(self.position)?, codes::exception(self.exception)?);
        Ok(format!("<Missing {position}: {exception:?}>"))
    }

    fn __getnewargs__(&self) -> (u8, u8) {
        (self.position, self.exception)
    }
}

/// A person at one time and place, and the fingers that were captured. It never changes.
///
/// `subject` is the caller's number of the person; a text stands for the number that it gives everywhere (a decimal number
/// below 2**63 for itself, any other by its hash). `id` is the caller's id of this capture, a UUID, a 128-bit integer or a
/// text: a second insert of it is no second record. `fingers` are `Template` and `Missing`.
#[pyclass(frozen, eq, module = "vantay")]
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Encounter {
    pub(crate) inner: vantay::gallery::Encounter,
}

impl Encounter {
    /// One encounter, or several.
    pub(crate) fn several(encounters: &Bound<'_, PyAny>) -> PyResult<Vec<vantay::gallery::Encounter>> {
        let wrong = || PyTypeError::new_err("an Encounter, or several of them, is wanted");
        if let Ok(one) = encounters.cast::<Encounter>() {
            return Ok(vec![one.get().inner.clone()]);
        }
        let all = encounters.try_iter().map_err(|_| wrong())?;
        all.map(|one| Ok(one?.cast::<Encounter>().map_err(|_| wrong())?.get().inner.clone())).collect()
    }
}

#[pymethods]
impl Encounter {
    #[new]
    #[pyo3(signature = (subject, id, fingers, *, captured_at = 0, station = 0, operator = 0, tags = 0, blob = b"".as_slice()))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        subject: &Bound<'_, PyAny>,
        id: &Bound<'_, PyAny>,
        fingers: &Bound<'_, PyAny>,
        captured_at: i64,
        station: u32,
        operator: u32,
        tags: u16,
        blob: &[u8],
    ) -> PyResult<Self> {
        let fingers: Vec<Finger> = fingers.try_iter()?.map(|f| finger(&f?)).collect::<PyResult<_>>()?;
        let max = vantay::gallery::Encounter::MAX_FINGERS;
        if fingers.len() > max {
            return Err(PyValueError::new_err(format!("{} fingers; {max} are taken", fingers.len())));
        }
        let max = vantay::gallery::Encounter::MAX_BLOB;
        if blob.len() > max {
            return Err(PyValueError::new_err(format!("the blob has {} bytes; {max} are taken", blob.len())));
        }
        let mut inner = vantay::gallery::Encounter::new(subject_id(subject)?, encounter_id(id)?, fingers);
        (inner.captured_at, inner.station, inner.operator) = (captured_at, station, operator);
        (inner.tags, inner.blob) = (tags, blob.to_vec());
        Ok(Encounter { inner })
    }

    /// Whose: the caller's number.
    #[getter]
    fn subject(&self) -> u64 {
        self.inner.subject.0
    }

    /// The caller's id of this capture.
    #[getter]
    fn id<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        uuid(py, self.inner.id)
    }

    /// The fingers, `Template` or `Missing`.
    #[getter]
    fn fingers<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let to_py = |f: &Finger| match f {
            Finger::Captured(t) => Ok(Bound::new(py, Template { inner: t.clone() })?.into_any()),
            Finger::Missing { position, exception } => {
                let missing = Missing { position: position.code(), exception: *exception as u8 };
                Ok(Bound::new(py, missing)?.into_any())
            }
        };
        self.inner.fingers.iter().map(to_py).collect()
    }

    /// The templates among the fingers.
    #[getter]
    fn templates(&self) -> Vec<Template> {
        self.inner.templates().map(|t| Template { inner: t.clone() }).collect()
    }

    /// Seconds since 1970-01-01 UTC; 0 where not told.
    #[getter]
    fn captured_at(&self) -> i64 {
        self.inner.captured_at
    }

    /// An opaque code; 0 where not told.
    #[getter]
    fn station(&self) -> u32 {
        self.inner.station
    }

    /// An opaque code; 0 where not told.
    #[getter]
    fn operator(&self) -> u32 {
        self.inner.operator
    }

    /// Sixteen opaque bits.
    #[getter]
    fn tags(&self) -> u16 {
        self.inner.tags
    }

    /// Opaque bytes.
    #[getter]
    fn blob<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.blob)
    }

    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        let args = (self.inner.subject.0, self.id(py)?, self.fingers(py)?).into_pyobject(py)?;
        let named = PyDict::new(py);
        named.set_item("captured_at", self.inner.captured_at)?;
        named.set_item("station", self.inner.station)?;
        named.set_item("operator", self.inner.operator)?;
        named.set_item("tags", self.inner.tags)?;
        named.set_item("blob", self.blob(py))?;
        Ok((args, named))
    }

    fn __repr__(&self) -> String {
        format!("<Encounter {} of subject {}: {} fingers>", self.inner.id, self.inner.subject, self.inner.fingers.len())
    }
}

/// A number, or a text that stands for one.
pub(crate) fn subject_id(value: &Bound<'_, PyAny>) -> PyResult<SubjectId> {
    match value.cast::<PyString>() {
        Ok(text) => Ok(SubjectId::from_text(&text.to_cow()?)),
        Err(_) => Ok(SubjectId(value.extract()?)),
    }
}

/// A UUID, a number, or a text that stands for one.
pub(crate) fn encounter_id(value: &Bound<'_, PyAny>) -> PyResult<EncounterId> {
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(EncounterId::from_text(&text.to_cow()?));
    }
    match value.getattr_opt("int")? {
        Some(int) => Ok(EncounterId(int.extract()?)),
        None => Ok(EncounterId(value.extract()?)),
    }
}

pub(crate) fn uuid(py: Python<'_>, id: EncounterId) -> PyResult<Bound<'_, PyAny>> {
    let by_int = pyo3::types::PyDict::new(py);
    by_int.set_item("int", id.0)?;
    py.import("uuid")?.getattr("UUID")?.call((), Some(&by_int))
}

fn finger(value: &Bound<'_, PyAny>) -> PyResult<Finger> {
    if let Ok(template) = value.cast::<Template>() {
        return Ok(Finger::Captured(template.get().inner.clone()));
    }
    let missing = value.cast::<Missing>().map_err(|_| {
        let kind = value.get_type().name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
        PyTypeError::new_err(format!("a finger is a Template or a Missing, not {kind}"))
    })?;
    let (position, exception) = (missing.get().position, missing.get().exception);
    Ok(Finger::Missing { position: codes::position(position)?, exception: codes::exception(exception)? })
}
