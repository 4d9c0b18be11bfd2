use crate::ErrorKind;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// An audit chain that cannot be written, or does not hold.
#[derive(Debug, Error)]
#[non_exhaustive]
#[allow(missing_docs)]
pub enum AuditError {
    /// A file could not be read, written or synced.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    #[error("{path}: an earlier entry could not be written: what the file holds is unknown, begin a new chain")]
    Failed { path: PathBuf },
    #[error("{path}: this chain was begun by process {opened}, and this is process {here}: each has its own")]
    Forked { path: PathBuf, opened: u32, here: u32 },
    #[error("{path}, line {line} at offset {offset}: {why}: the chain was changed here")]
    Broken { path: PathBuf, line: u64, offset: u64, why: String },
    #[error("{path}: {why}")]
    Head { path: PathBuf, why: String },
    #[error("{text:?} is no head of a chain: the file's name, the number of its entries and 64 hexadecimal digits")]
    NoHead { text: String },
}

impl AuditError {
    /// The kind of this error.
    pub fn kind(&self) -> ErrorKind {
        match self {
            AuditError::Io { .. } | AuditError::Failed { .. } => ErrorKind::Io,
            AuditError::Forked { .. } | AuditError::NoHead { .. } => ErrorKind::Argument,
            AuditError::Broken { .. } | AuditError::Head { .. } => ErrorKind::Damaged,
        }
    }

    pub(super) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> AuditError + '_ {
        move |source| AuditError::Io { path: path.into(), source }
    }
}
