//! Prepared probe × prepared reference → [`Score`]. Symmetric: `score(a, b) == score(b, a)`, to the bit.
//!
//! ```text
//! prepared ──▶ local ──▶ descriptors ──▶ candidates ──▶ relaxation ──▶ growth ──▶ evidence ──▶ ridges ──▶ score
//!  minutiae    codes'    ridges' looks    the best       who agrees     align,     what counts   what both   one
//!  + codes     bits      around them      pairs          with whom      bend, pair for, against  maps say    figure
//! ```
//!
//! Descriptors and maps of ridges are looked at where both fingers have both, by one extractor. There growth also starts from a second
//! cluster of candidates, which contradicts the first, where that is strong too; the better of the two is told.

// Kernels walk several columns by one index.
#![allow(clippy::needless_range_loop)]

mod alignment;
mod candidates;
mod cylinder;
mod descriptors;
mod error;
mod evidence;
mod explanation;
mod field;
mod flow;
mod growth;
mod local;
mod matcher;
mod overlap;
mod parameters;
mod prepared;
mod region;
mod relaxation;
mod ridges;
mod score;
mod side;
#[cfg(test)]
pub(crate) mod testing;
mod turn;

pub use error::MatchError;
pub use evidence::Evidence;
pub use explanation::{Explanation, Motion, PairedMinutiae};
pub use matcher::Matcher;
#[doc(hidden)]
pub use matcher::STEPS;
pub use prepared::{Prepared, PreparedRef};

use crate::decision::Score;
use crate::template::Template;

/// Prepares and compares two templates once: for one pair; [`Matcher`] is for many.
///
/// # Errors
/// Templates of extractors that cannot be compared.
pub fn verify(a: &Template, b: &Template) -> Result<Score, MatchError> {
    MatchError::check(a.extractor(), b.extractor())?;
    Ok(Matcher::new().compare(Prepared::new(a).view(), Prepared::new(b).view()))
}
