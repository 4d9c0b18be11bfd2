use super::{DecisionError, Score, threshold};

/// What is to be done about two records, by their score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decision {
    /// One person: so sure that nobody need look.
    Match,
    /// Neither: a trained person looks at both.
    Adjudicate,
    /// Two people, as far as can be told.
    NoMatch,
}

impl Decision {
    /// In words: "match", "adjudicate", "no match".
    pub fn name(self) -> &'static str {
        match self {
            Decision::Match => "match",
            Decision::Adjudicate => "adjudicate",
            Decision::NoMatch => "no match",
        }
    }
}

/// Two thresholds, from the errors that one can afford: `docs/decision.md` tells what each costs.
///
/// False matches are set by the first rate: nobody looks at those. Adjudicators' work is set by the second: so many pairs
/// of different people are expected to reach them. What scores lower is missed without anybody noticing.
///
/// ```
/// use vantay::decision::{Decision, Policy, Score};
/// // A register of a million: one search of a stranger in 10,000 returns a wrong match, one in ten costs a look.
/// let policy = Policy::identification(1e-4, 0.1, 1_000_000)?;
/// assert_eq!(policy.decide(Score::from_db(110.0)), Decision::Match);
/// assert_eq!(policy.decide(Score::from_db(85.0)), Decision::Adjudicate);
/// assert_eq!(policy.decide(Score::from_db(60.0)), Decision::NoMatch);
/// # Ok::<(), vantay::decision::DecisionError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Policy {
    match_from: Score,
    adjudicate_from: Score,
}

impl Policy {
    /// From the two scores themselves; equal ones leave nothing to adjudicate.
    ///
    /// # Errors
    /// Adjudication that starts above the match.
    pub fn from_scores(match_from: Score, adjudicate_from: Score) -> Result<Self, DecisionError> {
        if adjudicate_from > match_from {
            return Err(DecisionError::Order { adjudicate: adjudicate_from, matched: match_from });
        }
        Ok(Policy { match_from, adjudicate_from })
    }

    /// For one comparison, of a person with whom they claim to be: the share of impostors who match (FMR), and the share
    /// whom somebody looks at.
    ///
    /// # Errors
    /// Shares outside of 0 to 1, or the second below the first.
    pub fn verification(fmr: f64, looks: f64) -> Result<Self, DecisionError> {
        Policy::identification(fmr, looks, 1)
    }

    /// For a search among `records`: the share of strangers' searches that return a wrong match (FPIR), and the wrong
    /// candidates a search that somebody looks at.
    ///
    /// That all records together match falsely `records` times as often as one is an upper bound (Bonferroni), close
    /// where it is small.
    ///
    /// # Errors
    /// An FPIR outside of 0 to 1, looks outside of 0 to `records`, or fewer looks than false matches.
    pub fn identification(fpir: f64, looks: f64, records: u64) -> Result<Self, DecisionError> {
        Policy::new(("the rate of false matches", fpir, 1.0), looks, records)
    }

    /// For a whole job of `comparisons`, as the deduplication of n records of n·(n − 1)/2: the false matches and the looks
    /// at wrong pairs that are expected in all of it.
    ///
    /// # Errors
    /// Numbers outside of 0 to `comparisons`, or fewer looks than false matches.
    pub fn job(false_matches: f64, looks: f64, comparisons: u64) -> Result<Self, DecisionError> {
        let most = comparisons.max(1) as f64;
        Policy::new(("the number of false matches", false_matches, most), looks, comparisons)
    }

    fn new(
        (what, errors, most): (&'static str, f64, f64),
        looks: f64,
        comparisons: u64,
    ) -> Result<Self, DecisionError> {
        let all = comparisons.max(1) as f64;
        for (what, value, most) in [(what, errors, most), ("the number of looks", looks, all)] {
            if !(value > 0.0 && value <= most) {
                return Err(DecisionError::Rate { what, value, most });
            }
        }
        Policy::from_scores(threshold(comparisons, errors), threshold(comparisons, looks))
    }

    /// What is to be done at a score.
    pub fn decide(self, score: Score) -> Decision {
        match score {
            s if s >= self.match_from => Decision::Match,
            s if s >= self.adjudicate_from => Decision::Adjudicate,
            _ => Decision::NoMatch,
        }
    }

    /// The score from which on it is a match.
    pub fn match_from(self) -> Score {
        self.match_from
    }

    /// The score from which on somebody looks.
    pub fn adjudicate_from(self) -> Score {
        self.adjudicate_from
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_follow_from_rates_and_the_size_of_the_job() {
        let near = |score: Score, db: f64| (score.db() - db).abs() < 1e-9;
        let verification = Policy::verification(1e-4, 1e-3).unwrap();
        assert!(near(verification.match_from(), 40.0) && near(verification.adjudicate_from(), 30.0));
        let identification = Policy::identification(1e-3, 0.1, 10_000).unwrap();
        assert!(near(identification.match_from(), 70.0) && near(identification.adjudicate_from(), 50.0));
        let job = Policy::job(0.1, 100.0, 1_000_000).unwrap();
        assert!(near(job.match_from(), 70.0) && near(job.adjudicate_from(), 40.0));
    }

    #[test]
    fn each_threshold_itself_belongs_to_the_better_side() {
        let policy = Policy::verification(1e-4, 1e-3).unwrap();
        assert_eq!(policy.decide(policy.match_from()), Decision::Match);
        assert_eq!(policy.decide(policy.adjudicate_from()), Decision::Adjudicate);
        assert_eq!(policy.decide(Score::from_db(policy.adjudicate_from().db() - 1e-6)), Decision::NoMatch);
        let none = Policy::verification(1e-3, 1e-3).unwrap();
        assert_eq!(none.decide(Score::from_db(none.match_from().db() - 1e-6)), Decision::NoMatch);
    }

    #[test]
    fn rates_that_are_none_are_refused() {
        for (fmr, looks) in [(0.0, 0.1), (-1.0, 0.1), (f64::NAN, 0.1), (2.0, 2.0), (0.1, f64::INFINITY), (0.1, 0.0)] {
            assert!(matches!(Policy::verification(fmr, looks), Err(DecisionError::Rate { .. })), "{fmr}, {looks}");
        }
        assert!(matches!(Policy::verification(1e-3, 1e-4), Err(DecisionError::Order { .. })));
        assert!(Policy::job(5.0, 50.0, 1000).is_ok() && Policy::job(5000.0, 5000.0, 1000).is_err());
    }
}
