//! Making changes durable: few through the log, many through a segment of their own.

use super::container::Identity;
use super::files::{new_log, remove_strays, swap, write_file};
use super::log::{self, Mark, Operation};
use super::manifest::{self, Manifest, RemovedEntry, SegmentEntry};
use super::parameters::LOG_REMOVALS;
use super::removed::{self, Removed};
use super::segment::BuildError;
use super::state::{LogEnd, Part, State, open_part};
use super::storage::{Sink, Storage};
use super::tail::Tail;
use super::{GalleryError, Writer, segment};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

impl Writer {
    /// All or nothing; returns when it is durable.
    pub(super) fn commit(&mut self, operations: Vec<Operation>) -> Result<(), GalleryError> {
        if operations.is_empty() {
            return Ok(());
        }
        let size: usize = operations.iter().map(Operation::size).sum();
        if size <= self.options.log_limit {
            self.keep_house()?;
            return self.commit_to_log(operations);
        }
        let applied = operations.into_iter().try_for_each(|operation| self.state.apply(operation));
        applied.and_then(|()| self.try_roll()).map_err(|e| self.start_again(e))?;
        self.keep_house()
    }

    /// Whether the log is to become a segment before more comes to it.
    pub(super) fn log_is_full(&self) -> bool {
        let limit = self.options.log_limit as u64;
        self.state.log.end > limit.max(log::HEADER as u64) || self.state.tail.removals > LOG_REMOVALS
    }

    fn commit_to_log(&mut self, operations: Vec<Operation>) -> Result<(), GalleryError> {
        let path = self.state.path(self.state.manifest.log, manifest::LOG);
        let header = log::header(self.state.manifest.gallery, self.state.manifest.log);
        let end = self.state.log.end;
        let bytes = log::batch(&header, end, &operations);
        let failed = |source| GalleryError::Write { path, offset: end, length: bytes.len() as u64, source };
        if let Err(e) = self.log.write_all(&bytes) {
            // What was written of it goes; where even that fails, the next writer does it.
            self.failed = self.log.cut(end).is_err();
            return Err(failed(e));
        }
        if let Err(e) = self.log.sync() {
            // What the disk holds is unknown from here on, and syncing again would prove nothing.
            self.failed = true;
            return Err(failed(e));
        }
        let end = end + bytes.len() as u64;
        mark(&mut self.state, end);
        operations.into_iter().try_for_each(|operation| self.state.apply(operation)).inspect_err(|_| self.failed = true)
    }

    /// Makes a segment of the log and begins a new one.
    pub(super) fn roll(&mut self) -> Result<(), GalleryError> {
        self.try_roll().map_err(|e| self.start_again(e))
    }

    /// Reads back what the files say after a change to them failed.
    fn start_again(&mut self, error: GalleryError) -> GalleryError {
        match (self.failed, recover(&self.state.dir, &self.state.storage, &self.busy())) {
            (false, Ok((mut state, log))) => {
                // Numbers of files that may be lying about are not used again.
                state.manifest.next = state.manifest.next.max(self.state.manifest.next);
                (self.state, self.log) = (state, log);
            }
            _ => self.failed = true,
        }
        error
    }

    fn try_roll(&mut self) -> Result<(), GalleryError> {
        let state = &mut self.state;
        let mut next = state.manifest.clone();
        next.clock = next.clock.max(state.tail.clock);
        for (i, part) in state.parts.iter().enumerate().filter(|(_, part)| !part.also.is_empty()) {
            let number = take_number(&mut state.manifest, &mut next);
            let list = write_removed(&state.dir, &state.storage, &next, number, &*part.all_removed()?)?;
            if let Some(entry) = next.segments.get_mut(i) {
                entry.removed = Some(list);
            }
        }
        if !state.tail.is_empty() {
            let number = take_number(&mut state.manifest, &mut next);
            next.segments.push(write_tail(state, number)?);
        }
        next.log = take_number(&mut state.manifest, &mut next);
        let log = new_log(&state.dir, &state.storage, &next)?;
        self.adopt(next)?;
        self.log = log;
        self.state.log = LogEnd { end: log::HEADER as u64, acknowledged: 0, torn: 0 };
        self.state.tail = Tail::default();
        self.sweep();
        Ok(())
    }

    /// Makes a manifest the gallery's, and opens what is new in it. Rows that the log takes from segments that stay the
    /// same stay taken.
    pub(super) fn adopt(&mut self, mut next: Manifest) -> Result<(), GalleryError> {
        next.generation += 1;
        let state = &mut self.state;
        swap(&state.dir, &state.storage, &next).map_err(|(e, unknown)| {
            self.failed |= unknown;
            e
        })?;
        let mut parts = Vec::with_capacity(next.segments.len());
        for entry in &next.segments {
            let at = state.manifest.segments.iter().position(|e| e == entry);
            parts.push(match at.and_then(|at| state.parts.get_mut(at)) {
                Some(Part { segment, removed, also }) => {
                    Part { segment: segment.clone(), removed: removed.clone(), also: std::mem::take(also) }
                }
                // The manifest is in place: without its files there is no going on.
                None => open_part(&state.dir, &state.storage, &next, entry).inspect_err(|_| self.failed = true)?,
            });
        }
        (state.manifest, state.parts) = (next, parts);
        Ok(())
    }

    /// Removes files that are no longer named.
    pub(super) fn sweep(&self) {
        let state = &self.state;
        if let Ok(names) = state.storage.list(&state.dir) {
            let keep = [state.manifest.numbers(), self.busy()].concat();
            remove_strays(&state.dir, &state.storage, &names, &keep);
        }
    }
}

/// Marks all before `end` as acknowledged. Where that cannot be written, less is known for certain, and nothing is lost.
fn mark(state: &mut State, end: u64) {
    let mark = Mark { gallery: state.manifest.gallery, log: state.manifest.log, end };
    let _ = state.storage.overwrite(&state.dir.join(manifest::MARK), &mark.encode());
    state.log = LogEnd { end, acknowledged: end, torn: 0 };
}

/// A number that no file has had, taken in the manifest that is and in the one to be, so that it is not used again even if
/// that one never comes.
pub(super) fn take_number(now: &mut Manifest, next: &mut Manifest) -> u64 {
    let number = now.next;
    now.next += 1;
    next.next = now.next;
    number
}

/// Writes a removal list.
pub(super) fn write_removed(
    dir: &Path,
    storage: &Arc<dyn Storage>,
    manifest: &Manifest,
    number: u64,
    list: &Removed,
) -> Result<RemovedEntry, GalleryError> {
    let identity = Identity { magic: removed::MAGIC, gallery: manifest.gallery, number };
    let path = dir.join(manifest::name(number, manifest::REMOVED));
    let (rows, fingers) = (list.len() as u32, list.fingers() as u32);
    write_file(storage, &path, |out| {
        let (_, length, crc) = list.write(out, identity)?;
        Ok(RemovedEntry { number, length, crc, rows, fingers })
    })
}

/// Writes the log's encounters and tombstones as a segment.
fn write_tail(state: &State, number: u64) -> Result<SegmentEntry, GalleryError> {
    write_file(&state.storage, &state.path(number, manifest::SEGMENT), |out| tail_segment(state, number, out))
}

/// The same, to anywhere.
pub(super) fn tail_segment<W: Write>(state: &State, number: u64, out: W) -> Result<SegmentEntry, BuildError> {
    let identity = Identity { magic: segment::MAGIC, gallery: state.manifest.gallery, number };
    let (entries, tombstones) = (state.tail.entries(), state.tail.tombstones());
    Ok(segment::build(out, identity, &[&entries], &tombstones)?.entry(number))
}

/// Reads the files, and puts the log's end in order. `busy` are numbers of files that are being written.
pub(super) fn recover(
    dir: &Path,
    storage: &Arc<dyn Storage>,
    busy: &[u64],
) -> Result<(State, Box<dyn Sink>), GalleryError> {
    let mut state = State::load(dir, storage)?;
    let path = state.path(state.manifest.log, manifest::LOG);
    let mut log = storage.append(&path).map_err(GalleryError::io(&path))?;
    let LogEnd { end, acknowledged, torn } = state.log;
    if torn > 0 {
        log.cut(end).map_err(GalleryError::io(&path))?;
        state.log.torn = 0;
    }
    if torn > 0 || acknowledged < end {
        // A whole batch behind the mark may have been written and not synced before the crash.
        log.sync().map_err(GalleryError::io(&path))?;
        mark(&mut state, end);
    }
    if let Ok(names) = storage.list(dir) {
        remove_strays(dir, storage, &names, &[state.manifest.numbers(), busy.to_vec()].concat());
    }
    Ok((state, log))
}
