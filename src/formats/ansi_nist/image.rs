//! Records of Types 4, 13, 14 and 15 → images.

use super::minutiae::number;
use super::{NAME, Record, Transaction};
use crate::formats::reader::Reader;
use crate::formats::{FormatError, check_ppi, is_rolled};
use crate::image::{GrayImage, ImageError};
use crate::template::FingerPosition;
use std::collections::HashMap;

/// The image itself (14.999).
const DATA: u32 = 999;
/// Fingers or palms that are amputated or bandaged (14.018 AMP, 15.018 AMP): where that is all, no image follows.
const MISSING: u32 = 18;

/// A fingerprint or palmprint image, still coded.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    /// The record type: 4, 13 (latent), 14 or 15 (palm).
    pub record: u8,
    /// The image designation character.
    pub idc: u8,
    /// The code of the impression (table 7): 0 live-scan plain, 1 live-scan rolled, 2 and 3 the same from paper, 4 to 7 latent.
    pub impression: u8,
    /// The codes of the positions that it may be of (table 8): 1 to 10 fingers, 11 and 12 plain thumbs, 13 and 14 the four
    /// of a hand, 15 both thumbs, 16 and 17 extra fingers, from 20 on palms, and more.
    pub positions: Vec<u8>,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Pixels per inch.
    pub ppi: f64,
    /// Whether the data is one byte a pixel; else it is WSQ, JPEG, JPEG 2000 or PNG, and tells which.
    pub is_raw: bool,
    /// The coded image.
    pub data: Vec<u8>,
}

impl Image {
    /// Which finger it is; `None` for several, for palms and where several positions are told. Plain thumbs are thumbs.
    pub fn finger(&self) -> Option<FingerPosition> {
        match self.positions[..] {
            [code] => finger_of_code(code),
            _ => None,
        }
    }

    /// Whether the finger was rolled, live or on paper.
    pub fn is_rolled(&self) -> bool {
        is_rolled(self.impression)
    }

    /// The image. A ppi of the caller's must be the record's, to 1 %.
    ///
    /// # Errors
    /// Data that cannot be decoded, sides other than the record tells, a ppi that contradicts the record.
    pub fn decode(&self, ppi: Option<f64>) -> Result<GrayImage, FormatError> {
        check_ppi(NAME, self.ppi, ppi)?;
        if self.is_raw {
            return Ok(GrayImage::from_raw(&self.data, self.width, self.height, self.ppi)?);
        }
        let image = GrayImage::decode(&self.data, Some(self.ppi))?;
        let (width, height) = (image.width(), image.height());
        if (width, height) != (self.width, self.height) {
            let reason = format!("its data is {width} × {height} px, its record says {} × {}", self.width, self.height);
            return Err(ImageError::Decode { format: NAME, reason }.into());
        }
        Ok(image)
    }
}

/// The finger of a position's code (table 8), where it is one; plain thumbs are thumbs.
pub fn finger_of_code(code: u8) -> Option<FingerPosition> {
    match code {
        11 => Some(FingerPosition::RightThumb),
        12 => Some(FingerPosition::LeftThumb),
        code => FingerPosition::from_code(code),
    }
}

/// The image of a record of one of these types; `None` where the record tells that there was nothing to take an image of.
pub fn of_record(record: &Record, native: &Native) -> Result<Option<Image>, FormatError> {
    let described = described(record, native)?;
    Ok(described.map(|(image, data)| Image { data: data.to_vec(), ..image }))
}

/// The image without its data, and the data.
fn described<'a>(record: &'a Record, native: &Native) -> Result<Option<(Image, &'a [u8])>, FormatError> {
    match record.kind {
        4 => of_type_4(record, native).map(Some),
        14 | 15 if record.field(DATA).is_none() && record.field(MISSING).is_some() => Ok(None),
        _ => of_tagged(record).map(Some),
    }
}

/// Whether a record is of a type that holds single fingers (4 or 14) and its position is not that of something else.
pub fn may_be_a_finger(record: &Record) -> bool {
    let positions = match record.kind {
        4 => record.binary.get(6..12).map(used_places),
        14 => positions_of(record).ok(),
        _ => return false,
    };
    // What is wrong with a position is told where the image is read.
    positions.is_none_or(|p| matches!(p[..], [code] if finger_of_code(code).is_some()))
}

/// Width and height at 500 ppi of fingerprint images, by their designation characters.
pub struct Sizes(HashMap<u8, (usize, usize)>);

impl Sizes {
    pub fn of(transaction: &Transaction) -> Self {
        let native = Native::of(transaction);
        let mut sizes = HashMap::new();
        for record in transaction.records.iter().filter(|r| [4, 13, 14].contains(&r.kind)) {
            if let (Some(idc), Ok(Some((image, _)))) = (record.idc(), described(record, &native)) {
                let side = |n: usize| (n as f64 * 500.0 / image.ppi).round() as usize;
                sizes.entry(idc).or_insert((side(image.width), side(image.height)));
            }
        }
        Sizes(sizes)
    }

    /// The size of the image that belongs to a record.
    pub fn get(&self, record: &Record) -> Option<(usize, usize)> {
        self.0.get(&record.idc()?).copied()
    }
}

/// 18 bytes: length 4, IDC 1, impression 1, positions 6, resolution 1, width 2, height 2, compression 1; then the image.
fn of_type_4<'a>(record: &'a Record, native: &Native) -> Result<(Image, &'a [u8]), FormatError> {
    let mut reader = Reader::at(NAME, &record.binary, record.offset);
    let _length = reader.u32("record length (4.001)")?;
    let idc = reader.u8("IDC (4.002)")?;
    let impression = reader.u8("impression type (4.003)")?;
    let positions = used_places(reader.take("finger positions (4.004)", 6)?);
    let ppi = match reader.u8("image scanning resolution (4.005)")? {
        // The least that the standard allows.
        0 => 500.0,
        1 => native.ppi(record)?,
        other => return Err(reader.wrong("image scanning resolution (4.005)", 1, other, "0 or 1")),
    };
    let (width, height) = (reader.u16("width (4.006)")?, reader.u16("height (4.007)")?);
    let is_raw = reader.u8("compression (4.008)")? == 0;
    let (width, height) = (width.into(), height.into());
    let image = Image { record: 4, idc, impression, positions, width, height, ppi, is_raw, data: Vec::new() };
    Ok((image, reader.rest()))
}

/// The positions of a Type-4 record, whose unused places hold 255.
fn used_places(places: &[u8]) -> Vec<u8> {
    places.iter().copied().filter(|&p| p != 255).collect()
}

/// The native scanning resolution of the Type-1 record, which it tells in pixels per millimetre, looked up once; else where
/// it should stand, and what stands there.
pub struct Native(Result<f64, (usize, String)>);

impl Native {
    pub fn of(transaction: &Transaction) -> Self {
        let Some(first) = transaction.records.first() else { return Native(Ok(500.0)) };
        let Some(field) = first.field(11) else { return Native(Err((first.offset, "missing in Type 1".into()))) };
        let text = field.text();
        let per_mm = text.parse().ok().filter(|v: &f64| v.is_finite() && *v > 0.0);
        let shown = || format!("{:?}", text.chars().take(20).collect::<String>());
        Native(per_mm.map(|v| rounded(v * 25.4)).ok_or_else(|| (field.offset, shown())))
    }

    fn ppi(&self, record: &Record) -> Result<f64, FormatError> {
        let wrong = |(offset, value): &(usize, String)| {
            record.wrong(*offset, "native scanning resolution (1.011)", value, "pixels per millimetre above 0")
        };
        self.0.as_ref().copied().map_err(wrong)
    }
}

/// Resolutions told in metric units are rounded: what is within 1 ppi of 500 or 1000 is meant as that.
fn rounded(ppi: f64) -> f64 {
    [500.0, 1000.0].into_iter().find(|whole| (ppi - whole).abs() < 1.0).unwrap_or(ppi)
}

fn of_tagged(record: &Record) -> Result<(Image, &[u8]), FormatError> {
    let width = record.number(6, "width (HLL, .006)")? as usize;
    let height = record.number(7, "height (VLL, .007)")? as usize;
    let ppi =
        resolution(record, [(8, "scale units (SLC, .008)"), (9, "pixel scale (.009)"), (10, "pixel scale (.010)")])?;
    let depth = record.number(12, "bits per pixel (BPX, .012)")?;
    if depth != 8 {
        return Err(record.wrong_field(12, "bits per pixel (BPX, .012)", depth, "8"));
    }
    let impression = record.code(3, "impression type (IMP, .003)")?;
    let positions = positions_of(record)?;
    let is_raw = record.need(11, "compression (CGA, .011)")?.text() == "NONE";
    let data = &record.need(DATA, "image (DATA, .999)")?.value;
    let (record, idc) = (record.kind, record.idc().unwrap_or_default());
    Ok((Image { record, idc, impression, positions, width, height, ppi, is_raw, data: Vec::new() }, data))
}

/// The positions of a tagged record, one a subfield.
fn positions_of(record: &Record) -> Result<Vec<u8>, FormatError> {
    const NAME_OF_FIELD: &str = "position (FGP or PLP, .013)";
    let code = |items: Vec<&[u8]>| {
        let item = items.first().copied();
        let wrong = || {
            let value = format!("{:?}", String::from_utf8_lossy(item.unwrap_or_default()));
            record.wrong_field(13, NAME_OF_FIELD, value, "codes from 0 to 255")
        };
        number(item).and_then(|n| n.try_into().ok()).ok_or_else(wrong)
    };
    record.need(13, NAME_OF_FIELD)?.subfields().map(code).collect()
}

/// Pixels per inch from three fields: units (1: inch, 2: centimetre), across, down.
pub fn resolution(record: &Record, fields: [(u32, &'static str); 3]) -> Result<f64, FormatError> {
    let [units, across, down] = fields;
    let (unit, x, y) =
        (record.number(units.0, units.1)?, record.number(across.0, across.1)?, record.number(down.0, down.1)?);
    let inches = match unit {
        1 => 1.0,
        2 => 2.54,
        0 => {
            let value = format!("0 in Type {}, which tells no resolution", record.kind);
            return Err(record.wrong_field(units.0, units.1, value, "1 (inch) or 2 (centimetre)"));
        }
        other => return Err(record.wrong_field(units.0, units.1, other, "1 (inch) or 2 (centimetre)")),
    };
    if x == 0 || x.abs_diff(y) > x / 100 {
        let value = format!("{x} and {y}");
        return Err(record.wrong_field(across.0, across.1, value, "one above 0, the same both ways,"));
    }
    Ok(rounded(f64::from(x) * inches))
}

/// The positions that a record calls amputated or bandaged, and which: `XX` amputated, `UP` unable to print.
pub fn missing(record: &Record) -> Vec<(u8, String)> {
    let subfields = record.field(MISSING).filter(|_| matches!(record.kind, 14 | 15)).map(|f| f.subfields());
    let pair = |items: Vec<&[u8]>| {
        let text = |i: usize| items.get(i).map(|item| String::from_utf8_lossy(item).trim().to_string());
        Some((text(0)?.parse().ok()?, text(1)?))
    };
    subfields.into_iter().flatten().filter_map(pair).collect()
}
