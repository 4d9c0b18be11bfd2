//! `verify`, `threshold` and `is_extrapolated`.

use crate::error::to_py;
use crate::template::Template;
use pyo3::prelude::*;

/// How sure it is that two templates are of one finger, in decibels of false-match rate: -10·log10(FMR).
///
/// 0 says nothing, 40 is one false match in 10,000. The order of the two does not matter; their positions are not looked
/// at.
#[pyfunction]
#[pyo3(signature = (a, b, /))]
pub(crate) fn verify(py: Python<'_>, a: &Bound<'_, Template>, b: &Bound<'_, Template>) -> PyResult<f64> {
    let (a, b) = (&a.get().inner, &b.get().inner);
    Ok(py.detach(|| vantay::matching::verify(a, b)).map_err(to_py)?.db())
}

/// The score in decibels from which on `false_matches` non-mated pairs are expected among `comparisons`.
///
/// 1,000,000 comparisons with 0.1 expected need 70 dB.
#[pyfunction]
pub(crate) fn threshold(comparisons: u64, false_matches: f64) -> f64 {
    vantay::decision::threshold(comparisons, false_matches).db()
}

/// Whether a score of one comparison claims more than the impostors that the calibration saw can show (above 40 dB).
///
/// Such a score follows the fitted tail, is still the best guess, and should be called extrapolated where it is printed.
#[pyfunction]
#[pyo3(signature = (score, /))]
pub(crate) fn is_extrapolated(score: f64) -> bool {
    vantay::decision::Score::from_db(score).is_extrapolated()
}
