//! `vantay.synth`: made-up fingers.

use crate::codes;
use crate::error::to_py;
use crate::template::minutia_array;
use numpy::{PyArray1, PyArray2, PyArrayMethods, ToPyArray};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Display;
use vantay::synth::{self, Capture, Fault, Sensor, Sex};
use vantay::template::Minutia;

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

    /// "female" or "male": it decides how the fingers grow from an age to the next.
    #[getter]
    fn sex(&self) -> &'static str {
        match self.inner.sex() {
            Sex::Female => "female",
            Sex::Male => "male",
        }
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

    /// Its ridges from nail to nail, (rows, columns) at 500 ppi, int8: 127 on a crest, -127 in a valley, 0 beyond the skin.
    #[getter]
    fn ridges<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<i8>>> {
        let (columns, rows) = self.inner.size();
        PyArray1::from_vec(py, self.inner.ridges()).reshape([rows, columns])
    }

    /// Its minutiae on these ridges, all of them: an array of MINUTIA_DTYPE.
    #[getter]
    fn minutiae<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let of =
            |m: &synth::MasterMinutia| Minutia::from_pixels(m.x.into(), m.y.into(), m.direction.into(), m.kind, 1.0);
        minutia_array(py, &self.inner.minutiae().iter().map(of).collect::<Vec<_>>())
    }

    /// Where its cores lie on these ridges: (count, 2), x and y in pixels, float32.
    #[getter]
    fn cores<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f32>>> {
        points(py, &self.inner.singularities().cores)
    }

    /// Where its deltas lie, likewise.
    #[getter]
    fn deltas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f32>>> {
        points(py, &self.inner.singularities().deltas)
    }

    /// Its size at an age in years, relative to the adult's.
    fn scale(&self, age: f32) -> PyResult<f32> {
        Ok(self.inner.scale(within("the age", age, 0.0, 120.0)?))
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

    /// For each of `minutiae`, its index in the `minutiae` of its Master: uint32. Two impressions of one finger correspond
    /// where these are equal.
    #[getter]
    fn master_indices<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<u32>> {
        PyArray1::from_iter(py, self.inner.truth.minutiae.iter().map(|m| m.master as u32))
    }

    /// The faults that it has, asked for and by chance: name and degree.
    #[getter]
    fn faults(&self) -> BTreeMap<&'static str, f32> {
        let mut worst = BTreeMap::new();
        for &(fault, degree) in &self.inner.capture.faults {
            let told: &mut f32 = worst.entry(fault.name()).or_default();
            *told = told.max(degree);
        }
        worst
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

fn points<'py>(py: Python<'py>, points: &[[f32; 2]]) -> PyResult<Bound<'py, PyArray2<f32>>> {
    PyArray1::from_iter(py, points.iter().flatten().copied()).reshape([points.len(), 2])
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
