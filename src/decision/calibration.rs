//! The matcher's raw score → decibels of false-match rate.

use super::parameters::{Calibration, HEAD_UNITS};

impl Calibration {
    /// `-10·log10` of the share of non-mated comparisons that reach a raw score. Strictly increasing: quantiles of a sample,
    /// straight lines between them, an exponential tail beyond (straight in decibels), above 0 below.
    pub fn decibels(&self, raw: f64) -> f64 {
        let (first, last) = (self.knots[0], self.knots[self.knots.len() - 1]);
        if raw <= first.0 {
            return first.1 * libm::exp((raw - first.0) * HEAD_UNITS);
        }
        let between = self.knots.windows(2).find(|w| raw <= w[1].0);
        between.map_or(last.1 + (raw - last.0) * self.tail_db_per_unit, |w| {
            w[0].1 + (raw - w[0].0) / (w[1].0 - w[0].0) * (w[1].1 - w[0].1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: [Calibration; 2] = [Calibration::MINUTIAE, Calibration::WITH_RIDGES];

    #[test]
    fn a_larger_raw_score_has_more_decibels_everywhere() {
        for calibration in BOTH {
            let dbs: Vec<f64> = (-4000..4000).map(|i| calibration.decibels(f64::from(i) * 0.01)).collect();
            assert!(dbs[0] > 0.0 && dbs.windows(2).all(|w| w[0] < w[1]));
        }
    }

    #[test]
    fn knots_stand_for_their_share() {
        for calibration in BOTH {
            for &(raw, db) in calibration.knots {
                assert!((calibration.decibels(raw) - db).abs() < 1e-9, "{raw}");
            }
        }
    }
}
