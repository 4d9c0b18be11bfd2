//! Scores are decibels of false-match rate: `dB = -10·log10(FMR)`; several fingers fuse into one score; a gallery's size
//! gives the threshold.

mod calibration;
mod fusion;
mod parameters;
mod score;
mod threshold;

pub(crate) use calibration::decibels;
pub use fusion::fuse;
pub use score::Score;
pub use threshold::threshold;
