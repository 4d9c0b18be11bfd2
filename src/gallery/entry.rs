//! What one insert leaves: a record (an encounter's bytes, its version, where it came from) and a prepared block a finger.

use super::content::{self, Captured};
use super::fields::{align, array, get};
use super::{Encounter, EncounterId, SubjectId};

/// Bytes of a record before its content.
pub(super) const ENVELOPE: usize = 32;

/// A record's bytes: checksum, length of the content, version, origin, content.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a>(&'a [u8]);

impl<'a> Record<'a> {
    /// The record at the start of `bytes`, whose lengths fit; its checksum is not looked at.
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        let length = get::<u32>(bytes, 4) as usize;
        let record = bytes.get(..ENVELOPE.checked_add(length)?)?;
        (length >= content::MIN).then_some(Record(record))
    }

    pub fn bytes(&self) -> &'a [u8] {
        self.0
    }

    pub fn content(&self) -> &'a [u8] {
        &self.0[ENVELOPE..]
    }

    pub fn version(&self) -> u64 {
        get(self.0, 8)
    }

    /// The gallery that it came to first.
    pub fn origin(&self) -> [u8; 16] {
        array(self.0, 16).unwrap_or_default()
    }

    /// The checksum that stands in it, and the one that its bytes give.
    pub fn checksums(&self) -> (u32, u32) {
        (get(self.0, 0), crc32c::crc32c(&self.0[4..]))
    }

    /// The encounter, or where in the record and why it is none.
    pub fn decode(&self) -> Result<Encounter, (usize, String)> {
        content::decode(self.content()).map_err(|(offset, why)| (ENVELOPE + offset, why))
    }
}

/// One insert, before it is in a segment.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    record: Vec<u8>,
    pub blocks: Vec<Vec<u8>>,
}

impl Entry {
    /// `content` is of [`content::encode`], `blocks` are of its captured fingers, `origin` is the gallery that it came to
    /// first.
    pub fn new(content: &[u8], version: u64, origin: [u8; 16], blocks: Vec<Vec<u8>>) -> Self {
        let mut record = vec![0; ENVELOPE + content.len()];
        record[4..8].copy_from_slice(&(content.len() as u32).to_le_bytes());
        record[8..16].copy_from_slice(&version.to_le_bytes());
        record[ENVELOPE..].copy_from_slice(content);
        let mut entry = Entry { record, blocks };
        entry.set_origin(origin);
        entry
    }

    /// Another gallery that it came to first.
    pub fn set_origin(&mut self, origin: [u8; 16]) {
        self.record[16..32].copy_from_slice(&origin);
        let crc = crc32c::crc32c(&self.record[4..]);
        self.record[..4].copy_from_slice(&crc.to_le_bytes());
    }

    /// A record as it is, with the blocks of its captured fingers.
    pub fn of(record: Record<'_>, blocks: Vec<Vec<u8>>) -> Self {
        Entry { record: record.bytes().to_vec(), blocks }
    }

    pub fn record(&self) -> Record<'_> {
        Record(&self.record)
    }

    pub fn content(&self) -> &[u8] {
        &self.record[ENVELOPE..]
    }

    pub fn subject(&self) -> SubjectId {
        content::key(self.content()).0
    }

    pub fn id(&self) -> EncounterId {
        content::key(self.content()).1
    }

    pub fn captured(&self) -> Vec<Captured> {
        content::captured(self.content())
    }

    /// Bytes in the log: the record, then length and bytes of each block, all at multiples of 8.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.record);
        out.resize(align(out.len(), 8), 0);
        for block in &self.blocks {
            out.extend_from_slice(&(block.len() as u64).to_le_bytes());
            out.extend_from_slice(block);
            out.resize(align(out.len(), 8), 0);
        }
    }

    /// The reverse of [`Entry::encode`], or where and why not.
    pub fn decode(bytes: &[u8]) -> Result<Self, (usize, String)> {
        let record = Record::new(bytes).ok_or((0, "the record is longer than the insert".to_string()))?;
        let (expected, actual) = record.checksums();
        if expected != actual {
            return Err((0, format!("the record's checksum is {expected:08x}, its bytes give {actual:08x}")));
        }
        record.decode()?;
        let mut blocks = Vec::new();
        let mut offset = align(record.bytes().len(), 8);
        while offset < bytes.len() {
            let length = usize::try_from(get::<u64>(bytes, offset)).unwrap_or(usize::MAX);
            let end = (offset + 8).checked_add(length);
            let block = end.and_then(|end| bytes.get(offset + 8..end));
            blocks.push(block.ok_or((offset, "a prepared block is longer than the insert".to_string()))?.to_vec());
            offset = align(offset + 8 + length, 8);
        }
        let entry = Entry { record: record.bytes().to_vec(), blocks };
        let fingers = entry.captured().len();
        if fingers != entry.blocks.len() {
            return Err((0, format!("{fingers} fingers and {} prepared blocks", entry.blocks.len())));
        }
        Ok(entry)
    }
}

/// What a deletion leaves, so that no older copy comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Tombstone {
    pub of: Deleted,
    /// Copies up to this version are deleted.
    pub version: u64,
}

/// What was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Deleted {
    Encounter(EncounterId),
    Subject(SubjectId),
}

impl Tombstone {
    pub const BYTES: usize = 32;

    /// Bytes whose order is the order of what was deleted.
    pub fn encode(&self) -> [u8; Self::BYTES] {
        let (kind, id) = match self.of {
            Deleted::Encounter(id) => (1, id.0),
            Deleted::Subject(id) => (2, id.0.into()),
        };
        let mut out = [0; Self::BYTES];
        out[0] = kind;
        out[8..24].copy_from_slice(&id.to_be_bytes());
        out[24..].copy_from_slice(&self.version.to_le_bytes());
        out
    }

    pub fn decode(bytes: &[u8; Self::BYTES]) -> Option<Self> {
        let id = u128::from_be_bytes(super::fields::array(bytes, 8)?);
        let of = match bytes[0] {
            1 => Deleted::Encounter(EncounterId(id)),
            2 => Deleted::Subject(SubjectId(u64::try_from(id).ok()?)),
            _ => return None,
        };
        let tombstone = Tombstone { of, version: get(bytes, 24) };
        (tombstone.encode() == *bytes).then_some(tombstone)
    }
}
