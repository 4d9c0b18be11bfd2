use crate::ErrorKind;
use std::path::PathBuf;
use thiserror::Error;

/// A manifest that is wrong, and where.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// A line that is wrong.
    #[error("{path}:{line}: {reason}")]
    Line {
        /// The manifest.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong, and what is wanted.
        reason: String,
    },
    /// The manifest could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The manifest.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
}

impl ManifestError {
    /// The kind of this error.
    pub fn kind(&self) -> ErrorKind {
        match self {
            ManifestError::Io { .. } => ErrorKind::Io,
            ManifestError::Line { .. } => ErrorKind::Manifest,
        }
    }
}
