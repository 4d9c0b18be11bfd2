use thiserror::Error;

/// A manifest that is wrong, and where.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// A line that is wrong.
    #[error("{path}:{line}: {reason}")]
    Line {
        /// The manifest.
        path: std::path::PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong, and what is wanted.
        reason: String,
    },
}
