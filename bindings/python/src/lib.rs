//! The Python bindings of vantay: the extension module `vantay._vantay`, which the package `vantay` re-exports.
//!
//! What takes long runs without the interpreter's lock. The docstrings here are what `help` prints; the types are in
//! `python/vantay/_vantay.pyi`, and stubtest compares the two.

mod audit;
mod codes;
mod encounter;
mod engine;
mod error;
mod extract;
mod formats;
mod gallery;
mod image;
mod matching;
mod search;
mod synth;
mod template;

use pyo3::prelude::*;

#[pymodule]
mod _vantay {
    #[pymodule_export]
    use super::audit::{Audit, check_audit};
    #[pymodule_export]
    use super::encounter::{Encounter, Missing};
    #[pymodule_export]
    use super::engine::Engine;
    #[pymodule_export]
    use super::error::{DamagedError, Error, ImageError, IncompatibleError, LockedError, ManifestError, TemplateError};
    #[pymodule_export]
    use super::extract::{Extractor, extract};
    #[pymodule_export]
    use super::formats::{read_card, read_fingers, read_image, read_templates, write_card, write_templates, write_wsq};
    #[pymodule_export]
    use super::gallery::{Gallery, Writer, backup, restore, verify_gallery};
    #[pymodule_export]
    use super::matching::{is_extrapolated, threshold, verify};
    #[pymodule_export]
    use super::search::{Candidate, DuplicatePair, Duplicates, dedup, identify};
    #[pymodule_export]
    use super::synth::{Impression, Master, Person};
    #[pymodule_export]
    use super::template::Template;
    use super::*;
    use pyo3::types::PyTuple;
    use vantay::simd::Level;
    use vantay::template::ExtractorVersion;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let (sensors, faults) = super::synth::names();
        module.add("SENSORS", PyTuple::new(module.py(), sensors)?)?;
        module.add("FAULTS", PyTuple::new(module.py(), faults)?)?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("CPU_LEVEL", Level::current().name())?;
        module.add("EXTRACTOR_VERSION", ExtractorVersion::CURRENT.0)
    }
}
