//! Finger image records: ISO/IEC 19794-4:2005 and :2011, ANSI INCITS 381-2004.
//!
//! ```text
//! 2005, header 32     "FIR" 0 · "010" 0 · length 6 · device 2 · level 2 · fingers 1 · units 1
//! (INCITS 381: 36,    scan resolution x 2 · y 2 · image resolution x 2 · y 2 · depth 1 · compression 1 · 2
//! product 4 behind the length)
//! each view, 14       length 4 · position 1 · views 1 · number 1 · quality 1 · impression 1 · width 2 · height 2 · 0
//!                     image data
//!
//! 2011, header 16     "FIR" 0 · "020" 0 · length 4 · representations 2 · certification flag 1 · positions 1
//! representation      length 4 · capture date 9 · device 5 · quality blocks · certification blocks
//!                     position 1 · number 1 · units 1 · scan resolution x 2 · y 2 · image resolution x 2 · y 2
//!                     depth 1 · compression 1 · impression 1 · width 2 · height 2 · data length 4 · image data
//! ```
//!
//! Units are 1: pixels per inch, 2: pixels per centimetre.

mod read;
mod write;

pub use read::read;
pub use write::write;

use super::FormatError;
use crate::image::{GrayImage, ImageError};
use crate::template::FingerPosition;

/// The formats' name in messages.
pub const NAME: &str = "finger image record";

/// Which standard a record follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standard {
    /// ISO/IEC 19794-4:2005.
    Iso2005,
    /// ISO/IEC 19794-4:2011.
    Iso2011,
    /// ANSI INCITS 381-2004.
    Incits2004,
}

impl Standard {
    /// A short name: `iso-image2005`, `iso-image2011`, `incits-image2004`.
    pub fn name(self) -> &'static str {
        match self {
            Standard::Iso2005 => "iso-image2005",
            Standard::Iso2011 => "iso-image2011",
            Standard::Incits2004 => "incits-image2004",
        }
    }
}

/// How the image data is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compression {
    /// One byte a pixel.
    None,
    /// WSQ, JPEG, JPEG 2000 or PNG: the data itself tells which.
    Coded,
    /// WSQ.
    Wsq,
    /// PNG.
    Png,
}

/// What a record holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Which standard it follows.
    pub standard: Standard,
    /// Its images.
    pub views: Vec<View>,
    /// Where it breaks the standard in ways that do no harm, a sentence each.
    pub forgiven: Vec<String>,
}

/// One image in a record, still coded.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// The standard's code of the position: 0 to 10 are fingers, 13 and 14 the four of the right and the left hand, 15 both
    /// thumbs; above are palms.
    pub position: u8,
    /// The standard's code of how the impression was made: 0 live-scan plain, 1 live-scan rolled.
    pub impression: u8,
    /// Counts the images of one position.
    pub number: u8,
    /// 0 to 100; `None` where the record reports none.
    pub quality: Option<u8>,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
    /// Pixels per inch.
    pub ppi: f64,
    /// How `data` is coded.
    pub compression: Compression,
    /// The coded image.
    pub data: Vec<u8>,
}

impl View {
    /// Which finger it is; `None` for several fingers and palms.
    pub fn finger(&self) -> Option<FingerPosition> {
        FingerPosition::from_code(self.position)
    }

    /// The image. A ppi of the caller's must be the record's, to 1 %.
    ///
    /// # Errors
    /// Data that cannot be decoded, sides other than the record tells, a ppi that contradicts the record.
    pub fn decode(&self, ppi: Option<f64>) -> Result<GrayImage, FormatError> {
        super::check_ppi(NAME, self.ppi, ppi)?;
        let (width, height) = (usize::from(self.width), usize::from(self.height));
        if self.compression == Compression::None {
            return Ok(GrayImage::from_raw(&self.data, width, height, self.ppi)?);
        }
        let image = GrayImage::decode(&self.data, Some(self.ppi))?;
        if (image.width(), image.height()) != (width, height) {
            let reason = format!(
                "its data is an image of {} × {} px, its header says {width} × {height}",
                image.width(),
                image.height()
            );
            return Err(ImageError::Decode { format: NAME, reason }.into());
        }
        Ok(image)
    }

    /// A live-scan plain image for writing. WSQ at 0.75 bits per pixel, PNG or one byte a pixel.
    ///
    /// # Errors
    /// A side above 65,535 px; what the encoder says.
    pub fn encode(image: &GrayImage, finger: FingerPosition, compression: Compression) -> Result<Self, FormatError> {
        let data = match compression {
            Compression::None => image.bytes().to_vec(),
            Compression::Wsq => super::wsq::encode(image, super::wsq::STANDARD_RATE)?,
            Compression::Png | Compression::Coded => image.to_png()?,
        };
        // An image's sides are at most 8000.
        let (width, height) = (image.width() as u16, image.height() as u16);
        let compression = if compression == Compression::Coded { Compression::Png } else { compression };
        let (position, ppi) = (finger.code(), image.ppi());
        Ok(View { position, impression: 0, number: 0, quality: None, width, height, ppi, compression, data })
    }
}

#[cfg(test)]
mod tests;
