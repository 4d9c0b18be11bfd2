use thiserror::Error;

/// Samples that cannot be evaluated, and why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
#[allow(missing_docs)]
pub enum EvalError {
    #[error("{samples} samples need a matrix of {samples} × {samples} scores, this one has {rows} × {columns}")]
    Shape { samples: usize, rows: usize, columns: usize },
    #[error("there are no samples: the manifest has no line that can be used")]
    Empty,
    #[error("set {set:?} has no mated pair: each figure needs a finger with two impressions; leave the set out")]
    NoMated { set: String },
    #[error("set {set:?} has no non-mated pair: each figure needs two fingers; leave the set out")]
    NoNonMated { set: String },
    #[error("there is no set {set:?}; there are: {known}")]
    UnknownSet { set: String, known: String },
    #[error("{samples} samples need as many groups, there are {groups}")]
    Groups { samples: usize, groups: usize },
    #[error("an exclusion is SUBJECT=SUBJECT, two subjects that are one finger; this one is {text:?}")]
    Exclusion { text: String },
    #[error("an exclusion names subject {subject:?}, which no line of the manifest has")]
    UnknownSubject { subject: String },
}
