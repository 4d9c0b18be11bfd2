//! The matcher's raw score → decibels of false-match rate.

use super::parameters::{HEAD_UNITS, KNOTS, TAIL_DB_PER_UNIT};

/// `-10·log10` of the share of non-mated comparisons that reach a raw score. Strictly increasing: quantiles of a sample,
/// straight lines between them, an exponential tail beyond (straight in decibels), above 0 below.
pub(crate) fn decibels(raw: f64) -> f64 {
    let (first, last) = (KNOTS[0], KNOTS[KNOTS.len() - 1]);
    if raw <= first.0 {
        return first.1 * libm::exp((raw - first.0) * HEAD_UNITS);
    }
    let between = KNOTS.windows(2).find(|w| raw <= w[1].0);
    between.map_or(last.1 + (raw - last.0) * TAIL_DB_PER_UNIT, |w| {
        w[0].1 + (raw - w[0].0) / (w[1].0 - w[0].0) * (w[1].1 - w[0].1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_larger_raw_score_has_more_decibels_everywhere() {
        let dbs: Vec<f64> = (-4000..4000).map(|i| decibels(f64::from(i) * 0.01)).collect();
        assert!(dbs[0] > 0.0 && dbs.windows(2).all(|w| w[0] < w[1]));
    }

    #[test]
    fn knots_stand_for_their_share() {
        for (raw, db) in KNOTS {
            assert!((decibels(raw) - db).abs() < 1e-9, "{raw}");
        }
    }
}
