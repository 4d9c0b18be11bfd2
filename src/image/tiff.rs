//! TIFF with a palette or with fewer than 8 bits a sample, which the `image` crate does not read; and TIFF's resolution.
//!
//! The `tiff` crate decompresses (LZW, PackBits, Deflate, none) but refuses palettes. An index is stored like a grey, so
//! a copy whose tag says grey is decoded, and the palette applied here (TIFF 6.0, section 5).

use super::decode::{Decoded, check_memory};
use super::gray::check_sides;
use super::luma::{luma, narrow};
use super::{ImageError, tag, tag::Resolution};
use std::io::Cursor;
use tiff::decoder::ifd::Value;
use tiff::decoder::{Decoder, DecodingResult};
use tiff::tags::Tag;

const FORMAT: &str = "TIFF";
const GREY: u16 = 1;
const PALETTE: u16 = 3;

/// `XResolution`, `YResolution` and their unit, which is the inch where none is told (TIFF 6.0, page 38).
pub fn resolution(bytes: &[u8]) -> Option<Resolution> {
    resolution_of(&mut Decoder::new(Cursor::new(bytes)).ok()?)
}

fn resolution_of(decoder: &mut Decoder<Cursor<&[u8]>>) -> Option<Resolution> {
    let mut number = |tag| match decoder.find_tag(tag).ok()?? {
        Value::Rational(n, d) => Some(f64::from(n) / f64::from(d)),
        Value::Float(v) => Some(v.into()),
        Value::Double(v) => Some(v),
        Value::Short(v) => Some(v.into()),
        Value::Unsigned(v) => Some(v.into()),
        _ => None,
    };
    let (x, y) = (number(Tag::XResolution)?, number(Tag::YResolution)?);
    let unit = decoder.find_tag_unsigned::<u16>(Tag::ResolutionUnit).ok()?.unwrap_or(2);
    Resolution::new(x, y, tag::tiff_unit(unit)?)
}

/// The image where it has a palette, or grey of 1, 2 or 4 bits; `None` where it is of another kind.
pub fn few_bits(bytes: &[u8]) -> Result<Option<Decoded>, ImageError> {
    let failed = |e: tiff::TiffError| ImageError::Decode { format: FORMAT, reason: e.to_string() };
    let mut decoder = Decoder::new(Cursor::new(bytes)).map_err(failed)?;
    let photometric: u16 = decoder.get_tag_unsigned(Tag::PhotometricInterpretation).map_err(failed)?;
    let bits: u16 = match decoder.find_tag_unsigned_vec(Tag::BitsPerSample).map_err(failed)?.as_deref() {
        None => 1,
        Some(&[bits]) => bits,
        Some(_) => return Ok(None),
    };
    if !(matches!(bits, 1 | 2 | 4) && photometric <= GREY || photometric == PALETTE) {
        return Ok(None);
    }
    if !matches!(bits, 1 | 2 | 4 | 8) {
        let reason = format!("a palette of {bits} bits; 1, 2, 4 and 8 are read");
        return Err(ImageError::Decode { format: FORMAT, reason });
    }
    let ppi = resolution_of(&mut decoder);
    let levels = if photometric == PALETTE { palette(&mut decoder, bits).map_err(failed)? } else { greys(bits) };

    let bytes = if photometric == PALETTE { as_grey(bytes)? } else { bytes.to_vec() };
    let mut decoder = Decoder::new(Cursor::new(bytes)).map_err(failed)?;
    let (width, height) = decoder.dimensions().map_err(failed)?;
    let (width, height) = (width as usize, height as usize);
    check_sides(width, height)?;
    check_memory(FORMAT, width, height, (width * height) as u64)?;
    let DecodingResult::U8(packed) = decoder.read_image().map_err(failed)? else {
        return Err(ImageError::Decode { format: FORMAT, reason: "its samples are not of 8 bits or fewer".into() });
    };
    let row = (width * usize::from(bits)).div_ceil(8);
    let pixels: Vec<u8> =
        packed.chunks_exact(row.max(1)).flat_map(|r| unpack(r, bits, width)).map(|i| level(&levels, i)).collect();
    Ok(Some(Decoded { pixels, width, height, ppi, format: FORMAT }))
}

/// The samples of one row, the first in the highest bits.
fn unpack(row: &[u8], bits: u16, width: usize) -> impl Iterator<Item = u8> {
    let samples = 8 / bits;
    let mask = (0xff_u16 >> (8 - bits)) as u8;
    row.iter().flat_map(move |&byte| (0..samples).map(move |i| byte >> (8 - bits * (i + 1)) & mask)).take(width)
}

/// Every index that fits the bits has a level.
fn level(levels: &[u8], index: u8) -> u8 {
    levels.get(usize::from(index)).copied().unwrap_or_default()
}

/// The greys of so many bits, 0 black.
fn greys(bits: u16) -> Vec<u8> {
    let last = (1u32 << bits) - 1;
    (0..=last).map(|v| ((v * 255 + last / 2) / last) as u8).collect()
}

/// `ColorMap`: all reds, then all greens, then all blues, of 16 bits.
fn palette(decoder: &mut Decoder<Cursor<&[u8]>>, bits: u16) -> Result<Vec<u8>, tiff::TiffError> {
    let map = decoder.get_tag_u16_vec(Tag::ColorMap)?;
    let colours = 1usize << bits;
    let at = |i: usize| map.get(i).copied().unwrap_or_default();
    Ok((0..colours).map(|i| narrow(luma(at(i), at(colours + i), at(2 * colours + i)))).collect())
}

/// A copy whose first directory says grey instead of palette (TIFF 6.0, section 2: header, directory, entries).
fn as_grey(bytes: &[u8]) -> Result<Vec<u8>, ImageError> {
    let mut copy = bytes.to_vec();
    let entry = photometric_entry(bytes);
    let value = entry.and_then(|at| copy.get_mut(at + 8..at + 10));
    let Some(value) = value else {
        let reason = "a palette in a directory that cannot be followed (BigTIFF is read without palette only)".into();
        return Err(ImageError::Decode { format: FORMAT, reason });
    };
    value.copy_from_slice(&if bytes.starts_with(b"II") { GREY.to_le_bytes() } else { GREY.to_be_bytes() });
    Ok(copy)
}

/// The offset of the 12 bytes of the photometric interpretation in the first directory of classic TIFF.
fn photometric_entry(bytes: &[u8]) -> Option<usize> {
    let little = bytes.starts_with(b"II");
    let u16_at = |at: usize| {
        let b = *bytes.get(at..)?.first_chunk()?;
        Some(if little { u16::from_le_bytes(b) } else { u16::from_be_bytes(b) })
    };
    let u32_at = |at: usize| {
        let b = *bytes.get(at..)?.first_chunk()?;
        Some(if little { u32::from_le_bytes(b) } else { u32::from_be_bytes(b) })
    };
    (u16_at(2)? == 42).then_some(())?;
    let directory = usize::try_from(u32_at(4)?).ok()?;
    let count = usize::from(u16_at(directory)?);
    (0..count).map(|i| directory + 2 + 12 * i).find(|&at| u16_at(at) == Some(Tag::PhotometricInterpretation.to_u16()))
}
