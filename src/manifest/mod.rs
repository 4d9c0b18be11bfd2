//! Lists of images: JSON Lines, one image a line.
//!
//! ```text
//! {"subject": "anna", "finger": 2, "impression": 1, "ppi": 500, "path": "images/anna_2_1.png"}
//! ```
//!
//! | field | JSON | meaning |
//! |---|---|---|
//! | `subject` | text or whole number, needed | whose finger; in evaluations, which finger |
//! | `path` | text, needed | the image, relative to the manifest |
//! | `finger` | 0 to 10 | position (ISO/IEC 19794-2:2005 table 2); 0, unknown, where absent |
//! | `impression` | whole number | which impression of this finger; 1 where absent |
//! | `ppi` | number | resolution; the file's own tag where absent |
//! | `set` | text | a name for a group of lines, such as one sensor's |
//! | `person` | text or whole number | whose finger, where `subject` is a finger |
//! | `encounter` | text or whole number | the caller's id of the capture |
//! | `station`, `operator` | whole numbers | opaque codes |
//! | `captured_at` | whole number | seconds since 1970-01-01 UTC |
//!
//! Other fields are kept as they are. Empty lines are skipped; a byte order mark and CRLF are allowed.

mod entry;
mod error;
mod line;
mod write;

pub use entry::Entry;
pub use error::ManifestError;
pub use write::write;

use line::Wrong;
use std::path::{Path, PathBuf};

/// What a manifest holds: the entries in its order, and the lines that were wrong.
#[derive(Debug, Default)]
pub struct Manifest {
    /// The manifest's own path.
    pub path: PathBuf,
    /// The lines that are right.
    pub entries: Vec<Entry>,
    /// The lines that are wrong: [`ManifestError::Line`] each.
    pub rejected: Vec<ManifestError>,
    /// Subject and encounter of the wrong lines that tell both: these encounters are not whole.
    pub torn: Vec<(String, String)>,
}

impl Manifest {
    /// Reads a manifest. A wrong line goes to [`Manifest::rejected`], or, where `strict`, ends the reading.
    ///
    /// # Errors
    /// What the operating system says; where `strict`, the first wrong line.
    pub fn read(path: impl AsRef<Path>, strict: bool) -> Result<Self, ManifestError> {
        let path = path.as_ref();
        let bytes = std::fs::read(path).map_err(|source| ManifestError::Io { path: path.into(), source })?;
        Self::parse(bytes, path, strict)
    }

    /// A manifest from its bytes, as if they were read from `path`.
    ///
    /// # Errors
    /// Where `strict`, the first wrong line.
    pub fn parse(mut bytes: Vec<u8>, path: &Path, strict: bool) -> Result<Self, ManifestError> {
        const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
        let start = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let base = path.parent().unwrap_or(Path::new(""));
        let mut manifest = Manifest { path: path.into(), ..Manifest::default() };
        let lines = bytes.get_mut(start..).unwrap_or_default().split_mut(|&b| b == b'\n');
        for (number, text) in (1..).zip(lines) {
            if text.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            match line::entry(text, number, base) {
                Ok(entry) => manifest.entries.push(entry),
                Err(Wrong { reason, of }) => {
                    manifest.torn.extend(of);
                    let error = ManifestError::Line { path: path.into(), line: number, reason };
                    if strict {
                        return Err(error);
                    }
                    manifest.rejected.push(error);
                }
            }
        }
        Ok(manifest)
    }
}

#[cfg(test)]
mod tests;
