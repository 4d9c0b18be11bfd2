//! Subjects, encounters and fingers ⇄ files. `FORMAT.md` beside this file tells the layout.

mod error;
mod record;

pub use error::GalleryError;
pub use record::{Encounter, EncounterId, Exception, Finger, SubjectId};
