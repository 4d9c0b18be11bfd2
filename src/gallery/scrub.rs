//! Reading what searches read unchecked, again and again, to find rot before it costs a match.

use super::{GalleryError, Snapshot};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A thread that reads and checks every encounter of a gallery, round after round, at a pace that leaves the disk to
/// others. Ends when dropped.
#[derive(Debug)]
pub struct Scrub {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    process: u32,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    rounds: u64,
    damage: Option<GalleryError>,
    stop: bool,
}

impl Scrub {
    /// Begins. `pace` is how many encounters are checked a second; each round opens the gallery anew. Ends at the first
    /// damage.
    ///
    /// # Errors
    /// The system starts no thread.
    pub fn start(dir: impl Into<PathBuf>, pace: u32) -> Result<Self, GalleryError> {
        let (dir, shared) = (dir.into(), Arc::new(Shared::default()));
        let work = {
            let (dir, shared) = (dir.clone(), shared.clone());
            move || shared.rounds(dir, pace.max(1))
        };
        let thread = thread::Builder::new().name("vantay-scrub".into()).spawn(work);
        let thread = Some(thread.map_err(|source| GalleryError::Io { path: dir, source })?);
        Ok(Scrub { shared, thread, process: std::process::id() })
    }

    /// How many times the whole gallery was read and found whole.
    pub fn rounds(&self) -> u64 {
        self.shared.lock().rounds
    }

    /// What was found, if anything; told once.
    pub fn take_damage(&self) -> Option<GalleryError> {
        self.shared.lock().damage.take()
    }
}

impl Drop for Scrub {
    fn drop(&mut self) {
        // A forked child has no such thread, and perhaps nobody to free the lock.
        if self.process != std::process::id() {
            return;
        }
        self.shared.lock().stop = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn rounds(&self, dir: PathBuf, pace: u32) {
        loop {
            match Snapshot::open(&dir).and_then(|snapshot| self.round(&snapshot, pace)) {
                Ok(true) => self.lock().rounds += 1,
                Ok(false) => return,
                Err(e) => {
                    self.lock().damage = Some(e);
                    return;
                }
            }
            if self.pause(Duration::from_secs(1) / pace) {
                return;
            }
        }
    }

    /// Whether it came to the end.
    fn round(&self, snapshot: &Snapshot, pace: u32) -> Result<bool, GalleryError> {
        // Ten steps a second.
        let step = (pace / 10).max(1) as usize;
        for start in (0..snapshot.encounter_count()).step_by(step) {
            for index in start..snapshot.encounter_count().min(start + step) {
                snapshot.check(index)?;
            }
            if self.pause(Duration::from_secs(1) * step as u32 / pace) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Waits; whether it is to end.
    fn pause(&self, time: Duration) -> bool {
        let state = self.lock();
        let waited = self.changed.wait_timeout_while(state, time, |state| !state.stop);
        waited.unwrap_or_else(PoisonError::into_inner).0.stop
    }
}
