//! ANSI INCITS 378-2004.
//!
//! As ISO/IEC 19794-2:2005, but for the header (26 bytes, or 30 where the record is longer than 65,535 bytes) and for
//! angles in steps of 2°. Views stand in 6.5.1, minutiae in 6.5.2, extended data in 6.6.
//!
//! ```text
//! "FMR" 0 · " 20" 0 · length 2 (0: 4 more follow) · product 4 · device 2 · width 2 · height 2 · px/cm x 2 · y 2 · views 1 · 0
//! ```

use super::iso2005::{frame_body, read_views, views_body};
use super::view::{Coding, Frame, UNKNOWN_VENDOR, Unreported, check_count, cut_to_length};
use super::{Record, Standard, View};
use crate::formats::FormatError;
use crate::formats::reader::Reader;

/// The format's name in messages.
pub const NAME: &str = "INCITS 378-2004";

const CODING: Coding = Coding { steps: 180, unreported: Unreported::Zero };
const MAX_VIEWS: usize = 255;
/// The length of the header without the record length.
const HEADER: usize = 24;

/// Reads a record.
///
/// # Errors
/// Anything that the standard does not allow, with its offset, but for what [`Record::forgiven`] names.
pub fn read(bytes: &[u8]) -> Result<Record, FormatError> {
    let mut forgiven = Vec::new();
    let mut reader = Reader::new(NAME, bytes);
    reader.expect("format identifier (6.4.1)", b"FMR\0", "\"FMR\" and 0")?;
    reader.expect("version (6.4.2)", b" 20\0", "\" 20\" and 0")?;
    let short = reader.u16("record length (6.4.3)")?;
    let length = if short == 0 { reader.u32("record length (6.4.3)")? as usize } else { usize::from(short) };
    let header = reader.offset();
    let record = cut_to_length(bytes, &reader, length, header - 8, &mut forgiven)?;
    let mut reader = Reader::new(NAME, record);
    reader.take("header", header)?;
    let _product = reader.u32("CBEFF product identifier (6.4.4)")?;
    let _device = reader.u16("capture equipment (6.4.5, 6.4.6)")?;
    let (width, height) = (reader.u16("image width (6.4.7)")?, reader.u16("image height (6.4.8)")?);
    let (across, down) = (reader.u16("horizontal resolution (6.4.9)")?, reader.u16("vertical resolution (6.4.10)")?);
    let frame = Frame { width, height, across, down };
    let count = reader.u8("number of views (6.4.11)")?;
    let _reserved = reader.u8("reserved byte (6.4.12)")?;
    let views = read_views(&mut reader, count, frame, CODING, &mut forgiven)?;
    Ok(Record { standard: Standard::Incits2004, views, forgiven })
}

/// Writes a record at 500 ppi; its image is as large as the largest of the views'.
///
/// # Errors
/// No view, or more than 255; more than 16 of one finger, an impression that the standard has no code of.
pub fn write(views: &[View]) -> Result<Vec<u8>, FormatError> {
    check_count(NAME, views, MAX_VIEWS)?;
    let body = views_body(NAME, views, CODING)?;
    let mut out = b"FMR\0 20\0".to_vec();
    match u16::try_from(HEADER + 2 + body.len()) {
        Ok(length) => out.extend(length.to_be_bytes()),
        Err(_) => {
            out.extend([0, 0]);
            out.extend((HEADER as u32 + 6 + body.len() as u32).to_be_bytes());
        }
    }
    // The product's type and the capture equipment: none.
    out.extend(UNKNOWN_VENDOR);
    out.extend([0; 4]);
    out.extend(frame_body(views));
    out.extend([views.len() as u8, 0]);
    out.extend(body);
    Ok(out)
}
