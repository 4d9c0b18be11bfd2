//! `Template`.

use crate::codes;
use crate::error::to_py;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyTuple};
use std::hash::{DefaultHasher, Hash, Hasher};
use vantay::template::{ExtractorVersion, Minutia, MinutiaKind};

/// One finger as minutiae. It never changes; it can be compared, hashed and pickled.
#[pyclass(frozen, eq, module = "vantay")]
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Template {
    pub(crate) inner: vantay::template::Template,
}

/// Bytes of an element of `MINUTIA_DTYPE`: three float32 and two uint8, without padding.
const MINUTIA_BYTES: usize = 14;

#[pymethods]
impl Template {
    /// A template from its native bytes.
    #[staticmethod]
    fn from_bytes(data: &[u8]) -> PyResult<Self> {
        Ok(Template { inner: vantay::template::Template::from_bytes(data).map_err(to_py)? })
    }

    /// A template from minutiae that came from outside: another vendor's extractor, a file, a hand.
    ///
    /// `minutiae` is an array of MINUTIA_DTYPE, or what NumPy turns into one. `width` and `height` are of the image,
    /// pixels at 500 ppi. The 255 best minutiae are kept.
    #[staticmethod]
    #[pyo3(signature = (minutiae, width, height, position = 0, quality = 0))]
    fn from_minutiae(
        minutiae: &Bound<'_, PyAny>,
        width: usize,
        height: usize,
        position: u8,
        quality: u8,
    ) -> PyResult<Self> {
        let py = minutiae.py();
        let array = py.import("numpy")?.call_method1("asarray", (minutiae, minutia_dtype(py)?))?;
        if array.getattr("ndim")?.extract::<usize>()? != 1 {
            return Err(PyValueError::new_err("minutiae are a 1-D array"));
        }
        let bytes = array.call_method0("tobytes")?;
        let bytes = bytes.cast::<PyBytes>()?.as_bytes();
        let minutiae = bytes.chunks_exact(MINUTIA_BYTES).enumerate().map(read_minutia).collect::<PyResult<_>>()?;
        let (position, foreign) = (codes::position(position)?, ExtractorVersion::FOREIGN);
        let inner = vantay::template::Template::new(width, height, position, foreign, quality, minutiae);
        Ok(Template { inner: inner.map_err(to_py)? })
    }

    /// The native bytes: 20 and 8 a minutia, 520 for a map of ridges and 16 a minutia for descriptors. Equal templates have equal bytes.
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.to_bytes())
    }

    /// The minutiae, the best first: a read-only array of MINUTIA_DTYPE.
    #[getter]
    fn minutiae<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        minutia_array(py, self.inner.minutiae())
    }

    /// Columns of the image at 500 ppi.
    #[getter]
    fn width(&self) -> u16 {
        self.inner.width()
    }

    /// Rows of the image at 500 ppi.
    #[getter]
    fn height(&self) -> u16 {
        self.inner.height()
    }

    /// Which finger it is.
    #[getter]
    fn position<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        codes::finger(py, self.inner.position())
    }

    /// Which extractor made it; 0: minutiae from outside.
    #[getter]
    fn extractor_version(&self) -> u16 {
        self.inner.extractor().0
    }

    /// 0 (nothing usable) to 100.
    #[getter]
    fn quality(&self) -> u8 {
        self.inner.quality()
    }

    /// The same template as another finger's.
    fn with_position(&self, position: u8) -> PyResult<Self> {
        Ok(Template { inner: self.inner.clone().with_position(codes::position(position)?) })
    }

    fn __len__(&self) -> usize {
        self.inner.minutiae().len()
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.inner.to_bytes().hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self) -> String {
        let (t, count) = (&self.inner, self.inner.minutiae().len());
        let (finger, quality) = (t.position(), t.quality());
        format!("<Template of {finger}: {count} minutiae, {} x {} px, quality {quality}>", t.width(), t.height())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let from_bytes = py.get_type::<Template>().getattr("from_bytes")?;
        Ok((from_bytes, PyTuple::new(py, [self.to_bytes(py)])?))
    }
}

/// A read-only array of MINUTIA_DTYPE.
pub(crate) fn minutia_array<'py>(py: Python<'py>, minutiae: &[Minutia]) -> PyResult<Bound<'py, PyAny>> {
    let bytes: Vec<u8> = minutiae.iter().flat_map(write_minutia).collect();
    py.import("numpy")?.call_method1("frombuffer", (PyBytes::new(py, &bytes), minutia_dtype(py)?))
}

fn minutia_dtype(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static DTYPE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    DTYPE.import(py, "vantay._codes", "MINUTIA_DTYPE")
}

fn write_minutia(m: &Minutia) -> [u8; MINUTIA_BYTES] {
    let mut bytes = [0; MINUTIA_BYTES];
    bytes[..4].copy_from_slice(&m.x_px().to_le_bytes());
    bytes[4..8].copy_from_slice(&m.y_px().to_le_bytes());
    bytes[8..12].copy_from_slice(&(m.direction_rad() as f32).to_le_bytes());
    bytes[12] = m.kind as u8;
    bytes[13] = m.quality;
    bytes
}

fn read_minutia((index, bytes): (usize, &[u8])) -> PyResult<Minutia> {
    let float = |at: usize| f32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    let (x, y, direction, kind, quality) = (float(0), float(4), float(8), bytes[12], bytes[13]);
    let wrong = |what: String| PyValueError::new_err(format!("minutia {index}: {what}"));
    if !(x.is_finite() && y.is_finite() && direction.is_finite() && x >= 0.0 && y >= 0.0) {
        return Err(wrong(format!("({x}, {y}), {direction}: finite numbers are taken, and no negative place")));
    }
    if quality > 100 {
        return Err(wrong(format!("its quality is {quality}; 0 to 100 are taken")));
    }
    let kind = MinutiaKind::from_code(kind).ok_or_else(|| wrong(format!("its kind is {kind}; 0 to 2 are taken")))?;
    Ok(Minutia::from_pixels(x.into(), y.into(), direction.into(), kind, f64::from(quality) / 100.0))
}
