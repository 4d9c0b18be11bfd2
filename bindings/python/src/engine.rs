//! `Engine`: whose threads do the work.

use crate::error::to_py;
use once_cell::race::OnceBox;
use pyo3::prelude::*;
use std::sync::Arc;
use vantay::engine;

/// Threads that search, deduplicate and prepare templates; 0: as many as the CPU has. Threads may share one, and forks
/// start threads anew.
#[pyclass(frozen, module = "vantay")]
#[derive(Debug)]
pub(crate) struct Engine {
    pub(crate) inner: Arc<engine::Engine>,
}

#[pymethods]
impl Engine {
    #[new]
    #[pyo3(signature = (threads = 0))]
    fn new(py: Python<'_>, threads: usize) -> PyResult<Self> {
        let inner = py.detach(|| engine::Engine::new(threads)).map_err(to_py)?;
        Ok(Engine { inner: Arc::new(inner) })
    }

    /// How many threads it has.
    #[getter]
    fn threads(&self) -> usize {
        self.inner.threads()
    }

    fn __repr__(&self) -> String {
        format!("<Engine of {} threads>", self.inner.threads())
    }
}

/// The engine that is given, or the module's own, which has a thread a CPU and is made when it is first needed.
pub(crate) fn or_own(engine: Option<&Bound<'_, Engine>>) -> PyResult<Arc<engine::Engine>> {
    static OWN: OnceBox<Arc<engine::Engine>> = OnceBox::new();
    let own = || OWN.get_or_try_init(|| engine::Engine::new(0).map(|engine| Box::new(Arc::new(engine))));
    match engine {
        Some(engine) => Ok(engine.get().inner.clone()),
        None => own().cloned().map_err(to_py),
    }
}

/// Does something on an engine's threads, without the interpreter's lock.
pub(crate) fn run<T: Send>(
    py: Python<'_>,
    engine: Option<&Bound<'_, Engine>>,
    job: impl FnOnce() -> vantay::Result<T> + Send,
) -> PyResult<T> {
    let engine = or_own(engine)?;
    py.detach(|| engine.run(job).map_err(vantay::Error::from).flatten()).map_err(to_py)
}
