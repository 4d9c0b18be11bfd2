use super::{ImageError, STANDARD_PPI, blank, decode, parameters as p, resample};
use ndarray::Array2;
use std::borrow::Cow;
use std::path::Path;

/// An 8-bit grey image, dark ridges on a light ground, with its resolution.
#[derive(Debug, Clone, PartialEq)]
pub struct GrayImage {
    /// height × width, row by row, 0 black to 255 white.
    pixels: Array2<u8>,
    ppi: f64,
}

impl GrayImage {
    /// An image from `width * height` bytes, row by row from the top, 0 black to 255 white.
    ///
    /// # Errors
    /// A buffer whose length is not `width * height`; a side of 0 or above 8000 px; a ppi outside 250 to 2000.
    pub fn from_raw(pixels: &[u8], width: usize, height: usize, ppi: f64) -> Result<Self, ImageError> {
        Self::from_vec(pixels.to_vec(), width, height, ppi)
    }

    /// As [`GrayImage::from_raw`], keeping the buffer.
    ///
    /// # Errors
    /// As [`GrayImage::from_raw`].
    pub fn from_vec(pixels: Vec<u8>, width: usize, height: usize, ppi: f64) -> Result<Self, ImageError> {
        check_sides(width, height)?;
        check_ppi(ppi)?;
        let (expected, actual) = (width * height, pixels.len());
        let length = ImageError::BufferLength { width, height, expected, actual };
        let pixels = Array2::from_shape_vec((height, width), pixels).map_err(|_| length)?;
        Ok(GrayImage { pixels, ppi })
    }

    /// Decodes PNG, BMP, TIFF, JPEG, PGM, WSQ or JPEG 2000. The ppi is the caller's, or else that of the file's own tag
    /// (PNG `pHYs`, BMP pixels per metre, TIFF `XResolution`, JPEG JFIF density, JP2 resolution, WSQ's NIST comment); the caller's wins, for tags are often meaningless.
    ///
    /// 16 bits are rounded to 8. Colour becomes grey by the luma of ITU-R BT.601 in integers,
    /// (299 R + 587 G + 114 B) / 1000; what is transparent lies over white. Orientation tags are not obeyed.
    ///
    /// # Errors
    /// An unknown or damaged format, no ppi at all, pixels that are not square by the tag, a side of 0 or above 8000 px, a
    /// ppi outside 250 to 2000, more samples than fit 256 MiB.
    pub fn decode(bytes: &[u8], ppi: Option<f64>) -> Result<Self, ImageError> {
        ppi.map_or(Ok(()), check_ppi)?;
        let decoded = decode::decode(bytes)?;
        let ppi = match (ppi, decoded.ppi) {
            (Some(ppi), _) => ppi,
            (None, Some(tag)) => tag.square(decoded.format)?,
            (None, None) => return Err(ImageError::NoPpi { format: decoded.format }),
        };
        Self::from_vec(decoded.pixels, decoded.width, decoded.height, ppi)
    }

    /// Reads and decodes a file, as [`GrayImage::decode`] does.
    ///
    /// # Errors
    /// As [`GrayImage::decode`], and what the operating system says, with the path.
    pub fn open(path: impl AsRef<Path>, ppi: Option<f64>) -> Result<Self, ImageError> {
        let path = path.as_ref();
        let bytes = std::fs::read(path).map_err(|source| ImageError::Io { path: path.into(), source })?;
        Self::decode(&bytes, ppi).map_err(|source| ImageError::File { path: path.into(), source: Box::new(source) })
    }

    /// The same image at 500 ppi (itself where resampling would leave its sides as they are), checked to be one that a finger
    /// may be on.
    ///
    /// Separable bicubic interpolation (R. G. Keys, "Cubic convolution interpolation for digital image processing",
    /// 1981, a = −1/2), widened where it reduces; in integers, so that it gives the same bytes on every machine.
    ///
    /// # Errors
    /// A side below 64 or above 2000 px at 500 ppi; a blank image.
    pub fn to_standard_ppi(&self) -> Result<GrayImage, ImageError> {
        self.at_standard_ppi().map(Cow::into_owned)
    }

    /// As [`GrayImage::to_standard_ppi`], without a copy where it has 500 ppi.
    pub(crate) fn at_standard_ppi(&self) -> Result<Cow<'_, GrayImage>, ImageError> {
        let ratio = self.ppi / STANDARD_PPI;
        let (width, height) = (self.width(), self.height());
        let at_standard = |side: usize| (side as f64 / ratio).round() as usize;
        let (standard_width, standard_height) = (at_standard(width), at_standard(height));
        let ppi = self.ppi;
        if standard_width.min(standard_height) < p::MIN_STANDARD_SIDE {
            return Err(ImageError::TooSmall { width, height, ppi, standard_width, standard_height });
        }
        if standard_width.max(standard_height) > p::MAX_STANDARD_SIDE {
            return Err(ImageError::TooLarge { width, height, ppi, standard_width, standard_height });
        }
        blank::check(&self.pixels)?;
        if ratio == 1.0 {
            return Ok(Cow::Borrowed(self));
        }
        let pixels = if (standard_width, standard_height) == (width, height) {
            self.pixels.clone()
        } else {
            resample::bicubic(&self.pixels, standard_width, standard_height, ratio)
        };
        Ok(Cow::Owned(GrayImage { pixels, ppi: STANDARD_PPI }))
    }

    /// The same pixels, said to have another resolution: fewer an inch make a larger finger.
    ///
    /// # Errors
    /// A ppi outside 250 to 2000.
    pub fn with_ppi(self, ppi: f64) -> Result<Self, ImageError> {
        check_ppi(ppi)?;
        Ok(GrayImage { ppi, ..self })
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.pixels.ncols()
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.pixels.nrows()
    }

    /// Pixels per inch.
    pub fn ppi(&self) -> f64 {
        self.ppi
    }

    /// height × width, in standard (row-major) layout.
    pub fn pixels(&self) -> &Array2<u8> {
        &self.pixels
    }
}

pub(crate) fn check_sides(width: usize, height: usize) -> Result<(), ImageError> {
    let taken = 1..=p::MAX_SIDE;
    if taken.contains(&width) && taken.contains(&height) { Ok(()) } else { Err(ImageError::Side { width, height }) }
}

fn check_ppi(ppi: f64) -> Result<(), ImageError> {
    // Not a number lies in no range.
    if (p::MIN_PPI..=p::MAX_PPI).contains(&ppi) { Ok(()) } else { Err(ImageError::Ppi { ppi }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripes(width: usize, height: usize) -> Vec<u8> {
        (0..width * height).map(|i| if (i % width) & 4 == 0 { 30 } else { 220 }).collect()
    }

    #[test]
    fn a_wrong_buffer_length_is_named_with_both_lengths() {
        let e = GrayImage::from_raw(&[0; 99], 10, 10, 500.0).unwrap_err();
        assert_eq!(e.to_string(), "a raw image of 10 × 10 has 100 bytes, this buffer has 99");
    }

    #[test]
    fn sides_and_ppi_outside_the_limits_are_refused() {
        for (w, h) in [(0, 5), (5, 0), (8001, 1), (usize::MAX, usize::MAX)] {
            assert!(matches!(GrayImage::from_raw(&[], w, h, 500.0), Err(ImageError::Side { .. })), "{w} × {h}");
        }
        for ppi in [0.0, -500.0, 249.9, 2000.1, f64::NAN, f64::INFINITY] {
            assert!(matches!(GrayImage::from_raw(&[0], 1, 1, ppi), Err(ImageError::Ppi { .. })), "{ppi}");
        }
    }

    #[test]
    fn the_sides_that_count_are_those_at_500_ppi() {
        let image = |w, h, ppi| GrayImage::from_vec(stripes(w, h), w, h, ppi).unwrap().to_standard_ppi();
        assert!(matches!(image(63, 100, 500.0), Err(ImageError::TooSmall { .. })));
        assert!(matches!(image(127, 127, 1000.0).map(|i| i.width()), Ok(64)));
        assert!(matches!(image(126, 200, 1000.0), Err(ImageError::TooSmall { standard_width: 63, .. })));
        assert!(matches!(image(2001, 100, 500.0), Err(ImageError::TooLarge { .. })));
        assert!(matches!(image(1001, 100, 250.0), Err(ImageError::TooLarge { standard_width: 2002, .. })));
        let standard = image(388, 374, 500.0).unwrap();
        assert_eq!((standard.width(), standard.height(), standard.ppi()), (388, 374, 500.0));
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let e = GrayImage::open("no/such/finger.png", None).unwrap_err();
        assert!(e.to_string().starts_with("no/such/finger.png: "), "{e}");
        assert_eq!(e.kind(), crate::ErrorKind::Io);
    }
}
