//! `Extractor` and `extract`.

use crate::codes;
use crate::error::to_py;
use crate::image::Source;
use crate::template::Template;
use once_cell::race::OnceBox;
use pyo3::prelude::*;
use vantay::engine::ProcessMutex;

/// Makes templates of images. Threads may share one: each call works by itself, without the interpreter's lock.
#[pyclass(frozen, module = "vantay")]
#[derive(Debug)]
pub(crate) struct Extractor {
    /// Networks with their scratch memory that no call is using: as many as calls were ever running at once. A fork keeps
    /// none.
    idle: ProcessMutex<Vec<vantay::extract::Extractor>>,
}

impl Extractor {
    fn run(&self, py: Python<'_>, image: &Bound<'_, PyAny>, ppi: Option<f64>, position: u8) -> PyResult<Template> {
        let (source, position) = (Source::new(image, ppi)?, codes::position(position)?);
        py.detach(|| {
            let image = source.into_image()?;
            let idle = self.idle.lock().ok().and_then(|mut idle| idle.pop());
            let mut extractor = idle.unwrap_or_default();
            let template = extractor.extract(&image, position);
            if let Ok(mut idle) = self.idle.lock() {
                idle.push(extractor);
            }
            Ok(Template { inner: template? })
        })
        .map_err(|e: vantay::Error| to_py(e))
    }
}

#[pymethods]
impl Extractor {
    #[new]
    fn new() -> Self {
        Extractor { idle: ProcessMutex::new(Vec::new()) }
    }

    /// The template of one finger.
    ///
    /// `image` is a 2-D uint8 array (rows from the top, 0 black to 255 white, dark ridges on a light ground; any strides),
    /// an image file's bytes (PNG, BMP, TIFF, JPEG, PGM), or its path. `ppi` is the resolution, pixels per inch: needed
    /// for an array, for a file instead of its own tag. `position` tells which finger it is.
    #[pyo3(signature = (image, ppi = None, position = 0))]
    fn extract(&self, py: Python<'_>, image: &Bound<'_, PyAny>, ppi: Option<f64>, position: u8) -> PyResult<Template> {
        self.run(py, image, ppi, position)
    }

    fn __repr__(&self) -> String {
        format!("<Extractor of version {}>", vantay::template::ExtractorVersion::CURRENT.0)
    }
}

/// The template of one finger, by an extractor that the module keeps: see `Extractor.extract`.
#[pyfunction]
#[pyo3(signature = (image, ppi = None, position = 0))]
pub(crate) fn extract(py: Python<'_>, image: &Bound<'_, PyAny>, ppi: Option<f64>, position: u8) -> PyResult<Template> {
    static SHARED: OnceBox<Extractor> = OnceBox::new();
    SHARED.get_or_init(|| Box::new(Extractor::new())).run(py, image, ppi, position)
}
