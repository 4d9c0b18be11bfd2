use super::container::Identity;
use super::content;
use super::entry::{Deleted, Entry, Tombstone};
use super::log::{self, Operation};
use super::manifest::{self, Manifest, RemovedEntry, SegmentEntry};
use super::parameters::{LOG_LIMIT, LOG_REMOVALS};
use super::segment::{self, BuildError, Built};
use super::snapshot::too_large;
use super::state::{LogEnd, State, open_part};
use super::storage::{Sink, Storage, disk};
use super::tail::Tail;
use super::{Encounter, EncounterId, GalleryError, Snapshot, SubjectId, removed};
use crate::matching::Prepared;
use rayon::prelude::*;
use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The one who may change a gallery. Readers in any process go on reading what they have opened.
///
/// A change is acknowledged (its call returns without an error) only when it is durable. After a failed sync nothing is
/// known of the disk: every further call fails, and the gallery has to be opened again.
///
/// Templates are prepared on the rayon pool that the call runs in.
#[derive(Debug)]
pub struct Writer {
    state: State,
    log: Box<dyn Sink>,
    failed: bool,
    process: u32,
    _lock: Box<dyn Debug + Send + Sync>,
}

/// What an append did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Appended {
    /// Encounters that were not there and now are.
    pub inserted: usize,
    /// Encounters that were already there with the very same content.
    pub repeated: usize,
}

/// An encounter's bytes, to be prepared.
struct New<'a> {
    encounter: &'a Encounter,
    content: Vec<u8>,
}

impl Writer {
    /// Makes an empty gallery. The directory is made where it is not there, for its owner alone (0700).
    ///
    /// # Errors
    /// There is a gallery in it, or another writer; it cannot be written.
    pub fn create(dir: impl AsRef<Path>) -> Result<Self, GalleryError> {
        Self::create_in(dir.as_ref(), &disk())
    }

    /// Opens a gallery to change it. What a crash left of changes that were never acknowledged goes.
    ///
    /// # Errors
    /// As [`Snapshot::open`]; [`GalleryError::Locked`] where there is another writer.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self, GalleryError> {
        Self::open_in(dir.as_ref(), &disk())
    }

    pub(super) fn create_in(dir: &Path, storage: &Arc<dyn Storage>) -> Result<Self, GalleryError> {
        storage.create_dir(dir).map_err(GalleryError::io(dir))?;
        let lock = lock(dir, storage)?;
        let names = storage.list(dir).map_err(GalleryError::io(dir))?;
        if names.iter().any(|name| name == manifest::NAME) {
            return Err(GalleryError::Exists { path: dir.into() });
        }
        let log = 1;
        let manifest =
            Manifest { gallery: random(), generation: 0, clock: 0, next: log + 1, log, segments: Vec::new() };
        remove_strays(dir, storage, &names, &[]);
        new_log(dir, storage, &manifest)?;
        swap(dir, storage, &manifest).map_err(|(e, _)| e)?;
        Self::start(dir, storage, lock)
    }

    pub(super) fn open_in(dir: &Path, storage: &Arc<dyn Storage>) -> Result<Self, GalleryError> {
        let names = storage.list(dir).map_err(GalleryError::io(dir))?;
        if !names.iter().any(|name| name == manifest::NAME) {
            return Err(GalleryError::NotAGallery { path: dir.into() });
        }
        let lock = lock(dir, storage)?;
        Self::start(dir, storage, lock)
    }

    fn start(dir: &Path, storage: &Arc<dyn Storage>, lock: Box<dyn Debug + Send + Sync>) -> Result<Self, GalleryError> {
        let (state, log) = recover(dir, storage)?;
        Ok(Writer { state, log, failed: false, process: std::process::id(), _lock: lock })
    }

    /// Inserts encounters; returns when they are durable, all of them. An encounter that is already here with the very
    /// same content is no second one and no error, so that a call whose answer was lost can be made again.
    ///
    /// # Errors
    /// Nothing is inserted then: an encounter that cannot be stored, one that is here with other content, one that was
    /// deleted; or the disk failed.
    pub fn append(&mut self, encounters: &[Encounter]) -> Result<Appended, GalleryError> {
        self.ready()?;
        let contents = encode(encounters)?;
        let fresh = self.fresh(&contents)?;
        let done = Appended { inserted: fresh.len(), repeated: encounters.len() - fresh.len() };
        let entries = self.entries(&fresh);
        self.commit(entries.into_iter().map(Operation::Insert).collect())?;
        Ok(done)
    }

    /// Puts encounters in place of those of the same ids, or inserts them, also where they were deleted; returns when
    /// that is durable.
    ///
    /// # Errors
    /// As [`Writer::append`]; two of the call with the same id.
    pub fn update(&mut self, encounters: &[Encounter]) -> Result<(), GalleryError> {
        self.ready()?;
        let contents = encode(encounters)?;
        let mut seen = HashMap::new();
        for (index, new) in contents.iter().enumerate() {
            let id = new.encounter.id;
            if let Some(first) = seen.insert(id, index) {
                return Err(GalleryError::Encounter { index, id, why: format!("number {first} has the same id") });
            }
        }
        let entries = self.entries(&contents.iter().collect::<Vec<_>>());
        self.commit(entries.into_iter().map(Operation::Update).collect())
    }

    /// Deletes an encounter; returns when that is durable, and tells whether it was there. Its id stays known as deleted,
    /// so that no older copy from another gallery brings it back. Its bytes go with the next compaction.
    ///
    /// # Errors
    /// The disk failed.
    pub fn delete_encounter(&mut self, id: EncounterId) -> Result<bool, GalleryError> {
        self.ready()?;
        let there = self.state.find(id)?.is_some();
        self.delete(Deleted::Encounter(id), there)?;
        Ok(there)
    }

    /// Deletes all encounters of a subject, as [`Writer::delete_encounter`] does, and tells whether there was one.
    ///
    /// # Errors
    /// The disk failed.
    pub fn delete_subject(&mut self, subject: SubjectId) -> Result<bool, GalleryError> {
        self.ready()?;
        let there = self.state.has_subject(subject)?;
        self.delete(Deleted::Subject(subject), there)?;
        Ok(there)
    }

    /// The gallery as it is after the last change.
    ///
    /// # Errors
    /// As [`Snapshot::open`].
    pub fn snapshot(&self) -> Result<Snapshot, GalleryError> {
        Snapshot::of(&self.state)
    }

    /// Ends writing. Nothing is left to be done: all that was acknowledged is durable. Dropping does the same.
    pub fn close(self) {}

    fn ready(&self) -> Result<(), GalleryError> {
        let (opened, here) = (self.process, std::process::id());
        if opened != here {
            return Err(GalleryError::Forked { path: self.state.dir.clone(), opened, here });
        }
        if self.failed {
            return Err(GalleryError::Failed { path: self.state.dir.clone() });
        }
        Ok(())
    }

    /// Those that are not here yet.
    fn fresh<'a, 'b>(&self, contents: &'b [New<'a>]) -> Result<Vec<&'b New<'a>>, GalleryError> {
        let here = |new: &New<'_>| -> Result<bool, GalleryError> {
            let id = new.encounter.id;
            match self.state.find(id)? {
                Some(place) => repeat(id, place.record().content(), &new.content),
                None if self.state.find_tombstone(Deleted::Encounter(id)).is_some() => {
                    Err(GalleryError::Deleted { id })
                }
                None => Ok(false),
            }
        };
        let known = contents.par_iter().map(here).collect::<Result<Vec<bool>, _>>()?;
        let mut fresh: Vec<&New<'_>> = Vec::new();
        let mut seen: HashMap<EncounterId, &New<'_>> = HashMap::new();
        for (new, _) in contents.iter().zip(known).filter(|(_, known)| !known) {
            match seen.get(&new.encounter.id) {
                Some(first) => {
                    repeat(new.encounter.id, &first.content, &new.content)?;
                }
                None => {
                    seen.insert(new.encounter.id, new);
                    fresh.push(new);
                }
            }
        }
        Ok(fresh)
    }

    /// Prepares the templates.
    fn entries(&self, new: &[&New<'_>]) -> Vec<Entry> {
        let (version, origin) = (self.state.next_version(), self.state.manifest.gallery);
        let entry = |(i, new): (usize, &&New<'_>)| {
            let blocks = new.encounter.templates().map(|t| Prepared::new(t).bytes().to_vec()).collect();
            Entry::new(&new.content, version.saturating_add(i as u64), origin, blocks)
        };
        new.par_iter().enumerate().map(entry).collect()
    }

    fn delete(&mut self, of: Deleted, there: bool) -> Result<(), GalleryError> {
        if !there && self.state.find_tombstone(of).is_some() {
            return Ok(());
        }
        self.commit(vec![Operation::Delete(Tombstone { of, version: self.state.next_version() })])
    }

    /// Makes changes durable: few through the log, many through a segment of their own.
    fn commit(&mut self, operations: Vec<Operation>) -> Result<(), GalleryError> {
        if operations.is_empty() {
            return Ok(());
        }
        if self.state.log.end > LOG_LIMIT as u64 || self.state.tail.removals > LOG_REMOVALS {
            self.roll()?;
        }
        let size: usize = operations.iter().map(Operation::size).sum();
        if size <= LOG_LIMIT {
            return self.commit_to_log(operations);
        }
        let applied = operations.into_iter().try_for_each(|operation| self.state.apply(operation));
        match applied.and_then(|()| self.try_roll()) {
            Ok(()) => Ok(()),
            Err(e) => Err(self.start_again(e)),
        }
    }

    fn commit_to_log(&mut self, operations: Vec<Operation>) -> Result<(), GalleryError> {
        let path = self.state.path(self.state.manifest.log, manifest::LOG);
        let header = log::header(self.state.manifest.gallery, self.state.manifest.log);
        let LogEnd { end, unsealed, .. } = self.state.log;
        let mut bytes = unsealed.map_or(Vec::new(), |start| log::seal(&header, start, end).to_vec());
        let start = end + bytes.len() as u64;
        bytes.extend(log::batch(&header, start, &operations));
        let failed = |source| GalleryError::Write { path, offset: end, length: bytes.len() as u64, source };
        if let Err(e) = self.log.write_all(&bytes) {
            // What was written of it goes; where even that fails, the next writer does it.
            self.failed = self.log.cut(end).is_err();
            return Err(failed(e));
        }
        if let Err(e) = self.log.sync() {
            // What the disk holds is unknown from here on, and syncing again would prove nothing.
            self.failed = true;
            return Err(failed(e));
        }
        let mut end = end + bytes.len() as u64;
        self.state.log = LogEnd { end, unsealed: Some(start), torn: 0 };
        // The batch is durable. A seal that cannot be written now comes before the next batch.
        if self.log.write_all(&log::seal(&header, start, end)).is_ok() {
            end += log::SEAL_BYTES as u64;
            self.state.log = LogEnd { end, unsealed: None, torn: 0 };
        } else {
            self.failed = self.log.cut(end).is_err();
        }
        operations.into_iter().try_for_each(|operation| self.state.apply(operation)).inspect_err(|_| self.failed = true)
    }

    /// Makes a segment of the log and begins a new one.
    fn roll(&mut self) -> Result<(), GalleryError> {
        self.try_roll().map_err(|e| self.start_again(e))
    }

    /// Reads back what the files say after a change to them failed.
    fn start_again(&mut self, error: GalleryError) -> GalleryError {
        match (self.failed, recover(&self.state.dir, &self.state.storage)) {
            (false, Ok((mut state, log))) => {
                // Numbers of files that may be lying about are not used again.
                state.manifest.next = state.manifest.next.max(self.state.manifest.next);
                (self.state, self.log) = (state, log);
            }
            _ => self.failed = true,
        }
        error
    }

    fn try_roll(&mut self) -> Result<(), GalleryError> {
        let state = &mut self.state;
        let mut next = state.manifest.clone();
        next.clock = next.clock.max(state.tail.clock);
        let mut parts = Vec::new();
        if !state.tail.is_empty() {
            let number = next.take_number();
            state.manifest.next = next.next;
            let path = state.path(number, manifest::SEGMENT);
            let identity = Identity { magic: segment::MAGIC, gallery: next.gallery, number };
            let (entries, tombstones) = (state.tail.entries(), state.tail.tombstones());
            let built = write_file(&state.storage, &path, |out| {
                segment::build(out, identity, &[&entries], &tombstones)
                    .map(|Built { out, length, crc, rows, fingers }| (out, (length, crc, rows as u32, fingers as u32)))
            })?;
            let (length, crc, rows, fingers) = built;
            parts.push(SegmentEntry { number, length, crc, rows, fingers, removed: None });
        }
        for (entry, part) in next.segments.clone().iter().zip(&state.parts).filter(|(_, part)| !part.also.is_empty()) {
            let number = next.take_number();
            state.manifest.next = next.next;
            let path = state.dir.join(manifest::name(number, manifest::REMOVED));
            let identity = Identity { magic: removed::MAGIC, gallery: next.gallery, number };
            let all = part.all_removed()?;
            let (length, crc) = write_file(&state.storage, &path, |out| {
                let (out, length, crc) = all.write(out, identity)?;
                Ok((out, (length, crc)))
            })?;
            let (rows, fingers) = (all.len() as u32, all.fingers() as u32);
            let list = RemovedEntry { number, length, crc, rows, fingers };
            next.segments.iter_mut().filter(|s| s.number == entry.number).for_each(|s| s.removed = Some(list));
        }
        next.segments.extend(parts);
        next.log = next.take_number();
        state.manifest.next = next.next;
        let log = new_log(&state.dir, &state.storage, &next)?;
        next.generation += 1;
        swap(&state.dir, &state.storage, &next).map_err(|(e, unknown)| {
            self.failed |= unknown;
            e
        })?;
        self.adopt(next, log)
    }

    /// Goes on from a manifest that is durable.
    fn adopt(&mut self, next: Manifest, log: Box<dyn Sink>) -> Result<(), GalleryError> {
        let state = &mut self.state;
        let mut old = std::mem::take(&mut state.parts);
        for entry in &next.segments {
            let at = state.manifest.segments.iter().position(|e| e == entry);
            let part = match at.and_then(|at| old.get_mut(at)) {
                // The very same files: no need to open them again.
                Some(part) if part.also.is_empty() => super::state::Part {
                    segment: part.segment.clone(),
                    removed: part.removed.clone(),
                    also: Default::default(),
                },
                _ => open_part(&state.dir, &state.storage, &next, entry)?,
            };
            state.parts.push(part);
        }
        state.manifest = next;
        state.tail = Tail::default();
        state.log = LogEnd { end: log::HEADER as u64, unsealed: None, torn: 0 };
        self.log = log;
        if let Ok(names) = state.storage.list(&state.dir) {
            remove_strays(&state.dir, &state.storage, &names, &state.manifest.numbers());
        }
        Ok(())
    }
}

/// Reads the files, and puts the log's end in order.
fn recover(dir: &Path, storage: &Arc<dyn Storage>) -> Result<(State, Box<dyn Sink>), GalleryError> {
    let mut state = State::load(dir, storage)?;
    let path = state.path(state.manifest.log, manifest::LOG);
    let mut log = storage.append(&path).map_err(GalleryError::io(&path))?;
    let LogEnd { end, unsealed, torn } = state.log;
    if torn > 0 {
        log.cut(end).map_err(GalleryError::io(&path))?;
        state.log.torn = 0;
    }
    if torn > 0 || unsealed.is_some() {
        // A whole batch without a seal may have been written and not synced before the crash.
        log.sync().map_err(GalleryError::io(&path))?;
    }
    if let Ok(names) = storage.list(dir) {
        remove_strays(dir, storage, &names, &state.manifest.numbers());
    }
    Ok((state, log))
}

fn encode(encounters: &[Encounter]) -> Result<Vec<New<'_>>, GalleryError> {
    let new = |(index, encounter): (usize, &'_ Encounter)| match content::refuse(encounter) {
        Some(why) => Err(GalleryError::Encounter { index, id: encounter.id, why }),
        None => Ok(content::encode(encounter)),
    };
    let contents = encounters.par_iter().enumerate().map(new).collect::<Result<Vec<_>, _>>()?;
    Ok(encounters.iter().zip(contents).map(|(encounter, content)| New { encounter, content }).collect())
}

/// Whether the two contents of an id are the same; an error where not.
fn repeat(id: EncounterId, here: &[u8], new: &[u8]) -> Result<bool, GalleryError> {
    if here == new { Ok(true) } else { Err(GalleryError::Conflict { id, subject: content::key(here).0 }) }
}

fn lock(dir: &Path, storage: &Arc<dyn Storage>) -> Result<Box<dyn Debug + Send + Sync>, GalleryError> {
    let path = dir.join(manifest::LOCK);
    let lock = storage.lock(&path).map_err(GalleryError::io(&path))?;
    lock.ok_or_else(|| GalleryError::Locked { path: dir.into() })
}

/// Writes a whole new file and syncs it; where that fails, it goes.
pub(super) fn write_file<T>(
    storage: &Arc<dyn Storage>,
    path: &Path,
    write: impl FnOnce(&mut BufWriter<Counted>) -> Result<(&mut BufWriter<Counted>, T), BuildError>,
) -> Result<T, GalleryError> {
    let file = storage.create(path).map_err(GalleryError::io(path))?;
    let mut out = BufWriter::with_capacity(1 << 20, Counted { file, length: 0 });
    let written = match write(&mut out) {
        Ok((_, value)) => out.flush().map(|()| value).map_err(BuildError::Write),
        Err(e) => Err(e),
    };
    let (mut counted, _) = out.into_parts();
    let written = written.and_then(|value| counted.file.sync().map(|()| value).map_err(BuildError::Write));
    written.map_err(|e| {
        // Best effort: what is left is removed when the gallery is next opened to write.
        let _ = storage.remove(path);
        match e {
            BuildError::Source(e) => e,
            BuildError::TooLarge => too_large(path),
            BuildError::Write(source) => {
                GalleryError::Write { path: path.into(), offset: counted.length, length: 0, source }
            }
        }
    })
}

/// Knows how far it has written, for errors.
pub(super) struct Counted {
    file: Box<dyn Sink>,
    length: u64,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// An empty log of the number that the manifest names.
fn new_log(dir: &Path, storage: &Arc<dyn Storage>, manifest: &Manifest) -> Result<Box<dyn Sink>, GalleryError> {
    let path: PathBuf = dir.join(manifest::name(manifest.log, manifest::LOG));
    let mut log = storage.create(&path).map_err(GalleryError::io(&path))?;
    let header = log::header(manifest.gallery, manifest.log);
    let written = log.write_all(&header).and_then(|()| log.sync());
    let length = header.len() as u64;
    written.map_err(|source| GalleryError::Write { path, offset: 0, length, source })?;
    Ok(log)
}

/// Puts a manifest in the place of the old one. Its files are durable before it is, and so are their names. With the
/// error comes whether it is unknown which of the two the disk holds.
fn swap(dir: &Path, storage: &Arc<dyn Storage>, manifest: &Manifest) -> Result<(), (GalleryError, bool)> {
    let (next, path) = (dir.join(manifest::NEXT), dir.join(manifest::NAME));
    let bytes = manifest.encode();
    match storage.remove(&next) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err((GalleryError::io(&next)(e), false)),
        _ => {}
    }
    write_file(storage, &next, |out| {
        out.write_all(&bytes)?;
        Ok((out, ()))
    })
    .map_err(|e| (e, false))?;
    storage.sync_dir(dir).map_err(|e| (GalleryError::io(dir)(e), false))?;
    storage.rename(&next, &path).map_err(|e| (GalleryError::io(&path)(e), true))?;
    storage.sync_dir(dir).map_err(|e| (GalleryError::io(dir)(e), true))
}

/// Removes files that no manifest names. Where it does not work (Windows does not remove a file that a reader has mapped),
/// a later writer tries again.
fn remove_strays(dir: &Path, storage: &Arc<dyn Storage>, names: &[String], keep: &[u64]) {
    for name in names {
        if manifest::number(name).is_some_and(|n| !keep.contains(&n)) || name == manifest::NEXT {
            let _ = storage.remove(&dir.join(name));
        }
    }
}

/// Sixteen bytes that no other gallery has: the standard library seeds its hashers from the system's randomness.
fn random() -> [u8; 16] {
    let half = || RandomState::new().hash_one(std::process::id());
    (u128::from(half()) << 64 | u128::from(half())).to_be_bytes()
}
