use super::Progress;
use super::population::PreparedFinger;
use crate::matching::{MatchError, Matcher};
use ndarray::Array2;
use rayon::prelude::*;

/// The scores of every finger against every other and itself, in decibels: n × n, symmetric to the bit, in the order of
/// `fingers`. Positions are not looked at: each number is what [`verify`](crate::matching::verify) gives.
///
/// # Errors
/// Templates of extractors that cannot be compared.
pub fn matrix(fingers: &[PreparedFinger], progress: &Progress) -> Result<Array2<f64>, MatchError> {
    let n = fingers.len();
    let upper = fingers
        .par_iter()
        .enumerate()
        .map_init(Matcher::new, |matcher, (i, a)| {
            let row = fingers[i..].iter().map(|b| {
                MatchError::check(a.extractor, b.extractor)?;
                Ok(matcher.compare(a.prepared.view(), b.prepared.view()).db())
            });
            let row = row.collect::<Result<Vec<f64>, MatchError>>()?;
            progress(row.len() as u64);
            Ok(row)
        })
        .collect::<Result<Vec<_>, MatchError>>()?;
    let entry = |(i, j): (usize, usize)| upper[i.min(j)][i.max(j) - i.min(j)];
    Ok(Array2::from_shape_fn((n, n), entry))
}
