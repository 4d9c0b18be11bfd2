//! Bytes → [`Record`].

use super::{Compression, NAME, Record, Standard, View};
use crate::formats::FormatError;
use crate::formats::minutiae::iso2011::read_capture;
use crate::formats::minutiae::ppi_of_per_cm;
use crate::formats::reader::Reader;

/// The largest position code: 36 is a palm's, 40 to 50 are pairs and threes of fingers.
const MAX_POSITION: u8 = 50;

/// Reads a record of any of the three standards.
///
/// # Errors
/// Anything that the standard does not allow, with its offset, but for what [`Record::forgiven`] names.
pub fn read(bytes: &[u8]) -> Result<Record, FormatError> {
    let mut reader = Reader::new(NAME, bytes);
    reader.expect("format identifier", b"FIR\0", "\"FIR\" and 0")?;
    match reader.take("version", 4)? {
        b"020\0" => read_2011(bytes),
        // The two standards share identifier and version; only in one of the two layouts do the lengths add up.
        b"010\0" => match read_2004(bytes, Standard::Iso2005) {
            Ok(record) => Ok(record),
            // Where neither can be read, the layout that got further is the record's.
            Err(error) => read_2004(bytes, Standard::Incits2004)
                .map_err(|other| if other.offset() > error.offset() { other } else { error }),
        },
        other => Err(reader.wrong("version", 4, format!("{other:02x?}"), "\"010\" or \"020\" and 0")),
    }
}

/// What a header tells about all its images, or a representation about its own.
struct Shared {
    ppi: f64,
    compression: Compression,
}

fn read_2004(bytes: &[u8], standard: Standard) -> Result<Record, FormatError> {
    let mut forgiven = Vec::new();
    let mut reader = Reader::new(NAME, bytes);
    reader.take("identifier and version", 8)?;
    let high = reader.u16("record length")?;
    let length = u64::from(high) << 32 | u64::from(reader.u32("record length")?);
    check_length(&reader, length, bytes.len(), 6, &mut forgiven)?;
    if standard == Standard::Incits2004 {
        reader.u32("product identifier")?;
    }
    let _device = reader.u16("capture device")?;
    let _level = reader.u16("acquisition level")?;
    let count = reader.u8("number of images")?;
    let shared = read_shared(&mut reader, standard)?;
    let _reserved = reader.u16("reserved bytes")?;
    let mut views = Vec::with_capacity(count.into());
    for _ in 0..count {
        let length = reader.u32("image length")? as usize;
        let Some(length) = length.checked_sub(4) else {
            return Err(reader.wrong("image length", 4, length, "14 or more"));
        };
        let mut part = reader.part("image", length)?;
        views.push(read_view(&mut part, &shared)?);
    }
    leave_rest(&reader, &mut forgiven);
    Ok(Record { standard, views, forgiven })
}

fn read_view(part: &mut Reader, shared: &Shared) -> Result<View, FormatError> {
    let position = read_position(part)?;
    let _count = part.u8("number of views")?;
    // Counted from 1 here, from 0 in 2011.
    let number = part.u8("view number")?.saturating_sub(1);
    let quality = Some(part.u8("quality")?).filter(|q| *q <= 100);
    let impression = part.u8("impression type")?;
    let (width, height) = (part.u16("width")?, part.u16("height")?);
    let _reserved = part.u8("reserved byte")?;
    let data = part.rest().to_vec();
    let Shared { ppi, compression } = *shared;
    Ok(View { position, impression, number, quality, width, height, ppi, compression, data })
}

fn read_2011(bytes: &[u8]) -> Result<Record, FormatError> {
    let mut forgiven = Vec::new();
    let mut reader = Reader::new(NAME, bytes);
    reader.take("identifier and version", 8)?;
    let length = reader.u32("record length (8.2.3)")?;
    check_length(&reader, length.into(), bytes.len(), 4, &mut forgiven)?;
    let count = reader.u16("number of representations (8.2.4)")?;
    let certified = reader.u8("certification flag (8.2.5)")? != 0;
    let _positions = reader.u8("number of positions (8.2.6)")?;
    // No representation is shorter than 46 bytes, so the count cannot ask for more than the data holds.
    let mut views = Vec::with_capacity(usize::from(count).min(bytes.len() / 46));
    for _ in 0..count {
        let length = reader.u32("representation length (8.3.2)")? as usize;
        let Some(length) = length.checked_sub(4) else {
            return Err(reader.wrong("representation length (8.3.2)", 4, length, "46 or more"));
        };
        let mut part = reader.part("representation", length)?;
        views.push(read_representation(&mut part, certified, &mut forgiven)?);
    }
    leave_rest(&reader, &mut forgiven);
    Ok(Record { standard: Standard::Iso2011, views, forgiven })
}

fn read_representation(part: &mut Reader, certified: bool, forgiven: &mut Vec<String>) -> Result<View, FormatError> {
    let (quality, _) = read_capture(part, certified)?;
    let position = read_position(part)?;
    let number = part.u8("representation number")?;
    let Shared { ppi, compression } = read_shared(part, Standard::Iso2011)?;
    let impression = part.u8("impression type")?;
    let (width, height) = (part.u16("width")?, part.u16("height")?);
    let length = part.u32("image data length")? as usize;
    let data = part.take("image data", length)?.to_vec();
    leave_rest(part, forgiven);
    Ok(View { position, impression, number, quality, width, height, ppi, compression, data })
}

fn read_position(part: &mut Reader) -> Result<u8, FormatError> {
    match part.u8("position")? {
        position @ 0..=MAX_POSITION => Ok(position),
        other => Err(part.wrong("position", 1, other, "0 to 50")),
    }
}

/// Units, resolutions, depth and compression, which all the standards have in this order.
fn read_shared(reader: &mut Reader, standard: Standard) -> Result<Shared, FormatError> {
    let is_metric = match reader.u8("scale units")? {
        1 => false,
        2 => true,
        other => return Err(reader.wrong("scale units", 1, other, "1 (inch) or 2 (centimetre)")),
    };
    let _scan = reader.u32("scan resolution")?;
    let (x, y) = (reader.u16("horizontal resolution")?, reader.u16("vertical resolution")?);
    if x == 0 || u32::from(x.abs_diff(y)) * 100 > u32::from(x) {
        return Err(reader.wrong("image resolution", 4, format!("{x} and {y}"), "one above 0, the same both ways,"));
    }
    let ppi = if is_metric { ppi_of_per_cm(x) } else { f64::from(x) };
    let depth = reader.u8("pixel depth")?;
    if depth != 8 {
        return Err(reader.wrong("pixel depth", 1, depth, "8"));
    }
    let code = reader.u8("compression")?;
    let compression = match (code, standard) {
        // 1 packs the bits of pixels, which changes nothing at 8 bits.
        (0 | 1, _) => Compression::None,
        (2, _) => Compression::Wsq,
        (3 | 4, _) => Compression::Coded,
        (5, Standard::Iso2011) => Compression::Coded,
        (5, _) | (6, Standard::Iso2011) => Compression::Png,
        _ => return Err(reader.wrong("compression", 1, code, "0 to 5, or 6 in 2011,")),
    };
    Ok(Shared { ppi, compression })
}

fn check_length(
    reader: &Reader,
    length: u64,
    actual: usize,
    field: usize,
    forgiven: &mut Vec<String>,
) -> Result<(), FormatError> {
    if length > actual as u64 {
        let value = format!("{length}, and there are {actual} bytes");
        return Err(reader.wrong("record length", field, value, "at most the length of the data"));
    }
    if length < actual as u64 {
        forgiven.push(format!("the record tells a length of {length}, its data has {actual} bytes"));
    }
    Ok(())
}

fn leave_rest(reader: &Reader, forgiven: &mut Vec<String>) {
    if reader.left() > 0 {
        forgiven.push(format!("{} bytes at the end, offset {}, were left out", reader.left(), reader.offset()));
    }
}
