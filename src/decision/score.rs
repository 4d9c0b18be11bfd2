use super::parameters::EXTRAPOLATED_FROM_DB;
use std::fmt;

/// How sure a comparison is that two impressions are of one finger: `-10·log10` of the share of non-mated comparisons
/// that would score as high. 0 says nothing, 40 is one false match in 10,000.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Score(f64);

impl Score {
    /// No evidence at all.
    pub const NONE: Score = Score(0.0);

    /// A score from decibels; below 0 and NaN become 0.
    pub fn from_db(db: f64) -> Self {
        Score(if db > 0.0 { db } else { 0.0 })
    }

    /// Decibels, never negative.
    pub fn db(self) -> f64 {
        self.0
    }

    /// Beyond this many decibels, one comparison's score is extrapolated from the tail of the non-mated comparisons that the
    /// calibration saw.
    pub const EXTRAPOLATED_FROM: Score = Score(EXTRAPOLATED_FROM_DB);

    /// Whether one comparison's score claims more than the calibration's sample can show.
    pub fn is_extrapolated(self) -> bool {
        self > Self::EXTRAPOLATED_FROM
    }

    /// The false-match rate that this score stands for, 0 to 1.
    pub fn fmr(self) -> f64 {
        libm::pow(10.0, -self.0 / 10.0)
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} dB", self.0)
    }
}
