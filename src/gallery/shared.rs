//! Many threads, one writer: changes that are in flight together share a sync.

use super::log::Operation;
use super::options::run;
use super::parameters::{GROUP_MAX, GROUP_WAIT};
use super::writer::{encode, prepare};
use super::{Appended, Encounter, GalleryError, Writer};
use crate::engine::Engine;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A [`Writer`] for many threads: inserts that come while one is being synced go into the next sync together. Clones are
/// handles of the same writer, which is closed with the last of them.
#[derive(Debug, Clone)]
pub struct SharedWriter(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    dir: PathBuf,
    /// A forked child has the locks as they were, and perhaps nobody to free them.
    process: u32,
    engine: Option<Arc<Engine>>,
    commits: AtomicU64,
    writer: Mutex<Writer>,
    queue: Mutex<Queue>,
    /// Something was done, or came in.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: Vec<(u64, Request)>,
    done: HashMap<u64, Result<Appended, GalleryError>>,
    next: u64,
    /// Whether a thread is committing.
    led: bool,
    /// How many inserts shared the last commit, and how long it took.
    last: usize,
    took: Duration,
}

/// An insert, ready to be written.
#[derive(Debug)]
struct Request {
    contents: Vec<Vec<u8>>,
    blocks: Vec<Vec<Vec<u8>>>,
}

impl SharedWriter {
    /// Shares a writer.
    pub fn new(writer: Writer) -> Self {
        let (dir, process) = (writer.state.dir.clone(), std::process::id());
        let (engine, commits) = (writer.options.engine.clone(), AtomicU64::new(0));
        let (writer, queue) = (Mutex::new(writer), Mutex::default());
        SharedWriter(Arc::new(Shared { dir, process, engine, commits, writer, queue, changed: Condvar::new() }))
    }

    /// [`Writer::append`], together with what other threads append at the same time. Each call succeeds or fails for
    /// itself, but for the disk.
    ///
    /// # Errors
    /// As [`Writer::append`].
    pub fn append(&self, encounters: &[Encounter]) -> Result<Appended, GalleryError> {
        self.ready()?;
        let all: Vec<usize> = (0..encounters.len()).collect();
        let ready = || Ok(Request { contents: encode(encounters)?, blocks: prepare(encounters, &all) });
        let request = run(self.0.engine.as_deref(), ready)?;
        let mut queue = lock(&self.0.queue);
        let ticket = queue.next;
        queue.next += 1;
        queue.waiting.push((ticket, request));
        self.0.changed.notify_all();
        loop {
            if let Some(done) = queue.done.remove(&ticket) {
                return done;
            }
            queue = if queue.led { self.wait(queue) } else { self.lead(queue) };
        }
    }

    /// Any other change, alone: appends of other threads wait. Not for rayon's own threads, which may take up other work
    /// that waits for this one.
    ///
    /// # Errors
    /// Those of `change`; a fork since the writer was opened.
    pub fn with<T>(&self, change: impl FnOnce(&mut Writer) -> Result<T, GalleryError>) -> Result<T, GalleryError> {
        self.ready()?;
        change(&mut self.0.writer())
    }

    /// How many commits the appends took so far: less than appends, where they share one.
    pub fn commits(&self) -> u64 {
        self.0.commits.load(Ordering::Relaxed)
    }

    fn ready(&self) -> Result<(), GalleryError> {
        let (opened, here) = (self.0.process, std::process::id());
        if opened == here { Ok(()) } else { Err(GalleryError::Forked { path: self.0.dir.clone(), opened, here }) }
    }

    fn wait<'a>(&self, queue: MutexGuard<'a, Queue>) -> MutexGuard<'a, Queue> {
        self.0.changed.wait(queue).unwrap_or_else(PoisonError::into_inner)
    }

    /// Commits what waits. Those whom the last commit answered are on their way back: they are waited for, no longer than
    /// that commit took.
    fn lead<'a>(&'a self, mut queue: MutexGuard<'a, Queue>) -> MutexGuard<'a, Queue> {
        queue.led = true;
        let until = Instant::now() + queue.took.min(GROUP_WAIT);
        while queue.waiting.len() < queue.last {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            queue = self.0.changed.wait_timeout(queue, left).map_or_else(|e| e.into_inner().0, |(q, _)| q);
        }
        drop(queue);
        let mut step = Step { shared: &self.0, tickets: Vec::new(), results: Vec::new(), began: Instant::now() };
        let mut writer = self.0.writer();
        // Only now: who came while the writer was busy comes along.
        let requests = step.take();
        step.results = writer.append_group(requests);
        drop(writer);
        drop(step);
        lock(&self.0.queue)
    }
}

impl Shared {
    /// The writer. After a panic in the middle of a change nothing is known of it: it has failed.
    fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(|poisoned| {
            let mut writer = poisoned.into_inner();
            writer.failed = true;
            writer
        })
    }
}

/// A step that is being committed. When dropped, also by a panic of the thread that commits, everyone in it is answered
/// and another thread may lead.
struct Step<'a> {
    shared: &'a Shared,
    tickets: Vec<u64>,
    results: Vec<Result<Appended, GalleryError>>,
    began: Instant,
}

impl Step<'_> {
    /// Takes what waits, in its order.
    fn take(&mut self) -> Vec<Request> {
        let mut queue = lock(&self.shared.queue);
        let count = queue.waiting.len().min(GROUP_MAX);
        let (tickets, requests) = queue.waiting.drain(..count).unzip();
        (self.tickets, self.began) = (tickets, Instant::now());
        requests
    }
}

impl Drop for Step<'_> {
    fn drop(&mut self) {
        let mut queue = lock(&self.shared.queue);
        let failed = || Err(GalleryError::Failed { path: self.shared.dir.clone() });
        let results = self.results.drain(..).chain(std::iter::repeat_with(failed));
        (queue.last, queue.took, queue.led) = (self.tickets.len(), self.began.elapsed(), false);
        self.shared.commits.fetch_add(1, Ordering::Relaxed);
        queue.done.extend(self.tickets.drain(..).zip(results));
        self.shared.changed.notify_all();
    }
}

impl Writer {
    /// Inserts, each for itself, in one step.
    fn append_group(&mut self, mut requests: Vec<Request>) -> Vec<Result<Appended, GalleryError>> {
        let mut seen = HashMap::new();
        let (mut results, mut ready) = (Vec::new(), Vec::new());
        for Request { contents, blocks } in &mut requests {
            let contents = &*contents;
            // One after the other: a rayon thread that waited here for others' work might take up another append, and wait
            // for itself.
            let known = contents.iter().map(|content| self.is_here(content)).collect::<Result<Vec<bool>, _>>();
            let fresh = self.ready().and(known).and_then(|known| self.fresh(contents, &known, &mut seen));
            results.push(fresh.map(|fresh| {
                ready.extend(fresh.iter().map(|&i| (contents[i].as_slice(), std::mem::take(&mut blocks[i]))));
                Appended { inserted: fresh.len(), repeated: contents.len() - fresh.len() }
            }));
        }
        let operations = self.entries(ready.into_iter()).into_iter().map(Operation::Insert).collect();
        if let Err(e) = self.commit(operations) {
            results.iter_mut().filter(|r| r.is_ok()).for_each(|r| *r = Err(e.again()));
        }
        results
    }
}

/// The queue, also after another thread panicked with it: it is whole between statements.
fn lock(queue: &Mutex<Queue>) -> MutexGuard<'_, Queue> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::super::faults::{Event, Fault, FaultyDisk};
    use super::super::made_up::{encounter, encounters};
    use super::super::storage::Storage;
    use super::super::{Encounter, GalleryError, Options, Snapshot, Writer};
    use super::{SharedWriter, lock};
    use std::path::Path;
    use std::sync::Arc;
    use std::thread;
    use std::time::Duration;

    fn shared(disk: &FaultyDisk) -> (SharedWriter, Arc<dyn Storage>) {
        let storage: Arc<dyn Storage> = Arc::new(disk.clone());
        let writer = Writer::create_in(Path::new("/gallery"), &storage, Options::default()).expect("a new gallery");
        (SharedWriter::new(writer), storage)
    }

    fn syncs(disk: &FaultyDisk) -> usize {
        disk.events().iter().filter(|e| matches!(e, Event::Sync(_))).count()
    }

    #[test]
    fn inserts_in_flight_share_a_sync_and_all_of_them_are_there() {
        const THREADS: u64 = 64;
        let disk = FaultyDisk::default();
        let (writer, storage) = shared(&disk);
        let before = syncs(&disk);
        thread::scope(|scope| {
            let insert = |n| {
                let writer = writer.clone();
                scope.spawn(move || writer.append(&[encounter(n, 1)]).expect("the disk is well").inserted)
            };
            // While the writer is busy all of them come.
            let busy = |_: &mut Writer| {
                let all: Vec<_> = (0..THREADS).map(insert).collect();
                while lock(&writer.0.queue).waiting.len() < all.len() {
                    thread::yield_now();
                }
                Ok(all)
            };
            let all = writer.with(busy).expect("nothing went wrong");
            assert!(all.into_iter().all(|t| t.join().expect("no panic") == 1));
        });
        assert_eq!((syncs(&disk) - before, writer.commits()), (1, 1), "{THREADS} inserts share a sync");
        let snapshot = Snapshot::open_in(Path::new("/gallery"), &storage).expect("whole");
        assert_eq!(snapshot.encounter_count(), THREADS as usize);
        for e in encounters(0..THREADS, 1) {
            let i = snapshot.by_encounter(e.id).expect("whole").expect("it was acknowledged");
            assert_eq!(snapshot.encounter(i).expect("whole"), e);
        }
    }

    #[test]
    fn threads_that_insert_one_after_the_other_find_all_of_theirs() {
        const EACH: u64 = 12;
        let disk = FaultyDisk::default();
        disk.sync_slowly(Duration::from_millis(1));
        let (writer, _) = shared(&disk);
        thread::scope(|scope| {
            for t in 0..8 {
                let writer = writer.clone();
                scope.spawn(move || {
                    for n in t * EACH..(t + 1) * EACH {
                        let done = writer.append(&[encounter(n, 1)]).expect("the disk is well");
                        assert_eq!((done.inserted, done.repeated), (1, 0));
                        let there = writer.with(|w| w.snapshot()?.by_encounter(encounter(n, 1).id));
                        assert!(there.expect("whole").is_some(), "{n} was acknowledged");
                    }
                });
            }
        });
        assert_eq!(writer.with(|w| w.snapshot()).expect("whole").encounter_count(), 8 * EACH as usize);
        assert!(writer.commits() <= 8 * EACH);
    }

    #[test]
    fn one_that_is_refused_does_not_hinder_the_others_of_its_step() {
        let (writer, _) = shared(&FaultyDisk::default());
        writer.append(&[encounter(1, 1)]).expect("new");
        thread::scope(|scope| {
            let conflict =
                scope.spawn(|| writer.append(&[encounter(100, 1), Encounter { station: 9, ..encounter(1, 1) }]));
            let repeats: Vec<_> = (0..8).map(|_| scope.spawn(|| writer.append(&[encounter(2, 1)]))).collect();
            assert!(matches!(conflict.join().expect("no panic"), Err(GalleryError::Conflict { .. })));
            let inserted = repeats.into_iter().map(|r| r.join().expect("no panic").expect("a repeat").inserted);
            assert_eq!(inserted.sum::<usize>(), 1, "the same encounter was inserted more than once, or never");
        });
        assert_eq!(writer.with(|w| w.snapshot()).expect("whole").encounter_count(), 2);
    }

    #[test]
    fn a_panic_of_the_one_who_commits_answers_all_who_wait_with_an_error() {
        let disk = FaultyDisk::default();
        disk.sync_slowly(Duration::from_millis(20));
        let (writer, storage) = shared(&disk);
        writer.append(&[encounter(0, 1)]).expect("new");
        disk.fail(1, Fault::Panic);
        let answers: Vec<_> = thread::scope(|scope| {
            let all: Vec<_> = (1..9)
                .map(|n| {
                    scope.spawn({
                        let w = writer.clone();
                        move || w.append(&[encounter(n, 1)])
                    })
                })
                .collect();
            all.into_iter().map(|t| t.join()).collect()
        });
        assert_eq!(answers.iter().filter(|a| a.is_err()).count(), 1, "one thread committed and panicked");
        let failed = |a: &Result<_, GalleryError>| matches!(a, Err(GalleryError::Failed { .. }));
        assert!(answers.iter().flatten().all(failed), "{answers:?}");
        assert!(failed(&writer.append(&[encounter(9, 1)])), "the state is unknown");
        drop(writer);
        let writer =
            Writer::open_in(Path::new("/gallery"), &storage, Options::default()).expect("the disk is well again");
        let snapshot = writer.snapshot().expect("whole");
        assert!(snapshot.by_encounter(encounter(0, 1).id).expect("whole").is_some(), "it was acknowledged");
    }
}
