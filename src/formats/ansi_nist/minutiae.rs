//! Type-9 records → minutiae.

use super::efs;
use super::image::{Sizes, finger_of_code, resolution};
use super::{Field, Record};
use crate::formats::FormatError;
use crate::formats::minutiae::{UNREPORTED, View};
use crate::template::{ExtractorVersion, Minutia, MinutiaKind, Template};

/// Hundredths of a millimetre to pixels at 500 ppi.
pub(super) const PX_PER_UNIT: f64 = 500.0 / 2540.0;

/// Minutiae in pixels at 500 ppi, and the size of the image where it is told.
pub(super) struct Found {
    pub position: u8,
    pub quality: u8,
    /// Counts the views of one finger; 0 where none is told.
    pub view: u8,
    pub size: Option<(usize, usize)>,
    pub minutiae: Vec<Minutia>,
}

/// The minutiae of a Type-9 record; `None` where they are of no finger.
pub fn of_record(record: &Record, sizes: &Sizes) -> Result<Option<View>, FormatError> {
    let found = if record.field(136).or(record.field(137)).is_some() {
        of_m1(record)?
    } else if record.field(efs::REGION).is_some() {
        efs::read(record, sizes.get(record))?
    } else if let Some(field) = record.field(23) {
        // As M1, but in hundredths of a millimetre.
        of_hundredths(record, field, 14, false, sizes.get(record))?
    } else if let Some(field) = record.field(12) {
        of_hundredths(record, field, 6, true, sizes.get(record))?
    } else {
        let allowed = "9.137 (M1), 9.331 (EFS), 9.012 (legacy) or 9.023 (FBI)";
        return Err(record.wrong(record.offset, "the field of minutiae", "none that is read", allowed));
    };
    let Some(position) = finger_of_code(found.position) else { return Ok(None) };
    let needed = |far: Option<u16>| far.map_or(1, |far| usize::from(far / Minutia::SUBPIXELS) + 1);
    let (width, height) = found.size.unwrap_or((1, 1));
    let width = width.max(needed(found.minutiae.iter().map(|m| m.x).max()));
    let height = height.max(needed(found.minutiae.iter().map(|m| m.y).max()));
    let impression = record.code(3, "impression type (9.003)")?;
    let template = Template::new(width, height, position, ExtractorVersion::FOREIGN, found.quality, found.minutiae)?;
    Ok(Some(View { template, impression, number: found.view }))
}

/// INCITS M1 fields: pixels, y down, steps of 2°.
fn of_m1(record: &Record) -> Result<Found, FormatError> {
    let fields = [(130, "scale units (9.130)"), (131, "pixel scale (9.131)"), (132, "pixel scale (9.132)")];
    let scale = 500.0 / resolution(record, fields)?;
    let side = |n| (f64::from(n) * scale).round() as usize;
    let size = (side(record.number(128, "width (9.128)")?), side(record.number(129, "height (9.129)")?));
    let position = record.code(134, "finger position (9.134)")?;
    let view = if record.field(133).is_some() { record.code(133, "finger view (9.133)")? } else { 0 };
    let quality = record.number(135, "finger quality (9.135)").ok().and_then(|q| u8::try_from(q).ok());
    let mut minutiae = Vec::new();
    // A finger without minutiae has no such field.
    for (field, items) in record.field(137).into_iter().flat_map(|f| f.subfields().map(move |items| (f, items))) {
        let item = |i: usize| number(items.get(i).copied());
        let parsed = || {
            let (x, y, angle) = (item(1)?, item(2)?, item(3).filter(|a| *a < 180)?);
            let kind = MinutiaKind::from_code(u8::try_from(item(4)?).ok()?)?;
            // 0: none is available.
            let quality = item(5).filter(|q| (1..=100).contains(q)).map_or(UNREPORTED, |q| q as u8);
            let (x, y) = (f64::from(x) * scale, f64::from(y) * scale);
            let m = Minutia::from_pixels(x, y, 0.0, kind, 0.0);
            Some(Minutia { direction: degrees(angle * 2), quality, ..m })
        };
        minutiae.push(parsed().ok_or_else(|| wrong_minutia(record, field, minutiae.len(), &items))?);
    }
    let quality = quality.filter(|q| *q <= 100).unwrap_or(UNREPORTED);
    Ok(Found { position, quality, view, size: Some(size), minutiae })
}

/// Fields of hundredths of a millimetre, `XXXXYYYYTTT` in one item. `legacy`: y counts upwards from the lower edge of the
/// image, and the direction points the other way.
fn of_hundredths(
    record: &Record,
    field: &Field,
    position: u32,
    legacy: bool,
    size: Option<(usize, usize)>,
) -> Result<Found, FormatError> {
    let position = record.code(position, "finger position (FGP)")?;
    let mut placed = Vec::new();
    for items in field.subfields() {
        let parsed = || {
            let place = items.get(1).filter(|p| p.len() == 11)?;
            let (x, y, angle) = (number(place.get(..4))?, number(place.get(4..8))?, number(place.get(8..))?);
            let quality = number(items.get(2).copied())?;
            let kind = match items.get(3).copied()? {
                b"A" => MinutiaKind::Ending,
                b"B" => MinutiaKind::Bifurcation,
                _ => MinutiaKind::Unknown,
            };
            (angle < 360).then_some((x, y, angle, of_level(quality), kind))
        };
        placed.push(parsed().ok_or_else(|| wrong_minutia(record, field, placed.len(), &items))?);
    }
    // Without the image only the minutiae tell where its lower edge may be.
    let highest = placed.iter().map(|p| f64::from(p.1) * PX_PER_UNIT).fold(0.0, f64::max);
    let lower_edge = size.map_or(highest, |(_, height)| height as f64);
    let minutia = |&(x, y, angle, quality, kind): &(u32, u32, u32, u8, MinutiaKind)| {
        let (x, y) = (f64::from(x) * PX_PER_UNIT, f64::from(y) * PX_PER_UNIT);
        let (y, angle) = if legacy { (lower_edge - y, angle + 180) } else { (y, angle) };
        let m = Minutia::from_pixels(x, y, 0.0, kind, 0.0);
        Minutia { direction: degrees(angle), quality, ..m }
    };
    Ok(Found { position, quality: UNREPORTED, view: 0, size, minutiae: placed.iter().map(minutia).collect() })
}

/// What is to be said of a Type-9 record that counts its minutiae otherwise than it lists them.
pub fn miscount(record: &Record) -> Option<String> {
    if record.kind != 9 {
        return None;
    }
    [(136, 137), (15, 23), (10, 12)].into_iter().find_map(|(count, list)| {
        let told = number(Some(record.field(count)?.text().as_bytes()));
        let listed = record.field(list).map_or(0, |f| f.subfields().count());
        let differ = told.is_none_or(|n| n as usize != listed);
        let told = told.map_or("does not count".into(), |n| format!("counts {n}"));
        let offset = record.offset;
        differ
            .then(|| format!("the Type-9 record at offset {offset} {told} minutiae (9.{count:03}) and lists {listed}"))
    })
}

/// 0: placed by hand, 1: not told, 2 (best) to 63 (worst) → per cent.
fn of_level(level: u32) -> u8 {
    match level {
        0 => 100,
        2..=63 => (100 - (level - 2) * 100 / 61) as u8,
        _ => UNREPORTED,
    }
}

/// Degrees → turns by 65,536.
pub(super) fn degrees(angle: u32) -> u16 {
    ((angle % 360 * 65536 + 180) / 360) as u16
}

pub(super) fn number(item: Option<&[u8]>) -> Option<u32> {
    std::str::from_utf8(item?).ok()?.trim().parse().ok()
}

pub(super) fn wrong_minutia(record: &Record, field: &Field, index: usize, items: &[&[u8]]) -> FormatError {
    let shown: Vec<_> = items.iter().take(6).map(|i| String::from_utf8_lossy(i.get(..12).unwrap_or(i))).collect();
    let value = format!("{} in minutia {}", shown.join(","), index + 1);
    record.wrong(field.offset, "a minutia", value, "index, place, angle, quality and type as this layout has them")
}
