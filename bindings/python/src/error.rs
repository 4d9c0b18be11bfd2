//! Errors of the library as Python exceptions, one a kind.

use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyOSError, PyValueError};
use pyo3::prelude::*;
use std::error::Error as _;
use vantay::ErrorKind;

create_exception!(vantay, Error, PyException, "Any error of vantay, but for the operating system's (OSError).");
create_exception!(vantay, ImageError, Error, "The image cannot be used: format, size, ppi, or nothing on it.");
create_exception!(vantay, TemplateError, Error, "Bytes or values that are not a template.");
create_exception!(vantay, IncompatibleError, Error, "Templates whose extractors cannot be compared.");
create_exception!(vantay, DamagedError, Error, "A damaged, foreign or newer gallery file.");
create_exception!(vantay, LockedError, Error, "A gallery that another writer holds.");
create_exception!(vantay, ManifestError, Error, "A manifest line that is wrong.");

/// The exception of this error.
pub(crate) fn to_py(error: impl Into<vantay::Error>) -> PyErr {
    let error = error.into();
    let message = error.to_string();
    match error.kind() {
        ErrorKind::Argument => PyValueError::new_err(message),
        ErrorKind::Image => ImageError::new_err(message),
        ErrorKind::Template => TemplateError::new_err(message),
        ErrorKind::Incompatible => IncompatibleError::new_err(message),
        ErrorKind::Damaged => DamagedError::new_err(message),
        ErrorKind::Locked => LockedError::new_err(message),
        ErrorKind::Io => os_error(&error).unwrap_or_else(|| PyOSError::new_err(message)),
        ErrorKind::Manifest => ManifestError::new_err(message),
        _ => Error::new_err(message),
    }
}

/// The exception that Python itself would have raised: `FileNotFoundError` and so on by the error's number, with the
/// file's name where the error knows it.
fn os_error(error: &vantay::Error) -> Option<PyErr> {
    // `vantay::Error` and the areas' errors are transparent: the next one down is the operating system's.
    let cause = error.source()?.downcast_ref::<std::io::Error>()?;
    let number = cause.raw_os_error()?;
    // "No such file or directory (os error 2)": Python prints the number by itself.
    let text = cause.to_string();
    let text = text.split(" (os error").next().unwrap_or_default().to_owned();
    match path(error) {
        Some(path) => Some(PyOSError::new_err((number, text, path))),
        None => Some(PyOSError::new_err((number, text))),
    }
}

fn path(error: &vantay::Error) -> Option<std::path::PathBuf> {
    match error {
        vantay::Error::Image(vantay::image::ImageError::Io { path, .. })
        | vantay::Error::Gallery(
            vantay::gallery::GalleryError::Io { path, .. } | vantay::gallery::GalleryError::Write { path, .. },
        ) => Some(path.clone()),
        _ => None,
    }
}
