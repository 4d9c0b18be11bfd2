//! Whether a score says what it promises: 30 dB should be reached by one non-mated pair in 1,000.

use super::comparisons::Comparisons;
use serde::Serialize;

/// How many of the non-mated pairs reach a score, and how many should.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Calibration {
    /// The score, dB.
    pub score: f64,
    /// The share that it promises: 10^(-score / 10).
    pub promised: f64,
    /// The share of the non-mated pairs of the same set that reach it.
    pub same_sensor: f64,
    /// The share of all non-mated pairs that reach it.
    pub all_pairs: f64,
}

/// One line every 10 dB, as far as the sample can show: while it promises a tenth of a pair or more.
pub(super) fn calibration(same_sensor: &Comparisons, all_pairs: &Comparisons) -> Vec<Calibration> {
    let line = |step: i32| {
        let score = f64::from(step) * 10.0;
        Calibration {
            score,
            promised: libm::pow(10.0, f64::from(-step)),
            same_sensor: same_sensor.share_from(score),
            all_pairs: all_pairs.share_from(score),
        }
    };
    let shown = |c: &Calibration| c.promised * all_pairs.non_mated_len() as f64 >= 0.0999;
    (1..).map(line).take_while(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_counted_at_the_score_and_above() {
        let mut all = Comparisons::default();
        for i in 0..1000 {
            // One at 30 dB, ten at 20 or above, a hundred at 10 or above.
            let score = if i < 1 {
                30.0
            } else if i < 10 {
                20.0
            } else if i < 100 {
                10.0
            } else {
                9.99
            };
            all.add_non_mated(score, 0, 1);
        }
        all.sort();
        let found = calibration(&all, &all);
        assert_eq!(found.iter().map(|c| c.all_pairs).collect::<Vec<_>>(), [0.1, 0.01, 0.001, 0.0]);
        assert_eq!(found.iter().map(|c| c.score).collect::<Vec<_>>(), [10.0, 20.0, 30.0, 40.0]);
    }
}
