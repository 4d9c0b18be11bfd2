use crate::ErrorKind;
use std::path::PathBuf;
use thiserror::Error;

/// A gallery that cannot be opened, read or written, and why.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GalleryError {
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
}

impl GalleryError {
    /// The kind of this error.
    pub fn kind(&self) -> ErrorKind {
        match self {
            GalleryError::Io { .. } => ErrorKind::Io,
        }
    }
}
