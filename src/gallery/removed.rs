//! Which rows of a segment are no longer there, and how the others are numbered without them.

use super::GalleryError;
use super::container::{Container, ContainerWriter, Identity};
use super::fields::{array, get};
use super::map::Bytes;
use super::segment::{Segment, lower_bound};
use std::io::{self, Write};
use std::path::Path;

pub(super) const MAGIC: [u8; 4] = *b"VTYD";
const COLUMN: u32 = 1;
const ROW: usize = 12;

/// Removed rows of a segment, ascending: of each the row, its first finger, and how many fingers the ones before it had.
#[derive(Debug, Default)]
pub(super) struct Removed {
    rows: Rows,
    /// Fingers of all removed rows.
    fingers: usize,
}

#[derive(Debug)]
enum Rows {
    Mapped(Container),
    Heap(Vec<u8>),
}

impl Default for Rows {
    fn default() -> Self {
        Rows::Heap(Vec::new())
    }
}

impl Removed {
    /// The rows of a segment, ascending.
    pub fn new(segment: &Segment, rows: impl IntoIterator<Item = usize>) -> Result<Self, GalleryError> {
        let (mut bytes, mut fingers) = (Vec::new(), 0);
        for row in rows {
            let range = segment.fingers_of(row)?;
            for v in [row, range.start, fingers] {
                bytes.extend_from_slice(&(v as u32).to_le_bytes());
            }
            fingers += range.len();
        }
        Ok(Removed { rows: Rows::Heap(bytes), fingers })
    }

    pub fn open(
        path: &Path,
        bytes: Bytes,
        identity: Identity,
        (length, crc): (u64, u32),
        (rows, fingers): (u64, u64),
        segment: &Segment,
    ) -> Result<Self, GalleryError> {
        let file = Container::open(path, bytes, identity, length, crc)?;
        let column = file.column(COLUMN);
        let actual = column.rows(ROW, "the removal list")? as u64;
        if actual != rows || rows > segment.rows() as u64 || fingers > segment.fingers() as u64 {
            let why = format!("{actual} rows and {fingers} fingers, {rows} rows expected");
            return Err(column.damaged(0, "the removal list", why));
        }
        Ok(Removed { fingers: fingers as usize, rows: Rows::Mapped(file) })
    }

    pub fn write<W: Write>(&self, out: W, identity: Identity) -> io::Result<(W, u64, u32)> {
        let mut file = ContainerWriter::new(out, identity)?;
        file.column(COLUMN)?;
        file.write_all(self.bytes())?;
        file.finish()
    }

    pub fn file(&self) -> Option<&Container> {
        match &self.rows {
            Rows::Mapped(file) => Some(file),
            Rows::Heap(_) => None,
        }
    }

    fn bytes(&self) -> &[u8] {
        match &self.rows {
            Rows::Mapped(file) => file.column(COLUMN).bytes,
            Rows::Heap(bytes) => bytes,
        }
    }

    /// How many rows are removed.
    pub fn len(&self) -> usize {
        self.bytes().len() / ROW
    }

    pub fn fingers(&self) -> usize {
        self.fingers
    }

    fn at(&self, i: usize) -> [usize; 3] {
        let row: [u8; ROW] = array(self.bytes(), i * ROW).unwrap_or_default();
        [0, 4, 8].map(|offset| get::<u32>(&row, offset) as usize)
    }

    /// All removed rows.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.len()).map(|i| self.at(i)[0])
    }

    /// The row that is number `live` among those that are left.
    pub fn row(&self, live: usize) -> usize {
        live + lower_bound(self.len(), |i| self.at(i)[0].saturating_sub(i) <= live)
    }

    /// The number of a row among those that are left; `None` where it is removed.
    pub fn live_row(&self, row: usize) -> Option<usize> {
        let before = lower_bound(self.len(), |i| self.at(i)[0] < row);
        let gone = before < self.len() && self.at(before)[0] == row;
        if gone { None } else { row.checked_sub(before) }
    }

    /// The finger that is number `live` among those of the rows that are left.
    pub fn finger(&self, live: usize) -> usize {
        let before = lower_bound(self.len(), |i| {
            let [_, first, before] = self.at(i);
            first.saturating_sub(before) <= live
        });
        live + self.fingers_before(before)
    }

    /// The number of a finger, of a row that is left, among those of all rows that are left.
    pub fn live_finger(&self, finger: usize) -> usize {
        let before = lower_bound(self.len(), |i| self.at(i)[1] < finger);
        // A removed row without fingers may share its first finger with the next row: it removes none.
        finger.saturating_sub(self.fingers_before(before))
    }

    fn fingers_before(&self, i: usize) -> usize {
        if i < self.len() { self.at(i)[2] } else { self.fingers }
    }
}
