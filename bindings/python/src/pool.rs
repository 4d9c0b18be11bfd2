//! Where parallel work runs.
//!
//! A forked process (what `multiprocessing` makes on Linux) inherits rayon's pool without its threads: work given to it
//! would wait for ever. Such a process gets a pool of its own.

use rayon::ThreadPool;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Runs a job on this process's pool.
pub(crate) fn run<T: Send>(job: impl FnOnce() -> T + Send) -> T {
    static FIRST: OnceLock<u32> = OnceLock::new();
    let here = std::process::id();
    if *FIRST.get_or_init(|| here) == here { job() } else { forked(here, job) }
}

fn forked<T: Send>(here: u32, job: impl FnOnce() -> T + Send) -> T {
    // Left where they are at the next fork: there is no thread that could be joined.
    static POOL: Mutex<Option<(u32, &'static ThreadPool)>> = Mutex::new(None);
    let pool = {
        let mut place = POOL.lock().unwrap_or_else(PoisonError::into_inner);
        match *place {
            Some((process, pool)) if process == here => Some(pool),
            _ => {
                let pool = rayon::ThreadPoolBuilder::new().build().ok().map(|pool| &*Box::leak(Box::new(pool)));
                *place = pool.map(|pool| (here, pool));
                pool
            }
        }
    };
    match pool {
        Some(pool) => pool.install(job),
        None => job(),
    }
}
