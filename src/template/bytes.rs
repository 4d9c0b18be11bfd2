//! Template ⇄ bytes, as `FORMAT.md` tells them.

use super::{ExtractorVersion, FingerPosition, Minutia, MinutiaKind, RidgeMap, Template, TemplateError};

const MAGIC: [u8; 4] = *b"VTYT";
/// What is written. Version 0, which had no ridge map, and version 1, whose map told no periods, are read too.
const VERSION: u8 = 2;
const HEADER: usize = 16;
const MINUTIA: usize = 8;
const CHECKSUM: usize = 4;

impl Template {
    /// The native bytes: 16 + 8 a minutia + 520 for a ridge map + 4.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER + MINUTIA * self.minutiae.len() + RidgeMap::BYTES + CHECKSUM);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&[VERSION, self.position.code()]);
        for v in [self.width, self.height, self.extractor.0] {
            out.extend_from_slice(&v.to_le_bytes());
        }
        // `Template::new` keeps at most 255 minutiae.
        out.extend_from_slice(&[self.quality, self.minutiae.len() as u8, self.ridges.is_some().into(), 0]);
        for m in &self.minutiae {
            for v in [m.x, m.y, m.direction] {
                out.extend_from_slice(&v.to_le_bytes());
            }
            out.extend_from_slice(&[m.kind as u8, m.quality]);
        }
        if let Some(ridges) = &self.ridges {
            out.extend_from_slice(&ridges.to_bytes());
        }
        out.extend_from_slice(&crc32c::crc32c(&out).to_le_bytes());
        out
    }

    /// A template from its native bytes.
    ///
    /// # Errors
    /// Anything that [`Template::to_bytes`] of this version or an older one would not have written, named by what it is.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TemplateError> {
        let actual = bytes.len();
        let (Some(header), true) = (bytes.first_chunk::<HEADER>(), actual >= HEADER + CHECKSUM) else {
            return Err(TemplateError::TooShort { expected: HEADER + CHECKSUM, actual });
        };
        let magic = [header[0], header[1], header[2], header[3]];
        if magic != MAGIC {
            return Err(TemplateError::Magic { found: magic });
        }
        if header[4] > VERSION {
            return Err(TemplateError::Version { found: header[4], supported: VERSION });
        }
        let field =
            |offset, field, value: u8, allowed| TemplateError::Field { offset, field, value: value.into(), allowed };
        let (count, maps) = (usize::from(header[13]), header[14]);
        if maps > header[4] {
            return Err(field(14, "the number of ridge maps", maps, if header[4] == 0 { "0" } else { "0 or 1" }));
        }
        let ridges_at = HEADER + MINUTIA * count;
        let map_bytes = if header[4] == 1 { RidgeMap::BYTES_WITHOUT_PERIODS } else { RidgeMap::BYTES };
        let expected = ridges_at + map_bytes * usize::from(maps) + CHECKSUM;
        if actual != expected {
            return Err(TemplateError::Length { count, maps, expected, actual });
        }
        let (body, checksum) = bytes.split_at(actual - CHECKSUM);
        let expected = u32::from_le_bytes([checksum[0], checksum[1], checksum[2], checksum[3]]);
        let actual = crc32c::crc32c(body);
        if expected != actual {
            return Err(TemplateError::Checksum { expected, actual });
        }
        let u16_at = |offset: usize| u16::from_le_bytes([body[offset], body[offset + 1]]);
        let position = FingerPosition::from_code(body[5]).ok_or(field(5, "finger position", body[5], "0 to 10"))?;
        if body[15] != 0 {
            return Err(field(15, "a reserved byte", body[15], "0"));
        }
        let mut minutiae = Vec::with_capacity(count);
        for offset in (HEADER..ridges_at).step_by(MINUTIA) {
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
        let map = (maps == 1).then(|| {
            let mut map = [0; RidgeMap::BYTES];
            map[..map_bytes].copy_from_slice(&body[ridges_at..]);
            RidgeMap::from_bytes(&map, ridges_at)
        });
        let (width, height) = (usize::from(u16_at(6)), usize::from(u16_at(8)));
        let template = Template::new(width, height, position, ExtractorVersion(u16_at(10)), body[12], minutiae)?;
        Ok(template.with_ridges(map.transpose()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template() -> Template {
        let minutia = |x: f64| Minutia::from_pixels(x, 20.0, 1.0, MinutiaKind::Ending, 0.5);
        let minutiae = vec![minutia(30.0), minutia(10.0)];
        Template::new(100, 80, FingerPosition::LeftIndex, ExtractorVersion::CURRENT, 70, minutiae).unwrap()
    }

    fn mapped() -> Template {
        let mut map = RidgeMap::new(8, -14, -24).unwrap();
        map.set(4, 5, 1.0, 2);
        map.set_period(4, 5, 9.0);
        template().with_ridges(Some(map))
    }

    /// The bytes with other ones at some place, and a checksum that fits.
    fn changed(template: &Template, at: usize, value: u8) -> Vec<u8> {
        let mut bytes = template.to_bytes();
        let end = bytes.len() - CHECKSUM;
        bytes[at] = value;
        let checksum = crc32c::crc32c(&bytes[..end]);
        bytes[end..].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    #[test]
    fn a_template_comes_back_with_and_without_its_map() {
        for template in [template(), mapped()] {
            assert_eq!(Template::from_bytes(&template.to_bytes()), Ok(template));
        }
        assert_eq!((template().to_bytes().len(), mapped().to_bytes().len()), (36, 556));
    }

    #[test]
    fn a_template_of_version_0_is_read() {
        assert_eq!(Template::from_bytes(&changed(&template(), 4, 0)), Ok(template()));
        let error = Template::from_bytes(&changed(&mapped(), 4, 0)).unwrap_err();
        assert!(matches!(error, TemplateError::Field { offset: 14, .. }), "{error}");
    }

    #[test]
    fn a_template_of_version_1_is_read_and_tells_no_periods() {
        let mut bytes = mapped().to_bytes();
        bytes.truncate(bytes.len() - CHECKSUM - RidgeMap::CELLS);
        bytes[4] = 1;
        bytes.extend_from_slice(&crc32c::crc32c(&bytes).to_le_bytes());
        let read = Template::from_bytes(&bytes).unwrap();
        let (map, now) = (read.ridges().unwrap(), mapped().ridges().unwrap().clone());
        assert_eq!((map.get(4, 5), map.period(4, 5)), (now.get(4, 5), None));
        assert!(matches!(Template::from_bytes(&changed(&mapped(), 4, 1)), Err(TemplateError::Length { .. })));
    }

    #[test]
    fn every_broken_rule_is_an_error() {
        let broken = |at, value| Template::from_bytes(&changed(&mapped(), at, value)).unwrap_err();
        assert!(matches!(broken(0, b'X'), TemplateError::Magic { .. }));
        assert_eq!(broken(4, 3), TemplateError::Version { found: 3, supported: 2 });
        for (at, offset) in [(5, 5), (14, 14), (15, 15), (22, 22), (32 + 6, 32 + 6), (32 + 8, 32 + 8)] {
            let error = broken(at, 17);
            assert!(matches!(error, TemplateError::Field { offset: o, .. } if o == offset), "{at}: {error}");
        }
        assert!(matches!(broken(14, 0), TemplateError::Length { maps: 0, .. }));
        assert!(matches!(broken(13, 3), TemplateError::Length { count: 3, maps: 1, .. }));
        assert!(matches!(broken(33, 9), TemplateError::RidgeBlock { .. }));
        assert!(matches!(broken(16, 255), TemplateError::Order { index: 1 }));
        let whole = mapped().to_bytes();
        assert!((0..whole.len()).all(|end| Template::from_bytes(&whole[..end]).is_err()));
        let mut flipped = whole;
        flipped[50] ^= 1;
        assert!(matches!(Template::from_bytes(&flipped), Err(TemplateError::Checksum { .. })));
    }
}
