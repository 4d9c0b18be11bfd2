//! Where parallel work runs: an [`Engine`] owns its threads, nothing about it is global.
//!
//! Searches and evaluations run on the rayon pool that they are called in: hand them to [`Engine::run`], and that is the
//! engine's. A forked process (what Python's `multiprocessing` makes on Linux) inherits an engine without its threads, and
//! work given to them would wait for ever: there, the engine starts threads anew. Nothing here waits for a lock, which a
//! thread that the fork left behind might hold.

use crate::ErrorKind;
use once_cell::race::OnceBox;
use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use thiserror::Error;

/// Threads that search, deduplicate and prepare templates. Any number of threads may use one engine at once; they end
/// when it is dropped.
pub struct Engine {
    first: Pool,
}

/// An engine that cannot be.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EngineError {
    /// More threads than make sense.
    #[error("{threads} threads are asked for; at most {} are taken, 0 for one a CPU", Engine::MAX_THREADS)]
    TooMany {
        /// How many.
        threads: usize,
    },
    /// The system starts no threads.
    #[error("the engine's threads could not be started: {0}; ask for fewer, or raise the system's limit")]
    Start(#[from] ThreadPoolBuildError),
    /// What only the process that made it may use.
    #[error("this was made by process {made}, and this is process {here}: a fork makes its own")]
    Forked {
        /// Whose it is.
        made: u32,
        /// Who asks for it.
        here: u32,
    },
}

impl EngineError {
    /// The kind of this error.
    pub fn kind(&self) -> ErrorKind {
        match self {
            EngineError::TooMany { .. } | EngineError::Forked { .. } => ErrorKind::Argument,
            EngineError::Start(_) => ErrorKind::Io,
        }
    }
}

/// The threads of one process, and perhaps those of the process that was forked from it.
struct Pool {
    process: u32,
    /// Always there but while it is dropped.
    threads: Option<ThreadPool>,
    fork: OnceBox<Pool>,
}

impl Engine {
    /// How many threads an engine has at most.
    pub const MAX_THREADS: usize = 1024;

    /// Starts `threads` threads; 0: as many as the CPU has.
    ///
    /// # Errors
    /// More than [`Engine::MAX_THREADS`]; the system starts no threads.
    pub fn new(threads: usize) -> Result<Self, EngineError> {
        if threads > Self::MAX_THREADS {
            return Err(EngineError::TooMany { threads });
        }
        Ok(Engine { first: Pool::start(threads)? })
    }

    /// How many threads it has.
    pub fn threads(&self) -> usize {
        self.first.threads.as_ref().map_or(0, ThreadPool::current_num_threads)
    }

    /// Runs a job, and all that it does in parallel, on the engine's threads; returns when it is done.
    ///
    /// # Errors
    /// The process was forked since, and the system starts no threads for it.
    ///
    /// # Panics
    /// Where the job does.
    pub fn run<T: Send>(&self, job: impl FnOnce() -> T + Send) -> Result<T, EngineError> {
        Ok(self.pool()?.install(job))
    }

    /// The threads of this process.
    fn pool(&self) -> Result<&ThreadPool, EngineError> {
        let here = std::process::id();
        let mut pool = &self.first;
        loop {
            if let Some(threads) = pool.threads.as_ref().filter(|_| pool.process == here) {
                return Ok(threads);
            }
            // Two threads may start some at once: those of the slower one end again.
            pool = pool.fork.get_or_try_init(|| Pool::start(self.threads()).map(Box::new))?;
        }
    }
}

/// A lock that a forked process does not wait for: the thread that held it may not be there any more.
#[derive(Debug)]
pub struct ProcessMutex<T> {
    process: u32,
    inner: Mutex<T>,
}

impl<T> ProcessMutex<T> {
    /// A lock of this process.
    pub fn new(value: T) -> Self {
        ProcessMutex { process: std::process::id(), inner: Mutex::new(value) }
    }

    /// Waits for the lock; gets it also after a thread panicked with it.
    ///
    /// # Errors
    /// This is not the process that made it.
    pub fn lock(&self) -> Result<MutexGuard<'_, T>, EngineError> {
        let (made, here) = (self.process, std::process::id());
        if made != here {
            return Err(EngineError::Forked { made, here });
        }
        Ok(self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Pool {
    fn start(threads: usize) -> Result<Self, EngineError> {
        let builder = ThreadPoolBuilder::new().num_threads(threads).thread_name(|i| format!("vantay-{i}"));
        let threads = builder.build()?;
        Ok(Pool { process: std::process::id(), threads: Some(threads), fork: OnceBox::new() })
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        // In a fork there are no such threads, but perhaps locks that they held.
        if self.process != std::process::id() {
            std::mem::forget(self.threads.take());
        }
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("threads", &self.threads()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rayon::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn work_runs_on_the_engines_own_threads_and_nowhere_else() {
        let (one, three) = (Engine::new(1).unwrap(), Engine::new(3).unwrap());
        assert_eq!((one.threads(), three.threads()), (1, 3));
        let names = |engine: &Engine| -> BTreeSet<String> {
            let name = |_| std::thread::current().name().unwrap_or_default().to_owned();
            engine.run(|| (0..1000).into_par_iter().map(name).collect()).unwrap()
        };
        assert_eq!(names(&one), BTreeSet::from(["vantay-0".to_owned()]));
        let own = ["vantay-0", "vantay-1", "vantay-2"].map(str::to_owned);
        assert!(names(&three).is_subset(&BTreeSet::from(own)));
        assert_eq!(three.run(rayon::current_num_threads).unwrap(), 3);
    }

    #[test]
    fn more_threads_than_make_sense_are_an_error_that_says_how_many_are_taken() {
        let error = Engine::new(usize::MAX).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Argument);
        assert!(error.to_string().contains("at most 1024"), "{error}");
    }
}
