//! How good it is: the protocol of FVC, one threshold over several sensors, open-set identification.
//!
//! | file | what it does |
//! |---|---|
//! | `sample` | which pairs of impressions are mated, non-mated or neither |
//! | `comparisons` | scores of pairs, sorted, with weights of fingers |
//! | `rates` | EER, and FNMR at a given FMR |
//! | `identification` | rank-1 rate, FNIR at a given FPIR |
//! | `calibration` | whether decibels hold what they promise |
//! | `figures` | all figures of one draw of fingers |
//! | `groups` | error rates by a field of the manifest, at one threshold |
//! | `people` | fused scores of people of several fingers, and how far their fingers are independent |
//! | `det` | the curves of false non-matches over false matches |
//! | `bootstrap` | 95 % intervals: the figures again on fingers drawn with replacement |
//! | `speed` | how fast, on one thread |
//!
//! Every sample is compared with every other once, and its scores stand in a symmetric matrix
//! ([`search::matrix`](crate::search::matrix)). A false match is a non-mated score *at or above* the threshold, a false
//! non-match a mated one below it (ISO/IEC 19795-1:2021).

mod bootstrap;
mod calibration;
mod comparisons;
mod det;
mod error;
mod figures;
mod groups;
mod identification;
pub mod parameters;
mod people;
mod rates;
mod sample;
mod speed;

pub use bootstrap::Estimate;
pub use calibration::Calibration;
pub use det::{Det, det};
pub use error::EvalError;
pub use figures::{Figures, SetFigures};
pub use groups::{GroupFigures, Groups, by_group};
pub use people::{Dependence, OfPerson, People, PeopleThreshold, people};
pub use sample::{Exclusions, Sample};
pub use speed::{comparisons_per_second, milliseconds_each};

use comparisons::Comparisons;
use figures::Protocol;
use ndarray::ArrayView2;

/// All figures with their intervals. `scores` is n × n, in the order of `samples`; its diagonal is not looked at.
///
/// # Errors
/// A matrix of another size; a set without a mated or without a non-mated pair.
pub fn evaluate(
    samples: &[Sample],
    scores: ArrayView2<f64>,
    exclusions: &Exclusions,
) -> Result<Figures<Estimate>, EvalError> {
    let protocol = Protocol::new(samples, scores, exclusions)?;
    Ok(bootstrap::with_intervals(&protocol))
}
