//! Neighbouring segments → one, without what was removed from them. Written beside, while readers and the writer go on.

use super::GalleryError;
use super::container::Identity;
use super::entry::{Deleted, Record, Tombstone};
use super::files::write_file;
use super::manifest::SegmentEntry;
use super::parameters::{MERGE_FAN, MERGE_MAX, REMOVED_SHARE};
use super::removed::Removed;
use super::segment::{self, Segment, Source};
use super::state::Part;
use super::storage::Storage;
use crate::matching::{MatchError, PreparedRef};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Segments to be merged, as they were when it began.
#[derive(Debug)]
pub(super) struct Job {
    pub inputs: Vec<Input>,
    /// Of the new segment.
    pub number: u64,
    pub path: PathBuf,
    pub gallery: [u8; 16],
}

/// A segment without what is removed from it.
#[derive(Debug, Clone)]
pub(super) struct Input {
    pub number: u64,
    pub segment: Arc<Segment>,
    pub removed: Arc<Removed>,
}

impl Job {
    /// Writes the new segment and syncs it. `stop` ends it with an error.
    pub fn run(&self, storage: &Arc<dyn Storage>, stop: &AtomicBool) -> Result<SegmentEntry, GalleryError> {
        let identity = Identity { magic: segment::MAGIC, gallery: self.gallery, number: self.number };
        let sources: Vec<&dyn Source> = self.inputs.iter().map(|input| input as &dyn Source).collect();
        let tombstones = tombstones(&self.inputs)?;
        write_file(storage, &self.path, |out| {
            let built = segment::build(Stoppable { out, stop }, identity, &sources, &tombstones)?;
            Ok(built.entry(self.number))
        })
    }
}

/// What segments know as deleted, in its order.
pub(super) fn tombstones(inputs: &[Input]) -> Result<Vec<Tombstone>, GalleryError> {
    let mut latest = BTreeMap::<Deleted, u64>::new();
    for input in inputs {
        for Tombstone { of, version } in input.segment.tombstones()? {
            let known = latest.entry(of).or_default();
            *known = version.max(*known);
        }
    }
    let mut all: Vec<_> = latest.into_iter().map(|(of, version)| Tombstone { of, version }).collect();
    all.sort_unstable_by_key(Tombstone::encode);
    Ok(all)
}

impl Source for Input {
    fn rows(&self) -> usize {
        self.segment.rows().saturating_sub(self.removed.len())
    }

    fn record(&self, row: usize) -> Result<Record<'_>, GalleryError> {
        self.segment.record(self.row(row))
    }

    fn blocks(&self, row: usize) -> Result<Vec<Cow<'_, [u8]>>, GalleryError> {
        let block = |finger| {
            let block = self.segment.checked_block(finger)?;
            match PreparedRef::from_bytes(block) {
                // The one time at which a gallery's blocks are brought to this build's version.
                Err(MatchError::PreparedVersion { .. }) => Ok(self.segment.prepare(finger)?.into_bytes().into()),
                _ => Ok(block.into()),
            }
        };
        self.segment.fingers_of(self.row(row))?.map(block).collect()
    }
}

impl Input {
    fn row(&self, live: usize) -> usize {
        self.removed.row(live).min(self.segment.rows().saturating_sub(1))
    }
}

/// The segment to write anew because too much is removed, if any: `bound` is how many removed rows may stay in all.
pub(super) fn purge(parts: &[Part], bound: u64) -> Option<Range<usize>> {
    let gone = |i: &usize| parts[*i].removed.len() + parts[*i].also.len();
    let worst = (0..parts.len()).max_by_key(gone).filter(|i| gone(i) > 0)?;
    let over = (0..parts.len()).map(|i| gone(&i)).sum::<usize>() as u64 > bound;
    let share = gone(&worst) * REMOVED_SHARE > parts[worst].segment.rows();
    (over || share).then_some(worst..worst + 1)
}

/// The last segments, where so many are no larger than some power of the fan that they are to be one. `unit` is about
/// the size of the smallest.
pub(super) fn grown(parts: &[Part], unit: u64) -> Option<Range<usize>> {
    let sizes: Vec<u64> = parts.iter().map(size).collect();
    let mut limit = unit.max(1).saturating_mul(2);
    while limit <= MERGE_MAX {
        let start = sizes.iter().rposition(|&s| s > limit).map_or(0, |i| i + 1);
        if sizes.len() - start >= MERGE_FAN && sizes[start..].iter().sum::<u64>() <= MERGE_MAX {
            return Some(start..sizes.len());
        }
        limit = limit.saturating_mul(MERGE_FAN as u64);
    }
    None
}

/// What is left to do until nothing removed is in any segment, and no segment stands before comparable ones: a merge
/// never writes more than some times what it merges into the largest.
pub(super) fn everything(parts: &[Part]) -> Option<Range<usize>> {
    let mut end = parts.len();
    while end > 0 {
        let (mut start, mut total) = (end - 1, size(&parts[end - 1]));
        while start > 0 {
            let before = size(&parts[start - 1]);
            if before > total.saturating_mul(MERGE_FAN as u64) || before + total > MERGE_MAX {
                break;
            }
            (start, total) = (start - 1, before + total);
        }
        if end - start > 1 {
            return Some(start..end);
        }
        end = start;
    }
    parts.iter().position(|part| part.removed.len() + part.also.len() > 0).map(|i| i..i + 1)
}

fn size(part: &Part) -> u64 {
    part.segment.file().length() as u64
}

/// Ends writing when told to.
struct Stoppable<'a, W> {
    out: &'a mut W,
    stop: &'a AtomicBool,
}

impl<W: Write> Write for Stoppable<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(io::Error::other("the writer was closed"));
        }
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
