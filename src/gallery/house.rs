//! When the writer keeps house, and how a merge that was made beside comes in.

use super::commit::{take_number, write_removed};
use super::compaction::{self, Input, Job};
use super::manifest::{self, SegmentEntry};
use super::removed::Removed;
use super::{GalleryError, Writer};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

/// A merge on a thread of its own; given up when dropped.
#[derive(Debug)]
pub(super) struct Background {
    inputs: Vec<Input>,
    number: u64,
    stop: Arc<AtomicBool>,
    /// Where the thread is: a forked child has none to wait for.
    process: u32,
    thread: Option<JoinHandle<Result<SegmentEntry, GalleryError>>>,
}

impl Background {
    fn is_done(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    fn result(mut self) -> (Vec<Input>, Result<SegmentEntry, GalleryError>) {
        let result = match self.thread.take().map(JoinHandle::join) {
            Some(Ok(result)) => result,
            _ => Err(GalleryError::Io {
                path: manifest::name(self.number, manifest::SEGMENT).into(),
                source: std::io::Error::other("the thread that merged segments ended early"),
            }),
        };
        (std::mem::take(&mut self.inputs), result)
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take()
            && self.process == std::process::id()
        {
            let _ = thread.join();
        }
    }
}

impl Writer {
    /// What is to be done between changes: make a full log a segment, take in a merge that is done, begin the next.
    pub(super) fn keep_house(&mut self) -> Result<(), GalleryError> {
        if self.background.as_ref().is_some_and(Background::is_done) {
            // Changes go on without it, and the next full log tries again.
            self.trouble = self.finish_background().err();
            if self.failed {
                return Err(GalleryError::Failed { path: self.state.dir.clone() });
            }
        }
        let rotten = self.state.tail.removed() as u64 > self.options.removed_bound;
        let full = self.log_is_full() || rotten;
        if full {
            self.roll()?;
        }
        if self.background.is_none() && (full || self.trouble.is_none()) {
            while let Some(range) = self.next_merge() {
                if self.options.background {
                    self.begin_merge(range);
                    break;
                }
                self.merge_now(range)?;
            }
        }
        Ok(())
    }

    fn next_merge(&self) -> Option<Range<usize>> {
        let parts = &self.state.parts;
        compaction::purge(parts, self.options.removed_bound)
            .or_else(|| compaction::grown(parts, self.options.log_limit as u64))
    }

    /// Numbers of files that are being written beside.
    pub(super) fn busy(&self) -> Vec<u64> {
        self.background.iter().map(|b| b.number).collect()
    }

    fn job(&mut self, range: Range<usize>) -> Result<Job, GalleryError> {
        let mut inputs = Vec::with_capacity(range.len());
        for (entry, part) in self.state.manifest.segments[range.clone()].iter().zip(&self.state.parts[range]) {
            inputs.push(Input { number: entry.number, segment: part.segment.clone(), removed: part.all_removed()? });
        }
        let number = self.state.manifest.take_number();
        let path = self.state.path(number, manifest::SEGMENT);
        Ok(Job { inputs, number, path, gallery: self.state.manifest.gallery })
    }

    /// Merges neighbours; returns when that is durable.
    pub(super) fn merge_now(&mut self, range: Range<usize>) -> Result<(), GalleryError> {
        let job = self.job(range)?;
        let entry = job.run(&self.state.storage, &AtomicBool::new(false))?;
        self.take_in(&job.inputs, entry)
    }

    fn begin_merge(&mut self, range: Range<usize>) {
        let job = match self.job(range) {
            Ok(job) => job,
            Err(e) => {
                self.trouble = Some(e);
                return;
            }
        };
        let (storage, stop) = (self.state.storage.clone(), Arc::new(AtomicBool::new(false)));
        let (inputs, number, stopped) = (job.inputs.clone(), job.number, stop.clone());
        match thread::Builder::new().name("vantay-merge".into()).spawn(move || job.run(&storage, &stopped)) {
            Ok(thread) => {
                self.background =
                    Some(Background { inputs, number, stop, process: std::process::id(), thread: Some(thread) })
            }
            Err(source) => self.trouble = Some(GalleryError::Io { path: self.state.dir.clone(), source }),
        }
    }

    /// Waits for a merge under way and takes it in.
    pub(super) fn finish_background(&mut self) -> Result<(), GalleryError> {
        let Some(background) = self.background.take() else { return Ok(()) };
        let (inputs, entry) = background.result();
        self.take_in(&inputs, entry?)
    }

    /// Puts a merged segment in the place of those that it was made of. What was removed from them since is removed from
    /// it.
    fn take_in(&mut self, inputs: &[Input], mut entry: SegmentEntry) -> Result<(), GalleryError> {
        let state = &mut self.state;
        let mut next = state.manifest.clone();
        let first = inputs.first().and_then(|i| next.segments.iter().position(|s| s.number == i.number));
        let Some(first) = first else { return Ok(()) };
        let (mut start, mut removed, mut also) = (0, BTreeSet::new(), BTreeSet::new());
        for (input, part) in inputs.iter().zip(&state.parts[first..]) {
            let row = |old: usize| input.removed.live_row(old).map(|row| start + row);
            removed.extend(part.removed.iter().filter_map(row));
            also.extend(part.also.iter().copied().filter_map(row));
            start += input.segment.rows().saturating_sub(input.removed.len());
        }
        if !removed.is_empty() {
            let part = super::state::open_part(&state.dir, &state.storage, &next, &entry)?;
            let list = Removed::new(&part.segment, removed)?;
            let number = take_number(&mut state.manifest, &mut next);
            entry.removed = Some(write_removed(&state.dir, &state.storage, &next, number, &list)?);
        }
        next.segments.splice(first..first + inputs.len(), [entry]);
        self.adopt(next)?;
        if let Some(part) = self.state.parts.get_mut(first) {
            part.also = also;
        }
        self.sweep();
        Ok(())
    }
}
