//! The few file operations that a gallery makes, behind a trait, so that tests can lose, tear and reorder them.

use super::map::{Bytes, map};
use std::fmt::Debug;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A place where files live.
pub(super) trait Storage: Debug + Send + Sync {
    /// Makes the directory, for the owner alone; fine where it is there.
    fn create_dir(&self, dir: &Path) -> io::Result<()>;
    /// A new, empty file for the owner alone; an error where one of that name is there.
    fn create(&self, path: &Path) -> io::Result<Box<dyn Sink>>;
    /// A file to append to.
    fn append(&self, path: &Path) -> io::Result<Box<dyn Sink>>;
    /// All bytes of a file as it is now; an error where there are more than `limit`.
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>>;
    /// The bytes of a file that never changes.
    fn map(&self, path: &Path) -> io::Result<Bytes>;
    /// Writes over the start of a file, or makes it; nothing is synced.
    fn overwrite(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Names of all files in the directory.
    fn list(&self, dir: &Path) -> io::Result<Vec<String>>;
    /// Returns when all names in the directory are durable.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;
    /// The writer's lock, freed when dropped or when the process ends; `None` where another one holds it.
    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn Debug + Send + Sync>>>;
    /// Microseconds since 1970-01-01 UTC.
    fn now(&self) -> u64;
}

/// A file that is being written.
pub(super) trait Sink: Write + Debug + Send + Sync {
    /// Returns when all that was written is durable.
    fn sync(&mut self) -> io::Result<()>;
    /// Cuts the file.
    fn cut(&mut self, length: u64) -> io::Result<()>;
}

/// The file system.
#[derive(Debug)]
pub(super) struct Disk;

pub(super) fn disk() -> Arc<dyn Storage> {
    Arc::new(Disk)
}

impl Storage for Disk {
    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(dir)?;
        // The new directory's own name must be durable too.
        self.sync_dir(&parent(dir))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn Sink>> {
        Ok(Box::new(private().create_new(true).append(true).open(path)?))
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn Sink>> {
        Ok(Box::new(private().append(true).open(path)?))
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        if length > limit {
            let why = format!("the file has {length} bytes, at most {limit} make sense here");
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        }
        let mut bytes = Vec::with_capacity(length as usize);
        // Only what was there when the length was asked for: a writer may be adding to it.
        Read::by_ref(&mut file).take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn map(&self, path: &Path) -> io::Result<Bytes> {
        map(&File::open(path)?)
    }

    fn overwrite(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        private().create(true).truncate(false).write(true).open(path)?.write_all(bytes)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        fs::read_dir(dir)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }

    #[cfg(unix)]
    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        File::open(dir)?.sync_all()
    }

    #[cfg(not(unix))]
    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        // NTFS journals names, and Windows offers no sync of a directory.
        Ok(())
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn Debug + Send + Sync>>> {
        let file = private().create(true).truncate(false).write(true).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Box::new(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(e)) => Err(e),
        }
    }

    fn now(&self) -> u64 {
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |d| u64::try_from(d.as_micros()).unwrap_or(u64::MAX))
    }
}

impl Sink for File {
    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }
}

#[cfg(unix)]
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(not(unix))]
pub(super) fn private() -> OpenOptions {
    OpenOptions::new()
}

fn parent(dir: &Path) -> PathBuf {
    match dir.parent() {
        Some(p) if p.as_os_str().is_empty() => PathBuf::from("."),
        Some(p) => p.into(),
        None => dir.into(),
    }
}
