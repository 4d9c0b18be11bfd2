//! A template: from and to bytes, from minutiae, and what is in it.

use crate::argument::{Out, fill, free, position, reference, slice};
use crate::failure::{Failure, guard, vantay_status};
use once_cell::race::OnceBox;
use vantay_core::template::{ExtractorVersion, Minutia, MinutiaKind, Template};

/// The native bytes of a template are never more than this.
pub const VANTAY_TEMPLATE_MAX_BYTES: usize = 16 + 255 * (8 + 16) + 520 + 4;

/// Which finger (ANSI/NIST-ITL 1-2011 table 8; ISO/IEC 19794-2:2005 table 2). Functions take the code as a byte.
#[repr(u8)]
#[allow(missing_docs)]
pub enum vantay_finger {
    Unknown = 0,
    RightThumb = 1,
    RightIndex = 2,
    RightMiddle = 3,
    RightRing = 4,
    RightLittle = 5,
    LeftThumb = 6,
    LeftIndex = 7,
    LeftMiddle = 8,
    LeftRing = 9,
    LeftLittle = 10,
}

/// What a minutia is (ISO/IEC 19794-2:2005, 6.3).
#[repr(u8)]
pub enum vantay_minutia_kind {
    /// Not told, or neither.
    Unknown = 0,
    /// A ridge ends.
    Ending = 1,
    /// A ridge forks.
    Bifurcation = 2,
}

/// Where a ridge ends or forks.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct vantay_minutia {
    /// From the left edge, pixels at 500 ppi, in steps of an eighth.
    pub x: f32,
    /// From the top edge, pixels at 500 ppi, in steps of an eighth.
    pub y: f32,
    /// Radians, 0 to 2π, counter-clockwise from the positive x axis as seen on the image.
    pub direction: f32,
    /// A `vantay_minutia_kind`.
    pub kind: u8,
    /// The chance in per cent that another impression which shows this place has it too, 0 to 100.
    pub quality: u8,
}

/// What is known of a template besides its minutiae.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct vantay_template_info {
    /// Columns of the image at 500 ppi.
    pub width: u16,
    /// Rows of the image at 500 ppi.
    pub height: u16,
    /// Which extractor made it; 0: minutiae from outside.
    pub extractor: u16,
    /// How many minutiae there are, at most 255.
    pub minutia_count: u16,
    /// A `vantay_finger`.
    pub finger: u8,
    /// 0 (nothing usable) to 100.
    pub quality: u8,
}

/// One finger as minutiae. It never changes, so any number of threads may use it at once.
#[derive(Debug)]
pub struct vantay_template {
    pub(crate) template: Template,
    /// As C sees them; made when first asked for, without a lock, which a fork might find held for ever.
    minutiae: OnceBox<Box<[vantay_minutia]>>,
}

impl From<Template> for vantay_template {
    fn from(template: Template) -> Self {
        vantay_template { template, minutiae: OnceBox::new() }
    }
}

impl From<&Minutia> for vantay_minutia {
    fn from(m: &Minutia) -> Self {
        vantay_minutia {
            x: m.x_px(),
            y: m.y_px(),
            direction: m.direction_rad() as f32,
            kind: m.kind as u8,
            quality: m.quality,
        }
    }
}

impl vantay_minutia {
    /// The library's minutia; `index` is for the message.
    fn to_minutia(self, index: usize) -> Result<Minutia, Failure> {
        let wrong = |field: &str, value: f64, taken: &str| {
            Failure::argument(format!("minutia {index}: its {field} is {value}; {taken} is taken"))
        };
        if let Some((field, value)) =
            [("x", self.x), ("y", self.y), ("direction", self.direction)].into_iter().find(|(_, v)| !v.is_finite())
        {
            return Err(wrong(field, value.into(), "a finite number"));
        }
        if self.x < 0.0 || self.y < 0.0 {
            return Err(wrong("place", f64::from(self.x.min(self.y)), "0 or more"));
        }
        if self.quality > 100 {
            return Err(wrong("quality", self.quality.into(), "0 to 100"));
        }
        let kind = MinutiaKind::from_code(self.kind).ok_or_else(|| wrong("kind", self.kind.into(), "0 to 2"))?;
        let quality = f64::from(self.quality) / 100.0;
        Ok(Minutia::from_pixels(self.x.into(), self.y.into(), self.direction.into(), kind, quality))
    }
}

/// A template from its native bytes.
///
/// Fails with VANTAY_STATUS_TEMPLATE for anything that `vantay_template_to_bytes` would not have written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_template_from_bytes(
    bytes: *const u8,
    length: usize,
    template: *mut *mut vantay_template,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (mut out, bytes) = unsafe { (Out::handle(template, "template")?, slice(bytes, length, "bytes")?) };
        out.give(Template::from_bytes(bytes)?.into());
        Ok(())
    })
}

/// The native bytes of a template, written to `buffer`; `*length` becomes their number. VANTAY_TEMPLATE_MAX_BYTES are
/// always enough. With a `buffer` of NULL only `*length` is set.
///
/// Fails with VANTAY_STATUS_ARGUMENT where `capacity` is too small; `*length` then tells what it takes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_template_to_bytes(
    template: *const vantay_template,
    buffer: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (template, out) = unsafe { (reference(template, "template")?, Out::new(length, "length")?) };
        // SAFETY: as the header's first page asks for.
        unsafe { fill("template", &template.template.to_bytes(), buffer, capacity, out) }
    })
}

/// A template from minutiae that came from outside: another vendor's extractor, a file, a hand. `width` and `height` are
/// of the image, pixels at 500 ppi, 1 to 8191; `quality` is 0 to 100. The 255 best minutiae are kept.
///
/// Fails with VANTAY_STATUS_ARGUMENT or VANTAY_STATUS_TEMPLATE for values out of range.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_template_from_minutiae(
    width: u16,
    height: u16,
    finger: u8,
    quality: u8,
    minutiae: *const vantay_minutia,
    count: usize,
    template: *mut *mut vantay_template,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (mut out, minutiae) = unsafe { (Out::handle(template, "template")?, slice(minutiae, count, "minutiae")?) };
        let minutiae = minutiae.iter().enumerate().map(|(i, m)| m.to_minutia(i)).collect::<Result<_, _>>()?;
        let (width, height) = (width.into(), height.into());
        let made = Template::new(width, height, position(finger)?, ExtractorVersion::FOREIGN, quality, minutiae)?;
        out.give(made.into());
        Ok(())
    })
}

/// What is known of a template besides its minutiae.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_template_describe(
    template: *const vantay_template,
    info: *mut vantay_template_info,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (template, mut out) = unsafe { (&reference(template, "template")?.template, Out::new(info, "info")?) };
        out.set(vantay_template_info {
            width: template.width(),
            height: template.height(),
            extractor: template.extractor().0,
            minutia_count: template.minutiae().len() as u16,
            finger: template.position().code(),
            quality: template.quality(),
        });
        Ok(())
    })
}

/// The minutiae of a template, the best first. They belong to the template and stay as long as it does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_template_minutiae(
    template: *const vantay_template,
    minutiae: *mut *const vantay_minutia,
    count: *mut usize,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (template, mut first, mut number) =
            unsafe { (reference(template, "template")?, Out::new(minutiae, "minutiae")?, Out::new(count, "count")?) };
        let all = || Box::new(template.template.minutiae().iter().map(Into::into).collect());
        let all = template.minutiae.get_or_init(all);
        first.set(all.as_ptr());
        number.set(all.len());
        Ok(())
    })
}

/// Frees a template; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_template_free(template: *mut vantay_template) {
    // SAFETY: as the header's first page asks for.
    unsafe { free(template) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vantay_core::template::{Descriptor, FingerPosition, MAX_MINUTIAE, RidgeMap};

    #[test]
    fn the_largest_template_has_the_number_of_bytes_that_the_header_tells() {
        let minutia = |i: usize| Minutia::from_pixels(i as f64, 1.0, 0.0, MinutiaKind::Ending, 0.5);
        let minutiae = (0..MAX_MINUTIAE).map(minutia).collect();
        let template = Template::new(300, 300, FingerPosition::Unknown, ExtractorVersion::FOREIGN, 0, minutiae);
        let template = template.unwrap().with_ridges(Some(RidgeMap::new(8, 0, 0).unwrap()));
        let template = template.with_descriptors(vec![Descriptor([0, 0]); MAX_MINUTIAE]).unwrap();
        assert_eq!(template.to_bytes().len(), VANTAY_TEMPLATE_MAX_BYTES);
    }

    #[test]
    fn a_minutia_comes_back_from_c_as_it_went() {
        for direction in (0..=u16::MAX).step_by(7) {
            let there = Minutia { x: direction, y: 77, direction, kind: MinutiaKind::Bifurcation, quality: 57 };
            assert_eq!(vantay_minutia::from(&there).to_minutia(0).unwrap(), there);
        }
    }
}
