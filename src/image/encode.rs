//! [`GrayImage`] → PNG and PGM.

use super::{GrayImage, ImageError, tag::INCH_IN_METRES};

impl GrayImage {
    /// As PNG, with the resolution in its `pHYs` chunk.
    ///
    /// # Errors
    /// None that the image can cause; what the encoder says.
    pub fn to_png(&self) -> Result<Vec<u8>, ImageError> {
        let failed = |e: png::EncodingError| ImageError::Encode { format: "PNG", reason: e.to_string() };
        let mut out = Vec::new();
        // Sides are at most 8000 px.
        let mut encoder = png::Encoder::new(&mut out, self.width() as u32, self.height() as u32);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let per_metre = (self.ppi() / INCH_IN_METRES).round() as u32;
        let unit = png::Unit::Meter;
        encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: per_metre, yppu: per_metre, unit }));
        let mut writer = encoder.write_header().map_err(failed)?;
        writer.write_image_data(self.bytes()).map_err(failed)?;
        writer.finish().map_err(failed)?;
        Ok(out)
    }

    /// As binary PGM, which tells no resolution.
    pub fn to_pgm(&self) -> Vec<u8> {
        let mut out = format!("P5\n{} {}\n255\n", self.width(), self.height()).into_bytes();
        out.extend_from_slice(self.bytes());
        out
    }

    /// The pixels row by row.
    pub fn bytes(&self) -> &[u8] {
        // The pixels are held in standard layout, which has a slice.
        self.pixels().as_slice().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn png_and_pgm_come_back_the_same() {
        let pixels: Vec<u8> = (0..70 * 80).map(|i| (i % 251) as u8).collect();
        let image = GrayImage::from_raw(&pixels, 70, 80, 500.0).unwrap();
        let png = GrayImage::decode(&image.to_png().unwrap(), None).unwrap();
        assert!((png.ppi() - 500.0).abs() < 0.02);
        assert_eq!(png.pixels(), image.pixels());
        assert_eq!(GrayImage::decode(&image.to_pgm(), Some(500.0)).unwrap(), image);
    }
}
