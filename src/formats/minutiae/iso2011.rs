//! ISO/IEC 19794-2:2011 (clause 8).
//!
//! ```text
//! header, 15 bytes    "FMR" 0 · "030" 0 · length 4 · representations 2 · certification flag 1
//! representation      length 4 · capture date 9 · device technology 1 · vendor 2 · type 2
//!                     quality blocks 1 · each 5 · where flagged: certification blocks 1 · each 3
//!                     position 1 · number 1 · px/cm x 2 · y 2 · impression 1 · width 2 · height 2
//!                     minutia length (4 bits) and ridge ending type (4 bits) 1 · minutiae 1
//! each minutia        type (2 bits) and x 2 · y 2 · angle 1 · quality 1, where the length is 6
//! end                 extended data length 2 · extended data
//! ```

use super::view::{
    Coding, Frame, Raw, STANDARD_PER_CM, UNKNOWN_ALGORITHM, UNKNOWN_VENDOR, Unreported, check_count, cut_to_length,
    skip_extended_data,
};
use super::{Record, Standard, View};
use crate::formats::FormatError;
use crate::formats::reader::Reader;

/// The format's name in messages.
pub const NAME: &str = "ISO/IEC 19794-2:2011";

const CODING: Coding = Coding { steps: 256, unreported: Unreported::Above253 };
const HEADER: u32 = 15;
/// Sixteen views of each of eleven positions.
pub(super) const MAX_VIEWS: usize = 176;
/// A representation without quality blocks, certification, minutiae and extended data.
pub(super) const SHORTEST_REPRESENTATION: usize = 34;

/// Reads a record.
///
/// # Errors
/// Anything that the standard does not allow, with its offset, but for what [`Record::forgiven`] names.
pub fn read(bytes: &[u8]) -> Result<Record, FormatError> {
    let mut forgiven = Vec::new();
    let mut reader = Reader::new(NAME, bytes);
    reader.expect("format identifier (8.3.2)", b"FMR\0", "\"FMR\" and 0")?;
    reader.expect("version (8.3.3)", b"030\0", "\"030\" and 0")?;
    let length = reader.u32("record length (8.3.4)")? as usize;
    let record = cut_to_length(bytes, &reader, length, 4, &mut forgiven)?;
    let mut reader = Reader::new(NAME, record);
    reader.take("header", 12)?;
    let count = reader.u16("number of representations (8.3.5)")?;
    if usize::from(count) > MAX_VIEWS {
        return Err(reader.wrong("number of representations (8.3.5)", 2, count, "1 to 176"));
    }
    let certified = read_flag(&mut reader)?;
    let mut views = Vec::with_capacity(count.into());
    for _ in 0..count {
        let length = reader.u32("representation length (8.4.2)")? as usize;
        let Some(length) = length.checked_sub(4) else {
            return Err(reader.wrong("representation length (8.4.2)", 4, length, "34 or more"));
        };
        let mut part = reader.part("representation", length)?;
        let raw = read_representation(&mut part, certified)?;
        views.push(raw.into_view(&part, &mut forgiven)?);
        skip_extended_data(&mut part, &mut forgiven)?;
        if part.left() > 0 {
            forgiven.push(format!("{} bytes behind a representation's extended data were left out", part.left()));
        }
    }
    if reader.left() > 0 {
        forgiven.push(format!("{} bytes behind the last representation were left out", reader.left()));
    }
    Ok(Record { standard: Standard::Iso2011, views, forgiven })
}

fn read_flag(reader: &mut Reader) -> Result<bool, FormatError> {
    match reader.u8("certification flag (8.3.6)")? {
        flag @ (0 | 1) => Ok(flag == 1),
        flag => Err(reader.wrong("certification flag (8.3.6)", 1, flag, "0 or 1")),
    }
}

fn read_representation(reader: &mut Reader, certified: bool) -> Result<Raw, FormatError> {
    let (quality, _) = read_capture(reader, certified)?;
    let position = reader.u8("finger position (8.4.7)")?;
    let number = reader.u8("representation number (8.4.8)")?;
    let (across, down) =
        (reader.u16("horizontal sampling rate (8.4.9)")?, reader.u16("vertical sampling rate (8.4.10)")?);
    let impression = reader.u8("impression type (8.4.11)")?;
    let (width, height) = (reader.u16("image width (8.4.12)")?, reader.u16("image height (8.4.13)")?);
    let frame = Frame { width, height, across, down };
    let lengths = reader.u8("minutia field length (8.4.14)")?;
    let with_quality = match lengths >> 4 {
        5 => false,
        6 => true,
        other => return Err(reader.wrong("minutia field length (8.4.14)", 1, other, "5 or 6")),
    };
    let count = reader.u8("number of minutiae (8.4.16)")?;
    let minutiae = (0..count).map(|_| CODING.read(reader, with_quality)).collect::<Result<_, _>>()?;
    Ok(Raw { position, impression, number, quality, frame, minutiae })
}

/// Date, device, quality and certification blocks, which ISO/IEC 19794-4:2011 has in the same layout; the first quality
/// that is reported, and the date.
pub(in crate::formats) fn read_capture<'a>(
    reader: &mut Reader<'a>,
    certified: bool,
) -> Result<(Option<u8>, &'a [u8]), FormatError> {
    let date = reader.take("capture date and time (8.4.3)", 9)?;
    let _device = reader.take("capture device (8.4.4)", 5)?;
    let blocks = reader.u8("number of quality blocks (8.4.5)")?;
    let mut quality = None;
    for _ in 0..blocks {
        let score = CODING.quality(reader, "quality score (8.4.5)")?;
        quality = quality.or(score);
        reader.take("quality algorithm (8.4.5)", 4)?;
    }
    if certified {
        let blocks = reader.u8("number of certification blocks (8.4.6)")?;
        reader.take("certification blocks (8.4.6)", 3 * usize::from(blocks))?;
    }
    Ok((quality, date))
}

/// Writes a record at 500 ppi, with a quality block of an unknown algorithm.
///
/// # Errors
/// No view, or more than 176.
pub fn write(views: &[View]) -> Result<Vec<u8>, FormatError> {
    check_count(NAME, views, MAX_VIEWS)?;
    let mut body = Vec::new();
    for view in views {
        let t = &view.template;
        let mut one = capture_body(t.quality());
        one.extend([t.position().code(), view.number]);
        for v in [STANDARD_PER_CM, STANDARD_PER_CM] {
            one.extend(v.to_be_bytes());
        }
        one.push(view.impression);
        for v in [t.width(), t.height()] {
            one.extend(v.to_be_bytes());
        }
        // Six bytes a minutia; ridge endings at the fork of the valley (type 0). At most 255 minutiae.
        one.extend([0x60, t.minutiae().len() as u8]);
        CODING.put(&mut one, t);
        one.extend([0, 0]);
        body.extend((4 + one.len() as u32).to_be_bytes());
        body.extend(one);
    }
    let mut out = b"FMR\x00030\0".to_vec();
    out.extend((HEADER + body.len() as u32).to_be_bytes());
    // At most 176.
    out.extend((views.len() as u16).to_be_bytes());
    out.push(0);
    out.extend(body);
    Ok(out)
}

/// No date (all ones), no device, one quality block.
pub(in crate::formats) fn capture_body(quality: u8) -> Vec<u8> {
    let mut out = vec![0xff; 9];
    out.extend([0; 5]);
    out.extend([1, quality]);
    out.extend([UNKNOWN_VENDOR, UNKNOWN_ALGORITHM].concat());
    out
}
