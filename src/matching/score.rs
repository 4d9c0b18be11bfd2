//! Evidence → decibels: few weights, found by `training/score/fit.py`, then the calibration of `decision`.

use super::Evidence;
use super::parameters::score::{
    EDGES_AGREEING, FITTED_BEYOND_CHANCE, FORETOLD_SHARE, LN_MINUTIAE_A, LN_MINUTIAE_B, OFFSET, PER_PAIR_DB,
    SAME_KIND_SHARE, UNPAIRED,
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
    let overlap = f(e.overlap[0] + e.overlap[1]).max(1.0);
    OFFSET
        + FORETOLD_SHARE * (f(e.foretold) * 2.0 * f(e.fitted) / overlap)
        + FITTED_BEYOND_CHANCE * (f(e.fitted) - f(e.chance))
        + SAME_KIND_SHARE * (f(e.same_kind) / f(e.pairs))
        + EDGES_AGREEING * f(e.edges_agreeing)
        + UNPAIRED * f(e.unpaired)
        + LN_MINUTIAE_A * libm::log(f(e.minutiae[0]) + 1.0)
        + LN_MINUTIAE_B * libm::log(f(e.minutiae[1]) + 1.0)
}

/// Almost `db` where that is well below `ceiling`, never above it, and always growing with `db`.
fn below(db: f64, ceiling: f64) -> f64 {
    if ceiling <= 0.0 {
        return 0.0;
    }
    let (d, c) = (db * db, ceiling * ceiling);
    db * ceiling / (d * d + c * c).sqrt().sqrt()
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
            same_kind: pairs,
            overlap: [pairs, pairs],
            edges: pairs * (pairs - 1.0) / 2.0,
            edges_agreeing: pairs * (pairs - 1.0) / 2.0,
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
