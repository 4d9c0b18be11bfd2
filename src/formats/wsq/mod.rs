//! WSQ: Wavelet Scalar Quantization of grey-scale fingerprint images.
//!
//! After "WSQ Gray-Scale Fingerprint Image Compression Specification", IAFIS-IC-0110, version 3.1 (FBI, 2010); clauses
//! and tables named here are its.
//!
//! ```text
//! pixels ──▶ wavelet packets ──▶ quantised subbands ──▶ Huffman ──▶ segments
//!  8 bits     64 subbands          60 at most            3 blocks    markers
//! ```
//!
//! Filters of any length up to 31 are read; what is written has the pair of 9 and 7 taps, as all files of certified encoders
//! that were met. Sums run in a fixed order in `f32`, so an image decodes to the same bytes on every machine.

mod bits;
mod coefficients;
mod huffman;
mod quantize;
mod segments;
mod subbands;
mod wavelet;

use super::FormatError;
use super::reader::Reader;
use crate::image::GrayImage;
use segments::{Header, Tables};

/// The format's name in messages.
pub const NAME: &str = "WSQ";

/// The bit rate of the FBI's 15 : 1 certification, bits per pixel.
pub const STANDARD_RATE: f64 = 0.75;
/// The bit rate of about 5 : 1, bits per pixel.
pub const HIGH_RATE: f64 = 2.25;

/// A decoded image; WSQ itself tells no resolution, NIST's comment does.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// Rows × columns, from the top.
    pub pixels: Vec<u8>,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `PPI` of a `NIST_COM` comment, where it is there and more than 0.
    pub ppi: Option<f64>,
}

/// Whether `bytes` start as WSQ does: with the marker for start of image and another one.
pub fn is_wsq(bytes: &[u8]) -> bool {
    matches!(bytes, [0xff, 0xa0, 0xff, ..])
}

/// Decodes a WSQ image.
///
/// # Errors
/// Anything that the specification does not allow, with the offset and the value.
pub fn decode(bytes: &[u8]) -> Result<Decoded, FormatError> {
    let mut reader = Reader::new(NAME, bytes);
    let mut tables = Tables::default();
    let header = segments::read_until_frame(&mut reader, &mut tables, bytes.len())?;
    let bands = subbands::layout(header.width, header.height);
    let mut plane = subbands::Plane::new(header.width, header.height);
    for block in subbands::BLOCKS {
        let id = segments::read_until_block(&mut reader, &mut tables)?;
        let (table, bins) = (tables.huffman(id, &reader)?, tables.bins(&reader)?);
        coefficients::decode_block(&mut reader, table, &bands.bands[block.clone()], &bins[block], &mut plane)?;
    }
    segments::read_until_end(&mut reader, &mut tables)?;
    wavelet::synthesize(&mut plane, &bands.splits, tables.filters(&reader)?);
    let pixels = plane.samples.iter().map(|&v| to_pixel(v, &header)).collect();
    Ok(Decoded { pixels, width: header.width, height: header.height, ppi: tables.ppi })
}

/// Encodes an image; `bits_per_pixel` is the target, [`STANDARD_RATE`] or [`HIGH_RATE`] as a rule.
///
/// # Errors
/// A rate outside 0.1 to 8.
pub fn encode(image: &GrayImage, bits_per_pixel: f64) -> Result<Vec<u8>, FormatError> {
    if !(0.1..=8.0).contains(&bits_per_pixel) {
        let reason = format!("{bits_per_pixel} bits per pixel; 0.1 to 8 can be aimed at");
        return Err(FormatError::Write { format: NAME, reason });
    }
    Ok(encode_with(image, bits_per_pixel, &segments::Filters::standard()))
}

fn encode_with(image: &GrayImage, bits_per_pixel: f64, filters: &segments::Filters) -> Vec<u8> {
    let (width, height) = (image.width(), image.height());
    let bands = subbands::layout(width, height);
    let header = quantize::normalization(image);
    let mut plane = subbands::Plane::new(width, height);
    for (sample, &pixel) in plane.samples.iter_mut().zip(image.pixels()) {
        *sample = (f32::from(pixel) - header.shift) / header.scale;
    }
    wavelet::analyze(&mut plane, &bands.splits, filters);
    let bins = quantize::bin_widths(&plane, &bands.bands, bits_per_pixel);
    let blocks = subbands::BLOCKS.map(|block| coefficients::symbols(&plane, &bands.bands[block.clone()], &bins[block]));
    segments::write(&header, filters, &bins, &blocks, image.ppi(), bits_per_pixel)
}

fn to_pixel(sample: f32, header: &Header) -> u8 {
    // A cast of what is no number or out of range saturates.
    (sample * header.scale + header.shift + 0.5) as u8
}

#[cfg(test)]
mod tests;
