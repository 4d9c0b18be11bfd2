//! Who searched, enrolled or deleted what: a chain of entries, each bound to the one before by its hash. `FORMAT.md` beside
//! this file tells the bytes.
//!
//! ```text
//! Event ──▶ Audit ──▶ one file a process ──▶ check ──▶ heads, kept elsewhere
//!            hash       synced                 every hash again
//! ```
//!
//! There is no biometric data in it and no name: numbers and ids of the caller's, and what was asked for.

mod chain;
mod check;
mod error;
mod event;
mod head;
mod line;

pub use chain::Audit;
pub use check::{Chain, check};
pub use error::AuditError;
pub use event::{Action, Event};
pub use head::Head;
