use crate::ErrorKind;
use std::path::PathBuf;
use thiserror::Error;

/// An image that cannot be used, and why.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ImageError {
    /// A raw buffer does not have the length that its width and height ask for.
    #[error("a raw image of {width} × {height} has {expected} bytes, this buffer has {actual}")]
    BufferLength {
        /// Columns.
        width: usize,
        /// Rows.
        height: usize,
        /// `width * height`.
        expected: usize,
        /// What was given.
        actual: usize,
    },
    /// A file could not be read.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Placeholder of the first commit.
    #[error("not yet")]
    Unimplemented,
}

impl ImageError {
    /// The kind of this error.
    pub fn kind(&self) -> ErrorKind {
        match self {
            ImageError::Io { .. } => ErrorKind::Io,
            _ => ErrorKind::Image,
        }
    }
}
