//! ISO/IEC 19794-2:2005, record format (header: clause 7.3, views: 7.4, extended data: 7.5).
//!
//! ```text
//! header, 24 bytes   "FMR" 0 · " 20" 0 · length 4 · device 2 · width 2 · height 2 · px/cm x 2 · y 2 · views 1 · 0
//! each view, 4       position 1 · view number and impression type 1 · quality 1 · minutiae 1
//! each minutia, 6    type (2 bits) and x 2 · y 2 · angle 1 · quality 1
//! end of view        extended data length 2 · extended data
//! ```

use super::view::{Coding, Frame, Raw, STANDARD_PER_CM, Unreported, check_count, cut_to_length, skip_extended_data};
use super::{Record, Standard, View};
use crate::formats::reader::Reader;
use crate::formats::{FormatError, impression_of_2005};

/// The format's name in messages.
pub const NAME: &str = "ISO/IEC 19794-2:2005";

const CODING: Coding = Coding { steps: 256, unreported: Unreported::Zero };
const MAX_VIEWS: usize = 255;

/// Reads a record.
///
/// # Errors
/// Anything that the standard does not allow, with its offset, but for what [`Record::forgiven`] names.
pub fn read(bytes: &[u8]) -> Result<Record, FormatError> {
    let mut forgiven = Vec::new();
    let mut reader = Reader::new(NAME, bytes);
    reader.expect("format identifier", b"FMR\0", "\"FMR\" and 0")?;
    reader.expect("version", b" 20\0", "\" 20\" and 0")?;
    let length = reader.u32("record length")? as usize;
    let record = cut_to_length(bytes, &reader, length, 4, &mut forgiven)?;
    let mut reader = Reader::new(NAME, record);
    reader.take("header", 12)?;
    let _device = reader.u16("capture equipment")?;
    let (width, height) = (reader.u16("image width")?, reader.u16("image height")?);
    let (across, down) = (reader.u16("horizontal resolution")?, reader.u16("vertical resolution")?);
    let frame = Frame { width, height, across, down };
    let count = reader.u8("number of views")?;
    let _reserved = reader.u8("reserved byte")?;
    let views = read_views(&mut reader, count, frame, CODING, &mut forgiven)?;
    Ok(Record { standard: Standard::Iso2005, views, forgiven })
}

/// The views, which INCITS 378-2004 has in the same layout.
pub(super) fn read_views(
    reader: &mut Reader,
    count: u8,
    frame: Frame,
    coding: Coding,
    forgiven: &mut Vec<String>,
) -> Result<Vec<View>, FormatError> {
    let mut views = Vec::with_capacity(count.into());
    for _ in 0..count {
        let position = reader.u8("finger position")?;
        let number = reader.u8("view number and impression type")?;
        let quality = coding.quality(reader, "finger quality")?;
        let count = reader.u8("number of minutiae")?;
        let minutiae = (0..count).map(|_| coding.read(reader, true)).collect::<Result<_, _>>()?;
        let raw = Raw { position, impression: number & 15, number: number >> 4, quality, frame, minutiae };
        views.push(raw.into_view(reader, forgiven)?);
        skip_extended_data(reader, forgiven)?;
    }
    if reader.left() > 0 {
        forgiven.push(format!("{} bytes behind the last view were left out", reader.left()));
    }
    Ok(views)
}

/// Writes a record at 500 ppi; its image is as large as the largest of the views'.
///
/// # Errors
/// No view, or more than 255; more than 16 of one finger, an impression that the standard has no code of.
pub fn write(views: &[View]) -> Result<Vec<u8>, FormatError> {
    check_count(NAME, views, MAX_VIEWS)?;
    let body = views_body(NAME, views, CODING)?;
    let mut out = b"FMR\0 20\0".to_vec();
    out.extend((24 + body.len() as u32).to_be_bytes());
    out.extend([0, 0]);
    out.extend(frame_body(views));
    out.extend([views.len() as u8, 0]);
    out.extend(body);
    Ok(out)
}

/// Image size and resolution, the same for all views.
pub(super) fn frame_body(views: &[View]) -> Vec<u8> {
    let width = views.iter().map(|v| v.template.width()).max().unwrap_or(1);
    let height = views.iter().map(|v| v.template.height()).max().unwrap_or(1);
    [width, height, STANDARD_PER_CM, STANDARD_PER_CM].into_iter().flat_map(u16::to_be_bytes).collect()
}

/// The views, which INCITS 378-2004 has in the same layout.
///
/// # Errors
/// More than 16 views of one finger, an impression that these standards have no code of: both have four bits.
pub(super) fn views_body(format: &'static str, views: &[View], coding: Coding) -> Result<Vec<u8>, FormatError> {
    let mut out = Vec::new();
    for view in views {
        let template = &view.template;
        if view.number > 15 {
            let reason = format!("view {} of the {}; 0 to 15 fit", view.number, template.position());
            return Err(FormatError::Write { format, reason });
        }
        // A template holds at most 255 minutiae.
        let count = template.minutiae().len() as u8;
        let number = view.number << 4 | impression_of_2005(format, view.impression)?;
        out.extend([template.position().code(), number, coding.reported(template.quality()), count]);
        coding.put(&mut out, template);
        out.extend([0, 0]);
    }
    Ok(out)
}
