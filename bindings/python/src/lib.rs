//! The Python bindings of vantay: the extension module `vantay._vantay`, which the package `vantay` re-exports.
//!
//! What takes long runs without the interpreter's lock. The docstrings here are what `help` prints; the types are in
//! `python/vantay/_vantay.pyi`, and stubtest compares the two.

mod codes;
mod error;
mod extract;
mod gallery;
mod image;
mod matching;
mod search;
mod template;

use pyo3::prelude::*;

#[pymodule]
mod _vantay {
    #[pymodule_export]
    use super::error::{DamagedError, Error, ImageError, IncompatibleError, LockedError, ManifestError, TemplateError};
    #[pymodule_export]
    use super::extract::{Extractor, extract};
    #[pymodule_export]
    use super::gallery::{Encounter, Missing};
    #[pymodule_export]
    use super::matching::{threshold, verify};
    #[pymodule_export]
    use super::search::{Candidate, DuplicatePair, Duplicates, dedup, identify};
    #[pymodule_export]
    use super::template::Template;
    use super::*;
    use vantay::simd::Level;
    use vantay::template::ExtractorVersion;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("CPU_LEVEL", Level::current().name())?;
        module.add("EXTRACTOR_VERSION", ExtractorVersion::CURRENT.0)
    }
}
