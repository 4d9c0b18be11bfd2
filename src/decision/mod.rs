//! Scores are decibels of false-match rate: `dB = -10·log10(FMR)`; several fingers fuse into one score; a gallery's size
//! and the errors that one can afford give the thresholds: match, adjudicate, no match.

mod calibration;
mod error;
mod fusion;
mod parameters;
mod policy;
mod score;
mod threshold;

pub use error::DecisionError;
pub use fusion::fuse;
pub(crate) use parameters::Calibration;
pub use policy::{Decision, Policy};
pub use score::Score;
pub use threshold::threshold;
