//! Where parallel work runs.
//!
//! Searches and evaluations run on the rayon pool that they are called in: install them in a pool of your own, or let them use
//! the global one. A forked process (what Python's `multiprocessing` makes on Linux) inherits the global pool without its
//! threads: work given to it would wait for ever. [`run`] gives such a process a pool of its own; the bindings use it.

use rayon::ThreadPool;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Runs a job on the current pool, or, in a fork of the process that first ran one, on a new pool of that fork.
pub fn run<T: Send>(job: impl FnOnce() -> T + Send) -> T {
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
