use super::commit::recover;
use super::compaction;
use super::content;
use super::entry::{Deleted, Entry, Tombstone};
use super::files::{lock, new_log, random, refuse_gallery, refuse_others, remove_strays, swap};
use super::house::Background;
use super::log::Operation;
use super::manifest::{self, Manifest};
use super::options::run;
use super::state::State;
use super::storage::{Sink, Storage, disk};
use super::{Encounter, EncounterId, GalleryError, Options, Snapshot, SubjectId};
use crate::matching::Prepared;
use rayon::prelude::*;
use std::collections::HashMap;
use std::fmt::Debug;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

/// The one who may change a gallery. Readers in any process go on reading what they have opened.
///
/// A change is acknowledged (its call returns without an error) only when it is durable. After a failed sync nothing is
/// known of the disk: every further call fails, and the gallery has to be opened again.
///
/// Templates are prepared on the threads of [`Options::engine`], or on the rayon pool that the call runs in.
#[derive(Debug)]
pub struct Writer {
    pub(super) state: State,
    pub(super) log: Box<dyn Sink>,
    pub(super) options: Options,
    pub(super) failed: bool,
    /// A merge that is under way.
    pub(super) background: Option<Background>,
    /// Why the last merge was not made.
    pub(super) trouble: Option<GalleryError>,
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

impl Writer {
    /// Makes an empty gallery. The directory is made where it is not there, for its owner alone (0700).
    ///
    /// # Errors
    /// There is a gallery in it, or what is left of one without its MANIFEST, or another writer; it cannot be written.
    pub fn create(dir: impl AsRef<Path>) -> Result<Self, GalleryError> {
        Self::create_with(dir, Options::default())
    }

    /// [`Writer::create`], with other [`Options`].
    ///
    /// # Errors
    /// As [`Writer::create`].
    pub fn create_with(dir: impl AsRef<Path>, options: Options) -> Result<Self, GalleryError> {
        Self::create_in(dir.as_ref(), &disk(), options)
    }

    /// Opens a gallery to change it. What a crash left of changes that were never acknowledged goes.
    ///
    /// # Errors
    /// As [`Snapshot::open`]; [`GalleryError::Locked`] where there is another writer.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self, GalleryError> {
        Self::open_with(dir, Options::default())
    }

    /// [`Writer::open`], with other [`Options`].
    ///
    /// # Errors
    /// As [`Writer::open`].
    pub fn open_with(dir: impl AsRef<Path>, options: Options) -> Result<Self, GalleryError> {
        Self::open_in(dir.as_ref(), &disk(), options)
    }

    /// Opens the gallery in a directory; makes one where that is not there or holds nothing but what a creation left that
    /// never ended, or a new file system's `lost+found`.
    ///
    /// # Errors
    /// As [`Writer::open`] and [`Writer::create`]; [`GalleryError::NotEmpty`] where other files are in it.
    pub fn open_or_create(dir: impl AsRef<Path>) -> Result<Self, GalleryError> {
        let (dir, storage) = (dir.as_ref(), disk());
        let names = match storage.list(dir) {
            Err(e) if e.kind() == ErrorKind::NotFound => Vec::new(),
            names => names.map_err(GalleryError::io(dir))?,
        };
        if names.iter().any(|name| name == manifest::NAME) {
            return Self::open_in(dir, &storage, Options::default());
        }
        refuse_others(dir, &names)?;
        Self::create_in(dir, &storage, Options::default())
    }

    pub(super) fn create_in(dir: &Path, storage: &Arc<dyn Storage>, options: Options) -> Result<Self, GalleryError> {
        storage.create_dir(dir).map_err(GalleryError::io(dir))?;
        let lock = lock(dir, storage)?;
        let names = storage.list(dir).map_err(GalleryError::io(dir))?;
        refuse_gallery(dir, storage, &names)?;
        let log = 1;
        let manifest =
            Manifest { gallery: random(), generation: 0, clock: 0, next: log + 1, log, segments: Vec::new() };
        remove_strays(dir, storage, &names, &[]);
        new_log(dir, storage, &manifest)?;
        swap(dir, storage, &manifest).map_err(|(e, _)| e)?;
        Self::start(dir, storage, lock, options)
    }

    pub(super) fn open_in(dir: &Path, storage: &Arc<dyn Storage>, options: Options) -> Result<Self, GalleryError> {
        let names = storage.list(dir).map_err(GalleryError::io(dir))?;
        if !names.iter().any(|name| name == manifest::NAME) {
            return Err(GalleryError::NotAGallery { path: dir.into() });
        }
        let lock = lock(dir, storage)?;
        Self::start(dir, storage, lock, options)
    }

    fn start(
        dir: &Path,
        storage: &Arc<dyn Storage>,
        lock: Box<dyn Debug + Send + Sync>,
        options: Options,
    ) -> Result<Self, GalleryError> {
        let (state, log) = recover(dir, storage, &[])?;
        let (failed, background, trouble, process) = (false, None, None, std::process::id());
        Ok(Writer { state, log, options, failed, background, trouble, process, _lock: lock })
    }

    /// Inserts encounters; returns when they are durable, all of them. An encounter that is already here with the very
    /// same content is no second one and no error, so that a call whose answer was lost can be made again.
    ///
    /// # Errors
    /// Nothing is inserted then: an encounter that cannot be stored, one that is here with other content, one that was
    /// deleted; or the disk failed.
    pub fn append(&mut self, encounters: &[Encounter]) -> Result<Appended, GalleryError> {
        self.ready()?;
        let entries = self.parallel(|| self.new_entries(encounters))?;
        let done = Appended { inserted: entries.len(), repeated: encounters.len() - entries.len() };
        self.commit(entries.into_iter().map(Operation::Insert).collect())?;
        Ok(done)
    }

    /// The entries of those encounters that are not here yet.
    fn new_entries(&self, encounters: &[Encounter]) -> Result<Vec<Entry>, GalleryError> {
        let contents = encode(encounters)?;
        let known = contents.par_iter().map(|content| self.is_here(content)).collect::<Result<Vec<bool>, _>>()?;
        let fresh = self.fresh(&contents, &known, &mut HashMap::new())?;
        let blocks = prepare(encounters, &fresh);
        Ok(self.entries(fresh.iter().map(|&i| contents[i].as_slice()).zip(blocks)))
    }

    /// Puts encounters in place of those of the same ids, or inserts them, also where they were deleted; returns when
    /// that is durable.
    ///
    /// # Errors
    /// As [`Writer::append`]; two of the call with the same id.
    pub fn update(&mut self, encounters: &[Encounter]) -> Result<(), GalleryError> {
        self.ready()?;
        let all: Vec<usize> = (0..encounters.len()).collect();
        let (contents, blocks) = self.parallel(|| Ok((encode(encounters)?, prepare(encounters, &all))))?;
        let mut seen = HashMap::new();
        for (index, id) in encounters.iter().map(|e| e.id).enumerate() {
            if let Some(first) = seen.insert(id, index) {
                return Err(GalleryError::Encounter { index, id, why: format!("number {first} has the same id") });
            }
        }
        let mut entries = self.entries(contents.iter().map(Vec::as_slice).zip(blocks));
        for entry in &mut entries {
            // It still came to the gallery that it came to first.
            if let Some(place) = self.state.find(entry.id())? {
                entry.set_origin(place.record().origin());
            }
        }
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
        self.delete(vec![Deleted::Encounter(id)], there)?;
        Ok(there)
    }

    /// Deletes all encounters of a subject, as [`Writer::delete_encounter`] does, and tells whether there was one. New
    /// encounters of the same subject may come later; a copy from another gallery that is older than this does not.
    ///
    /// # Errors
    /// The disk failed.
    pub fn delete_subject(&mut self, subject: SubjectId) -> Result<bool, GalleryError> {
        self.ready()?;
        let there = self.state.encounters_of(subject)?;
        let deleted = there.iter().map(|&id| Deleted::Encounter(id)).chain([Deleted::Subject(subject)]);
        self.delete(deleted.collect(), !there.is_empty())?;
        Ok(!there.is_empty())
    }

    /// Writes anew what holds removed encounters, and joins small segments; returns when that is durable. Afterwards no
    /// file of the gallery holds a byte of an encounter that was deleted or updated, but for the ids of deleted ones.
    /// Where the disk is a flash or a journal its old blocks are the disk's own affair: encrypt it.
    ///
    /// # Errors
    /// The disk failed, or a segment is damaged: the gallery is as before.
    pub fn compact(&mut self) -> Result<(), GalleryError> {
        self.ready()?;
        self.finish_background()?;
        if !self.state.tail.is_empty() {
            self.roll()?;
        }
        while let Some(range) = compaction::everything(&self.state.parts) {
            self.merge_now(range)?;
        }
        Ok(())
    }

    /// Why the last merge in the background was not made, if it was not: changes go on without it.
    pub fn take_trouble(&mut self) -> Option<GalleryError> {
        self.trouble.take()
    }

    /// The gallery's own name, as [`Info::gallery`](super::Info::gallery) has it.
    pub fn gallery(&self) -> [u8; 16] {
        self.state.manifest.gallery
    }

    /// The gallery as it is after the last change.
    ///
    /// # Errors
    /// As [`Snapshot::open`].
    pub fn snapshot(&self) -> Result<Snapshot, GalleryError> {
        Snapshot::of(&self.state)
    }

    /// Ends writing. All that was acknowledged is durable already; a merge in the background is given up. Dropping does
    /// the same.
    pub fn close(self) {}

    fn parallel<T: Send>(&self, job: impl FnOnce() -> Result<T, GalleryError> + Send) -> Result<T, GalleryError> {
        run(self.options.engine.as_deref(), job)
    }

    pub(super) fn ready(&self) -> Result<(), GalleryError> {
        let (opened, here) = (self.process, std::process::id());
        if opened != here {
            return Err(GalleryError::Forked { path: self.state.dir.clone(), opened, here });
        }
        if self.failed {
            return Err(GalleryError::Failed { path: self.state.dir.clone() });
        }
        Ok(())
    }

    /// Whether a content is here with the very same bytes; an error where it is here with others, or was deleted.
    pub(super) fn is_here(&self, content: &[u8]) -> Result<bool, GalleryError> {
        let id = content::key(content).1;
        match self.state.find(id)? {
            Some(place) => repeat(id, place.record().content(), content),
            None if self.state.find_tombstone(Deleted::Encounter(id)).is_some() => Err(GalleryError::Deleted { id }),
            None => Ok(false),
        }
    }

    /// Which of the contents are not here yet, where `known` tells of each whether it is; `seen` has those of the same step,
    /// and gets the new ones.
    pub(super) fn fresh<'a>(
        &self,
        contents: &'a [Vec<u8>],
        known: &[bool],
        seen: &mut HashMap<EncounterId, &'a [u8]>,
    ) -> Result<Vec<usize>, GalleryError> {
        let mut fresh = Vec::new();
        let mut new = HashMap::new();
        for (i, (content, _)) in contents.iter().zip(known).enumerate().filter(|(_, (_, known))| !**known) {
            let id = content::key(content).1;
            match seen.get(&id).or_else(|| new.get(&id)) {
                Some(first) => {
                    repeat(id, first, content)?;
                }
                None => {
                    new.insert(id, content.as_slice());
                    fresh.push(i);
                }
            }
        }
        seen.extend(new);
        Ok(fresh)
    }

    /// Contents with their prepared blocks as entries, of versions that follow each other.
    pub(super) fn entries<'a>(&self, ready: impl Iterator<Item = (&'a [u8], Vec<Vec<u8>>)>) -> Vec<Entry> {
        let (version, origin) = (self.state.next_version(), self.state.manifest.gallery);
        let versions = (0..).map(|i| version.saturating_add(i));
        ready.zip(versions).map(|((content, blocks), version)| Entry::new(content, version, origin, blocks)).collect()
    }

    /// Deletes what is named, in one step; nothing is to be done where it was not there and is known as deleted.
    fn delete(&mut self, all: Vec<Deleted>, there: bool) -> Result<(), GalleryError> {
        if !there && all.iter().all(|&of| self.state.find_tombstone(of).is_some()) {
            return Ok(());
        }
        let version = self.state.next_version();
        self.commit(all.into_iter().map(|of| Operation::Delete(Tombstone { of, version })).collect())
    }
}

/// The contents of encounters, where all of them can be stored.
pub(super) fn encode(encounters: &[Encounter]) -> Result<Vec<Vec<u8>>, GalleryError> {
    let content = |(index, encounter): (usize, &Encounter)| match content::refuse(encounter) {
        Some(why) => Err(GalleryError::Encounter { index, id: encounter.id, why }),
        None => Ok(content::encode(encounter)),
    };
    encounters.par_iter().enumerate().map(content).collect()
}

/// The prepared blocks of encounters' captured fingers.
pub(super) fn prepare(encounters: &[Encounter], which: &[usize]) -> Vec<Vec<Vec<u8>>> {
    let block = |template| Prepared::new(template).into_bytes();
    which.par_iter().map(|&i| encounters[i].templates().map(block).collect()).collect()
}

/// Whether the two contents of an id are the same; an error where not. An older version of this library may have written the
/// same encounter in other bytes.
fn repeat(id: EncounterId, here: &[u8], new: &[u8]) -> Result<bool, GalleryError> {
    let same = here == new || content::decode(here).is_ok_and(|here| content::decode(new).is_ok_and(|new| here == new));
    if same { Ok(true) } else { Err(GalleryError::Conflict { id, subject: content::key(here).0 }) }
}
