use thiserror::Error;

/// Rates from which no decision follows, and why.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
#[allow(missing_docs)]
pub enum DecisionError {
    #[error("{what} is {value}; more than 0 and at most {most} are taken")]
    Rate { what: &'static str, value: f64, most: f64 },
    #[error(
        "adjudication starts at {adjudicate} and a match at {matched}: give adjudication the lower score, or the larger rate"
    )]
    Order { adjudicate: super::Score, matched: super::Score },
}
