//! The calibration of single comparisons. Found by `training/score/fit.py`, on the non-mated comparisons of FVC2002 DB1,
//! DB2, DB4 and FVC2004 DB1, DB4 (78,000 of whole prints and as many of partial ones, with two kinds of minutiae): the
//! matcher's raw score at shares of them, and the slope of an exponential tail beyond.

/// Raw scores and the decibels that they stand for, as a table and a slope beyond it.
#[derive(Debug)]
pub(crate) struct Calibration {
    /// Raw score and decibels, both ascending: −10·log10 of ½, ⅕, 0.1, 0.03, 0.01, 0.003, 0.001. A raw score that only some
    /// comparisons get cannot stand for ½.
    pub knots: &'static [(f64, f64)],
    /// Decibels for each unit of raw score beyond the last knot: 10 / ln 10 over the largest mean excess that any kind of the data
    /// shows above its 0.1 % quantile.
    pub tail_db_per_unit: f64,
}

impl Calibration {
    /// Of minutiae alone.
    pub const MINUTIAE: Calibration = Calibration {
        knots: &[
            (-3.0463, 3.0103),
            (-1.0091, 6.9897),
            (-0.5446, 8.4510),
            (-0.1376, 10.0000),
            (0.9068, 15.2288),
            (1.6607, 20.0000),
            (2.4308, 25.2288),
            (3.1184, 30.0000),
            (3.9152, 35.2288),
            (4.5880, 40.0000),
        ],
        tail_db_per_unit: 7.0585,
    };

    /// Of minutiae and ridges together.
    pub const WITH_RIDGES: Calibration = Calibration {
        knots: &[
            (-2.0906, 15.2288),
            (-0.3269, 20.0000),
            (0.9710, 25.2288),
            (1.9527, 30.0000),
            (2.8625, 35.2288),
            (3.6632, 40.0000),
        ],
        tail_db_per_unit: 7.0767,
    };
}

/// Below the first knot decibels shrink by e for each so many units: enough that no two scores fall together.
pub(crate) const HEAD_UNITS: f64 = 0.5;

/// Scores above this are extrapolated, dB: what they claim is rarer than the sample of non-mated comparisons can show.
pub(crate) const EXTRAPOLATED_FROM_DB: f64 = 40.0;
