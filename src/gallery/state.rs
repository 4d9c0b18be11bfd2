//! A gallery as the files say it is at one moment: what a snapshot shows and a writer goes on from.

use super::GalleryError;
use super::container::Identity;
use super::entry::{Deleted, Entry, Record, Tombstone};
use super::log::{self, Mark, Operation, Replay};
use super::manifest::{self, Manifest, SegmentEntry};
use super::parameters::{LOG_MAX, MANIFEST_MAX, OPEN_TRIES};
use super::removed::{self, Removed};
use super::segment::{self, Segment};
use super::storage::Storage;
use super::tail::Tail;
use super::{EncounterId, SubjectId};
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Debug)]
pub(super) struct State {
    pub dir: PathBuf,
    pub storage: Arc<dyn Storage>,
    pub manifest: Manifest,
    pub parts: Vec<Part>,
    pub tail: Tail,
    /// How the log ends.
    pub log: LogEnd,
}

/// A segment and what is gone from it.
#[derive(Debug)]
pub(super) struct Part {
    pub segment: Arc<Segment>,
    pub removed: Arc<Removed>,
    /// Rows that the log takes away, on top of `removed`.
    pub also: BTreeSet<usize>,
}

/// Where the log ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct LogEnd {
    /// The end of the last whole batch.
    pub end: u64,
    /// What is known to have been acknowledged; never above `end`.
    pub acknowledged: u64,
    /// Bytes behind `end`.
    pub torn: u64,
}

/// Where an encounter is.
pub(super) enum Place<'a> {
    Tail(Record<'a>),
    Segment(Record<'a>),
}

impl<'a> Place<'a> {
    pub fn record(&self) -> Record<'a> {
        match *self {
            Place::Tail(record) | Place::Segment(record) => record,
        }
    }
}

impl State {
    /// Reads manifest and log, opens the segments. A writer may swap the manifest and remove files meanwhile: then the new
    /// one is read.
    pub fn load(dir: &Path, storage: &Arc<dyn Storage>) -> Result<Self, GalleryError> {
        let mut manifest = read_manifest(dir, storage)?;
        for _ in 0..OPEN_TRIES {
            let generation = manifest.generation;
            let failed = match Self::open(dir, storage, manifest) {
                Ok(state) => return Ok(state),
                Err(e) => e,
            };
            manifest = read_manifest(dir, storage)?;
            if manifest.generation == generation {
                return Err(failed);
            }
        }
        Self::open(dir, storage, manifest)
    }

    fn open(dir: &Path, storage: &Arc<dyn Storage>, manifest: Manifest) -> Result<Self, GalleryError> {
        let mut parts = Vec::with_capacity(manifest.segments.len());
        for entry in &manifest.segments {
            parts.push(open_part(dir, storage, &manifest, entry)?);
        }
        let path = dir.join(manifest::name(manifest.log, manifest::LOG));
        // The mark first: a writer adds to the log, then moves the mark. One that a crash tore is as none.
        let mark = read_mark(dir, storage).ok().flatten();
        let mark = mark.filter(|mark| (mark.gallery, mark.log) == (manifest.gallery, manifest.log));
        let acknowledged = mark.map_or(0, |mark| mark.end);
        let bytes = storage.read(&path, LOG_MAX).map_err(missing(&path))?;
        let Replay { operations, end, torn } =
            log::replay(&path, &bytes, manifest.gallery, manifest.log, acknowledged)?;
        let log = LogEnd { end, acknowledged, torn };
        let mut state =
            State { dir: dir.into(), storage: storage.clone(), manifest, parts, tail: Tail::default(), log };
        for operation in operations {
            state.apply(operation)?;
        }
        Ok(state)
    }

    /// Applies a change that stands in the log.
    pub fn apply(&mut self, operation: Operation) -> Result<(), GalleryError> {
        match &operation {
            Operation::Insert(_) => {}
            Operation::Update(entry) => self.take_encounter(entry.id(), entry.record().version())?,
            Operation::Delete(Tombstone { of: Deleted::Encounter(id), version }) => {
                self.take_encounter(*id, *version)?;
            }
            Operation::Delete(Tombstone { of: Deleted::Subject(subject), version }) => {
                for part in &mut self.parts {
                    for row in part.segment.find_subject(*subject)? {
                        part.take(row, *version);
                    }
                }
            }
        }
        self.tail.apply(operation);
        Ok(())
    }

    fn take_encounter(&mut self, id: EncounterId, version: u64) -> Result<(), GalleryError> {
        for part in &mut self.parts {
            if let Some(row) = part.segment.find_encounter(id)? {
                part.take(row, version);
            }
        }
        Ok(())
    }

    /// The encounter of an id, if it is there.
    pub fn find(&self, id: EncounterId) -> Result<Option<Place<'_>>, GalleryError> {
        if let Some(entry) = self.tail.find(id) {
            return Ok(Some(Place::Tail(entry.record())));
        }
        for part in &self.parts {
            if let Some(row) = part.segment.find_encounter(id)?.filter(|&row| part.has(row)) {
                return Ok(Some(Place::Segment(part.segment.record(row)?)));
            }
        }
        Ok(None)
    }

    /// How many encounters are there.
    pub fn encounters(&self) -> usize {
        self.tail.entries().len() + self.parts.iter().map(Part::rows).sum::<usize>()
    }

    /// The encounters of a subject.
    pub fn encounters_of(&self, subject: SubjectId) -> Result<Vec<EncounterId>, GalleryError> {
        let mut found = self.tail.encounters_of(subject);
        for part in &self.parts {
            let rows = part.segment.find_subject(subject)?.into_iter().filter(|&row| part.has(row));
            found.extend(rows.map(|row| part.segment.key(row).id));
        }
        Ok(found)
    }

    /// The subjects of all encounters, one after the other; who has several comes several times.
    pub fn subjects(&self) -> impl Iterator<Item = SubjectId> + '_ {
        self.parts.iter().flat_map(Part::subjects).chain(self.tail.entries().into_iter().map(Entry::subject))
    }

    /// The galleries that a subject's encounters came to first.
    pub fn origins(&self, subject: SubjectId) -> Result<BTreeSet<[u8; 16]>, GalleryError> {
        let mut origins = BTreeSet::new();
        for id in self.encounters_of(subject)? {
            origins.extend(self.find(id)?.map(|place| place.record().origin()));
        }
        Ok(origins)
    }

    /// Up to which version something was deleted, if it ever was.
    pub fn find_tombstone(&self, of: Deleted) -> Option<u64> {
        let segments = self.parts.iter().filter_map(|part| part.segment.find_tombstone(of));
        segments.chain(self.tail.find_tombstone(of)).max()
    }

    /// A version above all that are here, and not below the time in microseconds since 1970: so versions of different
    /// galleries can be compared as well as their clocks can.
    pub fn next_version(&self) -> u64 {
        self.storage.now().max(self.manifest.clock.max(self.tail.clock).saturating_add(1))
    }

    pub fn path(&self, number: u64, kind: &str) -> PathBuf {
        self.dir.join(manifest::name(number, kind))
    }
}

impl Part {
    /// How many rows are still there.
    pub fn rows(&self) -> usize {
        self.segment.rows().saturating_sub(self.removed.len() + self.also.len())
    }

    /// Whether a row is still there.
    pub fn has(&self, row: usize) -> bool {
        self.removed.live_row(row).is_some() && !self.also.contains(&row)
    }

    /// The subjects of the rows that are still there.
    fn subjects(&self) -> impl Iterator<Item = SubjectId> + '_ {
        (0..self.segment.rows()).filter(|&row| self.has(row)).map(|row| self.segment.key(row).subject)
    }

    /// Takes a row away if its version is not above `version`.
    fn take(&mut self, row: usize, version: u64) {
        if self.segment.key(row).version <= version && self.has(row) {
            self.also.insert(row);
        }
    }

    /// What is gone, with what the log takes.
    pub fn all_removed(&self) -> Result<Arc<Removed>, GalleryError> {
        if self.also.is_empty() {
            return Ok(self.removed.clone());
        }
        let rows: BTreeSet<usize> = self.removed.iter().chain(self.also.iter().copied()).collect();
        Ok(Arc::new(Removed::new(&self.segment, rows)?))
    }
}

fn read_manifest(dir: &Path, storage: &Arc<dyn Storage>) -> Result<Manifest, GalleryError> {
    let path = dir.join(manifest::NAME);
    match storage.read(&path, MANIFEST_MAX) {
        Ok(bytes) => Manifest::decode(&path, &bytes),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Err(GalleryError::NotAGallery { path: dir.into() }),
        Err(source) => Err(GalleryError::Io { path, source }),
    }
}

/// What is known to have been acknowledged, if anything is.
pub(super) fn read_mark(dir: &Path, storage: &Arc<dyn Storage>) -> Result<Option<Mark>, GalleryError> {
    let path = dir.join(manifest::MARK);
    match storage.read(&path, MANIFEST_MAX) {
        Ok(bytes) if bytes.is_empty() => Ok(None),
        Ok(bytes) => Mark::decode(&path, &bytes).map(Some),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(GalleryError::Io { path, source }),
    }
}

/// Opens a segment and its removal list.
pub(super) fn open_part(
    dir: &Path,
    storage: &Arc<dyn Storage>,
    manifest: &Manifest,
    entry: &SegmentEntry,
) -> Result<Part, GalleryError> {
    let identity = |magic, number| Identity { magic, gallery: manifest.gallery, number };
    let path = dir.join(manifest::name(entry.number, manifest::SEGMENT));
    let bytes = storage.map(&path).map_err(missing(&path))?;
    let size = (entry.rows.into(), entry.fingers.into());
    let segment = Segment::open(&path, bytes, identity(segment::MAGIC, entry.number), entry.length, entry.crc, size)?;
    let removed = match entry.removed {
        None => Removed::default(),
        Some(r) => {
            let path = dir.join(manifest::name(r.number, manifest::REMOVED));
            let bytes = storage.map(&path).map_err(missing(&path))?;
            let (file, size) = ((r.length, r.crc), (r.rows.into(), r.fingers.into()));
            Removed::open(&path, bytes, identity(removed::MAGIC, r.number), file, size, &segment)?
        }
    };
    Ok(Part { segment: Arc::new(segment), removed: Arc::new(removed), also: BTreeSet::new() })
}

fn missing(path: &Path) -> impl FnOnce(io::Error) -> GalleryError + '_ {
    move |source| match source.kind() {
        io::ErrorKind::NotFound => GalleryError::Missing { path: path.into() },
        io::ErrorKind::InvalidData => {
            GalleryError::Damaged { path: path.into(), offset: 0, what: "the file", why: source.to_string() }
        }
        _ => GalleryError::Io { path: path.into(), source },
    }
}
