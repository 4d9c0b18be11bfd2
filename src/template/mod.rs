//! What extraction leaves of a finger: minutiae, and how good they are. `FORMAT.md` beside this file tells the bytes.

mod bytes;
mod csv;
mod descriptor;
mod error;
mod minutia;
mod motion;
mod position;
mod ridges;

pub use descriptor::Descriptor;
pub use error::TemplateError;
pub use minutia::{Minutia, MinutiaKind};
pub use position::FingerPosition;
pub use ridges::RidgeMap;

/// Which extractor made a template. Templates of different extractors are refused, or compared by their minutiae alone where
/// that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ExtractorVersion(pub u16);

impl ExtractorVersion {
    /// Minutiae that came from outside: another vendor's file, a CSV, a hand.
    pub const FOREIGN: ExtractorVersion = ExtractorVersion(0);
    /// The extractor of this build. 1 had no descriptors.
    pub const CURRENT: ExtractorVersion = ExtractorVersion(2);
}

/// One finger as minutiae, in an image at 500 ppi, and, where the extractor saw the image, a map of its ridges and a descriptor
/// of each minutia.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    width: u16,
    height: u16,
    position: FingerPosition,
    extractor: ExtractorVersion,
    quality: u8,
    minutiae: Vec<Minutia>,
    ridges: Option<Box<RidgeMap>>,
    /// One a minutia, or none at all.
    descriptors: Vec<Descriptor>,
}

/// How many minutiae a template holds at most; the best are kept.
pub const MAX_MINUTIAE: usize = 255;

impl Template {
    /// A template from its parts; `width` and `height` are of the image at 500 ppi, `quality` is 0 (nothing usable) to 100.
    ///
    /// Minutiae are put into the one order that a template has: by quality, the best first, ties by position, direction
    /// and kind, so that equal sets of minutiae are equal templates. More than [`MAX_MINUTIAE`] are cut to the best.
    ///
    /// # Errors
    /// A side of 0 or above 8191, a quality above 100, a minutia outside the image.
    pub fn new(
        width: usize,
        height: usize,
        position: FingerPosition,
        extractor: ExtractorVersion,
        quality: u8,
        mut minutiae: Vec<Minutia>,
    ) -> Result<Self, TemplateError> {
        let side = |name, value: usize| match u16::try_from(value) {
            Ok(v) if (1..=Minutia::MAX_SIDE).contains(&v) => Ok(v),
            _ => Err(TemplateError::Side { name, value, max: Minutia::MAX_SIDE }),
        };
        let (width, height) = (side("width", width)?, side("height", height)?);
        if quality > 100 {
            return Err(TemplateError::Quality { value: quality });
        }
        minutiae.sort_unstable_by_key(|m| m.order());
        minutiae.truncate(MAX_MINUTIAE);
        for (index, m) in minutiae.iter().enumerate() {
            if m.quality > 100 {
                return Err(TemplateError::MinutiaQuality { index, value: m.quality });
            }
            if m.x >= width * Minutia::SUBPIXELS || m.y >= height * Minutia::SUBPIXELS {
                return Err(TemplateError::Outside { index, x: m.x_px(), y: m.y_px(), width, height });
            }
        }
        Ok(Template { width, height, position, extractor, quality, minutiae, ridges: None, descriptors: Vec::new() })
    }

    /// Columns of the image at 500 ppi.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Rows of the image at 500 ppi.
    pub fn height(&self) -> u16 {
        self.height
    }

    /// Which finger it is.
    pub fn position(&self) -> FingerPosition {
        self.position
    }

    /// The same template as another finger's.
    pub fn with_position(mut self, position: FingerPosition) -> Self {
        self.position = position;
        self
    }

    /// The same template with another map of its ridges, or with none. Map and descriptors are compared only where both
    /// fingers have both.
    pub fn with_ridges(mut self, ridges: Option<RidgeMap>) -> Self {
        self.ridges = ridges.map(Box::new);
        self
    }

    /// The same template with other descriptors of its minutiae, in their order, or with none at all. Map and descriptors are
    /// compared only where both fingers have both.
    ///
    /// # Errors
    /// A number of descriptors that is neither 0 nor that of the minutiae.
    pub fn with_descriptors(mut self, descriptors: Vec<Descriptor>) -> Result<Self, TemplateError> {
        if !descriptors.is_empty() && descriptors.len() != self.minutiae.len() {
            return Err(TemplateError::Descriptors { descriptors: descriptors.len(), minutiae: self.minutiae.len() });
        }
        self.descriptors = descriptors;
        Ok(self)
    }

    /// Which extractor made it.
    pub fn extractor(&self) -> ExtractorVersion {
        self.extractor
    }

    /// 0 (nothing usable) to 100.
    pub fn quality(&self) -> u8 {
        self.quality
    }

    /// The minutiae, the best first.
    pub fn minutiae(&self) -> &[Minutia] {
        &self.minutiae
    }

    /// The map of its ridges; minutiae from outside have none.
    pub fn ridges(&self) -> Option<&RidgeMap> {
        self.ridges.as_deref()
    }

    /// A descriptor of each minutia, in their order; minutiae from outside have none.
    pub fn descriptors(&self) -> &[Descriptor] {
        &self.descriptors
    }
}
