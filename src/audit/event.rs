use crate::gallery::{Encounter, EncounterId, SubjectId};

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    /// Encounters of other systems came in: an entry when that begins, and one for each of them.
    Import,
    /// An encounter's templates were extracted again.
    Reextract,
}

impl Action {
    /// All of them.
    pub const ALL: [Action; 15] = [
        Action::Identify,
        Action::Candidate,
        Action::Dedup,
        Action::Duplicate,
        Action::Enroll,
        Action::Update,
        Action::DeleteEncounter,
        Action::DeleteSubject,
        Action::Compact,
        Action::Merge,
        Action::Backup,
        Action::Restore,
        Action::Export,
        Action::Import,
        Action::Reextract,
    ];

    /// Its name, as a chain has it.
    pub fn name(self) -> &'static str {
        match self {
            Action::Identify => "identify",
            Action::Candidate => "candidate",
            Action::Dedup => "dedup",
            Action::Duplicate => "duplicate",
            Action::Enroll => "enroll",
            Action::Update => "update",
            Action::DeleteEncounter => "delete-encounter",
            Action::DeleteSubject => "delete-subject",
            Action::Compact => "compact",
            Action::Merge => "merge",
            Action::Backup => "backup",
            Action::Restore => "restore",
            Action::Export => "export",
            Action::Import => "import",
            Action::Reextract => "reextract",
        }
    }

    /// The action of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }
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

    /// The same about each of some encounters.
    pub fn of_each(self, encounters: &[Encounter]) -> Vec<Self> {
        encounters.iter().map(|e| self.of(e.subject, e.id)).collect()
    }
}
