use crate::template::FingerPosition;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// One line of a manifest: one image.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Whose finger, or in evaluations which finger; a number is written out.
    pub subject: String,
    /// Which finger.
    pub finger: FingerPosition,
    /// Which impression of the finger.
    pub impression: u32,
    /// Pixels per inch; the file's own tag where absent.
    pub ppi: Option<f64>,
    /// The image: the manifest's folder and the line's path.
    pub path: PathBuf,
    /// The group that the line belongs to.
    pub set: Option<String>,
    /// Whose finger, where `subject` is a finger.
    pub person: Option<String>,
    /// The caller's id of the capture.
    pub encounter: Option<String>,
    /// An opaque code.
    pub station: Option<u32>,
    /// An opaque code.
    pub operator: Option<u32>,
    /// Seconds since 1970-01-01 UTC.
    pub captured_at: Option<i64>,
    /// The line in the manifest, counted from 1; 0 where it was not read from one.
    pub line: usize,
    /// All other fields: name → value as JSON.
    pub fields: BTreeMap<String, String>,
}

impl Entry {
    /// An entry with what every line has; the rest is absent.
    pub fn new(subject: impl Into<String>, finger: FingerPosition, impression: u32, path: impl Into<PathBuf>) -> Self {
        Entry {
            subject: subject.into(),
            finger,
            impression,
            ppi: None,
            path: path.into(),
            set: None,
            person: None,
            encounter: None,
            station: None,
            operator: None,
            captured_at: None,
            line: 0,
            fields: BTreeMap::new(),
        }
    }
}
