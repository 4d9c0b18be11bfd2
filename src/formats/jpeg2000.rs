//! JPEG 2000 (ISO/IEC 15444-1), as JP2 file or bare codestream, by the `hayro-jpeg2000` crate; resolution by ourselves.

mod codestream;

use super::FormatError;
use super::reader::Reader;
use crate::image::{ImageError, check_sides};
use hayro_jpeg2000::{ColorSpace, DecodeSettings, DecoderContext, Image};

/// The format's name in messages.
pub const NAME: &str = "JPEG 2000";

/// A decoded image: interleaved samples of 8 bits.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// Rows × columns × channels, from the top.
    pub samples: Vec<u8>,
    /// 1: grey, 2: with alpha, 3: red, green, blue, 4: with alpha.
    pub channels: usize,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Pixels per metre across and down, where a resolution box tells them.
    pub pixels_per_metre: Option<(f64, f64)>,
}

fn failed(reason: String) -> FormatError {
    FormatError::Image(ImageError::Decode { format: NAME, reason })
}

/// Whether `bytes` start as a JP2 file or as a codestream does.
pub fn is_jpeg2000(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\0\0\0\x0cjP  ") || bytes.starts_with(b"\xff\x4f\xff\x51")
}

/// Decodes a JPEG 2000 image.
///
/// # Errors
/// A damaged file, a side of 0 or above 8000 px, more than 65,535 tiles, more memory than allowed or than its length is
/// worth, colours that are neither grey nor RGB, a palette.
pub fn decode(bytes: &[u8]) -> Result<Decoded, FormatError> {
    check(bytes)?;
    let settings = DecodeSettings { strict: true, ..DecodeSettings::default() };
    let image = Image::new(bytes, &settings).map_err(|e| failed(e.to_string()))?;
    let (width, height) = (image.width() as usize, image.height() as usize);
    check_sides(width, height)?;
    let alpha = usize::from(image.has_alpha());
    let channels = match image.color_space() {
        ColorSpace::Gray => 1,
        ColorSpace::RGB => 3,
        ColorSpace::Icc { num_channels: n @ (1 | 3), .. } => usize::from(*n),
        other => {
            return Err(failed(format!("its colours are neither grey nor RGB: {} channels", other.num_channels())));
        }
    } + alpha;
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(|e| failed(e.to_string()))?;
    let components = decoded.components();
    if components.len() != channels || components.iter().any(|c| c.samples().len() != width * height) {
        return Err(failed("its components differ in size: save it without subsampling".into()));
    }
    let samples = decoded.data_u8();
    if samples.len() != width * height * channels {
        return Err(failed(format!("{} samples for {width} × {height} px", samples.len())));
    }
    Ok(Decoded { samples, channels, width, height, pixels_per_metre: resolution(bytes) })
}

/// Checks what is in the file before the decoder makes room for it: all codestreams, as it takes one of several.
fn check(bytes: &[u8]) -> Result<(), FormatError> {
    if bytes.starts_with(b"\xff\x4f") {
        return codestream::check(bytes);
    }
    let mut found = false;
    for (kind, contents) in boxes(bytes) {
        match kind {
            b"jp2c" => {
                codestream::check(contents)?;
                found = true;
            }
            // Columns of a palette become channels, up to 255 of a file of a few bytes.
            b"jp2h" if boxes(contents).any(|(kind, _)| matches!(kind, b"pclr" | b"cmap")) => {
                return Err(failed("it has a palette (box pclr or cmap): save it as grey or RGB".into()));
            }
            _ => {}
        }
    }
    if found { Ok(()) } else { Err(failed("it has no codestream (box jp2c)".into())) }
}

/// The capture resolution, or else the display resolution, of the resolution box (ISO/IEC 15444-1, I.5.3.7).
fn resolution(bytes: &[u8]) -> Option<(f64, f64)> {
    let header = find_box(bytes, b"jp2h")?;
    let inside = find_box(header, b"res ")?;
    let mut fields = Reader::new(NAME, find_box(inside, b"resc").or_else(|| find_box(inside, b"resd"))?);
    let mut number = || Some(f64::from(fields.u16("resolution").ok()?));
    let (down, down_by, across, across_by) = (number()?, number()?, number()?, number()?);
    let mut power = || Some((fields.u8("exponent").ok()? as i8).into());
    let (down_power, across_power): (i32, i32) = (power()?, power()?);
    // Powers of ten by multiplication, which is the same on every machine.
    let scale = |v: f64, by: f64, power: i32| {
        let ten = (0..power.unsigned_abs()).fold(1.0, |t, _| t * 10.0);
        if power < 0 { v / by / ten } else { v / by * ten }
    };
    let found = (scale(across, across_by, across_power), scale(down, down_by, down_power));
    (found.0.is_finite() && found.1.is_finite()).then_some(found)
}

/// The contents of the first box of a kind.
fn find_box<'a>(bytes: &'a [u8], wanted: &[u8; 4]) -> Option<&'a [u8]> {
    boxes(bytes).find(|(kind, _)| *kind == wanted).map(|(_, contents)| contents)
}

/// All boxes up to the first that is damaged, kind and contents (ISO/IEC 15444-1, I.4).
fn boxes(bytes: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    let mut reader = Reader::new(NAME, bytes);
    std::iter::from_fn(move || {
        let length = reader.u32("box length").ok()? as usize;
        let kind = reader.take("box type", 4).ok()?.first_chunk()?;
        let contents = match length {
            0 => reader.rest(),
            8.. => reader.take("box", length - 8).ok()?,
            // A length of 64 bits follows.
            1 => {
                let (high, low) = (reader.u32("box length").ok()?, reader.u32("box length").ok()? as usize);
                reader.take("box", low.checked_sub(16).filter(|_| high == 0)?).ok()?
            }
            _ => return None,
        };
        Some((kind, contents))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::GrayImage;
    use std::path::PathBuf;

    /// 8 × 8 grey, made with OpenJPEG: the pixel at (x, y) is 16 x + 8 y.
    const SMALL: &[u8] = include_bytes!("../../tests/data/ramp_8x8.j2k");

    #[test]
    fn a_lossless_codestream_decodes_exactly() {
        let decoded = decode(SMALL).unwrap();
        assert_eq!((decoded.width, decoded.height, decoded.channels), (8, 8, 1));
        let ramp: Vec<u8> = (0..64).map(|i| 16 * (i % 8) + 8 * (i / 8)).collect();
        assert_eq!(decoded.samples, ramp);
    }

    #[test]
    fn a_file_cut_anywhere_or_flipped_never_panics() {
        for cut in 0..SMALL.len() {
            let _ = decode(&SMALL[..cut]);
        }
        for at in 0..SMALL.len() {
            for flip in [1, 0x10, 0x80, 0xff] {
                let mut bytes = SMALL.to_vec();
                bytes[at] ^= flip;
                let _ = decode(&bytes);
            }
        }
    }

    #[test]
    fn a_small_file_cannot_ask_for_gigabytes() {
        let mut bytes = SMALL.to_vec();
        // SIZ: Xsiz and Ysiz, and one tile as large.
        for at in [8, 12, 24, 28] {
            bytes[at..at + 4].copy_from_slice(&7999u32.to_be_bytes());
        }
        let e = decode(&bytes).unwrap_err().to_string();
        assert!(e.contains("7999 × 7999 px in"), "{e}");
    }

    #[test]
    fn a_small_file_cannot_ask_for_a_million_tiles() {
        let with = |fields: &[(usize, u32)]| {
            let mut bytes = SMALL.to_vec();
            for &(at, value) in fields {
                bytes[at..at + 4].copy_from_slice(&value.to_be_bytes());
            }
            decode(&bytes).unwrap_err().to_string()
        };
        // SIZ: Xsiz at 8, Ysiz at 12, XTsiz at 24, YTsiz at 28.
        let e = with(&[(8, 238), (12, 7000), (24, 1), (28, 1)]);
        assert!(e.contains("238 × 7000 tiles"), "{e}");
        let e = with(&[(8, 238), (12, 0x0008_0008), (24, 224), (28, 1)]);
        assert!(e.contains("524296"), "{e}");
        let e = with(&[(8, u32::MAX), (12, u32::MAX), (24, 0), (28, 0)]);
        assert!(e.contains("4294967295"), "{e}");
    }

    #[test]
    fn a_codestream_in_a_box_of_64_bit_length_is_read() {
        let boxed =
            |length: &[u8], kind: &[u8; 4], long: &[u8], contents: &[u8]| [length, kind, long, contents].concat();
        let long = (16 + SMALL.len() as u64).to_be_bytes();
        let bytes = boxed(&[0, 0, 0, 1], b"jp2c", &long, SMALL);
        assert_eq!(find_box(&bytes, b"jp2c"), Some(SMALL));
        assert_eq!(find_box(&boxed(&[0, 0, 0, 1], b"jp2c", &[0xff; 8], SMALL), b"jp2c"), None);
        assert_eq!(find_box(&boxed(&[0, 0, 0, 1], b"jp2c", &[0; 8], SMALL), b"jp2c"), None);
        let e = decode(&boxed(&[0, 0, 0, 12], b"jP  ", b"\r\n\x87\n", &[])).unwrap_err().to_string();
        assert!(e.contains("no codestream"), "{e}");
    }

    #[test]
    fn palettes_and_every_codestream_are_looked_at() {
        let boxed =
            |kind: &[u8; 4], contents: &[u8]| [&(8 + contents.len() as u32).to_be_bytes()[..], kind, contents].concat();
        let start = [boxed(b"jP  ", b"\r\n\x87\n"), boxed(b"ftyp", b"jp2 \0\0\0\0jp2 ")].concat();
        let header = |more: &[u8]| {
            let ihdr = boxed(b"ihdr", &[0, 0, 0, 8, 0, 0, 0, 8, 0, 1, 7, 7, 0, 0]);
            boxed(b"jp2h", &[&ihdr, &boxed(b"colr", &[1, 0, 0, 0, 0, 0, 17])[..], more].concat())
        };
        let small = boxed(b"jp2c", SMALL);
        let decoded = decode(&[&start, &header(&[])[..], &small].concat()).unwrap();
        assert_eq!((decoded.width, decoded.channels), (8, 1));
        let e = decode(&[&start, &header(&boxed(b"pclr", &[0, 1, 1, 7, 0]))[..], &small].concat()).unwrap_err();
        assert!(e.to_string().contains("palette"), "{e}");
        // Of several codestreams the decoder takes the last.
        let mut large = SMALL.to_vec();
        large[8..12].copy_from_slice(&9000u32.to_be_bytes());
        let e = decode(&[&start, &header(&[])[..], &small, &boxed(b"jp2c", &large)].concat()).unwrap_err();
        assert!(e.to_string().contains("9000"), "{e}");
    }

    #[test]
    fn the_resolution_box_is_read() {
        let resolution_of = |kind: &[u8; 4], fields: &[u8]| {
            let inner = [&((8 + fields.len()) as u32).to_be_bytes()[..], kind, fields].concat();
            let middle = [&((8 + inner.len()) as u32).to_be_bytes()[..], b"res ", &inner].concat();
            let outer = [&((8 + middle.len()) as u32).to_be_bytes()[..], b"jp2h", &middle].concat();
            resolution(&[b"\0\0\0\x0cjP  \r\n\x87\n", &outer[..]].concat())
        };
        // 19685 / 1 · 10⁰ down, 19685 / 10 · 10¹ across.
        let fields = [0x4c, 0xe5, 0, 1, 0x4c, 0xe5, 0, 10, 0, 1];
        assert_eq!(resolution_of(b"resc", &fields), Some((19685.0, 19685.0)));
        assert_eq!(resolution_of(b"resd", &fields), Some((19685.0, 19685.0)));
        assert_eq!(resolution_of(b"resc", &fields[..9]), None);
        assert_eq!(resolution_of(b"resc", &[0; 10]), None);
    }

    #[test]
    fn a_real_file_is_read() {
        let data = std::env::var_os("VANTAY_DATA").map_or(PathBuf::from("../shared/data"), PathBuf::from);
        let path = data.join("wsq/libbiomeval_img.jp2");
        if !path.exists() {
            println!("skipped: {} is not there", path.display());
            return;
        }
        let image = GrayImage::open(&path, Some(500.0)).unwrap();
        println!("{} × {}", image.width(), image.height());
        assert!(image.to_standard_ppi().is_ok());
    }
}
