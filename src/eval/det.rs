//! Detection error trade-off curves (A. Martin et al., *The DET curve in assessment of detection task performance*,
//! Eurospeech 1997; ISO/IEC 19795-1).

use super::comparisons::Comparisons;
use super::figures::Protocol;
use super::{EvalError, Exclusions, Sample};
use ndarray::ArrayView2;
use serde::Serialize;

/// One curve: false-match against false-non-match rate, threshold by threshold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Det {
    /// The set, or "all pairs".
    pub name: String,
    /// (FMR, FNMR), shares from 0 to 1, from the highest threshold down: FMR grows, FNMR falls. The corners alone: between
    /// two points the FNMR is that of the first.
    pub points: Vec<(f64, f64)>,
    /// How many non-mated pairs the curve rests on: an FMR below one in so many cannot be seen.
    pub non_mated_pairs: usize,
}

/// The curve of each set and of all pairs with one threshold. Arguments as of [`evaluate`](super::evaluate).
///
/// # Errors
/// A matrix of another size; a set without a mated or without a non-mated pair.
pub fn det(samples: &[Sample], scores: ArrayView2<f64>, exclusions: &Exclusions) -> Result<Vec<Det>, EvalError> {
    Ok(Protocol::new(samples, scores, exclusions)?.curves())
}

/// The curve of one question.
pub(super) fn curve(name: &str, comparisons: &Comparisons, weights: &[u64]) -> Det {
    let (mated, non_mated) = (comparisons.mated(weights), comparisons.non_mated(weights));
    let (mated_total, non_mated_total) = (mated.total.max(1) as f64, non_mated.total.max(1) as f64);
    let (mut found, mut passed) = (0, 0);
    let mut mates = mated.descending.peekable();
    let mut others = non_mated.descending.peekable();
    let mut points: Vec<(f64, f64)> = Vec::new();
    while let Some(&(threshold, _)) = others.peek() {
        // Just above the next non-mated score: all mates above it are found.
        while let Some((_, weight)) = mates.next_if(|s| s.0 > threshold) {
            found += weight;
        }
        let point = (passed as f64 / non_mated_total, 1.0 - found as f64 / mated_total);
        if points.last().is_none_or(|last| point.1 < last.1) {
            points.push(point);
        }
        while let Some((_, weight)) = others.next_if(|s| s.0 >= threshold) {
            passed += weight;
        }
    }
    points.push((1.0, 0.0));
    Det { name: name.to_owned(), points, non_mated_pairs: comparisons.non_mated_len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_has_the_corners_that_counting_gives() {
        let mut toy = Comparisons::default();
        for score in [9.0, 8.0, 5.0, 1.0] {
            toy.add_mated(score, 0);
        }
        for score in [7.0, 4.0, 4.0, 2.0] {
            toy.add_non_mated(score, 0, 1);
        }
        toy.sort();
        let found = curve("toy", &toy, &[1, 1]);
        // Above 7: two of four found, none passes. Above 4: three, one of four passes. Below all: one is still missed above 2.
        assert_eq!(found.points, [(0.0, 0.5), (0.25, 0.25), (1.0, 0.0)]);
        assert_eq!(found.non_mated_pairs, 4);
    }
}
