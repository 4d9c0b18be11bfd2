//! ISO/IEC 19794-2:2005, card formats (clause 8): what a chip card compares by itself. Nothing but minutiae, without a header.
//!
//! ```text
//! normal, 5 bytes    type (2 bits) and x 2, 1/100 mm · y 2, 1/100 mm · angle 1, 256 to the turn
//! compact, 3 bytes   x 1, 1/10 mm · y 1, 1/10 mm · type (2 bits) and angle (6 bits), 64 to the turn
//! ```
//!
//! The card's biometric information template tells how many minutiae it takes and in which order: see [`Limits`].

use super::UNREPORTED;
use super::view::to_steps;
use crate::formats::FormatError;
use crate::formats::reader::Reader;
use crate::template::{ExtractorVersion, FingerPosition, Minutia, MinutiaKind, Template};
use std::cmp::Reverse;

/// The format's name in messages.
pub const NAME: &str = "ISO/IEC 19794-2:2005 card format";

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Five bytes a minutia.
    Normal,
    /// Three bytes a minutia, on at most 25.5 × 25.5 mm.
    Compact,
}

/// The order that a card wants (8.3.3, table of minutiae order).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As the template has them: the best first.
    Quality,
    /// By x, then by y.
    Xy,
    /// By y, then by x.
    Yx,
    /// By the angle.
    Angle,
    /// By the distance from the centre of mass, ties by the angle there.
    Polar,
}

/// What a card takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Minutiae at least; 0 where it does not say.
    pub min: u8,
    /// Minutiae at most; the best are kept.
    pub max: u8,
    /// Their order.
    pub order: Order,
    /// Whether the order runs down.
    pub descending: bool,
}

impl Default for Limits {
    /// Sixty minutiae by x and y, which most cards take.
    fn default() -> Self {
        Limits { min: 0, max: 60, order: Order::Xy, descending: false }
    }
}

impl Size {
    fn bytes(self) -> usize {
        match self {
            Size::Normal => 5,
            Size::Compact => 3,
        }
    }

    /// Units of a millimetre.
    fn units(self) -> f64 {
        match self {
            Size::Normal => 100.0,
            Size::Compact => 10.0,
        }
    }

    /// The largest coordinate, units.
    fn most(self) -> u32 {
        match self {
            Size::Normal => 0x3fff,
            Size::Compact => 0xff,
        }
    }
}

/// Pixels at 500 ppi to the millimetre.
const PX_PER_MM: f64 = 500.0 / 25.4;

/// Reads the minutiae of a card; the image is taken to end at the last of them.
///
/// # Errors
/// A length that is no multiple of a minutia's, more than 255 minutiae, a type that does not exist.
pub fn read(bytes: &[u8], size: Size, position: FingerPosition) -> Result<Template, FormatError> {
    let mut reader = Reader::new(NAME, bytes);
    if !bytes.len().is_multiple_of(size.bytes()) || bytes.len() / size.bytes() > 255 {
        let allowed = match size {
            Size::Normal => "a multiple of 5 up to 1275",
            Size::Compact => "a multiple of 3 up to 765",
        };
        return Err(reader.wrong("length", 0, bytes.len(), allowed));
    }
    let mut minutiae = Vec::with_capacity(bytes.len() / size.bytes());
    while reader.left() > 0 {
        let (kind, x, y, direction) = match size {
            Size::Normal => {
                let (x, y) = (reader.u16("minutia type and x coordinate")?, reader.u16("minutia y coordinate")?);
                (x >> 14, x & 0x3fff, y & 0x3fff, u16::from(reader.u8("minutia angle")?) << 8)
            }
            Size::Compact => {
                let (x, y) = (reader.u8("minutia x coordinate")?, reader.u8("minutia y coordinate")?);
                let angle = reader.u8("minutia type and angle")?;
                (u16::from(angle >> 6), x.into(), y.into(), u16::from(angle & 63) << 10)
            }
        };
        let kind =
            MinutiaKind::from_code(kind as u8).ok_or_else(|| reader.wrong("minutia type", 0, kind, "0, 1 or 2"))?;
        let px = |units: u16| f64::from(units) / size.units() * PX_PER_MM;
        let m = Minutia::from_pixels(px(x), px(y), 0.0, kind, 0.0);
        minutiae.push(Minutia { direction, quality: UNREPORTED, ..m });
    }
    let side = |furthest: Option<u16>| furthest.map_or(1, |far| usize::from(far / Minutia::SUBPIXELS) + 1);
    let (width, height) = (side(minutiae.iter().map(|m| m.x).max()), side(minutiae.iter().map(|m| m.y).max()));
    Ok(Template::new(width, height, position, ExtractorVersion::FOREIGN, UNREPORTED, minutiae)?)
}

/// A minutia in the card's units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Placed {
    x: u32,
    y: u32,
    direction: u16,
    kind: MinutiaKind,
}

/// Writes the minutiae of a template for a card: moved where they would not fit, cut to the best, in its order.
///
/// # Errors
/// Fewer minutiae than the card wants.
pub fn write(template: &Template, size: Size, limits: Limits) -> Result<Vec<u8>, FormatError> {
    let mut placed = place(template, size);
    // The template has the best first.
    placed.truncate(limits.max.into());
    if placed.len() < usize::from(limits.min) {
        let reason = format!("{} minutiae; the card wants {} or more", placed.len(), limits.min);
        return Err(FormatError::Write { format: NAME, reason });
    }
    sort(&mut placed, limits.order);
    if limits.descending {
        placed.reverse();
    }
    let mut out = Vec::with_capacity(placed.len() * size.bytes());
    for m in placed {
        match size {
            Size::Normal => {
                out.extend(((m.kind as u16) << 14 | m.x as u16).to_be_bytes());
                out.extend((m.y as u16).to_be_bytes());
                out.push(to_steps(m.direction, 256));
            }
            Size::Compact => out.extend([m.x as u8, m.y as u8, (m.kind as u8) << 6 | to_steps(m.direction, 64)]),
        }
    }
    Ok(out)
}

/// All minutiae in units. Where they do not fit, the frame is moved to the middle of them, and those still outside are left out.
fn place(template: &Template, size: Size) -> Vec<Placed> {
    let units =
        |eighths: u16| (f64::from(eighths) / f64::from(Minutia::SUBPIXELS) / PX_PER_MM * size.units()).round() as u32;
    let origin = |each: &dyn Fn(&Minutia) -> u16| {
        let all = || template.minutiae().iter().map(|m| units(each(m)));
        let (low, high) = (all().min().unwrap_or(0), all().max().unwrap_or(0));
        match (high <= size.most(), high - low <= size.most()) {
            (true, _) => 0,
            (_, true) => low,
            _ => (low + (high - low) / 2).saturating_sub(size.most() / 2),
        }
    };
    let (left, top) = (origin(&|m| m.x), origin(&|m| m.y));
    let moved = |m: &Minutia| {
        let (x, y) = (units(m.x).checked_sub(left)?, units(m.y).checked_sub(top)?);
        (x.max(y) <= size.most()).then_some(Placed { x, y, direction: m.direction, kind: m.kind })
    };
    template.minutiae().iter().filter_map(moved).collect()
}

fn sort(placed: &mut [Placed], order: Order) {
    let count = placed.len().max(1) as i64;
    let mean = |each: fn(&Placed) -> u32| placed.iter().map(|m| i64::from(each(m))).sum::<i64>() / count;
    let (middle_x, middle_y) = (mean(|m| m.x), mean(|m| m.y));
    let polar = |m: &Placed| {
        let (dx, dy) = (i64::from(m.x) - middle_x, middle_y - i64::from(m.y));
        // Angles in the order of a turn from the x axis, without trigonometry: half turn first, then the slope.
        let half = dy < 0 || dy == 0 && dx < 0;
        (dx * dx + dy * dy, half, Reverse(dx * 4096 / (dx.abs() + dy.abs()).max(1) * if half { -1 } else { 1 }))
    };
    match order {
        Order::Quality => {}
        Order::Xy => placed.sort_by_key(|m| (m.x, m.y)),
        Order::Yx => placed.sort_by_key(|m| (m.y, m.x)),
        Order::Angle => placed.sort_by_key(|m| (m.direction, m.x, m.y)),
        Order::Polar => placed.sort_by_key(polar),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(minutiae: &[(f64, f64, f64, MinutiaKind)]) -> Template {
        let minutiae =
            minutiae.iter().map(|&(x, y, d, k)| Minutia::from_pixels(x, y, f64::to_radians(d), k, 0.5)).collect();
        Template::new(1000, 1000, FingerPosition::Unknown, ExtractorVersion::FOREIGN, 50, minutiae).unwrap()
    }

    use MinutiaKind::{Bifurcation, Ending, Unknown};

    #[test]
    fn the_worked_example_comes_out_by_hand() {
        // 19.685 px are one millimetre. (39.37, 59.055) px are (2, 3) mm: 20 and 30 tenths, 200 and 300 hundredths.
        // 90° are 16 of 64 steps and 64 of 256; an ending is type 1: 01 010000, and 0x4000 above x.
        // (100, 20) px are (5.08, 1.016) mm: 51 and 10 tenths, 508 and 102 hundredths. 354.4° are 63 of 64, 252 of 256.
        let t = template(&[(100.0, 20.0, 354.4, Bifurcation), (39.37, 59.055, 90.0, Ending)]);
        let compact = write(&t, Size::Compact, Limits::default()).unwrap();
        assert_eq!(compact, [20, 30, 0b01_010000, 51, 10, 0b10_111111]);
        let normal = write(&t, Size::Normal, Limits::default()).unwrap();
        assert_eq!(normal, [0x40, 200, 0x01, 0x2c, 64, 0x81, 0xfc, 0, 102, 252]);
        let back = read(&compact, Size::Compact, FingerPosition::LeftThumb).unwrap();
        assert_eq!((back.minutiae().len(), back.position()), (2, FingerPosition::LeftThumb));
        let ending = back.minutiae().iter().find(|m| m.kind == Ending).unwrap();
        assert!(
            (ending.x_px() - 39.37).abs() < 0.1 && (ending.y_px() - 59.055).abs() < 0.1 && ending.direction == 0x4000
        );
    }

    #[test]
    fn the_card_gets_its_order_and_no_more_than_it_takes() {
        let t = template(&[(10.0, 90.0, 10.0, Ending), (50.0, 50.0, 200.0, Ending), (90.0, 10.0, 100.0, Ending)]);
        let xs = |order, descending, max| {
            let limits = Limits { order, descending, max, min: 0 };
            let bytes = write(&t, Size::Compact, limits).unwrap();
            bytes.chunks(3).map(|m| m[0]).collect::<Vec<_>>()
        };
        assert_eq!(xs(Order::Xy, false, 60), [5, 25, 46]);
        assert_eq!(xs(Order::Xy, true, 60), [46, 25, 5]);
        assert_eq!(xs(Order::Yx, false, 60), [46, 25, 5]);
        assert_eq!(xs(Order::Angle, false, 60), [5, 46, 25]);
        assert_eq!(xs(Order::Polar, false, 60)[0], 25);
        assert_eq!(xs(Order::Xy, false, 2).len(), 2);
        let few = Limits { min: 4, ..Limits::default() };
        let e = write(&t, Size::Compact, few).unwrap_err().to_string();
        assert!(e.contains("3 minutiae; the card wants 4 or more"), "{e}");
    }

    #[test]
    fn a_finger_far_from_the_corner_is_moved_to_fit() {
        // 900 px are 45.7 mm, more than 25.5.
        let t = template(&[(900.0, 900.0, 0.0, Ending), (800.0, 850.0, 0.0, Unknown)]);
        let bytes = write(&t, Size::Compact, Limits::default()).unwrap();
        // 800 px are 406.4 and 900 px 457.2 tenths: they become 0 and 51.
        assert_eq!((bytes[0], bytes[3]), (0, 51));
        // A spread of more than 25.5 mm loses its ends.
        let wide = template(&[(0.0, 0.0, 0.0, Ending), (500.0, 500.0, 0.0, Ending), (990.0, 990.0, 0.0, Ending)]);
        assert_eq!(write(&wide, Size::Compact, Limits::default()).unwrap().len(), 3);
        assert_eq!(write(&wide, Size::Normal, Limits::default()).unwrap().len(), 15);
    }

    #[test]
    fn wrong_lengths_and_types_are_refused() {
        let e = read(&[0; 7], Size::Compact, FingerPosition::Unknown).unwrap_err().to_string();
        assert!(e.contains("length is 7; a multiple of 3 up to 765"), "{e}");
        assert!(read(&[0; 768], Size::Compact, FingerPosition::Unknown).is_err());
        assert!(read(&[0, 0, 0b11_000000], Size::Compact, FingerPosition::Unknown).is_err());
        assert!(read(&[0xc0, 0, 0, 0, 0], Size::Normal, FingerPosition::Unknown).is_err());
        assert_eq!(read(&[], Size::Normal, FingerPosition::Unknown).unwrap().minutiae(), []);
    }
}
