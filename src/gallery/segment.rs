//! Encounters in columns: what every search reads lies contiguous, apart from what only candidates need.

use super::GalleryError;
use super::container::{Column, Container, ContainerWriter, Identity};
use super::content::{self, Captured};
use super::entry::{Deleted, Entry, Record, Tombstone};
use super::fields::{array, get};
use super::manifest::SegmentEntry;
use super::map::Bytes;
use super::parameters::ALIGNMENT;
use super::{EncounterId, SubjectId};
use crate::matching::Prepared;
use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

pub(super) const MAGIC: [u8; 4] = *b"VTYS";

/// The columns' names.
mod column {
    pub const KEYS: u32 = 1;
    pub const RECORDS: u32 = 2;
    pub const FINGERS: u32 = 3;
    pub const PREPARED: u32 = 4;
    pub const BY_ENCOUNTER: u32 = 5;
    pub const BY_SUBJECT: u32 = 6;
    pub const TOMBSTONES: u32 = 7;
}

const KEY: usize = 48;
const FINGER: usize = 24;
const BY_ENCOUNTER: usize = 20;
const BY_SUBJECT: usize = 12;

/// A row of the key column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    pub subject: SubjectId,
    pub id: EncounterId,
    pub version: u64,
    record: u64,
    first_finger: u32,
    pub tags: u16,
}

/// A row of the finger column.
#[derive(Debug, Clone, Copy)]
pub(super) struct FingerRow {
    pub encounter: u32,
    pub captured: Captured,
    block: u32,
    length: u32,
    crc: u32,
}

/// Where rows of a new segment come from.
pub(super) trait Source {
    fn rows(&self) -> usize;
    fn record(&self, row: usize) -> Result<Record<'_>, GalleryError>;
    /// The prepared blocks of a row's captured fingers.
    fn blocks(&self, row: usize) -> Result<Vec<std::borrow::Cow<'_, [u8]>>, GalleryError>;
}

impl Source for Vec<&Entry> {
    fn rows(&self) -> usize {
        self.len()
    }

    fn record(&self, row: usize) -> Result<Record<'_>, GalleryError> {
        Ok(self[row].record())
    }

    fn blocks(&self, row: usize) -> Result<Vec<std::borrow::Cow<'_, [u8]>>, GalleryError> {
        Ok(self[row].blocks.iter().map(|b| b.as_slice().into()).collect())
    }
}

/// What a new segment turned out to be.
#[derive(Debug)]
pub(super) struct Built<W> {
    pub out: W,
    pub length: u64,
    pub crc: u32,
    pub rows: u64,
    pub fingers: u64,
}

impl<W> Built<W> {
    /// What the manifest says of it.
    pub fn entry(&self, number: u64) -> SegmentEntry {
        // `build` counts both in 32 bits.
        let (rows, fingers) = (self.rows as u32, self.fingers as u32);
        SegmentEntry { number, length: self.length, crc: self.crc, rows, fingers, removed: None }
    }
}

/// Writes a segment; `tombstones` in their order. Errors of writing come as [`io::Error`] inside, those of a source as
/// they are.
pub(super) fn build<W: Write>(
    out: W,
    identity: Identity,
    sources: &[&(dyn Source + '_)],
    tombstones: &[Tombstone],
) -> Result<Built<W>, BuildError> {
    let mut file = ContainerWriter::new(out, identity)?;
    let (mut keys, mut fingers) = (Vec::new(), Vec::new());
    let (mut by_encounter, mut by_subject) = (Vec::new(), Vec::new());
    let mut finger_count = 0u32;

    file.column(column::RECORDS)?;
    let mut offset = 0u64;
    for source in sources {
        for row in 0..source.rows() {
            let record = source.record(row)?;
            let (subject, id, tags) = content::key(record.content());
            let number = u32::try_from(by_encounter.len()).map_err(|_| BuildError::TooLarge)?;
            by_encounter.push((id.0, number));
            by_subject.push((subject.0, number));
            keys.extend_from_slice(&subject.0.to_le_bytes());
            keys.extend_from_slice(&id.0.to_le_bytes());
            keys.extend_from_slice(&record.version().to_le_bytes());
            keys.extend_from_slice(&offset.to_le_bytes());
            keys.extend_from_slice(&finger_count.to_le_bytes());
            keys.extend_from_slice(&tags.to_le_bytes());
            keys.extend_from_slice(&[0; 2]);
            for finger in content::captured(record.content()) {
                fingers.extend_from_slice(&number.to_le_bytes());
                fingers.extend_from_slice(&[finger.position, finger.quality]);
                fingers.extend_from_slice(&finger.extractor.to_le_bytes());
                fingers.extend_from_slice(&[0; 16]);
                finger_count = finger_count.checked_add(1).ok_or(BuildError::TooLarge)?;
            }
            file.write_all(record.bytes())?;
            file.pad(8)?;
            offset += record.bytes().len().next_multiple_of(8) as u64;
        }
    }

    file.column(column::PREPARED)?;
    let mut rows = fingers.chunks_exact_mut(FINGER);
    let mut line = 0u32;
    for source in sources {
        for row in 0..source.rows() {
            for (block, finger) in source.blocks(row)?.iter().zip(&mut rows) {
                let length = u32::try_from(block.len()).map_err(|_| BuildError::TooLarge)?;
                finger[8..12].copy_from_slice(&line.to_le_bytes());
                finger[12..16].copy_from_slice(&length.to_le_bytes());
                finger[16..20].copy_from_slice(&crc32c::crc32c(block).to_le_bytes());
                file.write_all(block)?;
                file.pad(ALIGNMENT)?;
                let lines = block.len().div_ceil(ALIGNMENT) as u32;
                line = line.checked_add(lines).ok_or(BuildError::TooLarge)?;
            }
        }
    }

    file.column(column::FINGERS)?;
    file.write_all(&fingers)?;
    file.column(column::KEYS)?;
    file.write_all(&keys)?;
    by_encounter.sort_unstable();
    file.column(column::BY_ENCOUNTER)?;
    for (id, row) in &by_encounter {
        file.write_all(&id.to_be_bytes())?;
        file.write_all(&row.to_le_bytes())?;
    }
    by_subject.sort_unstable();
    file.column(column::BY_SUBJECT)?;
    for (subject, row) in &by_subject {
        file.write_all(&subject.to_le_bytes())?;
        file.write_all(&row.to_le_bytes())?;
    }
    file.column(column::TOMBSTONES)?;
    for tombstone in tombstones {
        file.write_all(&tombstone.encode())?;
    }
    let (rows, fingers) = (by_encounter.len() as u64, u64::from(finger_count));
    let (out, length, crc) = file.finish()?;
    Ok(Built { out, length, crc, rows, fingers })
}

/// Why a segment could not be written.
#[derive(Debug)]
pub(super) enum BuildError {
    Write(io::Error),
    Source(GalleryError),
    TooLarge,
}

impl From<io::Error> for BuildError {
    fn from(e: io::Error) -> Self {
        BuildError::Write(e)
    }
}

impl From<GalleryError> for BuildError {
    fn from(e: GalleryError) -> Self {
        BuildError::Source(e)
    }
}

/// A segment to be read.
#[derive(Debug)]
pub(super) struct Segment {
    file: Container,
    rows: usize,
    fingers: usize,
}

impl Segment {
    /// Checks header, footer and directory, and that the columns have the lengths that `rows` and `fingers` want.
    pub fn open(
        path: &Path,
        bytes: Bytes,
        identity: Identity,
        length: u64,
        crc: u32,
        (rows, fingers): (u64, u64),
    ) -> Result<Self, GalleryError> {
        let file = Container::open(path, bytes, identity, length, crc)?;
        let widths = [
            (column::KEYS, KEY, rows, "the key column"),
            (column::FINGERS, FINGER, fingers, "the finger column"),
            (column::BY_ENCOUNTER, BY_ENCOUNTER, rows, "the encounter index"),
            (column::BY_SUBJECT, BY_SUBJECT, rows, "the subject index"),
        ];
        for (id, width, expected, what) in widths {
            let column = file.column(id);
            let actual = column.rows(width, what)? as u64;
            if actual != expected {
                return Err(column.damaged(0, what, format!("{actual} rows, {expected} expected")));
            }
        }
        file.column(column::TOMBSTONES).rows(Tombstone::BYTES, "the tombstones")?;
        // Both fit: so many rows are in memory.
        Ok(Segment { file, rows: rows as usize, fingers: fingers as usize })
    }

    pub fn file(&self) -> &Container {
        &self.file
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn fingers(&self) -> usize {
        self.fingers
    }

    /// The key of a row below [`Segment::rows`].
    pub fn key(&self, row: usize) -> Key {
        let bytes = self.file.column(column::KEYS).row::<KEY>(row).unwrap_or([0; KEY]);
        Key {
            subject: SubjectId(get(&bytes, 0)),
            id: EncounterId(get(&bytes, 8)),
            version: get(&bytes, 24),
            record: get(&bytes, 32),
            first_finger: get(&bytes, 40),
            tags: get(&bytes, 44),
        }
    }

    /// The captured fingers of a row.
    pub fn fingers_of(&self, row: usize) -> Result<Range<usize>, GalleryError> {
        let start = self.key(row).first_finger as usize;
        let end = if row + 1 < self.rows { self.key(row + 1).first_finger as usize } else { self.fingers };
        if start <= end && end <= self.fingers {
            return Ok(start..end);
        }
        let why = format!("fingers {start} to {end} of {}", self.fingers);
        Err(self.file.column(column::KEYS).damaged(row * KEY, "a key", why))
    }

    /// The record of a row, its checksum compared.
    pub fn record(&self, row: usize) -> Result<Record<'_>, GalleryError> {
        let (key, column) = (self.key(row), self.file.column(column::RECORDS));
        let offset = usize::try_from(key.record).unwrap_or(usize::MAX);
        let record = column.bytes.get(offset..).and_then(Record::new);
        let record = record.ok_or_else(|| column.damaged(offset, "a record", "it reaches beyond its column"))?;
        let (expected, actual) = record.checksums();
        if expected != actual {
            return Err(column.mismatch(offset, "a record", expected, actual));
        }
        let (subject, id, tags) = content::key(record.content());
        if (subject, id, tags, record.version()) != (key.subject, key.id, key.tags, key.version) {
            return Err(column.damaged(offset, "a record", "it is not the one that its key tells"));
        }
        Ok(record)
    }

    /// The offset of a row's record in the file, for errors about what is in it.
    pub fn damaged_record(&self, row: usize, offset: usize, why: String) -> GalleryError {
        let start = usize::try_from(self.key(row).record).unwrap_or(usize::MAX);
        self.file.column(column::RECORDS).damaged(start.saturating_add(offset), "a record", why)
    }

    /// A row of the finger column below [`Segment::fingers`].
    pub fn finger(&self, index: usize) -> Result<FingerRow, GalleryError> {
        let column = self.file.column(column::FINGERS);
        let bytes = column.row::<FINGER>(index).unwrap_or([0; FINGER]);
        let captured = Captured { position: bytes[4], quality: bytes[5], extractor: get(&bytes, 6) };
        let row = FingerRow {
            encounter: get(&bytes, 0),
            captured,
            block: get(&bytes, 8),
            length: get(&bytes, 12),
            crc: get(&bytes, 16),
        };
        if row.encounter as usize >= self.rows || captured.position > 10 || captured.quality > 100 {
            return Err(column.damaged(
                index * FINGER,
                "a finger's row",
                "its encounter, position or quality cannot be",
            ));
        }
        Ok(row)
    }

    /// The prepared block of a finger, its checksum not looked at.
    pub fn block(&self, index: usize) -> Result<&[u8], GalleryError> {
        let row = self.finger(index)?;
        let column = self.file.column(column::PREPARED);
        column.slice(row.block as usize * ALIGNMENT, row.length as usize, "a prepared block")
    }

    /// The prepared block of a finger, its checksum compared.
    pub fn checked_block(&self, index: usize) -> Result<&[u8], GalleryError> {
        let (row, block) = (self.finger(index)?, self.block(index)?);
        let actual = crc32c::crc32c(block);
        if actual == row.crc {
            return Ok(block);
        }
        Err(self.file.column(column::PREPARED).mismatch(
            row.block as usize * ALIGNMENT,
            "a prepared block",
            row.crc,
            actual,
        ))
    }

    /// Prepares a finger from its template, where its block is of another version of the matcher.
    pub fn prepare(&self, index: usize) -> Result<Prepared, GalleryError> {
        let row = self.finger(index)?.encounter as usize;
        let encounter = self.record(row)?.decode().map_err(|(offset, why)| self.damaged_record(row, offset, why))?;
        let number = index.checked_sub(self.fingers_of(row)?.start);
        let template = number.and_then(|number| encounter.templates().nth(number));
        template.map(Prepared::new).ok_or_else(|| self.damaged_block(index, "its encounter has no such finger".into()))
    }

    /// An error about a finger's block.
    pub fn damaged_block(&self, index: usize, why: String) -> GalleryError {
        let block = self.finger(index).map_or(0, |row| row.block as usize * ALIGNMENT);
        self.file.column(column::PREPARED).damaged(block, "a prepared block", why)
    }

    /// The row of an encounter.
    pub fn find_encounter(&self, id: EncounterId) -> Result<Option<usize>, GalleryError> {
        let (index, wanted) = (self.file.column(column::BY_ENCOUNTER), id.0.to_be_bytes());
        let at = lower_bound(self.rows, |i| index.row::<BY_ENCOUNTER>(i).is_some_and(|r| r[..16] < wanted[..]));
        match index.row::<BY_ENCOUNTER>(at) {
            Some(found) if found[..16] == wanted => {
                self.indexed(index, at * BY_ENCOUNTER, get(&found, 16), |k| k.id == id)
            }
            _ => Ok(None),
        }
    }

    /// The rows of a subject, ascending.
    pub fn find_subject(&self, subject: SubjectId) -> Result<Vec<usize>, GalleryError> {
        let index = self.file.column(column::BY_SUBJECT);
        let at = |i: usize| index.row::<BY_SUBJECT>(i).map_or(u64::MAX, |r| get(&r, 0));
        let start = lower_bound(self.rows, |i| at(i) < subject.0);
        let mut found = Vec::new();
        for i in start..self.rows {
            if at(i) != subject.0 {
                break;
            }
            let row = index.row::<BY_SUBJECT>(i).map_or(0, |r| get(&r, 8));
            found.extend(self.indexed(index, i * BY_SUBJECT, row, |k| k.subject == subject)?);
        }
        Ok(found)
    }

    fn indexed(
        &self,
        index: Column<'_>,
        offset: usize,
        row: u32,
        fits: impl Fn(Key) -> bool,
    ) -> Result<Option<usize>, GalleryError> {
        let row = row as usize;
        if row < self.rows && fits(self.key(row)) {
            return Ok(Some(row));
        }
        Err(index.damaged(offset, "an index", format!("row {row} of {} is not the one looked for", self.rows)))
    }

    /// The version up to which something was deleted, as far as this segment knows.
    pub fn find_tombstone(&self, of: Deleted) -> Option<u64> {
        let wanted = Tombstone { of, version: 0 }.encode();
        let column = self.file.column(column::TOMBSTONES);
        let row = |i| column.row::<{ Tombstone::BYTES }>(i);
        let at = lower_bound(column.bytes.len() / Tombstone::BYTES, |i| row(i).is_some_and(|r| r[..24] < wanted[..24]));
        row(at).filter(|r| r[..24] == wanted[..24]).map(|r| get(&r, 24))
    }

    /// All tombstones, in their order.
    pub fn tombstones(&self) -> Result<Vec<Tombstone>, GalleryError> {
        let column = self.file.column(column::TOMBSTONES);
        let decode = |(i, bytes): (usize, &[u8])| {
            array(bytes, 0).and_then(|bytes| Tombstone::decode(&bytes)).ok_or_else(|| {
                column.damaged(i * Tombstone::BYTES, "a tombstone", "no such kind, or bytes that are not 0")
            })
        };
        column.bytes.chunks_exact(Tombstone::BYTES).enumerate().map(decode).collect()
    }
}

/// The first index below `count` for which `before` is false, where all for which it is true come first.
pub(super) fn lower_bound(count: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}
