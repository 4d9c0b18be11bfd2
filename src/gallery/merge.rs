//! Another gallery's encounters and deletions → this one: a station's into the province's, provinces' into the nation's.

use super::entry::{Deleted, Entry, Tombstone};
use super::log::Operation;
use super::parameters::{MERGE_BATCH, MERGE_CLOCK};
use super::segment::Source;
use super::state::State;
use super::storage::disk;
use super::{EncounterId, GalleryError, SubjectId, Writer, compaction, content};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What becomes of encounters whose subject number was given here by another gallery: perhaps to somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clashes {
    /// They are told, and left out: two people under one number would hide from every deduplication.
    #[default]
    LeaveOut,
    /// They are told, and taken: where one authority gives all numbers, the same number is the same person.
    Take,
}

/// What a merge did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Merged {
    /// Encounters that were not here and now are.
    pub inserted: usize,
    /// Encounters in place of an older copy.
    pub updated: usize,
    /// Encounters that were here, the same or newer.
    pub kept: usize,
    /// Encounters that are dead here: deleted at a later time than the copy bears.
    pub dead: usize,
    /// Encounters that the other gallery knows as deleted, and that were still here.
    pub deleted: usize,
    /// Subject numbers that were given by different galleries.
    pub subject_clashes: Vec<SubjectClash>,
    /// Encounters of one id and different subjects, from different galleries: those here stay.
    pub encounter_clashes: Vec<EncounterId>,
}

/// A subject number that two galleries gave.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SubjectClash {
    /// The number.
    pub subject: SubjectId,
    /// The gallery where an encounter of it that is here came from.
    pub here: [u8; 16],
    /// The gallery where an encounter of it that was to come came from.
    pub there: [u8; 16],
}

impl Writer {
    /// Takes in what the gallery in `from` holds, and what it knows as deleted. Each encounter keeps its version and where it
    /// came from first. Of two copies of one encounter the later counts; a copy that is older than a deletion, here or
    /// there, does not come back. Returns when all is durable. Merging again changes nothing, so that a merge that was
    /// broken off is made again.
    ///
    /// # Errors
    /// As [`super::Snapshot::open`]; damage in `from`; changes there that are dated in the future; the disk failed. What was
    /// merged until then stays.
    pub fn merge(&mut self, from: impl AsRef<Path>, clashes: Clashes) -> Result<Merged, GalleryError> {
        self.ready()?;
        let other = State::load(from.as_ref(), &disk())?;
        self.check_clock(&other)?;
        let mut done = Merged { deleted: self.bury(&other)?, ..Merged::default() };
        let clashing = self.subject_clashes(&other, &mut done)?;
        let mut batch = Batch::default();
        for row in Rows::of(&other)? {
            let entry = row?;
            if clashes == Clashes::LeaveOut && clashing.contains(&entry.subject()) {
                continue;
            }
            let Some(operation) = self.decide(entry, &mut done)? else { continue };
            if batch.push(operation) {
                self.commit(batch.take())?;
            }
        }
        self.commit(batch.take())?;
        Ok(done)
    }

    /// Versions follow clocks: one that is far ahead would win over all later changes.
    fn check_clock(&self, other: &State) -> Result<(), GalleryError> {
        let (now, clock) = (self.state.storage.now(), other.manifest.clock.max(other.tail.clock));
        match clock.saturating_sub(now) {
            ahead if ahead > MERGE_CLOCK => {
                Err(GalleryError::Clock { path: other.dir.clone(), ahead: ahead / 1_000_000 })
            }
            _ => Ok(()),
        }
    }

    /// Takes over tombstones first, so that what they are about never shows. How many encounters they took.
    fn bury(&mut self, other: &State) -> Result<usize, GalleryError> {
        let mut all = BTreeMap::<Deleted, u64>::new();
        let mut there = other.tail.tombstones();
        for part in &other.parts {
            there.extend(part.segment.tombstones()?);
        }
        for Tombstone { of, version } in there {
            let latest = all.entry(of).or_default();
            *latest = version.max(*latest);
        }
        all.retain(|&of, &mut version| self.state.find_tombstone(of).is_none_or(|known| known < version));
        let before = self.state.encounters();
        let mut batch = Batch::default();
        for (of, version) in all {
            if batch.push(Operation::Delete(Tombstone { of, version })) {
                self.commit(batch.take())?;
            }
        }
        self.commit(batch.take())?;
        Ok(before - self.state.encounters())
    }

    /// Subjects of whom an encounter here came from a gallery that none of them there came from.
    fn subject_clashes(&self, other: &State, done: &mut Merged) -> Result<BTreeSet<SubjectId>, GalleryError> {
        let mut clashing = BTreeSet::new();
        for subject in other.subjects() {
            if clashing.contains(&subject) {
                continue;
            }
            let here = self.state.origins(subject)?;
            // Nearly all of them are new here, and cost a look into the indexes.
            if here.is_empty() {
                continue;
            }
            let all_there = other.origins(subject)?;
            let Some(&there) = all_there.first() else { continue };
            for &here in here.difference(&all_there) {
                done.subject_clashes.push(SubjectClash { subject, here, there });
                clashing.insert(subject);
            }
        }
        done.subject_clashes.sort_unstable();
        Ok(clashing)
    }

    /// What is to be done with an encounter of the other gallery, if anything.
    fn decide(&self, entry: Entry, done: &mut Merged) -> Result<Option<Operation>, GalleryError> {
        let (id, version) = (entry.id(), entry.record().version());
        let buried = [Deleted::Encounter(id), Deleted::Subject(entry.subject())];
        if buried.iter().any(|&of| self.state.find_tombstone(of).is_some_and(|deleted| deleted >= version)) {
            done.dead += 1;
            return Ok(None);
        }
        let Some(place) = self.state.find(id)? else {
            done.inserted += 1;
            return Ok(Some(Operation::Insert(entry)));
        };
        let here = place.record();
        let related = here.origin() == entry.record().origin() || content::key(here.content()).0 == entry.subject();
        if here.content() == entry.content() || (related && here.version() >= version) {
            done.kept += 1;
            return Ok(None);
        }
        if !related {
            done.encounter_clashes.push(id);
            return Ok(None);
        }
        done.updated += 1;
        Ok(Some(Operation::Update(entry)))
    }
}

/// Changes that are written in one step.
#[derive(Debug, Default)]
struct Batch {
    operations: Vec<Operation>,
    size: usize,
}

impl Batch {
    /// Whether it is full now.
    fn push(&mut self, operation: Operation) -> bool {
        self.size += operation.size();
        self.operations.push(operation);
        self.size >= MERGE_BATCH
    }

    fn take(&mut self) -> Vec<Operation> {
        self.size = 0;
        std::mem::take(&mut self.operations)
    }
}

/// The encounters of a gallery, one after the other, each with its checksums compared.
struct Rows<'a> {
    inputs: Vec<compaction::Input>,
    tail: Vec<&'a Entry>,
    place: (usize, usize),
}

impl<'a> Rows<'a> {
    fn of(state: &'a State) -> Result<Self, GalleryError> {
        let numbers = state.manifest.segments.iter().map(|s| s.number);
        let input = |(number, part): (u64, &super::state::Part)| {
            Ok(compaction::Input { number, segment: part.segment.clone(), removed: part.all_removed()? })
        };
        let inputs = numbers.zip(&state.parts).map(input).collect::<Result<_, GalleryError>>()?;
        Ok(Rows { inputs, tail: state.tail.entries(), place: (0, 0) })
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Entry, GalleryError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (part, row) = self.place;
            let Some(input) = self.inputs.get(part) else {
                self.place.1 += 1;
                return self.tail.get(row).map(|&entry| Ok(entry.clone()));
            };
            if row == input.rows() {
                self.place = (part + 1, 0);
                continue;
            }
            self.place.1 += 1;
            let entry = || {
                let (record, blocks) = (input.record(row)?, input.blocks(row)?);
                Ok(Entry::of(record, blocks.into_iter().map(|b| b.into_owned()).collect()))
            };
            return Some(entry());
        }
    }
}
