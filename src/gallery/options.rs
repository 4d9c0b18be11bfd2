use super::GalleryError;
use super::parameters::{LOG_LIMIT, REMOVED_BOUND};
use crate::engine::Engine;
use std::sync::Arc;

/// How a [`Writer`](super::Writer) keeps house, and where it prepares templates.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// Bytes after which the log becomes a segment: the longer, the fewer files, and the longer an opening takes.
    pub log_limit: usize,
    /// How many updated or deleted encounters may still stand in the files: with more, the writer begins to write the
    /// segments that hold them anew without them. 0 begins at each removal's segment at once.
    /// [`Writer::compact`](super::Writer::compact) leaves none.
    pub removed_bound: u64,
    /// Whether segments are merged on a thread of the writer's own. Otherwise a change waits now and then.
    pub background: bool,
    /// Whose threads prepare templates for the matcher; none: those of the rayon pool that a call runs in.
    pub engine: Option<Arc<Engine>>,
}

impl Default for Options {
    fn default() -> Self {
        Options { log_limit: LOG_LIMIT, removed_bound: REMOVED_BOUND, background: true, engine: None }
    }
}

impl Options {
    /// With another [`Options::log_limit`].
    pub fn log_limit(mut self, bytes: usize) -> Self {
        self.log_limit = bytes;
        self
    }

    /// With another [`Options::removed_bound`].
    pub fn removed_bound(mut self, encounters: u64) -> Self {
        self.removed_bound = encounters;
        self
    }

    /// With [`Options::background`] or without.
    pub fn background(mut self, background: bool) -> Self {
        self.background = background;
        self
    }

    /// With the threads of an engine.
    pub fn engine(mut self, engine: Arc<Engine>) -> Self {
        self.engine = Some(engine);
        self
    }
}

/// Runs what a writer does in parallel.
pub(super) fn run<T: Send>(
    engine: Option<&Engine>,
    job: impl FnOnce() -> Result<T, GalleryError> + Send,
) -> Result<T, GalleryError> {
    match engine {
        Some(engine) => engine.run(job)?,
        None => job(),
    }
}
