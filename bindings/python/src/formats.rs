//! `vantay.formats`: the records that other systems speak.

use crate::codes;
use crate::error::to_py;
use crate::image::Source;
use crate::template::Template;
use numpy::{PyArray2, ToPyArray};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use vantay::formats::minutiae::card::{self, Limits, Order, Size};
use vantay::formats::minutiae::{self, Standard, View};
use vantay::formats::{self, Content, wsq};

/// An image: (rows, columns), uint8, and its resolution in ppi.
type Image<'py> = (Bound<'py, PyArray2<u8>>, f64);

const STANDARDS: [Standard; 4] = [Standard::Iso2005, Standard::Iso2011, Standard::Incits2004, Standard::Incits2009];
const ORDERS: [(&str, Order); 5] = [
    ("quality", Order::Quality),
    ("xy", Order::Xy),
    ("yx", Order::Yx),
    ("angle", Order::Angle),
    ("polar", Order::Polar),
];

/// The fingers of a record that holds minutiae, in its order: ISO/IEC 19794-2, INCITS 378, ANSI/NIST-ITL Type 9; wrapped in
/// CBEFF or not. A record that holds other things gives an empty list.
#[pyfunction]
pub(crate) fn read_templates(data: &[u8]) -> PyResult<Vec<Template>> {
    let views = record(data)?.minutiae().map_err(to_py)?;
    Ok(views.into_iter().map(|view| Template { inner: view.template }).collect())
}

/// Templates as one record; `standard` is "iso2005", "iso2011", "incits2004" or "incits2009".
#[pyfunction]
#[pyo3(signature = (templates, standard = "iso2005"))]
pub(crate) fn write_templates<'py>(
    py: Python<'py>,
    templates: Vec<PyRef<'py, Template>>,
    standard: &str,
) -> PyResult<Bound<'py, PyBytes>> {
    let known = STANDARDS.into_iter().find(|s| s.name() == standard);
    let standard = known.ok_or_else(|| unknown("standard", standard, &STANDARDS.map(Standard::name)))?;
    // Views of one finger are counted.
    let mut seen = [0u8; 11];
    let views: Vec<View> = templates
        .iter()
        .map(|template| {
            let count = &mut seen[usize::from(template.inner.position().code()) % 11];
            *count = count.saturating_add(1);
            View { number: *count - 1, ..View::new(template.inner.clone()) }
        })
        .collect();
    Ok(PyBytes::new(py, &minutiae::write(standard, &views).map_err(to_py)?))
}

/// The minutiae of a chip card (ISO/IEC 19794-2:2005, clause 8): `compact` with three bytes a minutia, else with five.
/// They carry neither the image's size nor the finger, which the caller knows.
#[pyfunction]
#[pyo3(signature = (data, *, compact = true, position = 0))]
pub(crate) fn read_card(data: &[u8], compact: bool, position: u8) -> PyResult<Template> {
    let inner = card::read(data, size(compact), codes::position(position)?).map_err(to_py)?;
    Ok(Template { inner })
}

/// A template for a chip card: the best `most` minutiae in the `order` that it asks for, "quality", "xy", "yx", "angle" or
/// "polar". Fewer than `least` are an error.
#[pyfunction]
#[pyo3(signature = (template, *, compact = true, least = 0, most = 60, order = "xy", descending = false))]
pub(crate) fn write_card<'py>(
    py: Python<'py>,
    template: &Template,
    compact: bool,
    least: u8,
    most: u8,
    order: &str,
    descending: bool,
) -> PyResult<Bound<'py, PyBytes>> {
    let known = ORDERS.into_iter().find(|(name, _)| *name == order);
    let (_, order) = known.ok_or_else(|| unknown("order", order, &ORDERS.map(|(name, _)| name)))?;
    let limits = Limits { min: least, max: most, order, descending };
    Ok(PyBytes::new(py, &card::write(&template.inner, size(compact), limits).map_err(to_py)?))
}

/// The images of single fingers in a record: ISO/IEC 19794-4, INCITS 381, ANSI/NIST-ITL Types 4 and 14; a dict from Finger to
/// pixels and ppi, the rolled one where a finger is there plain and rolled. `ppi`, where given, must be the record's.
#[pyfunction]
#[pyo3(signature = (data, ppi = None))]
pub(crate) fn read_fingers<'py>(py: Python<'py>, data: &[u8], ppi: Option<f64>) -> PyResult<Bound<'py, PyDict>> {
    let fingers = PyDict::new(py);
    let content = record(data)?;
    for position in content.positions().map_err(to_py)? {
        let found = py.detach(|| content.finger(position, ppi)).map_err(to_py)?;
        if let Some(found) = found {
            let image = (found.image.pixels().to_pyarray(py), found.image.ppi());
            fingers.set_item(codes::finger(py, position)?, image)?;
        }
    }
    Ok(fingers)
}

/// An image file's pixels and ppi: WSQ, JPEG 2000, JPEG, PNG, BMP, TIFF or PGM. `ppi` is needed where the file tells none.
#[pyfunction]
#[pyo3(signature = (image, ppi = None))]
pub(crate) fn read_image<'py>(py: Python<'py>, image: &Bound<'py, PyAny>, ppi: Option<f64>) -> PyResult<Image<'py>> {
    let source = Source::new(image, ppi)?;
    let image = py.detach(|| source.into_image()).map_err(to_py)?;
    Ok((image.pixels().to_pyarray(py), image.ppi()))
}

/// An image as a WSQ file (FBI WSQ 3.1), at about `bits_per_pixel`: 0.75 and 2.25 are usual.
#[pyfunction]
#[pyo3(signature = (image, ppi = None, *, bits_per_pixel = 0.75))]
pub(crate) fn write_wsq<'py>(
    py: Python<'py>,
    image: &Bound<'py, PyAny>,
    ppi: Option<f64>,
    bits_per_pixel: f64,
) -> PyResult<Bound<'py, PyBytes>> {
    let source = Source::new(image, ppi)?;
    let image = py.detach(|| source.into_image()).map_err(to_py)?;
    let bytes = py.detach(|| wsq::encode(&image, bits_per_pixel)).map_err(to_py)?;
    Ok(PyBytes::new(py, &bytes))
}

fn record(data: &[u8]) -> PyResult<Content> {
    let content = formats::read(data).map_err(to_py)?;
    content.ok_or_else(|| PyValueError::new_err("the data begin as no record does that is known here"))
}

fn size(compact: bool) -> Size {
    if compact { Size::Compact } else { Size::Normal }
}

fn unknown(what: &str, name: &str, known: &[&str]) -> PyErr {
    PyValueError::new_err(format!("the {what} is {name:?}; there are: {}", known.join(", ")))
}
