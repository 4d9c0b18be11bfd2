//! The small file that says which files are the gallery: written beside, synced, then renamed over the old one.

use super::GalleryError;
use super::container::Fault;
use super::fields::{array, get};
use std::path::Path;

pub(super) const NAME: &str = "MANIFEST";
pub(super) const NEXT: &str = "MANIFEST.next";
pub(super) const MARK: &str = "ACKNOWLEDGED";
pub(super) const LOCK: &str = "LOCK";
pub(super) const MAGIC: [u8; 4] = *b"VTYM";
pub(super) const VERSION: u16 = 0;
const HEADER: usize = 64;
const ENTRY: usize = 64;

/// What a gallery is, at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Manifest {
    /// Sixteen random bytes, the same for ever.
    pub gallery: [u8; 16],
    /// One more with each manifest.
    pub generation: u64,
    /// No version in the segments is above it.
    pub clock: u64,
    /// The number of the next new file.
    pub next: u64,
    /// The number of the log.
    pub log: u64,
    pub segments: Vec<SegmentEntry>,
}

/// A segment and what is removed from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SegmentEntry {
    pub number: u64,
    pub length: u64,
    pub crc: u32,
    pub rows: u32,
    pub fingers: u32,
    pub removed: Option<RemovedEntry>,
}

/// A removal list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RemovedEntry {
    /// Never 0.
    pub number: u64,
    pub length: u64,
    pub crc: u32,
    pub rows: u32,
    pub fingers: u32,
}

impl Manifest {
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER + ENTRY * self.segments.len() + 4);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&VERSION.to_le_bytes());
        out.extend_from_slice(&[0; 2]);
        out.extend_from_slice(&self.gallery);
        for v in [self.generation, self.clock, self.next, self.log] {
            out.extend_from_slice(&v.to_le_bytes());
        }
        out.extend_from_slice(&(self.segments.len() as u32).to_le_bytes());
        out.extend_from_slice(&[0; 4]);
        for s in &self.segments {
            let r = s.removed.unwrap_or(RemovedEntry { number: 0, length: 0, crc: 0, rows: 0, fingers: 0 });
            for v in [s.number, s.length, r.number, r.length] {
                out.extend_from_slice(&v.to_le_bytes());
            }
            for v in [s.crc, s.rows, s.fingers, r.crc, r.rows, r.fingers, 0, 0] {
                out.extend_from_slice(&v.to_le_bytes());
            }
        }
        out.extend_from_slice(&crc32c::crc32c(&out).to_le_bytes());
        out
    }

    pub fn decode(path: &Path, bytes: &[u8]) -> Result<Self, GalleryError> {
        let fault = Fault { path, bytes };
        let what = "manifest";
        fault.magic(0, MAGIC, what)?;
        match get::<u16>(bytes, 4) {
            VERSION => {}
            found => return Err(GalleryError::Version { path: path.into(), what, found, supported: VERSION }),
        }
        let count = get::<u32>(bytes, 56);
        let expected = HEADER as u64 + ENTRY as u64 * u64::from(count) + 4;
        if bytes.len() as u64 != expected {
            return Err(GalleryError::Length { path: path.into(), expected, actual: bytes.len() as u64 });
        }
        let end = bytes.len() - 4;
        fault.checksum(0..end, end, "the manifest")?;
        let segments: Vec<_> = bytes[HEADER..end].chunks_exact(ENTRY).map(SegmentEntry::decode).collect();
        let manifest = Manifest {
            gallery: array(bytes, 8).unwrap_or_default(),
            generation: get(bytes, 24),
            clock: get(bytes, 32),
            next: get(bytes, 40),
            log: get(bytes, 48),
            segments,
        };
        let numbers = manifest.numbers();
        if numbers.iter().any(|&n| n == 0 || n >= manifest.next) || manifest.encode() != bytes {
            return Err(fault.damaged(0, "the manifest", "it names files that cannot be, or has bytes that must be 0"));
        }
        Ok(manifest)
    }

    /// The numbers of all files.
    pub fn numbers(&self) -> Vec<u64> {
        let removed = self.segments.iter().filter_map(|s| s.removed).map(|r| r.number);
        self.segments.iter().map(|s| s.number).chain(removed).chain([self.log]).collect()
    }

    /// A number that no file has had.
    pub fn take_number(&mut self) -> u64 {
        self.next += 1;
        self.next - 1
    }
}

impl SegmentEntry {
    fn decode(bytes: &[u8]) -> Self {
        let [crc, rows, fingers, removed_crc, removed_rows, removed_fingers] =
            [32, 36, 40, 44, 48, 52].map(|offset| get::<u32>(bytes, offset));
        let removed = RemovedEntry {
            number: get(bytes, 16),
            length: get(bytes, 24),
            crc: removed_crc,
            rows: removed_rows,
            fingers: removed_fingers,
        };
        let removed = (removed.number != 0).then_some(removed);
        SegmentEntry { number: get(bytes, 0), length: get(bytes, 8), crc, rows, fingers, removed }
    }
}

/// The name of a file by its number.
pub(super) fn name(number: u64, kind: &str) -> String {
    format!("{number:010}.{kind}")
}

pub(super) const SEGMENT: &str = "segment";
pub(super) const REMOVED: &str = "removed";
pub(super) const LOG: &str = "log";

/// The number in a name that [`name`] gives.
pub(super) fn number(file: &str) -> Option<u64> {
    let (number, kind) = file.split_once('.')?;
    let known = [SEGMENT, REMOVED, LOG].contains(&kind);
    number.parse().ok().filter(|&n| known && name(n, kind) == file)
}
