use crate::decision::{self, Score};

/// From which score on a pair of records counts as one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Threshold {
    /// So high that this many false matches are expected in the whole job, whatever its size.
    ExpectedFalseMatches(f64),
    /// This score, whatever the size of the job.
    Fixed(Score),
}

impl Threshold {
    /// The score for a job of this many comparisons of records.
    pub fn score(self, comparisons: u64) -> Score {
        match self {
            Threshold::ExpectedFalseMatches(expected) => decision::threshold(comparisons, expected),
            Threshold::Fixed(score) => score,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_larger_job_needs_more_evidence_unless_the_score_is_fixed() {
        let adaptive = Threshold::ExpectedFalseMatches(0.1);
        assert!((adaptive.score(1_000).db() - 40.0).abs() < 1e-9);
        assert!((adaptive.score(1_000_000).db() - 70.0).abs() < 1e-9);
        let fixed = Threshold::Fixed(Score::from_db(33.0));
        assert_eq!(fixed.score(1), fixed.score(u64::MAX));
    }
}
