//! The extended feature set of Type 9 (fields 9.300 to 9.399; ANSI/NIST-ITL 1-2011 Update 2013, 8.9.7 and table 30):
//! its minutiae.
//!
//! ```text
//! 9.300  region of interest   width · height · offset from the left · from the top · polygon
//! 9.302  position             code · segment · … (a subfield for each that it may be)
//! 9.331  minutiae             x · y · direction · type E, B or X · radius of uncertainty · uncertainty of the direction
//! 9.334  Y where there are none
//! ```
//!
//! Lengths are hundredths of a millimetre. Minutiae are counted from the top left corner of the region of interest, which
//! itself lies in the image; y goes down. Directions are degrees counter-clockwise from the right, up the ridge that ends or
//! down the valley between the branches, as in our templates.

use super::Record;
use super::minutiae::{Found, PX_PER_UNIT, degrees, number, wrong_minutia};
use crate::formats::FormatError;
use crate::formats::minutiae::UNREPORTED;
use crate::template::{Minutia, MinutiaKind};

/// The region of interest, which every such record has.
pub const REGION: u32 = 300;

/// The minutiae, placed in the image, whose `size` at 500 ppi is known where it is in the transaction.
pub fn read(record: &Record, size: Option<(usize, usize)>) -> Result<Found, FormatError> {
    const NAME_OF_FIELD: &str = "region of interest (9.300)";
    let region = record.need(REGION, NAME_OF_FIELD)?;
    let items = region.subfields().next().unwrap_or_default();
    let item = |i: usize| number(items.get(i).copied()).filter(|&v| v <= MAX_LENGTH);
    // The region begins in the image's corner where nothing else is told.
    let offset = |i: usize| if items.get(i).is_none_or(|v| v.is_empty()) { Some(0) } else { item(i) };
    let (Some(width), Some(height), Some(left), Some(top)) = (item(0), item(1), offset(2), offset(3)) else {
        let value = String::from_utf8_lossy(&region.value).into_owned();
        return Err(record.wrong(region.offset, NAME_OF_FIELD, value, "a width, a height and offsets up to 50000"));
    };
    let px = |units: u32| f64::from(units) * PX_PER_UNIT;
    let mut minutiae = Vec::new();
    for (field, items) in record.field(331).into_iter().flat_map(|f| f.subfields().map(move |items| (f, items))) {
        let item = |i: usize| number(items.get(i).copied());
        let parsed = || {
            let (x, y) = (item(0).filter(|&x| x <= width)?, item(1).filter(|&y| y <= height)?);
            let angle = item(2).filter(|a| *a < 360)?;
            let kind = match items.get(3).copied()? {
                b"E" => MinutiaKind::Ending,
                b"B" => MinutiaKind::Bifurcation,
                b"X" => MinutiaKind::Unknown,
                _ => return None,
            };
            let m = Minutia::from_pixels(px(left + x), px(top + y), 0.0, kind, 0.0);
            Some(Minutia { direction: degrees(angle), quality: UNREPORTED, ..m })
        };
        minutiae.push(parsed().ok_or_else(|| wrong_minutia(record, field, minutiae.len(), &items))?);
    }
    let whole = || (px(left + width).ceil() as usize, px(top + height).ceil() as usize);
    Ok(Found {
        position: position(record)?,
        quality: UNREPORTED,
        view: 0,
        size: Some(size.unwrap_or_else(whole)),
        minutiae,
    })
}

/// The widest and highest region that the standard allows, half a metre.
const MAX_LENGTH: u32 = 50_000;

/// The code of the position; 0, unknown, where none or several are told.
fn position(record: &Record) -> Result<u8, FormatError> {
    match record.field(302).map_or(0, |field| field.subfields().count()) {
        1 => record.code(302, "position (9.302)"),
        _ => Ok(0),
    }
}
