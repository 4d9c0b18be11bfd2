//! `GrayImage` → [`Template`], by a small fully convolutional network run by our own kernels.
//!
//! ```text
//! image ──▶ normalise ──▶ network ──▶ peaks ────────▶ template
//! 500 ppi   local mean    stride 4:   minutiae  ▲     + quality
//!           and deviation 9 maps                │     + ridge map
//!                           │                   │
//!                           └─▶ context ──▶ descriptors
//!                               stride 8
//! ```
//!
//! An image goes through the network in bands of rows, and of each map only the rows that are still looked at are kept; of the
//! context all are, since descriptors are made where minutiae were found.
//!
//! All arithmetic is exact or in a fixed order, so a template is the same to the byte at every CPU level and platform.

mod descriptors;
mod finger;
mod map;
mod network;
mod normalize;
mod parameters;
mod peaks;
mod period;
mod quality;
mod ridges;
#[doc(hidden)]
pub mod stages;
#[cfg(test)]
mod tests;
mod weights;

use crate::image::{GrayImage, ImageError};
use crate::simd::Level;
use crate::simd::convolution::Convolver;
use crate::template::{Descriptor, ExtractorVersion, FingerPosition, Minutia, Template};
use descriptors::Describer;
use finger::Finger;
use map::Outputs;
use network::{Network, Scratch};
use normalize::Normalized;
use parameters::BAND;
pub use peaks::Detection;
use peaks::Peaks;

/// The networks with their scratch memory. One a thread; making one is cheap, and one that is kept allocates nothing for the
/// network after its first image of a size.
#[derive(Debug)]
pub struct Extractor {
    convolver: Convolver,
    network: &'static Network,
    normalized: Normalized,
    scratch: Scratch,
    maps: Outputs,
    peaks: Peaks,
    finger: Finger,
    describer: &'static Describer,
    described: descriptors::Scratch,
}

impl Extractor {
    /// An extractor at the [`current`](Level::current) CPU level.
    pub fn new() -> Self {
        Extractor::with_level(Level::current())
    }

    /// An extractor at `level`, or at the highest below it that this CPU has (see [`Level::lowered`]).
    pub fn with_level(level: Level) -> Self {
        Extractor {
            convolver: Convolver::new(level),
            network: Network::shipped(),
            normalized: Normalized::default(),
            scratch: Scratch::default(),
            maps: Outputs::default(),
            peaks: Peaks::default(),
            finger: Finger::default(),
            describer: Describer::shipped(),
            described: descriptors::Scratch::default(),
        }
    }

    /// The CPU level that it runs at.
    pub fn level(&self) -> Level {
        self.convolver.level()
    }

    /// The template of one finger: resampling to 500 ppi, normalisation, network, peaks, quality,
    /// ridges, descriptors.
    ///
    /// # Errors
    /// An image too small, too large, or with nothing on it.
    pub fn extract(&mut self, image: &GrayImage, position: FingerPosition) -> Result<Template, ImageError> {
        let image = image.at_standard_ppi()?;
        let (width, height) = (image.width(), image.height());
        let detections = self.detect(&image);
        let minutiae = detections.iter().map(|d| d.minutia(width, height)).collect();
        let quality = quality::finger(&detections, quality::foreground_px(&self.finger, width, height));
        Template::new(width, height, position, ExtractorVersion::CURRENT, quality, minutiae)
            .map(|template| template.with_ridges(ridges::ridges(&self.finger, &image)))
            .and_then(|template| {
                let descriptors = self.describe(template.minutiae());
                template.with_descriptors(descriptors)
            })
            // Nothing but a side beyond what a template holds can be wrong, and the image stage stops far below it.
            .map_err(|_| ImageError::TooLarge {
                width,
                height,
                ppi: image.ppi(),
                standard_width: width,
                standard_height: height,
            })
    }

    /// The minutiae of an image that is taken to have 500 ppi, in full precision, the best first.
    #[doc(hidden)]
    pub fn detect(&mut self, image: &GrayImage) -> Vec<Detection> {
        self.detect_by(image, BAND)
    }

    /// The same, `band` rows of the image at a time, a multiple of 8: what comes out does not depend on it.
    fn detect_by(&mut self, image: &GrayImage, band: usize) -> Vec<Detection> {
        self.normalized.start(image, band);
        let (width, height) = (self.normalized.map().width(), self.normalized.map().height());
        self.scratch.start(width, height, band, &mut self.maps);
        self.finger.start(self.maps.width(), self.maps.height());
        self.peaks.start();
        while self.normalized.map().made() < height {
            self.normalized.advance(image, band, self.convolver.level());
            let (image, rows) = (self.normalized.map(), self.normalized.map().made());
            self.network.advance(self.convolver, image, rows, &mut self.scratch, &mut self.maps);
            self.finger.advance(&self.maps);
            self.peaks.advance(&self.maps);
        }
        self.peaks.detections(image.width(), image.height())
    }

    /// The descriptors of minutiae of the image that was seen last.
    fn describe(&mut self, minutiae: &[Minutia]) -> Vec<Descriptor> {
        self.describer.describe(self.convolver, self.scratch.context(), minutiae, &mut self.described)
    }
}

impl Default for Extractor {
    fn default() -> Self {
        Extractor::new()
    }
}
