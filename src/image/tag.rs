//! The resolution that a file tells of itself. A tag that says nothing usable is no tag.

use super::{ImageError, parameters as p};

/// By definition.
pub const INCH_IN_METRES: f64 = 0.0254;

/// Pixels per inch across and down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resolution {
    x: f64,
    y: f64,
}

impl Resolution {
    /// From pixels per `unit` of so many inches; `None` where a number is no resolution.
    pub fn new(x: f64, y: f64, inches: f64) -> Option<Self> {
        let (x, y) = (x / inches, y / inches);
        (x.is_finite() && y.is_finite() && x > 0.0 && y > 0.0).then_some(Resolution { x, y })
    }

    /// # Errors
    /// [`ImageError::NotSquare`]
    pub fn square(self, format: &'static str) -> Result<f64, ImageError> {
        let Resolution { x, y } = self;
        if (x - y).abs() > p::SQUARE_TOLERANCE * x { Err(ImageError::NotSquare { format, x, y }) } else { Ok(x) }
    }
}

/// The `pHYs` chunk of PNG (ISO/IEC 15948, 11.3.5.3), where its unit is the metre.
pub fn png(bytes: &[u8]) -> Option<Resolution> {
    let reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().ok()?;
    let tag = reader.info().pixel_dims?;
    match tag.unit {
        png::Unit::Meter => Resolution::new(tag.xppu.into(), tag.yppu.into(), 1.0 / INCH_IN_METRES),
        png::Unit::Unspecified => None,
    }
}

/// `biXPelsPerMeter` and `biYPelsPerMeter` of a BITMAPINFOHEADER or a longer header.
pub fn bmp(bytes: &[u8]) -> Option<Resolution> {
    let at = |offset: usize| Some(u32::from_le_bytes(*bytes.get(offset..)?.first_chunk()?));
    (at(14)? >= 40).then_some(())?;
    Resolution::new(at(38)?.into(), at(42)?.into(), 1.0 / INCH_IN_METRES)
}

/// The density of the JFIF segment (ISO/IEC 10918-5, 10.1), where it has a unit.
pub fn jpeg(bytes: &[u8]) -> Option<Resolution> {
    let mut rest = bytes.strip_prefix(&[0xff, 0xd8])?;
    loop {
        let [0xff, marker, high, low] = *rest.first_chunk()? else { return None };
        let segment = rest.get(4..2 + usize::from(u16::from_be_bytes([high, low])))?;
        if marker == 0xe0
            && let Some([_, _, unit, x0, x1, y0, y1]) = segment.strip_prefix(b"JFIF\0").and_then(<[u8]>::first_chunk)
        {
            let inches = match unit {
                1 => 1.0,
                2 => 0.01 / INCH_IN_METRES,
                _ => return None,
            };
            let (x, y) = (u16::from_be_bytes([*x0, *x1]), u16::from_be_bytes([*y0, *y1]));
            return Resolution::new(x.into(), y.into(), inches);
        }
        // The scan begins: no segment with a density comes any more.
        if marker == 0xda {
            return None;
        }
        rest = rest.get(4 + segment.len()..)?;
    }
}

/// The unit of TIFF's `ResolutionUnit` (TIFF 6.0, page 38) in inches.
pub fn tiff_unit(code: u16) -> Option<f64> {
    match code {
        2 => Some(1.0),
        3 => Some(0.01 / INCH_IN_METRES),
        _ => None,
    }
}
