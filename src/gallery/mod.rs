//! Subjects, encounters and fingers ⇄ files. `FORMAT.md` beside this file tells the layout.
//!
//! ```text
//! Encounter ──▶ Writer ──▶ log ──▶ segments ──▶ Snapshot ──▶ PreparedRef
//!                one       sync    columns      many,        where it lies
//!                                  mapped       any process
//! ```
//!
//! [`Writer`] changes a gallery, [`SharedWriter`] does it for many threads, [`Snapshot`] reads it, [`verify()`] reads and checks every byte.

mod backup;
mod commit;
mod compaction;
mod container;
mod content;
mod entry;
mod error;
mod exchange;
#[cfg(test)]
mod faults;
mod fields;
mod files;
#[cfg(test)]
mod histories;
mod house;
mod info;
mod log;
#[cfg(test)]
#[allow(dead_code)]
mod made_up;
mod manifest;
mod map;
mod merge;
mod options;
mod parameters;
mod record;
mod removed;
mod scrub;
mod sealed;
mod segment;
mod shared;
mod snapshot;
mod state;
mod storage;
mod tail;
mod verify;
mod writer;

pub use backup::{backup, restore};
pub use error::GalleryError;
pub use exchange::{check_import, export};
pub use info::{FileInfo, Info};
pub use merge::{Clashes, Merged, SubjectClash};
pub use options::Options;
pub use record::{Encounter, EncounterId, Exception, Finger, SubjectId};
pub use scrub::Scrub;
pub use sealed::Key;
pub use shared::SharedWriter;
pub use snapshot::{FingerView, Snapshot};
pub use verify::{Report, verify};
pub use writer::{Appended, Writer};
