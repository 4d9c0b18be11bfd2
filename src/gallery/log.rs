//! What is newest, in batches: a batch is written, synced, marked as acknowledged and acknowledged, in this order.
//!
//! The mark is a small file of its own, written in place and not synced: it never says more than is durable. Up to where
//! it says, bytes that do not fit their checksums, or are not there, are damage; behind that they are what a crash left of
//! a batch that nobody was told of.

use super::GalleryError;
use super::container::Fault;
use super::entry::{Entry, Tombstone};
use super::fields::{array, get};
use super::parameters::OPERATION_MAX;
use std::path::Path;

pub(super) const MAGIC: [u8; 4] = *b"VTYL";
pub(super) const VERSION: u16 = 0;
pub(super) const HEADER: usize = 64;
const BATCH: [u8; 4] = *b"VTYB";
const BATCH_HEADER: usize = 32;
const MARK: [u8; 4] = *b"VTYA";
const MARK_BYTES: usize = 64;
const OPERATION: usize = 16;

/// One change.
#[derive(Debug, Clone)]
pub(super) enum Operation {
    /// An encounter that was not there.
    Insert(Entry),
    /// An encounter that takes the place of one of the same id, whether that is there, was deleted, or never was.
    Update(Entry),
    /// An encounter or a subject that goes.
    Delete(Tombstone),
}

impl Operation {
    /// About how many bytes it takes in a log.
    pub fn size(&self) -> usize {
        match self {
            Operation::Insert(entry) | Operation::Update(entry) => {
                entry.record().bytes().len() + entry.blocks.iter().map(|b| b.len() + 16).sum::<usize>()
            }
            Operation::Delete(_) => Tombstone::BYTES,
        }
    }
}

/// The start of a log.
pub(super) fn header(gallery: [u8; 16], number: u64) -> [u8; HEADER] {
    let mut out = [0; HEADER];
    out[..4].copy_from_slice(&MAGIC);
    out[4..6].copy_from_slice(&VERSION.to_le_bytes());
    out[8..24].copy_from_slice(&gallery);
    out[24..32].copy_from_slice(&number.to_le_bytes());
    let crc = crc32c::crc32c(&out[..HEADER - 4]);
    out[HEADER - 4..].copy_from_slice(&crc.to_le_bytes());
    out
}

/// The bytes of a batch at an offset of the log whose header is `header`.
pub(super) fn batch(header: &[u8; HEADER], offset: u64, operations: &[Operation]) -> Vec<u8> {
    let mut out = vec![0; BATCH_HEADER];
    for operation in operations {
        let start = out.len();
        out.resize(start + OPERATION, 0);
        out[start] = match operation {
            Operation::Insert(entry) => {
                entry.encode(&mut out);
                1
            }
            Operation::Update(entry) => {
                entry.encode(&mut out);
                2
            }
            Operation::Delete(tombstone) => {
                out.extend_from_slice(&tombstone.encode());
                3
            }
        };
        let length = (out.len() - start - OPERATION) as u64;
        out[start + 8..start + 16].copy_from_slice(&length.to_le_bytes());
    }
    let payload = crc32c::crc32c(&out[BATCH_HEADER..]);
    let length = (out.len() - BATCH_HEADER) as u64;
    out[..4].copy_from_slice(&BATCH);
    out[4..8].copy_from_slice(&(operations.len() as u32).to_le_bytes());
    out[8..16].copy_from_slice(&length.to_le_bytes());
    out[16..24].copy_from_slice(&offset.to_le_bytes());
    out[24..28].copy_from_slice(&payload.to_le_bytes());
    let crc = chained(header, &out[..28]);
    out[28..32].copy_from_slice(&crc.to_le_bytes());
    out
}

/// A mark: what was acknowledged of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub gallery: [u8; 16],
    /// The log's number.
    pub log: u64,
    /// The end of the last batch that was acknowledged.
    pub end: u64,
}

impl Mark {
    pub fn encode(&self) -> [u8; MARK_BYTES] {
        let mut out = [0; MARK_BYTES];
        out[..4].copy_from_slice(&MARK);
        out[4..6].copy_from_slice(&VERSION.to_le_bytes());
        out[8..24].copy_from_slice(&self.gallery);
        out[24..32].copy_from_slice(&self.log.to_le_bytes());
        out[32..40].copy_from_slice(&self.end.to_le_bytes());
        let crc = crc32c::crc32c(&out[..MARK_BYTES - 4]);
        out[MARK_BYTES - 4..].copy_from_slice(&crc.to_le_bytes());
        out
    }

    pub fn decode(path: &Path, bytes: &[u8]) -> Result<Self, GalleryError> {
        let fault = Fault { path, bytes };
        fault.magic(0, MARK, "mark")?;
        let (expected, actual) = (MARK_BYTES as u64, bytes.len() as u64);
        if expected != actual {
            return Err(GalleryError::Length { path: path.into(), expected, actual });
        }
        fault.checksum(0..MARK_BYTES - 4, MARK_BYTES - 4, "the mark")?;
        let mark = Mark { gallery: array(bytes, 8).unwrap_or_default(), log: get(bytes, 24), end: get(bytes, 32) };
        if mark.encode() != bytes {
            return Err(fault.damaged(0, "the mark", "another version of it, or bytes that must be 0"));
        }
        Ok(mark)
    }
}

/// A checksum that also depends on which log it is.
fn chained(header: &[u8; HEADER], bytes: &[u8]) -> u32 {
    crc32c::crc32c_append(get(header, HEADER - 4), bytes)
}

/// A log, read.
#[derive(Debug)]
pub(super) struct Replay {
    pub operations: Vec<Operation>,
    /// The end of the last whole batch.
    pub end: u64,
    /// Bytes behind `end`: what a crash left of something that was never acknowledged.
    pub torn: u64,
}

/// Reads a log, of which everything before `acknowledged` must be there, and whole batches behind that.
pub(super) fn replay(
    path: &Path,
    bytes: &[u8],
    gallery: [u8; 16],
    number: u64,
    acknowledged: u64,
) -> Result<Replay, GalleryError> {
    let fault = Fault { path, bytes };
    fault.magic(0, MAGIC, "log")?;
    let found = get::<u16>(bytes, 4);
    if found != VERSION {
        return Err(GalleryError::Version { path: path.into(), what: "log", found, supported: VERSION });
    }
    fault.checksum(0..HEADER - 4, HEADER - 4, "the header")?;
    let header = header(gallery, number);
    if bytes[..HEADER] != header {
        return Err(fault.damaged(8, "the header", "it is another gallery's log, or under another's name"));
    }
    let mut operations = Vec::new();
    let mut end = HEADER;
    while end < bytes.len() {
        match read_batch(&fault, &header, end) {
            Ok((more, next)) => {
                operations.extend(more);
                end = next;
            }
            Err(damage) if (end as u64) < acknowledged => return Err(damage),
            Err(_) => break,
        }
    }
    let (actual, end) = (bytes.len() as u64, end as u64);
    if end < acknowledged {
        return Err(GalleryError::Length { path: path.into(), expected: acknowledged, actual });
    }
    Ok(Replay { operations, end, torn: actual - end })
}

fn read_batch(fault: &Fault<'_>, header: &[u8; HEADER], start: usize) -> Result<(Vec<Operation>, usize), GalleryError> {
    let bytes = fault.bytes;
    fault.magic(start, BATCH, "batch")?;
    let Some(head) = array::<BATCH_HEADER>(bytes, start) else {
        return Err(fault.damaged(start, "a batch", "its header reaches beyond the log's end"));
    };
    let (expected, actual) = (get::<u32>(&head, 28), chained(header, &head[..28]));
    if expected != actual {
        return Err(fault.mismatch(start, "a batch's header", expected, actual));
    }
    let end = get::<u64>(&head, 8).checked_add((start + BATCH_HEADER) as u64).filter(|&end| end <= bytes.len() as u64);
    let (Some(end), true) = (end, get::<u64>(&head, 16) == start as u64) else {
        return Err(fault.damaged(start, "a batch", "it reaches beyond the log's end, or belongs elsewhere"));
    };
    let payload = start + BATCH_HEADER..end as usize;
    fault.checksum(payload.clone(), start + 24, "a batch")?;
    let mut operations = Vec::new();
    let mut offset = payload.start;
    while offset < payload.end {
        let length = get::<u64>(bytes, offset + 8);
        let body = offset + OPERATION;
        let end = usize::try_from(length).ok().filter(|&l| l <= OPERATION_MAX && l <= payload.end.saturating_sub(body));
        let Some(end) = end.map(|l| body + l) else {
            return Err(fault.damaged(offset, "an operation", format!("its {length} bytes reach beyond its batch")));
        };
        let entry = || Entry::decode(&bytes[body..end]).map_err(|(o, why)| fault.damaged(body + o, "an insert", why));
        operations.push(match bytes[offset] {
            1 => Operation::Insert(entry()?),
            2 => Operation::Update(entry()?),
            3 => array(&bytes[body..end], 0)
                .and_then(|b| Tombstone::decode(&b))
                .map(Operation::Delete)
                .ok_or_else(|| fault.damaged(body, "a deletion", "its bytes are none"))?,
            kind => return Err(fault.damaged(offset, "an operation", format!("kind {kind}; 1 to 3 are known"))),
        });
        offset = end;
    }
    let (told, found) = (get::<u32>(&head, 4) as usize, operations.len());
    if told != found {
        return Err(fault.damaged(start, "a batch", format!("{found} operations, {told} told")));
    }
    Ok((operations, payload.end))
}
