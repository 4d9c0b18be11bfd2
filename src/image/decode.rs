//! File bytes → grey pixels and what the file tells of its resolution.

use super::gray::check_sides;
use super::luma::{to_gray, widen};
use super::{ImageError, jpeg, parameters as p, tag, tag::Resolution, tiff};
use crate::formats::{FormatError, jpeg2000, wsq};
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// Grey pixels, row by row, and the file's own resolution.
pub struct Decoded {
    pub pixels: Vec<u8>,
    pub width: usize,
    pub height: usize,
    pub ppi: Option<Resolution>,
    /// The format's name, for messages.
    pub format: &'static str,
}

pub fn decode(bytes: &[u8]) -> Result<Decoded, ImageError> {
    if wsq::is_wsq(bytes) {
        return of_wsq(bytes);
    }
    if jpeg2000::is_jpeg2000(bytes) {
        return of_jpeg2000(bytes);
    }
    match image::guess_format(bytes) {
        Ok(ImageFormat::Png) => by_crate(bytes, ImageFormat::Png, "PNG", tag::png(bytes)),
        Ok(ImageFormat::Bmp) => by_crate(bytes, ImageFormat::Bmp, "BMP", tag::bmp(bytes)),
        Ok(ImageFormat::Pnm) => by_crate(bytes, ImageFormat::Pnm, "PNM", None),
        Ok(ImageFormat::Jpeg) => jpeg::decode(bytes),
        Ok(ImageFormat::Tiff) => match tiff::few_bits(bytes)? {
            Some(decoded) => Ok(decoded),
            None => by_crate(bytes, ImageFormat::Tiff, "TIFF", tiff::resolution(bytes)),
        },
        _ => Err(ImageError::UnknownFormat { start: bytes.iter().take(8).copied().collect() }),
    }
}

fn of_wsq(bytes: &[u8]) -> Result<Decoded, ImageError> {
    let image = wsq::decode(bytes).map_err(|e| of_format(wsq::NAME, e))?;
    let ppi = image.ppi.and_then(|ppi| Resolution::new(ppi, ppi, 1.0));
    Ok(Decoded { pixels: image.pixels, width: image.width, height: image.height, ppi, format: wsq::NAME })
}

fn of_jpeg2000(bytes: &[u8]) -> Result<Decoded, ImageError> {
    let image = jpeg2000::decode(bytes).map_err(|e| of_format(jpeg2000::NAME, e))?;
    let ppi = image.pixels_per_metre.and_then(|(x, y)| Resolution::new(x, y, 1.0 / tag::INCH_IN_METRES));
    let pixels = if image.channels == 1 { image.samples } else { of_bytes(&image.samples, image.channels) };
    Ok(Decoded { pixels, width: image.width, height: image.height, ppi, format: jpeg2000::NAME })
}

fn of_format(format: &'static str, e: FormatError) -> ImageError {
    match e {
        FormatError::Image(e) => e,
        e => ImageError::Decode { format, reason: e.to_string() },
    }
}

fn by_crate(
    bytes: &[u8],
    kind: ImageFormat,
    format: &'static str,
    ppi: Option<Resolution>,
) -> Result<Decoded, ImageError> {
    let failed = |e: image::ImageError| ImageError::Decode { format, reason: e.to_string() };
    let mut limits = Limits::default();
    limits.max_alloc = Some(p::MAX_DECODED_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), kind);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(failed)?;
    let (width, height) = decoder.dimensions();
    let (width, height) = (width as usize, height as usize);
    check_sides(width, height)?;
    check_memory(format, width, height, decoder.total_bytes())?;
    decoder.set_limits(limits).map_err(failed)?;
    let image = DynamicImage::from_decoder(decoder).map_err(failed)?;
    let pixels = grey(image, format)?;
    Ok(Decoded { pixels, width, height, ppi, format })
}

pub fn check_memory(format: &'static str, width: usize, height: usize, bytes: u64) -> Result<(), ImageError> {
    if bytes > p::MAX_DECODED_BYTES { Err(ImageError::Memory { format, width, height, bytes }) } else { Ok(()) }
}

fn grey(image: DynamicImage, format: &'static str) -> Result<Vec<u8>, ImageError> {
    Ok(match image {
        DynamicImage::ImageLuma8(i) => i.into_raw(),
        DynamicImage::ImageLumaA8(i) => of_bytes(&i, 2),
        DynamicImage::ImageRgb8(i) => of_bytes(&i, 3),
        DynamicImage::ImageRgba8(i) => of_bytes(&i, 4),
        DynamicImage::ImageLuma16(i) => to_gray(&i, 1),
        DynamicImage::ImageLumaA16(i) => to_gray(&i, 2),
        DynamicImage::ImageRgb16(i) => to_gray(&i, 3),
        DynamicImage::ImageRgba16(i) => to_gray(&i, 4),
        _ => {
            let reason = "its samples are floating-point numbers; save it with 8 or 16 bits".to_string();
            return Err(ImageError::Decode { format, reason });
        }
    })
}

pub fn of_bytes(samples: &[u8], channels: usize) -> Vec<u8> {
    // A few rows at a time would do, but colour fingerprints are rare and small.
    let wide: Vec<u16> = samples.iter().map(|&v| widen(v)).collect();
    to_gray(&wide, channels)
}

#[cfg(test)]
mod tests;
