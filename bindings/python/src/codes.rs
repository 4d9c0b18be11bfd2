//! Finger positions and exceptions: `IntEnum`s of the package's `_codes.py`, plain integers where they come in.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use vantay::gallery::Exception;
use vantay::template::FingerPosition;

/// A finger position from an integer or a `Finger`.
pub(crate) fn position(code: u8) -> PyResult<FingerPosition> {
    FingerPosition::from_code(code)
        .ok_or_else(|| PyValueError::new_err(format!("the finger position is {code}; 0 (unknown) to 10 is taken")))
}

/// A reason from an integer or a `FingerException`.
pub(crate) fn exception(code: u8) -> PyResult<Exception> {
    Exception::from_code(code).ok_or_else(|| {
        let message = format!("the exception is {code}; 1 (amputated), 2 (bandaged) or 3 (not captured) is taken");
        PyValueError::new_err(message)
    })
}

/// A `Finger`.
pub(crate) fn finger(py: Python<'_>, position: FingerPosition) -> PyResult<Bound<'_, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    CLASS.import(py, "vantay._codes", "Finger")?.call1((position.code(),))
}

/// A `FingerException`.
pub(crate) fn finger_exception(py: Python<'_>, exception: Exception) -> PyResult<Bound<'_, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    CLASS.import(py, "vantay._codes", "FingerException")?.call1((exception as u8,))
}
