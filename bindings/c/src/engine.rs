//! The threads that work runs on.

use crate::argument::{Out, free, reference};
use crate::failure::{guard, vantay_status};
use std::sync::Arc;
use vantay_core::engine::Engine;

/// Threads that search, deduplicate and prepare templates; nothing about them is global.
/// Any number of threads may use one engine at once. In a process that was forked since, it starts threads anew.
#[derive(Debug)]
pub struct vantay_engine {
    pub(crate) engine: Arc<Engine>,
}

/// Starts an engine of `threads` threads; 0: as many as the CPU has.
///
/// Fails with VANTAY_STATUS_ARGUMENT for more than 1024, with VANTAY_STATUS_IO where the system starts no threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_engine_new(threads: usize, engine: *mut *mut vantay_engine) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let mut out = unsafe { Out::handle(engine, "engine") }?;
        out.give(vantay_engine { engine: Arc::new(Engine::new(threads)?) });
        Ok(())
    })
}

/// How many threads an engine has.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_engine_threads(engine: *const vantay_engine, threads: *mut usize) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (engine, mut out) = unsafe { (reference(engine, "engine")?, Out::new(threads, "threads")?) };
        out.set(engine.engine.threads());
        Ok(())
    })
}

/// Frees an engine; its threads end when the last writer that was opened with it is freed too. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_engine_free(engine: *mut vantay_engine) {
    // SAFETY: as the header's first page asks for.
    unsafe { free(engine) }
}
