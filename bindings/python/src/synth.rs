//! `vantay.synth`: made-up fingers.

use crate::codes;
use crate::error::to_py;
use crate::template::minutia_array;
use numpy::{PyArray2, ToPyArray};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Display;
use vantay::synth::{self, Capture, Fault, Sensor};

/// A made-up person: the same seed and number are the same person, everywhere and for ever.
#[pyclass(frozen, module = "vantay.synth")]
#[derive(Debug)]
pub(crate) struct Person {
    inner: synth::Person,
    seed: u64,
}

#[pymethods]
impl Person {
    #[new]
    fn new(seed: u64, number: u64) -> Self {
        Person { inner: synth::Person::new(seed, number), seed }
    }

    /// The seed of the population.
    #[getter]
    fn seed(&self) -> u64 {
        self.seed
    }

    /// The number in the population.
    #[getter]
    fn number(&self) -> u64 {
        self.inner.number()
    }

    /// One finger, grown: about a tenth of a second. `position` is 1 to 10, or 0 for one that has no place on a hand.
    fn finger(&self, py: Python<'_>, position: u8) -> PyResult<Master> {
        let position = codes::position(position)?;
        Ok(Master { inner: py.detach(|| self.inner.finger(position)) })
    }

    fn __repr__(&self) -> String {
        format!("<Person {} of seed {}>", self.inner.number(), self.seed)
    }
}

/// A made-up finger, of which impressions are taken.
#[pyclass(frozen, module = "vantay.synth")]
#[derive(Debug)]
pub(crate) struct Master {
    inner: synth::Master,
}

#[pymethods]
impl Master {
    /// Which finger it is.
    #[getter]
    fn position<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        codes::finger(py, self.inner.position())
    }

    /// Its class by name.
    #[getter]
    fn pattern(&self) -> &'static str {
        self.inner.pattern().name()
    }

    /// An impression: the same seed and options give the same bytes everywhere.
    ///
    /// `sensor` is one of SENSORS; `faults` maps names of FAULTS to degrees from 0 to 1; `age` is in years; `skill` is the
    /// operator's, 0 to 1; `rotation` a standard deviation in degrees; `hardship` how often things go wrong by
    /// chance, 0 (never) to 1 (as in the field); `size` (columns, rows) in pixels at 500 ppi, the
    /// sensor's own where not given.
    #[pyo3(signature = (seed, *, sensor = "optical", faults = None, age = None, skill = None, rotation = None, hardship = None, size = None))]
    #[allow(clippy::too_many_arguments)]
    fn impression(
        &self,
        py: Python<'_>,
        seed: u64,
        sensor: &str,
        faults: Option<BTreeMap<String, f32>>,
        age: Option<f32>,
        skill: Option<f32>,
        rotation: Option<f32>,
        hardship: Option<f32>,
        size: Option<(usize, usize)>,
    ) -> PyResult<Impression> {
        let mut capture = Capture::of(sensor.parse::<Sensor>().map_err(to_py)?);
        for (name, degree) in faults.unwrap_or_default() {
            let fault = name.parse::<Fault>().map_err(to_py)?;
            capture = capture.with_fault(fault, within("the degree of a fault", degree, 0.0, 1.0)?);
        }
        if let Some(age) = age {
            capture.age = within("the age", age, 0.0, 120.0)?;
        }
        if let Some(skill) = skill {
            capture.skill = within("the skill", skill, 0.0, 1.0)?;
        }
        if let Some(rotation) = rotation {
            capture.rotation = within("the rotation", rotation, 0.0, 180.0)?;
        }
        if let Some(hardship) = hardship {
            capture.hardship = within("the hardship", hardship, 0.0, 1.0)?;
        }
        if let Some((width, height)) = size {
            let side = |value| within("a side", value, 64, 2000);
            (capture.width, capture.height) = (side(width)?, side(height)?);
        }
        Ok(Impression { inner: py.detach(|| self.inner.impression(seed, &capture)) })
    }

    fn __repr__(&self) -> String {
        format!("<Master of {}: {}>", self.inner.position(), self.inner.pattern().name())
    }
}

/// An image of a made-up finger, and what is true of it.
#[pyclass(frozen, module = "vantay.synth")]
#[derive(Debug)]
pub(crate) struct Impression {
    inner: synth::Impression,
}

#[pymethods]
impl Impression {
    /// The image: (rows, columns), uint8, 500 ppi.
    #[getter]
    fn image<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray2<u8>> {
        self.inner.image.pixels().to_pyarray(py)
    }

    /// Its resolution: 500.
    #[getter]
    fn ppi(&self) -> f64 {
        self.inner.image.ppi()
    }

    /// The true minutiae: an array of MINUTIA_DTYPE.
    #[getter]
    fn minutiae<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        minutia_array(py, &self.inner.truth.to_minutiae())
    }

    /// Where skin touches: a cell for every 4 x 4 pixels, bool.
    #[getter]
    fn foreground<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray2<bool>> {
        self.inner.truth.foreground.to_pyarray(py)
    }

    /// Ridge orientation in these cells, radians, 0 to pi, counter-clockwise from the positive x axis as seen: float32.
    #[getter]
    fn orientation<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray2<f32>> {
        self.inner.truth.orientation.to_pyarray(py)
    }

    /// Ridge period in these cells, pixels: float32.
    #[getter]
    fn period<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray2<f32>> {
        self.inner.truth.period.to_pyarray(py)
    }

    fn __repr__(&self) -> String {
        let (width, height) = (self.inner.image.width(), self.inner.image.height());
        format!("<Impression of {width} x {height} px, {} minutiae>", self.inner.truth.minutiae.len())
    }
}

/// The names of sensors, and those of faults.
pub(crate) fn names() -> (Vec<&'static str>, Vec<&'static str>) {
    (Sensor::ALL.iter().map(|s| s.name()).collect(), Fault::ALL.iter().map(|f| f.name()).collect())
}

fn within<T: PartialOrd + Display>(what: &str, value: T, low: T, high: T) -> PyResult<T> {
    if low <= value && value <= high {
        return Ok(value);
    }
    Err(PyValueError::new_err(format!("{what} is {value}; {low} to {high} are taken")))
}
