//! How fast, on the calling thread alone. The only figures that differ from run to run.

use super::parameters;
use crate::matching::Matcher;
use crate::search::PreparedFinger;
use std::time::Instant;

/// Full comparisons a second on one thread at the current CPU level, over evenly spread pairs of the fingers; none for
/// fewer than two fingers.
pub fn comparisons_per_second(fingers: &[PreparedFinger]) -> Option<f64> {
    let pairs = fingers.len() * fingers.len().saturating_sub(1) / 2;
    let step = pairs.div_ceil(parameters::TIMED_COMPARISONS).max(1);
    let chosen: Vec<(usize, usize)> =
        (0..fingers.len()).flat_map(|i| (0..i).map(move |j| (i, j))).step_by(step).collect();
    let mut matcher = Matcher::new();
    let start = Instant::now();
    let mut sum = 0.0;
    for &(i, j) in &chosen {
        sum += matcher.compare(fingers[i].prepared.view(), fingers[j].prepared.view()).db();
    }
    std::hint::black_box(sum);
    (!chosen.is_empty()).then(|| chosen.len() as f64 / start.elapsed().as_secs_f64().max(1e-9))
}

/// Mean milliseconds that `work` takes for each of some evenly spread `items`, on this thread; none for no items. The first
/// call is not counted.
pub fn milliseconds_each<T>(items: &[T], mut work: impl FnMut(&T)) -> Option<f64> {
    work(items.first()?);
    let step = items.len().div_ceil(parameters::TIMED_IMAGES).max(1);
    let start = Instant::now();
    let timed = items.iter().step_by(step).map(&mut work).count();
    Some(start.elapsed().as_secs_f64() * 1e3 / timed.max(1) as f64)
}
