//! What a caller may give as an image: a NumPy array, a file's bytes, or a path.

use crate::error::to_py;
use numpy::{PyArray2, PyArrayMethods, PyUntypedArray, PyUntypedArrayMethods};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes};
use std::path::PathBuf;
use vantay::image::GrayImage;

/// Where an image comes from, taken from Python while the lock is held.
pub(crate) enum Source {
    Pixels(GrayImage),
    Encoded(Vec<u8>, Option<f64>),
    Path(PathBuf, Option<f64>),
}

impl Source {
    /// From an argument; an array is copied, so that nobody can change it meanwhile.
    pub(crate) fn new(image: &Bound<'_, PyAny>, ppi: Option<f64>) -> PyResult<Self> {
        if let Ok(bytes) = image.cast::<PyBytes>() {
            return Ok(Source::Encoded(bytes.as_bytes().to_vec(), ppi));
        }
        if let Ok(bytes) = image.cast::<PyByteArray>() {
            return Ok(Source::Encoded(bytes.to_vec(), ppi));
        }
        if let Ok(array) = image.cast::<PyArray2<u8>>() {
            let ppi = ppi.ok_or_else(|| PyValueError::new_err("an array has no resolution of its own: give ppi=…"))?;
            return pixels(array, ppi).map(Source::Pixels);
        }
        if let Ok(array) = image.cast::<PyUntypedArray>() {
            return Err(PyTypeError::new_err(format!(
                "an image is a 2-D array of uint8 (rows, columns), this one is {}-D of {}",
                array.ndim(),
                array.dtype()
            )));
        }
        let path = image.extract::<PathBuf>().map_err(|_| {
            let kind = image.get_type().name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
            PyTypeError::new_err(format!("an image is a 2-D uint8 array, a file's bytes or a path, not {kind}"))
        })?;
        Ok(Source::Path(path, ppi))
    }

    /// Reads and decodes what is not pixels yet; needs no lock.
    pub(crate) fn into_image(self) -> Result<GrayImage, vantay::Error> {
        Ok(match self {
            Source::Pixels(image) => image,
            Source::Encoded(bytes, ppi) => GrayImage::decode(&bytes, ppi)?,
            Source::Path(path, ppi) => GrayImage::open(path, ppi)?,
        })
    }
}

/// The pixels of an array of any strides.
fn pixels(array: &Bound<'_, PyArray2<u8>>, ppi: f64) -> PyResult<GrayImage> {
    let array = array.try_readonly()?;
    let array = array.as_array();
    let (height, width) = array.dim();
    let image = match array.as_slice() {
        Some(pixels) => GrayImage::from_raw(pixels, width, height, ppi),
        None => GrayImage::from_raw(&array.iter().copied().collect::<Vec<u8>>(), width, height, ppi),
    };
    image.map_err(to_py)
}
