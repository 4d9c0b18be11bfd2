//! Every number that was chosen, in one place.

/// Every column starts at a multiple of this, and so does every prepared block: a cache line, and the widest register.
pub(super) const ALIGNMENT: usize = 64;

/// Bytes that one checksum of a segment's block table covers. Small enough to name a place, large enough that the table
/// costs next to nothing (1/16,384 of the file).
pub(super) const BLOCK: usize = 64 << 10;

/// Bytes after which the log becomes a segment. Each opening reads the log, and 4 MiB (about 200 encounters of ten
/// fingers) are read, checked and indexed in about 3 ms (`cargo bench --bench open`).
pub(super) const LOG_LIMIT: usize = 4 << 20;

/// Updates and deletes after which the log becomes a segment: each opening looks them up in every segment.
pub(super) const LOG_REMOVALS: usize = 512;

/// No log is longer than this: a batch that would make it so goes straight into a segment. A reader refuses longer ones.
pub(super) const LOG_MAX: u64 = 64 << 20;

/// Bytes of one insert in the log at most: 255 fingers of some KiB each. A reader refuses longer ones.
pub(super) const OPERATION_MAX: usize = 16 << 20;

/// A manifest is never longer: 64 bytes a segment.
pub(super) const MANIFEST_MAX: u64 = 1 << 20;

/// How often an opening starts again when the manifest changed meanwhile. Each try sees a newer generation, which takes
/// the writer two syncs; on a file system in memory, and where the reader waits for its turn, it may be many.
pub(super) const OPEN_TRIES: usize = 1000;

/// Updated or deleted encounters that may stand in the files before they are compacted away, unless the caller says
/// otherwise: enough that a day's corrections do not rewrite a nation's segments every hour.
pub(super) const REMOVED_BOUND: u64 = 1000;

/// A segment of which more than one row in so many is removed is written anew, whatever the bound.
pub(super) const REMOVED_SHARE: usize = 4;

/// So many neighbours of one size, or smaller ones, are merged into one; sizes are powers of it. A gallery of 100 million
/// fingers then has some tens of segments.
pub(super) const MERGE_FAN: usize = 8;

/// No merge makes a larger segment: 2³² rows and 256 GiB of prepared blocks are the format's limit, and a merge needs
/// memory for its indexes and finger rows (about 2 % of its bytes).
pub(super) const MERGE_MAX: u64 = 32 << 30;

/// How long a commit waits at most for inserts that are on their way: some syncs of a slow disk. It also never waits longer
/// than the last commit took, so that an insert takes at most twice as long as alone; and not at all where there was only
/// one at a time.
pub(super) const GROUP_WAIT: std::time::Duration = std::time::Duration::from_millis(50);

/// Inserts that share a sync at most.
pub(super) const GROUP_MAX: usize = 1024;

/// Bytes of a merge between galleries that are committed in one step, as a segment of their own: large enough that syncs do
/// not count, small enough to be held in memory.
pub(super) const MERGE_BATCH: usize = 64 << 20;

/// How far ahead of this machine's clock a gallery that is merged may be, in microseconds: a day, more than any time zone
/// that was set wrong twice.
pub(super) const MERGE_CLOCK: u64 = 86_400_000_000;

/// Bytes of a line of an import at most: an encounter's, in Base64 twice over.
pub(super) const IMPORT_LINE: u64 = 32 << 20;

/// Lines of an import that are inserted in one step: as many as share the cost of a sync.
pub(super) const IMPORT_BATCH: usize = 1024;
