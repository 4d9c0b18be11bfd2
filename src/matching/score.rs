//! Evidence → decibels: few weights, found by `training/score/fit.py`, then the calibration of `decision`.

use super::Evidence;
use super::parameters::ridges::{ENOUGH_AREA, FROM_DB, PERIOD_AREA};
use super::parameters::score::{
    FITTED, FLOW_PAIRED, FORETOLD, FORETOLD_SHARE, KINDS_SHARE, LEAST_OF_A_KIND, LN_MINUTIAE_A, MISSING, MISSING_SHARE,
    OFFSET, PER_PAIR_DB, RIDGE_AREA, SAME_PERIOD, STRENGTH, STRENGTH_SHARE, UNPAIRED,
};
use crate::decision::{Calibration, Score};

/// What the evidence stands for: the minutiae alone where they say no, or where no two maps meet that tell how far apart the
/// ridges are, or descriptors are missing.
pub(crate) fn score(evidence: &Evidence) -> Score {
    let minutiae = of_minutiae(evidence);
    let db = if minutiae >= FROM_DB && evidence.period_area > 0.0 {
        Calibration::WITH_RIDGES.decibels(raw_with_ridges(evidence))
    } else {
        minutiae
    };
    Score::from_db(below(db, PER_PAIR_DB * (f64::from(evidence.pairs) - 1.0)))
}

/// Whether the ridges would count, had they been looked at.
pub(crate) fn asks_for_ridges(evidence: &Evidence) -> bool {
    of_minutiae(evidence) >= FROM_DB
}

/// What the minutiae alone stand for, dB, before the ceiling of few pairs.
fn of_minutiae(evidence: &Evidence) -> f64 {
    Calibration::MINUTIAE.decibels(raw(evidence))
}

/// The raw score of the minutiae alone, the larger the surer: a weighted sum. Without a pair it is as low as no other.
pub(crate) fn raw(e: &Evidence) -> f64 {
    if e.pairs < 1.0 { -1e3 } else { minutiae(e, 0) }
}

/// The raw score of minutiae and ridges, on a scale of its own.
fn raw_with_ridges(e: &Evidence) -> f64 {
    let f = |v: f32| f64::from(v);
    minutiae(e, 1)
        + STRENGTH_SHARE * (f(e.strength) / f(e.pairs).max(1.0))
        + MISSING * f(e.missing)
        + MISSING_SHARE * (f(e.missing) / overlap(e))
        + RIDGE_AREA * (f(e.ridge_area).min(ENOUGH_AREA) * 1e-4)
        + SAME_PERIOD * (f(e.same_period) / f(e.period_area).max(PERIOD_AREA))
}

/// The minutiae's weighted sum: 0 as they weigh alone, 1 beside ridges.
fn minutiae(e: &Evidence, beside: usize) -> f64 {
    let f = |v: f32| f64::from(v);
    let (same, other) = (f(e.same_kind), f(e.other_kind));
    OFFSET[beside]
        + FORETOLD[beside] * f(e.foretold)
        + FITTED[beside] * f(e.fitted)
        + FORETOLD_SHARE[beside] * (f(e.foretold) * f(e.foretold) / overlap(e))
        + KINDS_SHARE[beside] * ((same - other) / (same + other).max(LEAST_OF_A_KIND))
        + STRENGTH[beside] * f(e.strength)
        + UNPAIRED[beside] * f(e.unpaired)
        + FLOW_PAIRED[beside] * f(e.flow_paired)
        + LN_MINUTIAE_A[beside] * libm::log(f(e.minutiae[0]) + 1.0)
}

/// The minutiae in the overlap of the finger that has fewer there: as many as could be paired.
fn overlap(e: &Evidence) -> f64 {
    f64::from(if e.overlap[0] < e.overlap[1] { e.overlap[0] } else { e.overlap[1] }).max(1.0)
}

/// Almost `db` where that is well below `ceiling`, never above it, and always growing with `db`.
fn below(db: f64, ceiling: f64) -> f64 {
    if ceiling <= 0.0 {
        return 0.0;
    }
    let eighth = |v: f64| v * v * (v * v) * (v * v * (v * v));
    db * ceiling / (eighth(db) + eighth(ceiling)).sqrt().sqrt().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_pairs_are_never_sure_however_well_they_fit() {
        let perfect = |pairs: f32| Evidence {
            minutiae: [pairs, pairs],
            pairs,
            fitted: pairs,
            foretold: pairs,
            strength: 0.6 * pairs,
            flow_paired: pairs,
            same_kind: pairs,
            overlap: [pairs, pairs],
            ..Evidence::default()
        };
        assert_eq!(score(&perfect(1.0)), Score::NONE);
        assert!(score(&perfect(2.0)).db() < 15.0);
        assert!(score(&perfect(4.0)).db() < 43.0);
        assert!(score(&perfect(12.0)).db() > 80.0);
    }

    #[test]
    fn maps_without_periods_are_as_none() {
        let minutiae = Evidence {
            minutiae: [30.0, 30.0],
            pairs: 9.0,
            fitted: 7.0,
            foretold: 7.0,
            strength: 3.0,
            overlap: [20.0, 20.0],
            ..Evidence::default()
        };
        let with = |period_area, same_period| Evidence { ridge_area: 4e4, period_area, same_period, ..minutiae };
        assert!(score(&minutiae).db() > FROM_DB);
        assert_eq!(score(&with(0.0, 0.0)), score(&minutiae));
        assert!(score(&with(4e4, 4e4)).db() > score(&with(4e4, 0.0)).db() + 10.0);
    }

    #[test]
    fn the_ceiling_keeps_the_order_and_leaves_low_scores_alone() {
        let dbs: Vec<f64> = (0..200).map(|d| below(f64::from(d), 42.0)).collect();
        assert!(dbs.windows(2).all(|w| w[0] < w[1]) && dbs[199] < 42.0);
        assert!((below(40.0, 250.0) - 40.0).abs() < 0.05);
    }
}
