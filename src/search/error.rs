use thiserror::Error;

/// A search that could find nobody, whoever is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SearchError {
    /// The probe has no template.
    #[error(
        "the probe has no finger with a template: nothing can be searched for, which does not mean that nobody is there"
    )]
    EmptyProbe,
    /// No candidate may be returned.
    #[error("the limit is 0 candidates; 1 or more are taken")]
    Limit,
}
