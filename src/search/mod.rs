//! Probe × population → candidates; population × itself → duplicates.
//!
//! | file | what it does |
//! |---|---|
//! | `identify` | 1:N: one record against all, the best encounter of each subject |
//! | `dedup` | all records against all others: pairs of subjects that are one person, and groups of them |
//! | `matrix` | every finger against every other, as numbers |
//! | `person` | two records → one score: positions, impressions, assignment, fusion |
//! | `population` | what can be searched: a gallery's snapshot, or a list in memory |
//!
//! Every search is exhaustive, runs on the `rayon` pool that it is called in ([`Engine::run`](crate::engine::Engine::run)), and
//! gives the same answer on any number of threads.

mod assignment;
mod best;
mod dedup;
mod error;
mod groups;
mod identify;
mod matrix;
pub mod parameters;
mod person;
mod population;
mod snapshot;
#[cfg(test)]
mod tests;
mod threshold;

pub use dedup::{DedupOptions, Duplicates, Pair, dedup};
pub use error::SearchError;
pub use groups::Group;
pub use identify::{Candidate, IdentifyOptions, identify};
pub use matrix::matrix;
pub use person::compare_records;
pub use population::{FingerRef, Key, Population, PreparedFinger, Record, TagFilter};
pub use threshold::Threshold;

/// Called with the number of comparisons of records (of fingers in [`matrix`]) that were done since the last call, from
/// any thread.
pub type Progress<'a> = dyn Fn(u64) + Sync + 'a;

/// A [`Progress`] that tells nobody.
pub fn quiet(_: u64) {}
