use super::{EncounterId, SubjectId};
use crate::ErrorKind;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// A gallery that cannot be opened, read or written, and why.
#[derive(Debug, Error)]
#[non_exhaustive]
#[allow(missing_docs)]
pub enum GalleryError {
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Templates cannot be prepared.
    #[error(transparent)]
    Engine(#[from] crate::engine::EngineError),
    /// Bytes could not be written or synced; nothing of this change was acknowledged.
    #[error("{path}, offset {offset}: writing {length} bytes failed: {source}")]
    Write { path: PathBuf, offset: u64, length: u64, source: std::io::Error },
    #[error("{path} holds no gallery (no MANIFEST in it)")]
    NotAGallery { path: PathBuf },
    #[error("{path} already holds a gallery: open it, or choose another directory")]
    Exists { path: PathBuf },
    #[error("{path} is not empty and holds no gallery: choose another directory, empty or not there")]
    NotEmpty { path: PathBuf },
    #[error(
        "{path} has files of a gallery and no MANIFEST, which was lost, or a restore was broken off: bring the gallery back \
         from a backup, into another directory"
    )]
    Remains { path: PathBuf },
    /// A backup or an export that its key does not open.
    #[error("{path}: {source}")]
    Sealed {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: std::io::Error,
    },
    #[error("{path}, line {line}: {why}")]
    Line { path: PathBuf, line: u64, why: String },
    #[error("{path} is encrypted: give its key")]
    NoKey { path: PathBuf },
    #[error("{path}: a change there is dated {ahead} s ahead of this machine's clock: set the clocks, then merge")]
    Clock { path: PathBuf, ahead: u64 },
    #[error("{path} has another writer, in this process or another one: close that one first")]
    Locked { path: PathBuf },
    #[error("{path}: the gallery names this file and it is not there: bring it back from a backup")]
    Missing { path: PathBuf },
    #[error(
        "{path}, offset {offset}: {found:02x?} stands where {expected:02x?} starts a {what}: a damaged file, or none of a gallery"
    )]
    Magic { path: PathBuf, offset: u64, what: &'static str, expected: [u8; 4], found: [u8; 4] },
    #[error("{path}: a {what} of format version {found}; this build reads version {supported}: update vantay")]
    Version { path: PathBuf, what: &'static str, found: u16, supported: u16 },
    #[error("{path}: {expected} bytes expected, the file has {actual}: it was cut, or grew")]
    Length { path: PathBuf, expected: u64, actual: u64 },
    #[error("{path}, offset {offset}: {what} ends beyond the file's {length} bytes")]
    Truncated { path: PathBuf, offset: u64, what: &'static str, length: u64 },
    #[error(
        "{path}, offset {offset}: the checksum of {what} is {expected:08x}, its bytes give {actual:08x}: it is damaged"
    )]
    Checksum { path: PathBuf, offset: u64, what: &'static str, expected: u32, actual: u32 },
    #[error("{path}, offset {offset}: {what} is {value}; expected {expected}")]
    Field { path: PathBuf, offset: u64, what: &'static str, value: u64, expected: String },
    #[error("{path}, offset {offset}: {what}: {why}")]
    Damaged { path: PathBuf, offset: u64, what: &'static str, why: String },
    #[error(
        "encounter {id} is already here with other content (it is of subject {subject}): update it, or take a new id"
    )]
    Conflict { id: EncounterId, subject: SubjectId },
    #[error("encounter {id} was deleted and a repeated insert does not bring it back: take a new id, or update it")]
    Deleted { id: EncounterId },
    #[error("encounter {id} (number {index} of the call): {why}")]
    Encounter { index: usize, id: EncounterId, why: String },
    #[error("{what} {index} asked for, the gallery has {count}")]
    Index { what: &'static str, index: usize, count: usize },
    #[error("{path}: an earlier write or sync failed, what is on the disk is unknown: open the gallery again")]
    Failed { path: PathBuf },
    #[error(
        "{path}: this writer was opened by process {opened}, and this is process {here}: a fork cannot share a writer"
    )]
    Forked { path: PathBuf, opened: u32, here: u32 },
}

impl GalleryError {
    /// The kind of this error.
    pub fn kind(&self) -> ErrorKind {
        use GalleryError::*;
        match self {
            Io { .. } | Write { .. } | NotAGallery { .. } | Failed { .. } => ErrorKind::Io,
            Exists { .. } | NotEmpty { .. } | NoKey { .. } | Clock { .. } => ErrorKind::Argument,
            Conflict { .. } | Deleted { .. } | Encounter { .. } | Index { .. } | Forked { .. } => ErrorKind::Argument,
            Locked { .. } => ErrorKind::Locked,
            Engine(e) => e.kind(),
            Missing { .. }
            | Remains { .. }
            | Magic { .. }
            | Version { .. }
            | Length { .. }
            | Truncated { .. }
            | Checksum { .. }
            | Field { .. }
            | Damaged { .. }
            | Sealed { .. }
            | Line { .. } => ErrorKind::Damaged,
        }
    }

    /// The same failure, told to another one whose change was in the same step.
    pub(super) fn again(&self) -> GalleryError {
        let copy = |e: &std::io::Error| std::io::Error::new(e.kind(), e.to_string());
        match self {
            GalleryError::Io { path, source } => GalleryError::Io { path: path.clone(), source: copy(source) },
            GalleryError::Write { path, offset, length, source } => {
                GalleryError::Write { path: path.clone(), offset: *offset, length: *length, source: copy(source) }
            }
            GalleryError::Forked { path, opened, here } => {
                GalleryError::Forked { path: path.clone(), opened: *opened, here: *here }
            }
            GalleryError::Failed { path } => GalleryError::Failed { path: path.clone() },
            // Found on the way to the commit, before anything was written.
            other => GalleryError::Io { path: PathBuf::new(), source: std::io::Error::other(other.to_string()) },
        }
    }

    /// Data of a sealed file that are not right, or what the operating system says of it.
    pub(super) fn sealed(path: &Path) -> impl Fn(std::io::Error) -> GalleryError + '_ {
        use std::io::ErrorKind::{InvalidData, UnexpectedEof};
        move |source| match source.kind() {
            InvalidData | UnexpectedEof => GalleryError::Sealed { path: path.into(), source },
            _ => GalleryError::Io { path: path.into(), source },
        }
    }

    pub(super) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> GalleryError + '_ {
        move |source| GalleryError::Io { path: path.into(), source }
    }
}
