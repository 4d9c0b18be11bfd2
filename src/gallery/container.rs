//! Columns in one immutable file: what segments and removal lists are made of. `FORMAT.md` has the diagram.

use super::GalleryError;
use super::fields::{align, array, get};
use super::map::Bytes;
use super::parameters::{ALIGNMENT, BLOCK};
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

pub(super) const VERSION: u16 = 0;
const HEADER: usize = 64;
const FOOTER: usize = 64;
const ENTRY: usize = 32;
const END: [u8; 4] = *b"VTYE";
/// More columns than any version is likely to have: a bound for the reader.
const MAX_COLUMNS: u32 = 256;

/// What a file is, and whose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity {
    pub magic: [u8; 4],
    pub gallery: [u8; 16],
    pub number: u64,
}

impl Identity {
    fn what(&self) -> &'static str {
        if self.magic == *b"VTYS" { "segment" } else { "removal list" }
    }

    fn header(&self) -> [u8; HEADER] {
        let mut header = [0; HEADER];
        header[..4].copy_from_slice(&self.magic);
        header[4..6].copy_from_slice(&VERSION.to_le_bytes());
        header[8..24].copy_from_slice(&self.gallery);
        header[24..32].copy_from_slice(&self.number.to_le_bytes());
        let crc = crc32c::crc32c(&header[..HEADER - 4]);
        header[HEADER - 4..].copy_from_slice(&crc.to_le_bytes());
        header
    }
}

/// Writes a file from front to back: header, columns, directory, block table, footer.
pub(super) struct ContainerWriter<W> {
    out: W,
    position: usize,
    block: u32,
    table: Vec<u8>,
    directory: Vec<(u32, usize, usize)>,
}

impl<W: Write> ContainerWriter<W> {
    pub fn new(out: W, identity: Identity) -> io::Result<Self> {
        let mut new = ContainerWriter { out, position: 0, block: 0, table: Vec::new(), directory: Vec::new() };
        new.put(&identity.header())?;
        Ok(new)
    }

    /// What is written from now on is this column's.
    pub fn column(&mut self, id: u32) -> io::Result<()> {
        self.close_column()?;
        self.directory.push((id, self.position, 0));
        Ok(())
    }

    /// Fills up with zeros to a multiple of `unit` (at most 64) from the start of the file.
    pub fn pad(&mut self, unit: usize) -> io::Result<()> {
        self.put(&[0; ALIGNMENT][..align(self.position, unit) - self.position])
    }

    fn close_column(&mut self) -> io::Result<()> {
        if let Some((_, start, length)) = self.directory.last_mut() {
            *length = self.position - *start;
        }
        self.pad(ALIGNMENT)
    }

    fn put(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let room = BLOCK - self.position % BLOCK;
            let (now, rest) = bytes.split_at(room.min(bytes.len()));
            self.out.write_all(now)?;
            self.block = crc32c::crc32c_append(self.block, now);
            self.position += now.len();
            if self.position.is_multiple_of(BLOCK) {
                self.close_block();
            }
            bytes = rest;
        }
        Ok(())
    }

    fn close_block(&mut self) {
        self.table.extend_from_slice(&self.block.to_le_bytes());
        self.block = 0;
    }

    /// Ends the file; its length and the checksum of its footer, which stands for the whole file.
    pub fn finish(mut self) -> io::Result<(W, u64, u32)> {
        self.close_column()?;
        let start = self.position;
        let mut entries = Vec::with_capacity(self.directory.len() * ENTRY);
        for &(id, offset, length) in &self.directory {
            entries.extend_from_slice(&id.to_le_bytes());
            entries.extend_from_slice(&[0; 4]);
            entries.extend_from_slice(&(offset as u64).to_le_bytes());
            entries.extend_from_slice(&(length as u64).to_le_bytes());
            entries.extend_from_slice(&[0; 8]);
        }
        self.put(&entries)?;
        self.pad(ALIGNMENT)?;
        if !self.position.is_multiple_of(BLOCK) {
            self.close_block();
        }
        let length = self.position + self.table.len() + FOOTER;
        let mut footer = [0; FOOTER];
        footer[0..8].copy_from_slice(&(start as u64).to_le_bytes());
        footer[8..16].copy_from_slice(&(self.position as u64).to_le_bytes());
        footer[16..24].copy_from_slice(&(length as u64).to_le_bytes());
        footer[24..28].copy_from_slice(&(self.directory.len() as u32).to_le_bytes());
        footer[28..32].copy_from_slice(&crc32c::crc32c(&entries).to_le_bytes());
        footer[32..36].copy_from_slice(&crc32c::crc32c(&self.table).to_le_bytes());
        footer[56..60].copy_from_slice(&END);
        let crc = crc32c::crc32c(&footer[..FOOTER - 4]);
        footer[60..].copy_from_slice(&crc.to_le_bytes());
        self.out.write_all(&self.table)?;
        self.out.write_all(&footer)?;
        Ok((self.out, length as u64, crc))
    }
}

impl<W: Write> Write for ContainerWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.put(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A file whose header, footer and directory were checked; the columns were not touched.
#[derive(Debug)]
pub(super) struct Container {
    path: PathBuf,
    bytes: Bytes,
    columns: Vec<(u32, Range<usize>)>,
    table: Range<usize>,
}

impl Container {
    /// Checks what says where everything is. `length` and `crc` are what the manifest says of the file.
    pub fn open(path: &Path, bytes: Bytes, identity: Identity, length: u64, crc: u32) -> Result<Self, GalleryError> {
        let what = identity.what();
        let actual = bytes.len() as u64;
        let fault = Fault { path, bytes: &bytes };
        fault.magic(0, identity.magic, what)?;
        let found = get::<u16>(&bytes, 4);
        if found != VERSION {
            return Err(GalleryError::Version { path: path.into(), what, found, supported: VERSION });
        }
        if actual != length {
            return Err(GalleryError::Length { path: path.into(), expected: length, actual });
        }
        if bytes.len() < HEADER + FOOTER {
            return Err(GalleryError::Truncated { path: path.into(), offset: 0, what, length });
        }
        fault.checksum(0..HEADER - 4, HEADER - 4, "the header")?;
        if bytes[..HEADER] != identity.header() {
            return Err(fault.damaged(8, "the header", "it is another gallery's file, or under another's name"));
        }
        let end = bytes.len() - FOOTER;
        fault.magic(end + 56, END, "footer's end")?;
        fault.checksum(end..bytes.len() - 4, bytes.len() - 4, "the footer")?;
        let footer = &bytes[end..];
        if get::<u32>(footer, 60) != crc {
            return Err(fault.damaged(end, "the footer", "it is not the one that the manifest names"));
        }
        let (start, table) = (get::<u64>(footer, 0), get::<u64>(footer, 8));
        let blocks = table.div_ceil(BLOCK as u64);
        if get::<u64>(footer, 16) != length || table.checked_add(blocks * 4) != Some(end as u64) {
            return Err(fault.damaged(end, "the footer", "the places that it names are not in the file"));
        }
        let table = table as usize..end;
        let count = get::<u32>(footer, 24);
        let entries = start.checked_add(u64::from(count) * ENTRY as u64).filter(|&e| e <= table.start as u64);
        let (Some(entries), true) = (entries, count <= MAX_COLUMNS) else {
            return Err(fault.damaged(end, "the footer", "the directory that it names is not in the file"));
        };
        let directory = start as usize..entries as usize;
        fault.checksum(directory.clone(), end + 28, "the directory")?;
        let mut columns = Vec::with_capacity(count as usize);
        for offset in directory.step_by(ENTRY) {
            let (at, length) = (get::<u64>(&bytes, offset + 8), get::<u64>(&bytes, offset + 16));
            match at.checked_add(length) {
                Some(e) if e <= start && at >= HEADER as u64 && at.is_multiple_of(ALIGNMENT as u64) => {
                    columns.push((get::<u32>(&bytes, offset), at as usize..e as usize));
                }
                _ => return Err(fault.damaged(offset, "the directory", "a column that it names is not in the file")),
            }
        }
        Ok(Container { path: path.into(), bytes, columns, table })
    }

    /// The whole file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn length(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes of a column; empty where the file has none of that name.
    pub fn column(&self, id: u32) -> Column<'_> {
        let range = self.columns.iter().find(|(c, _)| *c == id).map_or(0..0, |(_, r)| r.clone());
        Column { container: self, start: range.start, bytes: &self.bytes[range] }
    }

    /// Reads every byte and compares it with the block table: the offset of the first block that differs.
    pub fn verify(&self) -> Result<(), GalleryError> {
        let fault = Fault { path: &self.path, bytes: &self.bytes };
        fault.checksum(self.table.clone(), self.bytes.len() - FOOTER + 32, "the block table")?;
        for (i, block) in self.bytes[..self.table.start].chunks(BLOCK).enumerate() {
            let expected = get::<u32>(&self.bytes, self.table.start + 4 * i);
            let actual = crc32c::crc32c(block);
            if actual != expected {
                return Err(fault.mismatch(i * BLOCK, "this block", expected, actual));
            }
        }
        Ok(())
    }
}

/// One column of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column<'a> {
    container: &'a Container,
    start: usize,
    pub bytes: &'a [u8],
}

impl<'a> Column<'a> {
    /// The row of a given width; `None` beyond the end.
    pub fn row<const N: usize>(&self, index: usize) -> Option<[u8; N]> {
        array(self.bytes, index.checked_mul(N)?)
    }

    /// Rows of a width, where nothing is left over.
    pub fn rows(&self, width: usize, what: &'static str) -> Result<usize, GalleryError> {
        if !self.bytes.len().is_multiple_of(width) {
            return Err(self.damaged(0, what, "the column's length is no multiple of its rows'"));
        }
        Ok(self.bytes.len() / width)
    }

    /// A piece of the column.
    pub fn slice(&self, offset: usize, length: usize, what: &'static str) -> Result<&'a [u8], GalleryError> {
        offset
            .checked_add(length)
            .and_then(|end| self.bytes.get(offset..end))
            .ok_or_else(|| self.damaged(offset, what, "it reaches beyond its column"))
    }

    /// That something at an offset of this column cannot be.
    pub fn damaged(&self, offset: usize, what: &'static str, why: impl Into<String>) -> GalleryError {
        let offset = (self.start as u64).saturating_add(offset as u64);
        GalleryError::Damaged { path: self.container.path.clone(), offset, what, why: why.into() }
    }

    /// That the bytes at an offset of this column do not give their checksum.
    pub fn mismatch(&self, offset: usize, what: &'static str, expected: u32, actual: u32) -> GalleryError {
        let offset = (self.start + offset) as u64;
        GalleryError::Checksum { path: self.container.path.clone(), offset, what, expected, actual }
    }
}

/// Makes errors of a file's bytes.
pub(super) struct Fault<'a> {
    pub path: &'a Path,
    pub bytes: &'a [u8],
}

impl Fault<'_> {
    pub fn magic(&self, offset: usize, expected: [u8; 4], what: &'static str) -> Result<(), GalleryError> {
        let (path, length) = (self.path.into(), self.bytes.len() as u64);
        match array(self.bytes, offset) {
            Some(found) if found == expected => Ok(()),
            Some(found) => Err(GalleryError::Magic { path, offset: offset as u64, what, expected, found }),
            None => Err(GalleryError::Truncated { path, offset: offset as u64, what, length }),
        }
    }

    /// Compares the CRC32C of a range with the one that stands at an offset.
    pub fn checksum(&self, range: Range<usize>, at: usize, what: &'static str) -> Result<(), GalleryError> {
        let (Some(bytes), Some(expected)) = (self.bytes.get(range.clone()), array(self.bytes, at)) else {
            let (path, length) = (self.path.into(), self.bytes.len() as u64);
            return Err(GalleryError::Truncated { path, offset: range.start as u64, what, length });
        };
        let (expected, actual) = (u32::from_le_bytes(expected), crc32c::crc32c(bytes));
        if expected == actual { Ok(()) } else { Err(self.mismatch(range.start, what, expected, actual)) }
    }

    pub fn mismatch(&self, offset: usize, what: &'static str, expected: u32, actual: u32) -> GalleryError {
        GalleryError::Checksum { path: self.path.into(), offset: offset as u64, what, expected, actual }
    }

    pub fn damaged(&self, offset: usize, what: &'static str, why: impl Into<String>) -> GalleryError {
        GalleryError::Damaged { path: self.path.into(), offset: offset as u64, what, why: why.into() }
    }
}
