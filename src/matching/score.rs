//! Evidence → decibels: few weights, found by `training/score/fit.py`, then the calibration of `decision`.

use super::Evidence;
use super::parameters::score::{
    FITTED_BEYOND_CHANCE, FITTED_SHARE, FITTED_SURPRISE, FLOW_PAIRED, FORETOLD, LN_MINUTIAE_A, LN_SHARE, OFFSET,
    PER_PAIR_DB, SAME_KIND_SHARE, STRENGTH, UNPAIRED,
};
use crate::decision::{Score, decibels};

/// What the evidence stands for.
pub(crate) fn score(evidence: &Evidence) -> Score {
    let raw = decibels(raw(evidence));
    Score::from_db(below(raw, PER_PAIR_DB * (f64::from(evidence.pairs) - 1.0)))
}

/// The raw score, the larger the surer: a weighted sum. Without a pair it is as low as no other.
pub(crate) fn raw(e: &Evidence) -> f64 {
    if e.pairs < 1.0 {
        return -1e3;
    }
    let f = |v: f32| f64::from(v);
    let (fitted, chance) = (f(e.fitted), f(e.chance));
    let share = 2.0 * fitted / f(e.overlap[0] + e.overlap[1]).max(1.0);
    OFFSET
        + FORETOLD * f(e.foretold)
        + FITTED_BEYOND_CHANCE * (fitted - chance)
        + FITTED_SHARE * (fitted * share)
        + FITTED_SURPRISE * (fitted * libm::log((fitted + 1.0) / (chance + 0.5)))
        + LN_SHARE * libm::log(share + 0.02)
        + SAME_KIND_SHARE * (f(e.same_kind) / f(e.pairs))
        + STRENGTH * f(e.strength)
        + UNPAIRED * f(e.unpaired)
        + FLOW_PAIRED * f(e.flow_paired)
        + LN_MINUTIAE_A * libm::log(f(e.minutiae[0]) + 1.0)
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
    fn the_ceiling_keeps_the_order_and_leaves_low_scores_alone() {
        let dbs: Vec<f64> = (0..200).map(|d| below(f64::from(d), 42.0)).collect();
        assert!(dbs.windows(2).all(|w| w[0] < w[1]) && dbs[199] < 42.0);
        assert!((below(40.0, 250.0) - 40.0).abs() < 0.05);
    }
}
