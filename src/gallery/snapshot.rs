use super::GalleryError;
use super::container::Identity;
use super::files::too_large;
use super::map::{AlignedBytes, Bytes};
use super::removed::Removed;
use super::segment::{self, BuildError, Segment};
use super::state::State;
use super::storage::{Storage, disk};
use super::{Encounter, EncounterId, Info, SubjectId};
use crate::matching::{MatchError, Prepared, PreparedRef};
use crate::template::{ExtractorVersion, FingerPosition};
use once_cell::race::OnceBox;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// A gallery to search in, as it was when it was opened: whatever a writer does, in this process or another one, it stays
/// as it is. Any number of threads may read it.
///
/// Encounters are numbered from 0, and so are their captured fingers: numbers are those of this snapshot alone.
#[derive(Debug)]
pub struct Snapshot {
    parts: Vec<View>,
    /// Encounters and fingers before each part, and in all.
    encounters: Vec<usize>,
    fingers: Vec<usize>,
    info: Info,
}

#[derive(Debug)]
struct View {
    segment: Arc<Segment>,
    removed: Arc<Removed>,
    /// Blocks of another matcher version, prepared again when they were first asked for.
    again: OnceBox<Box<[OnceBox<Prepared>]>>,
}

/// One captured finger, without its template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FingerView {
    /// The number of its encounter in this snapshot.
    pub encounter: usize,
    /// Which finger.
    pub position: FingerPosition,
    /// 0 (nothing usable) to 100.
    pub quality: u8,
    /// Which extractor made its template.
    pub extractor: ExtractorVersion,
}

impl Snapshot {
    /// Opens a gallery as it is now: every append that was acknowledged before is in it.
    ///
    /// # Errors
    /// No gallery in `dir`; a file that is missing, damaged, cut, foreign or newer than this build.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self, GalleryError> {
        Self::open_in(dir.as_ref(), &disk())
    }

    pub(super) fn open_in(dir: &Path, storage: &Arc<dyn Storage>) -> Result<Self, GalleryError> {
        Self::of(&State::load(dir, storage)?)
    }

    pub(super) fn of(state: &State) -> Result<Self, GalleryError> {
        let mut parts = Vec::with_capacity(state.parts.len() + 1);
        for part in &state.parts {
            parts.push(View { segment: part.segment.clone(), removed: part.all_removed()?, again: OnceBox::new() });
        }
        if !state.tail.is_empty() {
            let segment = Arc::new(image(state)?);
            parts.push(View { segment, removed: Arc::default(), again: OnceBox::new() });
        }
        let running = |count: fn(&View) -> usize| {
            let mut sum = vec![0];
            sum.extend(parts.iter().scan(0, |total, part| {
                *total += count(part);
                Some(*total)
            }));
            sum
        };
        let encounters = running(|v| v.segment.rows().saturating_sub(v.removed.len()));
        let fingers = running(|v| v.segment.fingers().saturating_sub(v.removed.fingers()));
        let info = Info::of(state);
        Ok(Snapshot { parts, encounters, fingers, info })
    }

    /// How many encounters there are.
    pub fn encounter_count(&self) -> usize {
        self.encounters[self.parts.len()]
    }

    /// How many captured fingers there are.
    pub fn finger_count(&self) -> usize {
        self.fingers[self.parts.len()]
    }

    /// How many subjects have an encounter. This one reads every key: linear in the encounters.
    pub fn subject_count(&self) -> usize {
        let mut all: Vec<u64> = (0..self.encounter_count()).map(|i| self.encounter_key(i).0.0).collect();
        all.sort_unstable();
        all.dedup();
        all.len()
    }

    /// The whole record of an encounter, its checksum compared.
    ///
    /// # Errors
    /// No such number, or a damaged record.
    pub fn encounter(&self, index: usize) -> Result<Encounter, GalleryError> {
        let (part, row) = self.row(index)?;
        let record = part.segment.record(row)?;
        record.decode().map_err(|(offset, why)| part.segment.damaged_record(row, offset, why))
    }

    /// Whose an encounter is, and which one.
    ///
    /// # Panics
    /// `index` is not below [`Snapshot::encounter_count`].
    pub fn encounter_key(&self, index: usize) -> (SubjectId, EncounterId) {
        let key = self.key(index);
        (key.subject, key.id)
    }

    /// The tag bits of an encounter.
    ///
    /// # Panics
    /// `index` is not below [`Snapshot::encounter_count`].
    pub fn tags(&self, index: usize) -> u16 {
        self.key(index).tags
    }

    /// The version of an encounter, and the gallery that it came to first.
    ///
    /// # Errors
    /// No such number, or a damaged record.
    pub fn provenance(&self, index: usize) -> Result<(u64, [u8; 16]), GalleryError> {
        let (part, row) = self.row(index)?;
        let record = part.segment.record(row)?;
        Ok((record.version(), record.origin()))
    }

    fn key(&self, index: usize) -> segment::Key {
        match self.row(index) {
            Ok((part, row)) => part.segment.key(row),
            Err(e) => panic!("{e}"),
        }
    }

    /// The numbers of an encounter's captured fingers, in the order in which they were given.
    ///
    /// # Errors
    /// No such number, or a damaged column.
    pub fn fingers_of(&self, index: usize) -> Result<Range<usize>, GalleryError> {
        let (part, row) = self.row(index)?;
        let fingers = part.segment.fingers_of(row)?;
        let start = self.fingers[self.part_of(&self.encounters, index)] + part.removed.live_finger(fingers.start);
        Ok(start..(start + fingers.len()).min(self.finger_count()))
    }

    /// The encounters of a subject, ascending: looked up, not searched for.
    ///
    /// # Errors
    /// A damaged index.
    pub fn by_subject(&self, subject: SubjectId) -> Result<Vec<usize>, GalleryError> {
        let mut found = Vec::new();
        for (part, start) in self.parts.iter().zip(&self.encounters) {
            let rows = part.segment.find_subject(subject)?;
            found.extend(rows.into_iter().filter_map(|row| part.removed.live_row(row)).map(|row| start + row));
        }
        Ok(found)
    }

    /// The encounter of an id, looked up.
    ///
    /// # Errors
    /// A damaged index.
    pub fn by_encounter(&self, id: EncounterId) -> Result<Option<usize>, GalleryError> {
        for (part, start) in self.parts.iter().zip(&self.encounters) {
            let row = part.segment.find_encounter(id)?;
            if let Some(row) = row.and_then(|row| part.removed.live_row(row)) {
                return Ok(Some(start + row));
            }
        }
        Ok(None)
    }

    /// What is told of a captured finger without its template.
    ///
    /// # Errors
    /// No such number, or a damaged column.
    pub fn finger(&self, index: usize) -> Result<FingerView, GalleryError> {
        let (part, number, finger) = self.place(index)?;
        let row = part.segment.finger(finger)?;
        let encounter = part.removed.live_row(row.encounter as usize);
        let encounter =
            encounter.ok_or_else(|| part.segment.damaged_block(finger, "its encounter is removed".into()))?;
        Ok(FingerView {
            encounter: self.encounters[number] + encounter,
            position: FingerPosition::from_code(row.captured.position).unwrap_or_default(),
            quality: row.captured.quality,
            extractor: ExtractorVersion(row.captured.extractor),
        })
    }

    /// What the matcher reads of a captured finger, where it lies: no copy. A block that another version of the matcher
    /// prepared is prepared again from its template, and kept as long as this snapshot lives.
    ///
    /// The block's checksum is not compared (see [`Snapshot::check`]); what the matcher needs to be sure of is.
    ///
    /// # Errors
    /// No such number, or a damaged block.
    pub fn prepared(&self, index: usize) -> Result<PreparedRef<'_>, GalleryError> {
        let (part, _, finger) = self.place(index)?;
        match PreparedRef::from_bytes(part.segment.block(finger)?) {
            Ok(prepared) => Ok(prepared),
            Err(MatchError::PreparedVersion { .. }) => part.prepare_again(finger),
            Err(e) => Err(part.segment.damaged_block(finger, e.to_string())),
        }
    }

    /// Compares the checksums of all that is stored of an encounter: of the record, and of each finger's prepared block.
    /// For candidates, before they are told to anyone.
    ///
    /// # Errors
    /// No such number, or damage.
    pub fn check(&self, index: usize) -> Result<(), GalleryError> {
        let (part, row) = self.row(index)?;
        part.segment.record(row)?;
        part.segment.fingers_of(row)?.try_for_each(|finger| part.segment.checked_block(finger).map(|_| ()))
    }

    /// What the gallery is made of.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// That what is stored of an encounter contradicts itself.
    pub(super) fn contradiction(&self, index: usize, why: &str) -> GalleryError {
        match self.row(index) {
            Ok((part, row)) => part.segment.damaged_record(row, 0, why.into()),
            Err(e) => e,
        }
    }

    /// Which part the number `index` falls in, by the numbers where parts start.
    fn part_of(&self, starts: &[usize], index: usize) -> usize {
        starts.partition_point(|&start| start <= index).saturating_sub(1).min(self.parts.len().saturating_sub(1))
    }

    fn row(&self, index: usize) -> Result<(&View, usize), GalleryError> {
        let count = self.encounter_count();
        if index >= count {
            return Err(GalleryError::Index { what: "encounter", index, count });
        }
        let number = self.part_of(&self.encounters, index);
        let part = &self.parts[number];
        // A damaged removal list must not lead outside.
        Ok((part, part.removed.row(index - self.encounters[number]).min(part.segment.rows() - 1)))
    }

    fn place(&self, index: usize) -> Result<(&View, usize, usize), GalleryError> {
        let count = self.finger_count();
        if index >= count {
            return Err(GalleryError::Index { what: "finger", index, count });
        }
        let number = self.part_of(&self.fingers, index);
        let part = &self.parts[number];
        let finger = part.removed.finger(index - self.fingers[number]).min(part.segment.fingers() - 1);
        Ok((part, number, finger))
    }
}

impl View {
    fn prepare_again(&self, finger: usize) -> Result<PreparedRef<'_>, GalleryError> {
        // Nobody waits: of two threads that prepare the same, one keeps what it made.
        let all = self.again.get_or_init(|| Box::new((0..self.segment.fingers()).map(|_| OnceBox::new()).collect()));
        let place = all.get(finger).ok_or_else(|| self.segment.damaged_block(finger, "no such finger".into()))?;
        Ok(place.get_or_try_init(|| self.segment.prepare(finger).map(Box::new))?.view())
    }
}

/// The log's encounters as a segment in memory.
fn image(state: &State) -> Result<Segment, GalleryError> {
    let path = state.path(state.manifest.log, super::manifest::LOG);
    let identity = Identity { magic: segment::MAGIC, gallery: state.manifest.gallery, number: state.manifest.log };
    let entries = state.tail.entries();
    let out = AlignedBytes::with_capacity(2 * state.log.end as usize);
    let built = segment::build(out, identity, &[&entries], &state.tail.tombstones());
    let built = built.map_err(|e| match e {
        BuildError::Source(e) => e,
        BuildError::Write(source) => GalleryError::Io { path: path.clone(), source },
        BuildError::TooLarge => too_large(&path),
    })?;
    Segment::open(&path, Bytes::Heap(built.out), identity, built.length, built.crc, (built.rows, built.fingers))
}
