use crate::gallery::{EncounterId, SubjectId};
use serde::{Deserialize, Serialize};

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Action {
    /// A search for one person; `count` candidates are told.
    Identify,
    /// A candidate that a search told.
    Candidate,
    /// A deduplication; `count` pairs are told.
    Dedup,
    /// One of a pair that a deduplication told.
    Duplicate,
    /// An insert.
    Enroll,
    /// An encounter put in place of an older one.
    Update,
    /// The deletion of an encounter.
    DeleteEncounter,
    /// The deletion of a subject.
    DeleteSubject,
    /// A compaction.
    Compact,
    /// Another gallery was merged into this one; `count` encounters were in it.
    Merge,
    /// A backup was written.
    Backup,
    /// A backup was brought back.
    Restore,
    /// Encounters were written for other systems.
    Export,
    /// Encounters of other systems came in.
    Import,
    /// An encounter's templates were extracted again.
    Reextract,
}

/// One entry: who asked for what, of what. Numbers and ids only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// The caller's code of who asked; 0 where not told.
    pub operator: u32,
    /// What was asked for.
    pub action: Action,
    /// The gallery's own name, as [`crate::gallery::Info::gallery`] has it.
    pub gallery: [u8; 16],
    /// About whom.
    pub subject: Option<SubjectId>,
    /// About which capture.
    pub encounter: Option<EncounterId>,
    /// How many records it is about.
    pub count: u64,
}

impl Event {
    /// An event about a gallery as a whole.
    pub fn new(operator: u32, action: Action, gallery: [u8; 16], count: u64) -> Self {
        Event { operator, action, gallery, subject: None, encounter: None, count }
    }

    /// The same about one encounter.
    pub fn of(self, subject: SubjectId, encounter: EncounterId) -> Self {
        Event { subject: Some(subject), encounter: Some(encounter), count: 1, ..self }
    }
}
