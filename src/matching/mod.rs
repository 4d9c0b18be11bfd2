//! Prepared probe × prepared reference → [`Score`]. Symmetric: `score(a, b) == score(b, a)`, to the bit.

mod error;

pub use error::MatchError;

use crate::decision::Score;
use crate::template::Template;

/// What the matcher needs of one finger, computed once: minutiae and their local structures, in one block of bytes that
/// a gallery stores and maps as it lies.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    bytes: Vec<u8>,
}

/// A borrowed [`Prepared`]: a view of its bytes, checked once, read in place.
#[derive(Debug, Clone, Copy)]
pub struct PreparedRef<'a> {
    bytes: &'a [u8],
}

/// Scratch memory of comparisons, one a thread.
#[derive(Debug, Default)]
pub struct Matcher {}

impl Prepared {
    /// Prepares a template.
    pub fn new(template: &Template) -> Self {
        Prepared { bytes: template.to_bytes() }
    }

    /// The block, its length a multiple of 8; it wants to lie at a multiple of 8.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// This finger as a view.
    pub fn view(&self) -> PreparedRef<'_> {
        PreparedRef { bytes: &self.bytes }
    }
}

impl<'a> PreparedRef<'a> {
    /// Checks a block that a gallery has stored: cheap, and nothing in it is trusted.
    ///
    /// # Errors
    /// A block of another version of the matcher (to be prepared again from its template), or a damaged one.
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Self, MatchError> {
        Ok(PreparedRef { bytes })
    }
}

impl Matcher {
    /// A matcher at the [`current`](crate::simd::Level::current) CPU level.
    pub fn new() -> Self {
        Matcher {}
    }

    /// How sure it is that the two are of one finger. The positions are not looked at.
    pub fn compare(&mut self, a: PreparedRef<'_>, b: PreparedRef<'_>) -> Score {
        let _ = (a.bytes, b.bytes);
        Score::NONE
    }
}

/// Prepares and compares two templates once: for one pair; [`Matcher`] is for many.
///
/// # Errors
/// Templates of extractors that cannot be compared.
pub fn verify(a: &Template, b: &Template) -> Result<Score, MatchError> {
    MatchError::check(a.extractor(), b.extractor())?;
    Ok(Matcher::new().compare(Prepared::new(a).view(), Prepared::new(b).view()))
}
