use super::parameters::{LOG_LIMIT, REMOVED_BOUND};

/// How a [`Writer`](super::Writer) keeps house.
#[derive(Debug, Clone, PartialEq, Eq)]
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
}

impl Default for Options {
    fn default() -> Self {
        Options { log_limit: LOG_LIMIT, removed_bound: REMOVED_BOUND, background: true }
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
}
