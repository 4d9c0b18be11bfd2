//! Template ⇄ bytes, as `FORMAT.md` tells them.

use super::{ExtractorVersion, FingerPosition, Minutia, MinutiaKind, Template, TemplateError};

const MAGIC: [u8; 4] = *b"VTYT";
const VERSION: u8 = 0;
const HEADER: usize = 16;
const MINUTIA: usize = 8;
const CHECKSUM: usize = 4;

impl Template {
    /// The native bytes: 16 + 8 a minutia + 4.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER + MINUTIA * self.minutiae.len() + CHECKSUM);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&[VERSION, self.position.code()]);
        for v in [self.width, self.height, self.extractor.0] {
            out.extend_from_slice(&v.to_le_bytes());
        }
        // `Template::new` keeps at most 255 minutiae.
        out.extend_from_slice(&[self.quality, self.minutiae.len() as u8, 0, 0]);
        for m in &self.minutiae {
            for v in [m.x, m.y, m.direction] {
                out.extend_from_slice(&v.to_le_bytes());
            }
            out.extend_from_slice(&[m.kind as u8, m.quality]);
        }
        out.extend_from_slice(&crc32c::crc32c(&out).to_le_bytes());
        out
    }

    /// A template from its native bytes.
    ///
    /// # Errors
    /// Anything that [`Template::to_bytes`] would not have written, named by what it is.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TemplateError> {
        let actual = bytes.len();
        let (Some(header), true) = (bytes.first_chunk::<HEADER>(), actual >= HEADER + CHECKSUM) else {
            return Err(TemplateError::TooShort { expected: HEADER + CHECKSUM, actual });
        };
        let magic = [header[0], header[1], header[2], header[3]];
        if magic != MAGIC {
            return Err(TemplateError::Magic { found: magic });
        }
        if header[4] != VERSION {
            return Err(TemplateError::Version { found: header[4], supported: VERSION });
        }
        let count = usize::from(header[13]);
        let expected = HEADER + MINUTIA * count + CHECKSUM;
        if actual != expected {
            return Err(TemplateError::Length { count, expected, actual });
        }
        let (body, checksum) = bytes.split_at(actual - CHECKSUM);
        let expected = u32::from_le_bytes([checksum[0], checksum[1], checksum[2], checksum[3]]);
        let actual = crc32c::crc32c(body);
        if expected != actual {
            return Err(TemplateError::Checksum { expected, actual });
        }
        let u16_at = |offset: usize| u16::from_le_bytes([body[offset], body[offset + 1]]);
        let field =
            |offset, field, value: u8, allowed| TemplateError::Field { offset, field, value: value.into(), allowed };
        let position = FingerPosition::from_code(body[5]).ok_or(field(5, "finger position", body[5], "0 to 10"))?;
        if let Some(offset) = [14, 15].into_iter().find(|&o| body[o] != 0) {
            return Err(field(offset, "a reserved byte", body[offset], "0"));
        }
        let mut minutiae = Vec::with_capacity(count);
        for offset in (HEADER..HEADER + MINUTIA * count).step_by(MINUTIA) {
            let code = body[offset + 6];
            let kind = MinutiaKind::from_code(code).ok_or(field(offset + 6, "minutia kind", code, "0 to 2"))?;
            minutiae.push(Minutia {
                x: u16_at(offset),
                y: u16_at(offset + 2),
                direction: u16_at(offset + 4),
                kind,
                quality: body[offset + 7],
            });
        }
        if let Some(index) = minutiae.windows(2).position(|m| m[0].order() > m[1].order()) {
            return Err(TemplateError::Order { index: index + 1 });
        }
        let (width, height) = (usize::from(u16_at(6)), usize::from(u16_at(8)));
        Template::new(width, height, position, ExtractorVersion(u16_at(10)), body[12], minutiae)
    }
}
