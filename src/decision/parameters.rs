//! The calibration of single comparisons. Found by `training/score/fit.py`, on the non-mated comparisons of FVC2002 DB1,
//! DB2, DB4 and FVC2004 DB1, DB4 (78,000 of whole prints and as many of partial ones, with two kinds of minutiae): the
//! matcher's raw score at shares of them, and the slope of an exponential tail beyond.

/// Raw score and the decibels that it stands for, both ascending: −10·log10 of ½, ⅕, 0.1, 0.03, 0.01, 0.003, 0.001.
pub(crate) const KNOTS: [(f64, f64); 7] = [
    (-1.3021, 3.0103),
    (-0.0822, 6.9897),
    (0.4767, 10.0000),
    (1.2531, 15.2288),
    (1.9084, 20.0000),
    (2.5981, 25.2288),
    (3.2593, 30.0000),
];

/// Decibels for each unit of raw score beyond the last knot: 10 / ln 10 over the largest mean excess that any kind of the
/// data shows above its 0.1 % quantile.
pub(crate) const TAIL_DB_PER_UNIT: f64 = 5.0332;

/// Below the first knot decibels shrink by e for each so many units: enough that no two scores fall together.
pub(crate) const HEAD_UNITS: f64 = 0.5;

/// Scores above this are extrapolated, dB: what they claim is rarer than the sample of non-mated comparisons can show.
pub(crate) const EXTRAPOLATED_FROM_DB: f64 = 40.0;
