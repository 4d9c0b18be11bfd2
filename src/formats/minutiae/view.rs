//! What the record formats have in common: a view as it stands in a record ⇄ [`Template`].

use crate::formats::FormatError;
use crate::formats::reader::Reader;
use crate::image::parameters::{MAX_PPI, MIN_PPI};
use crate::template::{ExtractorVersion, FingerPosition, Minutia, MinutiaKind, Template};

/// The quality, in per cent, that minutiae and fingers get whose record reports none: true as a rule, not for sure.
pub const UNREPORTED: u8 = 75;

/// Whole pixels per centimetre that stand for 500 ppi, which are 196.85.
pub const STANDARD_PER_CM: u16 = 197;

/// The vendor "unknown" of the IBIA's register of organisations, big-endian: the standards of INCITS allow no 0 there.
pub const UNKNOWN_VENDOR: [u8; 2] = [0x01, 0x03];
/// That vendor's only quality algorithm, "unknown".
pub const UNKNOWN_ALGORITHM: [u8; 2] = [0x00, 0x01];

const CM_IN_INCHES: f64 = 1.0 / 2.54;

/// One impression of one finger in a record.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// At 500 ppi, of the extractor [`ExtractorVersion::FOREIGN`]; it knows the finger position.
    pub template: Template,
    /// The standard's code of how the impression was made: 0 live-scan plain, 1 live-scan rolled, 2 and 3 the same from
    /// paper, 8 swipe (ISO/IEC 19794-2:2005 table 3).
    pub impression: u8,
    /// Counts the views of one finger, from 0.
    pub number: u8,
}

impl View {
    /// A live-scan plain impression, the first of its finger.
    pub fn new(template: Template) -> Self {
        View { template, impression: 0, number: 0 }
    }
}

/// A view as it stands in a record.
pub struct Raw {
    pub position: u8,
    pub impression: u8,
    pub number: u8,
    pub quality: Option<u8>,
    pub frame: Frame,
    pub minutiae: Vec<RawMinutia>,
}

/// The image that coordinates are in.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    pub width: u16,
    pub height: u16,
    /// Pixels per centimetre.
    pub across: u16,
    pub down: u16,
}

pub struct RawMinutia {
    pub kind: MinutiaKind,
    pub x: u16,
    pub y: u16,
    /// Turns by 65,536.
    pub direction: u16,
    pub quality: Option<u8>,
}

/// How a standard writes minutiae.
#[derive(Clone, Copy)]
pub struct Coding {
    /// Angles are told in so many steps to the turn.
    pub steps: u32,
    pub unreported: Unreported,
}

/// How a standard tells that there is no quality.
#[derive(Clone, Copy, PartialEq)]
pub enum Unreported {
    /// 0; 1 to 100 are qualities.
    Zero,
    /// 254 (not reported) or 255 (computing it failed); 0 to 100 are qualities.
    Above253,
}

impl Coding {
    /// Six bytes a minutia, or five where `with_quality` is not set: kind and x, y, angle, quality.
    pub fn read(self, reader: &mut Reader, with_quality: bool) -> Result<RawMinutia, FormatError> {
        let x = reader.u16("minutia type and x coordinate")?;
        let kind = MinutiaKind::from_code((x >> 14) as u8);
        let kind = kind.ok_or_else(|| reader.wrong("minutia type", 2, x >> 14, "0, 1 or 2"))?;
        let y = reader.u16("minutia y coordinate")?;
        let angle = reader.u8("minutia angle")?;
        if u32::from(angle) >= self.steps {
            return Err(reader.wrong("minutia angle", 1, angle, "0 to 179"));
        }
        let quality = if with_quality { self.quality(reader, "minutia quality")? } else { None };
        let direction = ((u32::from(angle) * 65536 + self.steps / 2) / self.steps) as u16;
        Ok(RawMinutia { kind, x: x & 0x3fff, y: y & 0x3fff, direction, quality })
    }

    pub fn quality(self, reader: &mut Reader, field: &'static str) -> Result<Option<u8>, FormatError> {
        match (reader.u8(field)?, self.unreported) {
            // Of a finger 0 is the worst by the older standards; a vendor's files have it where nothing is reported.
            (0, Unreported::Zero) => Ok(None),
            (q @ 0..=100, _) => Ok(Some(q)),
            // Files of the older standards have these too; they meant the same before they were standardised.
            (254 | 255, _) => Ok(None),
            (q, _) => Err(reader.wrong(field, 1, q, "0 to 100, 254 or 255")),
        }
    }

    pub fn put(self, out: &mut Vec<u8>, template: &Template) {
        for m in template.minutiae() {
            let (x, y) = (to_pixel(m.x, template.width()), to_pixel(m.y, template.height()));
            out.extend(((m.kind as u16) << 14 | x).to_be_bytes());
            out.extend(y.to_be_bytes());
            out.extend([to_steps(m.direction, self.steps), self.reported(m.quality)]);
        }
    }

    /// A quality as it may be written.
    pub fn reported(self, quality: u8) -> u8 {
        if self.unreported == Unreported::Zero { quality.max(1) } else { quality }
    }
}

/// A direction in so many steps to the turn, to the nearest.
pub fn to_steps(direction: u16, steps: u32) -> u8 {
    ((u32::from(direction) * steps + 32768) / 65536 % steps) as u8
}

/// The nearest pixel of an image of `side` pixels.
fn to_pixel(eighths: u16, side: u16) -> u16 {
    let nearest = (u32::from(eighths) + u32::from(Minutia::SUBPIXELS) / 2) / u32::from(Minutia::SUBPIXELS);
    (nearest as u16).min(side.saturating_sub(1)).min(0x3fff)
}

/// The resolution of one axis, pixels per inch.
pub fn ppi_of_per_cm(per_cm: u16) -> f64 {
    match per_cm {
        196 | 197 => 500.0,
        393 | 394 => 1000.0,
        other => f64::from(other) / CM_IN_INCHES,
    }
}

impl Raw {
    /// The view, at 500 ppi; `reader` names errors.
    pub fn into_view(self, reader: &Reader, forgiven: &mut Vec<String>) -> Result<View, FormatError> {
        let position = FingerPosition::from_code(self.position);
        let position = position.ok_or_else(|| reader.wrong("finger position", 0, self.position, "0 to 10"))?;
        let frame = self.frame;
        for (field, per_cm) in [("horizontal resolution", frame.across), ("vertical resolution", frame.down)] {
            if !(MIN_PPI..=MAX_PPI).contains(&ppi_of_per_cm(per_cm)) {
                return Err(reader.wrong(field, 0, per_cm, "99 to 787 pixels per centimetre"));
            }
        }
        let (across, down) = (500.0 / ppi_of_per_cm(frame.across), 500.0 / ppi_of_per_cm(frame.down));
        let minutia = |m: &RawMinutia| Minutia {
            direction: m.direction,
            quality: m.quality.unwrap_or(UNREPORTED),
            ..Minutia::from_pixels(f64::from(m.x) * across, f64::from(m.y) * down, 0.0, m.kind, 0.0)
        };
        let minutiae: Vec<Minutia> = self.minutiae.iter().map(minutia).collect();
        let side = |told: u16, scale: f64, furthest: Option<u16>| {
            let told = (f64::from(told) * scale).round() as usize;
            let needed = furthest.map_or(1, |far| usize::from(far / Minutia::SUBPIXELS) + 1);
            (told.max(needed), needed > told)
        };
        let (width, wider) = side(frame.width, across, minutiae.iter().map(|m| m.x).max());
        let (height, higher) = side(frame.height, down, minutiae.iter().map(|m| m.y).max());
        if wider || higher {
            forgiven.push(format!(
                "finger {}: minutiae lie outside the image of {} × {} px that the record tells; taken as {width} × {height} px at 500 ppi",
                self.position, frame.width, frame.height
            ));
        }
        let quality = self.quality.unwrap_or(UNREPORTED);
        let template = Template::new(width, height, position, ExtractorVersion::FOREIGN, quality, minutiae)?;
        Ok(View { template, impression: self.impression, number: self.number })
    }
}

/// The extended data of a view: ridge counts, cores and deltas, vendors' own. Their length is checked, they are not used.
/// Some writers leave the length of the last, empty block away.
pub fn skip_extended_data(reader: &mut Reader, forgiven: &mut Vec<String>) -> Result<(), FormatError> {
    if reader.left() == 0 {
        forgiven.push("the length of the last view's extended data is missing; taken as 0".into());
        return Ok(());
    }
    let length = reader.u16("extended data block length")?;
    reader.take("extended data", length.into())?;
    Ok(())
}

/// The record without what stands behind its told length, which must not be longer than what is there.
pub fn cut_to_length<'a>(
    bytes: &'a [u8],
    reader: &Reader,
    length: usize,
    field_length: usize,
    forgiven: &mut Vec<String>,
) -> Result<&'a [u8], FormatError> {
    if length < reader.offset() {
        return Err(reader.wrong("record length", field_length, length, "at least the header's length"));
    }
    let Some(record) = bytes.get(..length) else {
        let value = format!("{length}, and there are {} bytes", bytes.len());
        return Err(reader.wrong("record length", field_length, value, "at most the length of the data"));
    };
    if record.len() < bytes.len() {
        forgiven.push(format!("{} bytes behind the end of the record were left out", bytes.len() - record.len()));
    }
    Ok(record)
}

/// At least one view, and not more than fit the field that counts them.
pub fn check_count(format: &'static str, views: &[View], most: usize) -> Result<(), FormatError> {
    if (1..=most).contains(&views.len()) {
        return Ok(());
    }
    Err(FormatError::Write { format, reason: format!("{} views; 1 to {most} fit", views.len()) })
}
