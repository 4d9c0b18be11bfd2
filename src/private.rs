//! Files and directories for their owner alone, and making their names durable.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::path::Path;

/// How a file is opened: what is made is for its owner alone (0600).
#[cfg(unix)]
pub(crate) fn file() -> OpenOptions {
    let mut options = OpenOptions::new();
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(not(unix))]
pub(crate) fn file() -> OpenOptions {
    OpenOptions::new()
}

/// Makes a directory and those above it, for the owner alone (0700), where they are not there; returns when all their names
/// are durable.
pub(crate) fn create_dir(dir: &Path) -> io::Result<()> {
    let new: Vec<&Path> = dir.ancestors().take_while(|d| !d.as_os_str().is_empty() && !d.exists()).collect();
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(dir)?;
    // The directory's own name also where it was there: a crash may have come before its sync.
    new.into_iter().skip(1).chain([dir]).try_for_each(|made| sync_dir(parent(made)))
}

/// The directory that a path's name stands in.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    }
}

/// Returns when all names in a directory are durable.
#[cfg(unix)]
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    std::fs::File::open(dir)?.sync_all()
}

#[cfg(not(unix))]
pub(crate) fn sync_dir(_: &Path) -> io::Result<()> {
    // NTFS journals names, and Windows offers no sync of a directory.
    Ok(())
}
