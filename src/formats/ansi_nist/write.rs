//! Records → bytes: Types 1, 2, 4, 9 (M1) and 14.

use super::{FS, GS, NAME, RS, US};
use crate::formats::minutiae::View;
use crate::formats::{FormatError, wsq};
use crate::image::GrayImage;
use crate::template::{FingerPosition, Minutia};

/// The version that is written: ANSI/NIST-ITL 1-2011.
const VERSION: &str = "0500";

/// What to write.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// 1.004: the type of transaction, an agency's code.
    pub transaction: String,
    /// 1.005, and the capture date of Type 14: YYYYMMDD.
    pub date: String,
    /// 1.007: the agency that receives it.
    pub destination: String,
    /// 1.008: the agency that sends it.
    pub origin: String,
    /// 1.009: the transaction's number.
    pub control: String,
    /// Type 2: fields of the agency's own, number and value, numbers from 3.
    pub user_fields: Vec<(u32, String)>,
    /// Type 4: plain or rolled fingers at 500 ppi, code of the impression with each.
    pub type_4: Vec<(GrayImage, FingerPosition, u8)>,
    /// Type 14: the same at any ppi.
    pub type_14: Vec<(GrayImage, FingerPosition, u8)>,
    /// Type 9: minutiae.
    pub minutiae: Vec<View>,
}

/// Writes a transaction; images are WSQ at 0.75 bits per pixel, the form that agencies ask for.
///
/// # Errors
/// More than 99 records; a Type-4 image that is not at 500 ppi; text with control characters.
pub fn write(out: &Outgoing) -> Result<Vec<u8>, FormatError> {
    let count = 1 + out.type_4.len() + out.minutiae.len() + out.type_14.len();
    if count > 99 {
        return failed(format!("{count} records behind the first; 99 fit"));
    }
    check_text(out)?;
    let kinds = [vec![2], vec![4; out.type_4.len()], vec![9; out.minutiae.len()], vec![14; out.type_14.len()]].concat();
    let content: Vec<String> =
        kinds.iter().enumerate().map(|(idc, kind)| format!("{}{kind}{}{idc:02}", RS as char, US as char)).collect();
    let resolution = if out.type_4.is_empty() { "00.00" } else { "19.69" };
    let mut bytes = tagged(
        1,
        &[
            (2, VERSION.into()),
            (3, [format!("1{}{count}", US as char), content.concat()].concat().into_bytes()),
            (4, out.transaction.clone().into_bytes()),
            (5, out.date.clone().into_bytes()),
            (7, out.destination.clone().into_bytes()),
            (8, out.origin.clone().into_bytes()),
            (9, out.control.clone().into_bytes()),
            (11, resolution.into()),
            (12, resolution.into()),
        ],
    );
    let user: Vec<_> = out.user_fields.iter().map(|(n, v)| (*n, v.clone().into_bytes())).collect();
    bytes.extend(tagged(2, &[vec![(2, b"00".to_vec())], user].concat()));
    let mut idc = 0;
    let mut next = || {
        idc += 1;
        idc
    };
    for (image, finger, impression) in &out.type_4 {
        bytes.extend(type_4(image, *finger, *impression, next())?);
    }
    for view in &out.minutiae {
        bytes.extend(type_9(view, next()));
    }
    for (image, finger, impression) in &out.type_14 {
        bytes.extend(type_14(image, *finger, *impression, next(), out)?);
    }
    Ok(bytes)
}

fn failed<T>(reason: String) -> Result<T, FormatError> {
    Err(FormatError::Write { format: NAME, reason })
}

fn check_text(out: &Outgoing) -> Result<(), FormatError> {
    let texts = [&out.transaction, &out.date, &out.destination, &out.origin, &out.control];
    let all = texts.into_iter().chain(out.user_fields.iter().map(|(_, v)| v));
    if let Some(text) = all.into_iter().find(|t| t.bytes().any(|b| b < 0x20)) {
        return failed(format!("{text:?}, which has a control character"));
    }
    match out.user_fields.iter().find(|(n, _)| !(3..999).contains(n)) {
        Some((number, _)) => failed(format!("a field 2.{number:03}; 2.003 to 2.998 are the agency's own")),
        None => Ok(()),
    }
}

/// A tagged record: its length, which counts itself, then the fields.
pub(super) fn tagged(kind: u8, fields: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (number, value) in fields {
        body.push(GS);
        body.extend(format!("{kind}.{number:03}:").into_bytes());
        body.extend(value);
    }
    body.push(FS);
    let tag = format!("{kind}.001:");
    let without = tag.len() + body.len();
    // The length may get a digit more by counting its own digits, but not two.
    let digits = |n: usize| n.to_string().len();
    let once = without + digits(without);
    let length = without + digits(once);
    [format!("{tag}{length}").into_bytes(), body].concat()
}

fn type_4(image: &GrayImage, finger: FingerPosition, impression: u8, idc: u8) -> Result<Vec<u8>, FormatError> {
    if (image.ppi() - 500.0).abs() > 5.0 {
        return failed(format!("an image of {} ppi in a Type-4 record; 500 fit: use Type 14", image.ppi()));
    }
    let data = wsq::encode(image, wsq::STANDARD_RATE)?;
    let mut out = (18 + data.len() as u32).to_be_bytes().to_vec();
    out.extend([idc, impression, finger.code(), 255, 255, 255, 255, 255, 0]);
    // An image's sides are at most 8000.
    out.extend((image.width() as u16).to_be_bytes());
    out.extend((image.height() as u16).to_be_bytes());
    out.push(1);
    out.extend(data);
    Ok(out)
}

fn type_14(
    image: &GrayImage,
    finger: FingerPosition,
    impression: u8,
    idc: u8,
    out: &Outgoing,
) -> Result<Vec<u8>, FormatError> {
    let data = wsq::encode(image, wsq::STANDARD_RATE)?;
    let text = |v: usize| v.to_string().into_bytes();
    let ppi = image.ppi().round() as usize;
    Ok(tagged(
        14,
        &[
            (2, format!("{idc:02}").into_bytes()),
            (3, text(impression.into())),
            (4, out.origin.clone().into_bytes()),
            (5, out.date.clone().into_bytes()),
            (6, text(image.width())),
            (7, text(image.height())),
            (8, b"1".to_vec()),
            (9, text(ppi)),
            (10, text(ppi)),
            (11, b"WSQ20".to_vec()),
            (12, b"8".to_vec()),
            (13, text(finger.code().into())),
            (999, data),
        ],
    ))
}

/// INCITS M1 fields: pixels at 500 ppi, told as 197 to the centimetre, steps of 2°.
fn type_9(view: &View, idc: u8) -> Vec<u8> {
    let t = &view.template;
    let text = |v: usize| v.to_string().into_bytes();
    let joined = |items: &[String]| items.join(&String::from(US as char)).into_bytes();
    let row = |(i, m): (usize, &Minutia)| {
        let px = |v: u16, side: u16| ((u32::from(v) + 4) / 8).min(u32::from(side) - 1);
        let angle = (u32::from(m.direction) * 180 + 32768) / 65536 % 180;
        let items =
            [i as u32 + 1, px(m.x, t.width()), px(m.y, t.height()), angle, m.kind as u32, m.quality.max(1).into()];
        joined(&items.map(|v| v.to_string()))
    };
    let minutiae: Vec<Vec<u8>> = t.minutiae().iter().enumerate().map(row).collect();
    let mut fields = vec![
        (2, format!("{idc:02}").into_bytes()),
        (3, text(view.impression.into())),
        (4, b"U".to_vec()),
        // Format owner INCITS M1, type 513: minutiae without extended data; no product, no certified equipment.
        (126, joined(&["27".into(), "513".into(), "0".into()])),
        (127, joined(&["NONE".into(), "0".into()])),
        (128, text(t.width().into())),
        (129, text(t.height().into())),
        (130, b"2".to_vec()),
        (131, b"197".to_vec()),
        (132, b"197".to_vec()),
        (133, text(view.number.into())),
        (134, format!("{:02}", t.position().code()).into_bytes()),
        (135, joined(&[t.quality().to_string(), "0000".into(), "0".into()])),
        (136, text(minutiae.len())),
    ];
    if !minutiae.is_empty() {
        fields.push((137, minutiae.join(&RS)));
    }
    tagged(9, &fields)
}
