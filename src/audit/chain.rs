use super::line::{encode, origin};
use super::{AuditError, Event, Head};
use crate::private;
use blake3::Hash;
use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::{Error, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The chain of this process: entries are appended and never changed.
#[derive(Debug)]
pub struct Audit {
    path: PathBuf,
    name: String,
    file: File,
    head: Hash,
    entries: u64,
    process: u32,
    failed: bool,
}

impl Audit {
    /// Begins a chain in a directory, which is made where it is not there (0700; files are 0600).
    ///
    /// # Errors
    /// What the operating system says.
    pub fn create(dir: impl AsRef<Path>) -> Result<Self, AuditError> {
        let (dir, process) = (dir.as_ref(), std::process::id());
        private::create_dir(dir).map_err(AuditError::io(dir))?;
        // Two chains of one process in one microsecond are told apart by chance, and `create_new` by the system.
        let chance = RandomState::new().hash_one(process);
        let name = format!("{:020}-{process}-{chance:016x}.audit", now());
        let path = dir.join(&name);
        let file = private::file().create_new(true).append(true).open(&path).map_err(AuditError::io(&path))?;
        private::sync_dir(dir).map_err(AuditError::io(dir))?;
        Ok(Audit { head: origin(&name), path, name, file, entries: 0, process, failed: false })
    }

    /// Appends entries; returns when they are durable, all of them.
    ///
    /// # Errors
    /// The disk failed, now or earlier; the process is a fork of the one that began the chain.
    pub fn record(&mut self, events: &[Event]) -> Result<(), AuditError> {
        let (opened, here) = (self.process, std::process::id());
        if opened != here {
            return Err(AuditError::Forked { path: self.path.clone(), opened, here });
        }
        if self.failed {
            return Err(AuditError::Failed { path: self.path.clone() });
        }
        let (mut text, mut head, mut entries) = (String::new(), self.head, self.entries);
        for event in events {
            let (line, hash) = encode(head, entries, now(), event).map_err(|why| self.io(Error::other(why)))?;
            text.push_str(&line);
            (head, entries) = (hash, entries + 1);
        }
        if let Err(source) = self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_all()) {
            self.failed = true;
            return Err(self.io(source));
        }
        (self.head, self.entries) = (head, entries);
        Ok(())
    }

    /// How the chain ends now: keep it where this process cannot write.
    pub fn head(&self) -> Head {
        Head { name: self.name.clone(), entries: self.entries, hash: *self.head.as_bytes() }
    }

    fn io(&self, source: Error) -> AuditError {
        AuditError::Io { path: self.path.clone(), source }
    }
}

/// Microseconds since 1970-01-01 UTC.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| u64::try_from(d.as_micros()).unwrap_or(u64::MAX))
}
