//! Template ⇄ bytes, as `FORMAT.md` tells them.

use super::{Descriptor, ExtractorVersion, FingerPosition, Minutia, MinutiaKind, RidgeMap, Template, TemplateError};

const MAGIC: [u8; 4] = *b"VTYT";
/// What is written. Version 0, which had no ridge map, version 1, whose map told no periods, and version 2, which had no
/// descriptors, are read too.
const VERSION: u8 = 3;
/// The bits of byte 14: with a map of ridges; with descriptors.
const MAP: u8 = 1;
const DESCRIPTORS: u8 = 2;
const HEADER: usize = 16;
const MINUTIA: usize = 8;
const CHECKSUM: usize = 4;

impl Template {
    /// The native bytes: 16 + 8 a minutia + 520 for a ridge map + 16 a minutia for descriptors + 4.
    pub fn to_bytes(&self) -> Vec<u8> {
        let a_minutia = MINUTIA + Descriptor::BYTES;
        let mut out = Vec::with_capacity(HEADER + a_minutia * self.minutiae.len() + RidgeMap::BYTES + CHECKSUM);
        let map = if self.ridges.is_some() { MAP } else { 0 };
        let descriptors = if self.descriptors.is_empty() { 0 } else { DESCRIPTORS };
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&[VERSION, self.position.code()]);
        for v in [self.width, self.height, self.extractor.0] {
            out.extend_from_slice(&v.to_le_bytes());
        }
        // `Template::new` keeps at most 255 minutiae.
        out.extend_from_slice(&[self.quality, self.minutiae.len() as u8, map | descriptors, 0]);
        for m in &self.minutiae {
            for v in [m.x, m.y, m.direction] {
                out.extend_from_slice(&v.to_le_bytes());
            }
            out.extend_from_slice(&[m.kind as u8, m.quality]);
        }
        if let Some(ridges) = &self.ridges {
            out.extend_from_slice(&ridges.to_bytes());
        }
        self.descriptors.iter().for_each(|descriptor| out.extend_from_slice(&descriptor.to_bytes()));
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
        let (count, parts) = (usize::from(header[13]), header[14]);
        let (highest, allowed) = match header[4] {
            0 => (0, "0"),
            1 | 2 => (MAP, "0 or 1"),
            _ if count == 0 => (MAP, "0 or 1 without minutiae"),
            _ => (MAP | DESCRIPTORS, "0 to 3"),
        };
        if parts > highest {
            return Err(field(14, "what follows the minutiae", parts, allowed));
        }
        let ridges_at = HEADER + MINUTIA * count;
        let map_bytes = match (parts & MAP, header[4]) {
            (0, _) => 0,
            (_, 1) => RidgeMap::BYTES_WITHOUT_PERIODS,
            _ => RidgeMap::BYTES,
        };
        let descriptors_at = ridges_at + map_bytes;
        let descriptor_bytes = if parts & DESCRIPTORS == 0 { 0 } else { Descriptor::BYTES * count };
        let expected = descriptors_at + descriptor_bytes + CHECKSUM;
        if actual != expected {
            let with =
                ["nothing else", "a ridge map", "descriptors", "a ridge map and descriptors"][usize::from(parts)];
            return Err(TemplateError::Length { count, with, expected, actual });
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
        let map = (map_bytes > 0).then(|| {
            let mut map = [0; RidgeMap::BYTES];
            map[..map_bytes].copy_from_slice(&body[ridges_at..descriptors_at]);
            RidgeMap::from_bytes(&map, ridges_at)
        });
        let (width, height) = (usize::from(u16_at(6)), usize::from(u16_at(8)));
        let template = Template::new(width, height, position, ExtractorVersion(u16_at(10)), body[12], minutiae)?;
        let descriptors =
            body[descriptors_at..].as_chunks().0.iter().map(|&bytes| Descriptor::from_bytes(bytes)).collect();
        template.with_ridges(map.transpose()?).with_descriptors(descriptors)
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

    fn described(template: Template) -> Template {
        template.with_descriptors(vec![Descriptor([1, 2]), Descriptor([u64::MAX, 1 << 63])]).unwrap()
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
    fn a_template_comes_back_with_and_without_its_map_and_descriptors() {
        for (template, length) in
            [(template(), 36), (mapped(), 556), (described(template()), 68), (described(mapped()), 588)]
        {
            assert_eq!(template.to_bytes().len(), length);
            assert_eq!(Template::from_bytes(&template.to_bytes()), Ok(template));
        }
    }

    #[test]
    fn descriptors_stand_behind_the_map_in_the_minutiaes_order_the_lowest_byte_first() {
        let bytes = described(mapped()).to_bytes();
        assert_eq!(bytes[14], MAP | DESCRIPTORS);
        let expected = [1u64, 2, u64::MAX, 1 << 63].map(u64::to_le_bytes);
        assert_eq!(bytes[32 + RidgeMap::BYTES..bytes.len() - CHECKSUM], *expected.as_flattened());
    }

    #[test]
    fn a_template_has_as_many_descriptors_as_minutiae_or_none() {
        for count in [1, 3] {
            let error = template().with_descriptors(vec![Descriptor([0, 0]); count]).unwrap_err();
            assert_eq!(error, TemplateError::Descriptors { descriptors: count, minutiae: 2 });
        }
        assert_eq!(described(template()).with_descriptors(Vec::new()), Ok(template()));
    }

    /// Without minutiae there is nothing to describe, and one way to say so.
    #[test]
    fn a_template_without_minutiae_has_no_descriptors() {
        let none = Template::new(100, 80, FingerPosition::LeftIndex, ExtractorVersion::CURRENT, 0, Vec::new()).unwrap();
        assert_eq!(Template::from_bytes(&none.to_bytes()), Ok(none.clone()));
        let error = Template::from_bytes(&changed(&none, 14, DESCRIPTORS)).unwrap_err();
        assert!(matches!(error, TemplateError::Field { offset: 14, .. }), "{error}");
    }

    #[test]
    fn a_template_of_version_0_is_read() {
        assert_eq!(Template::from_bytes(&changed(&template(), 4, 0)), Ok(template()));
        for later in [mapped(), described(template())] {
            let error = Template::from_bytes(&changed(&later, 4, 0)).unwrap_err();
            assert!(matches!(error, TemplateError::Field { offset: 14, .. }), "{error}");
        }
    }

    #[test]
    fn a_template_of_version_2_is_read_and_has_no_descriptors() {
        for earlier in [template(), mapped()] {
            assert_eq!(Template::from_bytes(&changed(&earlier, 4, 2)), Ok(earlier));
        }
        let error = Template::from_bytes(&changed(&described(mapped()), 4, 2)).unwrap_err();
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
        let broken = |at, value| Template::from_bytes(&changed(&described(mapped()), at, value)).unwrap_err();
        assert!(matches!(broken(0, b'X'), TemplateError::Magic { .. }));
        assert_eq!(broken(4, 4), TemplateError::Version { found: 4, supported: 3 });
        for (at, offset) in [(5, 5), (14, 14), (15, 15), (22, 22), (32 + 6, 32 + 6), (32 + 8, 32 + 8)] {
            let error = broken(at, 17);
            assert!(matches!(error, TemplateError::Field { offset: o, .. } if o == offset), "{at}: {error}");
        }
        let length = |count, with, expected| TemplateError::Length { count, with, expected, actual: 588 };
        assert_eq!(broken(14, 0), length(2, "nothing else", 36));
        assert_eq!(broken(14, MAP), length(2, "a ridge map", 556));
        assert_eq!(broken(14, DESCRIPTORS), length(2, "descriptors", 68));
        assert_eq!(broken(13, 3), length(3, "a ridge map and descriptors", 612));
        assert!(matches!(broken(33, 9), TemplateError::RidgeBlock { .. }));
        assert!(matches!(broken(16, 255), TemplateError::Order { index: 1 }));
        let whole = described(mapped()).to_bytes();
        assert!((0..whole.len()).all(|end| Template::from_bytes(&whole[..end]).is_err()));
        let mut flipped = whole;
        flipped[50] ^= 1;
        assert!(matches!(Template::from_bytes(&flipped), Err(TemplateError::Checksum { .. })));
    }
}
