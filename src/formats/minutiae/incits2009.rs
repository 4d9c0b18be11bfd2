//! ANSI INCITS 378-2009: image size and resolution stand with each view. Its amendment 1 has the same layout and the version
//! `035`.
//!
//! ```text
//! header, 21 bytes   "FMR" 0 · "030" 0 · length 4 · product 4 · certification 1 · device 2 · views 1 · 0
//! each view, 17      position 1 · number 1 · impression 1 · quality 1 · its vendor 2 · its algorithm 2
//!                    width 2 · height 2 · px/cm x 2 · y 2 · minutiae 1
//! each minutia, 6    type (2 bits) and x 2 · y 2 · angle 1, steps of 2° · quality 1
//! end of view        extended data length 2 · extended data
//! ```

use super::view::{
    Coding, Frame, Raw, STANDARD_PER_CM, UNKNOWN_ALGORITHM, UNKNOWN_VENDOR, Unreported, check_count, cut_to_length,
    skip_extended_data,
};
use super::{Record, Standard, View};
use crate::formats::FormatError;
use crate::formats::reader::Reader;

/// The format's name in messages.
pub const NAME: &str = "INCITS 378-2009";

const CODING: Coding = Coding { steps: 180, unreported: Unreported::Above253 };
const MAX_VIEWS: usize = 255;
const HEADER: u32 = 21;

/// Reads a record.
///
/// # Errors
/// Anything that the standard does not allow, with its offset, but for what [`Record::forgiven`] names.
pub fn read(bytes: &[u8]) -> Result<Record, FormatError> {
    let mut forgiven = Vec::new();
    let mut reader = Reader::new(NAME, bytes);
    reader.expect("format identifier", b"FMR\0", "\"FMR\" and 0")?;
    match reader.take("version", 4)? {
        b"030\0" | b"035\0" => {}
        other => return Err(reader.wrong("version", 4, format!("{other:02x?}"), "\"030\" or \"035\" and 0")),
    }
    let length = reader.u32("record length")? as usize;
    let record = cut_to_length(bytes, &reader, length, 4, &mut forgiven)?;
    let mut reader = Reader::new(NAME, record);
    reader.take("header", 12)?;
    let _product = reader.u32("CBEFF product identifier")?;
    let _certification = reader.u8("capture equipment certification")?;
    let _device = reader.u16("capture equipment")?;
    let count = reader.u8("number of views")?;
    let _reserved = reader.u8("reserved byte")?;
    let mut views = Vec::with_capacity(count.into());
    for _ in 0..count {
        let raw = read_view(&mut reader)?;
        views.push(raw.into_view(&reader, &mut forgiven)?);
        skip_extended_data(&mut reader, &mut forgiven)?;
    }
    if reader.left() > 0 {
        forgiven.push(format!("{} bytes behind the last view were left out", reader.left()));
    }
    Ok(Record { standard: Standard::Incits2009, views, forgiven })
}

fn read_view(reader: &mut Reader) -> Result<Raw, FormatError> {
    let position = reader.u8("finger position")?;
    let number = reader.u8("view number")?;
    let impression = reader.u8("impression type")?;
    let quality = CODING.quality(reader, "finger quality")?;
    let _algorithm = reader.u32("quality algorithm")?;
    let (width, height) = (reader.u16("image width")?, reader.u16("image height")?);
    let (across, down) = (reader.u16("horizontal resolution")?, reader.u16("vertical resolution")?);
    let frame = Frame { width, height, across, down };
    let count = reader.u8("number of minutiae")?;
    let minutiae = (0..count).map(|_| CODING.read(reader, true)).collect::<Result<_, _>>()?;
    Ok(Raw { position, impression, number, quality, frame, minutiae })
}

/// Writes a record at 500 ppi.
///
/// # Errors
/// No view, or more than 255.
pub fn write(views: &[View]) -> Result<Vec<u8>, FormatError> {
    check_count(NAME, views, MAX_VIEWS)?;
    let mut body = Vec::new();
    for view in views {
        let t = &view.template;
        body.extend([t.position().code(), view.number, view.impression, CODING.reported(t.quality())]);
        body.extend([UNKNOWN_VENDOR, UNKNOWN_ALGORITHM].concat());
        for v in [t.width(), t.height(), STANDARD_PER_CM, STANDARD_PER_CM] {
            body.extend(v.to_be_bytes());
        }
        // A template holds at most 255 minutiae.
        body.push(t.minutiae().len() as u8);
        CODING.put(&mut body, t);
        body.extend([0, 0]);
    }
    let mut out = b"FMR\x00030\0".to_vec();
    out.extend((HEADER + body.len() as u32).to_be_bytes());
    // The product's type, certification and the capture equipment: none.
    out.extend(UNKNOWN_VENDOR);
    out.extend([0; 5]);
    out.extend([views.len() as u8, 0]);
    out.extend(body);
    Ok(out)
}
