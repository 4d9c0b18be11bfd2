use crate::ErrorKind;
use std::path::PathBuf;
use thiserror::Error;

/// A made-up population that could not be asked for or written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SynthError {
    /// No sensor, fault or slap of this name.
    #[error("no {what} is called {name:?}; there are: {known}")]
    Name {
        /// Sensor, fault or slap.
        what: &'static str,
        /// What was asked for.
        name: String,
        /// All names.
        known: String,
    },
    /// A degree that is none.
    #[error("{text:?}: a fault is a name, or name=degree with a degree from 0 to 1, as wet=0.7")]
    Degree {
        /// What was asked for.
        text: String,
    },
    /// The manifest could not be written.
    #[error(transparent)]
    Manifest(#[from] crate::manifest::ManifestError),
    /// A file could not be written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
}

impl SynthError {
    /// The kind of this error.
    pub fn kind(&self) -> ErrorKind {
        match self {
            SynthError::Manifest(e) => e.kind(),
            SynthError::Io { .. } => ErrorKind::Io,
            _ => ErrorKind::Argument,
        }
    }
}
