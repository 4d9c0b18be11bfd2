//! The few file operations that a gallery makes, behind a trait, so that tests can lose, tear and reorder them.

use super::map::{Bytes, map};
use crate::private;
use std::fmt::Debug;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

/// A place where files live.
pub(super) trait Storage: Debug + Send + Sync {
    /// Makes the directory and those above it, for the owner alone, their names durable; fine where it is there.
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
        private::create_dir(dir)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn Sink>> {
        Ok(Box::new(private::file().create_new(true).append(true).open(path)?))
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn Sink>> {
        Ok(Box::new(private::file().append(true).open(path)?))
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
        private::file().create(true).truncate(false).write(true).open(path)?.write_all(bytes)
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

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        private::sync_dir(dir)
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn Debug + Send + Sync>>> {
        let file = private::file().create(true).truncate(false).write(true).open(path)?;
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
