use crate::template::ExtractorVersion;
use thiserror::Error;

/// Two things that cannot be compared, and why.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
#[allow(missing_docs)]
pub enum MatchError {
    #[error(
        "a template of extractor version {a} is not compared with one of version {b}: extract one of them again, or let identify and dedup compare across extractors, by the minutiae alone"
    )]
    Versions { a: u16, b: u16 },
    #[error(
        "a prepared finger of matcher version {found}, this build has {supported}: prepare it again from its template"
    )]
    PreparedVersion { found: u16, supported: u16 },
    #[error("a damaged prepared finger: {0}")]
    Damaged(String),
}

impl MatchError {
    /// Whether templates of these two extractors can be compared: the same version, or minutiae from outside.
    ///
    /// # Errors
    /// [`MatchError::Versions`] where they cannot.
    pub fn check(a: ExtractorVersion, b: ExtractorVersion) -> Result<(), MatchError> {
        let foreign = a == ExtractorVersion::FOREIGN || b == ExtractorVersion::FOREIGN;
        if a == b || foreign { Ok(()) } else { Err(MatchError::Versions { a: a.0, b: b.0 }) }
    }
}
