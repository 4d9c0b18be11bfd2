//! What a record or an image of another system's holds: its layout, never the names and texts in it.

use super::exit::Failure;
use super::output::{print, print_json, print_table};
use serde::Serialize;
use vantay::formats::ansi_nist::{self, Transaction};
use vantay::formats::minutiae::View;
use vantay::formats::{self, Content, cbeff, finger_images, jpeg2000, wsq};
use vantay::image::{GrayImage, ImageError};
use vantay::template::FingerPosition;

#[derive(Default, Serialize)]
struct Held {
    kind: String,
    /// Whether it stood in a CBEFF wrapping.
    wrapped: bool,
    /// Of an ANSI/NIST-ITL transaction.
    records: Vec<RecordRow>,
    images: Vec<ImageRow>,
    minutiae: Vec<MinutiaeRow>,
    /// Fingers and palms that could not be taken: position, and `XX` amputated or `UP` unable to print.
    missing: Vec<(u8, String)>,
    /// Breaches of the standard that do no harm.
    forgiven: Vec<String>,
    /// What cannot be read of it, and why.
    problems: Vec<String>,
}

#[derive(Serialize)]
struct RecordRow {
    #[serde(rename = "type")]
    kind: u8,
    idc: Option<u8>,
    offset: usize,
    /// The numbers of its fields; none where it is binary.
    fields: Vec<u32>,
}

#[derive(Serialize)]
struct ImageRow {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    idc: Option<u8>,
    positions: Vec<u8>,
    impression: u8,
    width: usize,
    height: usize,
    ppi: f64,
    coding: &'static str,
    bytes: usize,
}

#[derive(Serialize)]
struct MinutiaeRow {
    finger: u8,
    impression: u8,
    view: u8,
    /// Pixels at 500 ppi.
    width: u16,
    height: u16,
    minutiae: usize,
    quality: u8,
}

/// Tells of a record or an image; `None` where `bytes` are neither.
pub fn tell_of(bytes: &[u8], json: bool) -> Result<Option<()>, Failure> {
    let held = match formats::read(bytes)? {
        Some(content) => of_content(&content, cbeff::unwrap(bytes)?.is_some()),
        None => match of_image(bytes) {
            Err(ImageError::UnknownFormat { .. }) => return Ok(None),
            other => other?,
        },
    };
    if json {
        print_json(&held)?
    } else {
        print_held(&held)?
    }
    Ok(Some(()))
}

fn of_content(content: &Content, wrapped: bool) -> Held {
    let mut held = Held { wrapped, forgiven: content.forgiven().to_vec(), ..Held::default() };
    match content {
        Content::Minutiae(record) => held.kind = format!("minutiae, {}", record.standard.name()),
        Content::Images(record) => {
            held.kind = format!("finger images, {}", record.standard.name());
            held.images = record.views.iter().map(of_view).collect();
            let decoded = record.views.iter().map(|v| v.decode(None));
            held.problems.extend(decoded.filter_map(Result::err).map(|e| e.to_string()));
        }
        Content::Transaction(transaction) => of_transaction(transaction, &mut held),
        _ => {}
    }
    match content.minutiae() {
        Ok(views) => held.minutiae = views.iter().map(of_minutiae).collect(),
        Err(e) => held.problems.push(e.to_string()),
    }
    held
}

fn of_transaction(transaction: &Transaction, held: &mut Held) {
    held.kind = format!("{}, version {}", ansi_nist::NAME, transaction.version);
    let record = |r: &ansi_nist::Record| RecordRow {
        kind: r.kind,
        idc: r.idc(),
        offset: r.offset,
        fields: r.fields.iter().map(|f| f.number).collect(),
    };
    held.records = transaction.records.iter().map(record).collect();
    held.missing = transaction.missing();
    for (record, image) in transaction.images() {
        held.images.extend(image.as_ref().ok().map(of_record));
        if let Err(e) = image.and_then(|image| image.decode(None)) {
            held.problems.push(format!("the image of Type {}, IDC {}: {e}", record.kind, told(record.idc())));
        }
    }
}

fn of_record(image: &ansi_nist::Image) -> ImageRow {
    ImageRow {
        kind: Some(image.record),
        idc: Some(image.idc),
        positions: image.positions.clone(),
        impression: image.impression,
        width: image.width,
        height: image.height,
        ppi: image.ppi,
        coding: coding(&image.data, image.is_raw),
        bytes: image.data.len(),
    }
}

fn of_view(view: &finger_images::View) -> ImageRow {
    ImageRow {
        kind: None,
        idc: None,
        positions: vec![view.position],
        impression: view.impression,
        width: view.width.into(),
        height: view.height.into(),
        ppi: view.ppi,
        coding: coding(&view.data, view.compression == finger_images::Compression::None),
        bytes: view.data.len(),
    }
}

fn of_minutiae(view: &View) -> MinutiaeRow {
    let t = &view.template;
    MinutiaeRow {
        finger: t.position().code(),
        impression: view.impression,
        view: view.number,
        width: t.width(),
        height: t.height(),
        minutiae: t.minutiae().len(),
        quality: t.quality(),
    }
}

/// An image alone; without a resolution of its own it is told as one of 0 ppi.
fn of_image(bytes: &[u8]) -> Result<Held, ImageError> {
    let (image, told) = match GrayImage::decode(bytes, None) {
        Err(ImageError::NoPpi { .. }) => (GrayImage::decode(bytes, Some(vantay::image::STANDARD_PPI))?, false),
        image => (image?, true),
    };
    let row = ImageRow {
        kind: None,
        idc: None,
        positions: vec![0],
        impression: 0,
        width: image.width(),
        height: image.height(),
        ppi: if told { image.ppi() } else { 0.0 },
        coding: coding(bytes, false),
        bytes: bytes.len(),
    };
    Ok(Held { kind: "image".into(), images: vec![row], ..Held::default() })
}

/// How an image is coded, by its first bytes.
fn coding(data: &[u8], is_raw: bool) -> &'static str {
    match data {
        _ if is_raw => "raw",
        _ if wsq::is_wsq(data) => wsq::NAME,
        _ if jpeg2000::is_jpeg2000(data) => jpeg2000::NAME,
        [0xff, 0xd8, ..] => "JPEG",
        [0x89, b'P', b'N', b'G', ..] => "PNG",
        [b'B', b'M', ..] => "BMP",
        [b'P', b'1'..=b'7', ..] => "PNM",
        [b'I', b'I', ..] | [b'M', b'M', ..] => "TIFF",
        _ => "unknown",
    }
}

fn print_held(held: &Held) -> Result<(), Failure> {
    let wrapped = if held.wrapped { ", in a CBEFF wrapping" } else { "" };
    print(&format!("record     {}{wrapped}", held.kind))?;
    if !held.records.is_empty() {
        let row = |r: &RecordRow| vec![r.kind.to_string(), told(r.idc), r.offset.to_string(), ranges(&r.fields)];
        print_table(&["type", "IDC", "offset", "fields"], held.records.iter().map(row))?;
    }
    if !held.images.is_empty() {
        let row = |i: &ImageRow| {
            let positions: Vec<String> = i.positions.iter().map(|&p| position(p)).collect();
            let size = format!("{} × {}", i.width, i.height);
            let ppi = if i.ppi > 0.0 { format!("{:.0}", i.ppi) } else { "not told".into() };
            let numbers = [told(i.kind), told(i.idc), i.impression.to_string(), size, ppi];
            [vec![positions.join(" or ")], numbers.into(), vec![i.coding.into(), i.bytes.to_string()]].concat()
        };
        let header = ["image of", "type", "IDC", "impression", "size px", "ppi", "coding", "bytes"];
        print_table(&header, held.images.iter().map(row))?;
    }
    if !held.minutiae.is_empty() {
        let row = |m: &MinutiaeRow| {
            let size = format!("{} × {}", m.width, m.height);
            let numbers = [m.impression.to_string(), m.view.to_string(), size, m.minutiae.to_string()];
            [vec![position(m.finger)], numbers.into(), vec![m.quality.to_string()]].concat()
        };
        let header = ["minutiae of", "impression", "view", "size px at 500 ppi", "minutiae", "quality"];
        print_table(&header, held.minutiae.iter().map(row))?;
    }
    for (code, why) in &held.missing {
        let why = if why == "XX" { "amputated" } else { "could not be taken" };
        print(&format!("missing    {}: {why}", position(*code)))?;
    }
    for breach in &held.forgiven {
        print(&format!("forgiven   {breach}"))?;
    }
    for problem in &held.problems {
        print(&format!("problem    {problem}"))?;
    }
    Ok(())
}

fn told(value: Option<u8>) -> String {
    value.map_or("–".into(), |v| v.to_string())
}

/// A position (ANSI/NIST-ITL table 8) in words.
fn position(code: u8) -> String {
    match (FingerPosition::from_code(code), code) {
        (Some(finger), _) => finger.to_string(),
        (None, 11) => "plain right thumb".into(),
        (None, 12) => "plain left thumb".into(),
        (None, 13) => "four right fingers".into(),
        (None, 14) => "four left fingers".into(),
        (None, 15) => "both thumbs".into(),
        (None, 20..=38 | 81..=86) => format!("palm ({code})"),
        (None, other) => format!("position {other}"),
    }
}

/// Ascending numbers as ranges: 1–3, 5.
fn ranges(numbers: &[u32]) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for &n in numbers {
        match ranges.last_mut() {
            Some((_, last)) if n == *last + 1 => *last = n,
            _ => ranges.push((n, n)),
        }
    }
    let shown =
        |(first, last): &(u32, u32)| if first == last { first.to_string() } else { format!("{first}–{last}") };
    if ranges.is_empty() { "binary".into() } else { ranges.iter().map(shown).collect::<Vec<_>>().join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_a_row_are_one_range() {
        assert_eq!(ranges(&[1, 2, 3, 5, 7, 8, 999]), "1–3, 5, 7–8, 999");
        assert_eq!(ranges(&[]), "binary");
    }
}
