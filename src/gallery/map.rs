//! Files as bytes in memory: mapped where they are immutable, aligned on the heap where they are not. The one file of the
//! gallery with `unsafe` in it.

use super::parameters::ALIGNMENT;
use memmap2::Mmap;
use std::fs::File;
use std::io;
use std::ops::Deref;

/// Immutable bytes that start at a multiple of 64.
#[derive(Debug)]
pub(super) enum Bytes {
    Mapped(Mmap),
    Heap(AlignedBytes),
}

/// Maps a whole file. Only for files of a gallery that are written once and never changed: segments and removal lists.
#[allow(unsafe_code)]
pub(super) fn map(file: &File) -> io::Result<Bytes> {
    if file.metadata()?.len() == 0 {
        return Ok(Bytes::Heap(AlignedBytes::default()));
    }
    // SAFETY: a mapping is sound as long as the file behind it is neither changed nor cut. This library writes such a
    // file under a temporary name, syncs it, renames it, and from then on only ever removes it, which leaves mappings
    // whole on Unix and fails on Windows. A stranger with the right to write into the directory can break this; the
    // directory is 0700 and SECURITY.md says so. No reference into the bytes outlives the mapping, and every value read
    // from it is a plain integer that is checked before use.
    Ok(Bytes::Mapped(unsafe { Mmap::map(file)? }))
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Bytes::Mapped(map) => map,
            Bytes::Heap(bytes) => bytes,
        }
    }
}

#[derive(Debug, Clone, Copy, Default, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C, align(64))]
struct Line([[u8; 32]; 2]);

const _: () = assert!(align_of::<Line>() == ALIGNMENT);

/// Bytes on the heap that start at a multiple of 64, written from front to back.
#[derive(Debug, Default)]
pub(super) struct AlignedBytes {
    lines: Vec<Line>,
    length: usize,
}

impl AlignedBytes {
    pub fn with_capacity(bytes: usize) -> Self {
        AlignedBytes { lines: Vec::with_capacity(bytes.div_ceil(ALIGNMENT)), length: 0 }
    }
}

impl io::Write for AlignedBytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let end = self.length + bytes.len();
        self.lines.resize(end.div_ceil(ALIGNMENT), Line::default());
        bytemuck::cast_slice_mut::<Line, u8>(&mut self.lines)[self.length..end].copy_from_slice(bytes);
        self.length = end;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Deref for AlignedBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &bytemuck::cast_slice::<Line, u8>(&self.lines)[..self.length]
    }
}
