//! An image goes in, a template comes out.

use crate::argument::{Out, free, optional_ppi, path, position, reference, slice};
use crate::failure::{Failure, guard, vantay_status};
use crate::template::vantay_template;
use std::ffi::c_char;
use vantay_core::engine::ProcessMutex;
use vantay_core::extract::Extractor;
use vantay_core::image::GrayImage;

/// The network and its scratch memory. Threads may share one, but then wait for each other: for speed, one a thread.
#[derive(Debug)]
pub struct vantay_extractor {
    extractor: ProcessMutex<Extractor>,
}

impl vantay_extractor {
    pub(crate) fn extract(&self, image: &GrayImage, finger: u8) -> Result<vantay_template, Failure> {
        let position = position(finger)?;
        let template = match self.extractor.lock() {
            Ok(mut extractor) => extractor.extract(image, position),
            // A fork: the scratch memory may have been in use.
            Err(_) => Extractor::new().extract(image, position),
        };
        Ok(template?.into())
    }
}

/// A new extractor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_extractor_new(extractor: *mut *mut vantay_extractor) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let mut out = unsafe { Out::handle(extractor, "extractor") }?;
        out.give(vantay_extractor { extractor: ProcessMutex::new(Extractor::new()) });
        Ok(())
    })
}

/// Frees an extractor; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_extractor_free(extractor: *mut vantay_extractor) {
    // SAFETY: as the header's first page asks for.
    unsafe { free(extractor) }
}

/// The template of a raw 8-bit grey image: rows from the top, `stride` bytes from the start of one to the start of the
/// next (0: `width`), 0 black to 255 white, dark ridges on a light ground. `length` is the number of bytes at `pixels`,
/// `stride * (height - 1) + width` at least. `ppi` is the resolution of the sensor, pixels per inch; `finger` a
/// `vantay_finger`.
///
/// Fails with VANTAY_STATUS_IMAGE for an image too small, too large, of a ppi that is not taken or with nothing on it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_extract_raw(
    extractor: *const vantay_extractor,
    pixels: *const u8,
    length: usize,
    width: u32,
    height: u32,
    stride: usize,
    ppi: f64,
    finger: u8,
    template: *mut *mut vantay_template,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (mut out, extractor, pixels) = unsafe {
            (Out::handle(template, "template")?, reference(extractor, "extractor")?, slice(pixels, length, "pixels")?)
        };
        let (width, height) = (width as usize, height as usize);
        let stride = if stride == 0 { width } else { stride };
        let image = if stride == width && pixels.len() == width.saturating_mul(height) {
            GrayImage::from_raw(pixels, width, height, ppi)?
        } else {
            GrayImage::from_raw(&packed(pixels, width, height, stride)?, width, height, ppi)?
        };
        out.give(extractor.extract(&image, finger)?);
        Ok(())
    })
}

/// The template of an image file's bytes: PNG, BMP, TIFF, JPEG or PGM. A `ppi` of 0 takes the file's own; any other is
/// taken instead of it.
///
/// Fails with VANTAY_STATUS_IMAGE as `vantay_extract_raw`, and for bytes that are no image and for one without a ppi.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_extract_encoded(
    extractor: *const vantay_extractor,
    bytes: *const u8,
    length: usize,
    ppi: f64,
    finger: u8,
    template: *mut *mut vantay_template,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (mut out, extractor, bytes) = unsafe {
            (Out::handle(template, "template")?, reference(extractor, "extractor")?, slice(bytes, length, "bytes")?)
        };
        let image = GrayImage::decode(bytes, optional_ppi(ppi))?;
        out.give(extractor.extract(&image, finger)?);
        Ok(())
    })
}

/// The template of an image file, as `vantay_extract_encoded`.
///
/// Fails as that does, and with VANTAY_STATUS_IO where the file cannot be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_extract_file(
    extractor: *const vantay_extractor,
    file: *const c_char,
    ppi: f64,
    finger: u8,
    template: *mut *mut vantay_template,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (mut out, extractor, file) =
            unsafe { (Out::handle(template, "template")?, reference(extractor, "extractor")?, path(file, "file")?) };
        let image = GrayImage::open(file, optional_ppi(ppi))?;
        out.give(extractor.extract(&image, finger)?);
        Ok(())
    })
}

/// The rows of an image without what lies between them.
fn packed(pixels: &[u8], width: usize, height: usize, stride: usize) -> Result<Vec<u8>, Failure> {
    if stride < width {
        return Err(Failure::argument(format!("the stride is {stride} bytes, but a row has {width}")));
    }
    let needed = stride.checked_mul(height.saturating_sub(1)).and_then(|n| n.checked_add(width));
    if needed.is_none_or(|needed| pixels.len() < needed) {
        let message = format!(
            "{height} rows of {width} pixels at a stride of {stride} bytes do not fit into the {} bytes at `pixels`",
            pixels.len()
        );
        return Err(Failure::argument(message));
    }
    if width == 0 {
        return Ok(Vec::new());
    }
    Ok(pixels.chunks(stride).take(height).flat_map(|row| row.iter().take(width)).copied().collect())
}

#[cfg(test)]
mod tests {
    use super::packed;

    #[test]
    fn what_lies_between_rows_is_left_out() {
        assert_eq!(packed(&[1, 2, 9, 3, 4, 9], 2, 2, 3).unwrap(), [1, 2, 3, 4]);
        assert_eq!(packed(&[1, 2, 9, 3, 4], 2, 2, 3).unwrap(), [1, 2, 3, 4]);
    }

    #[test]
    fn rows_that_do_not_fit_are_refused() {
        assert!(packed(&[1, 2, 9, 3], 2, 2, 3).is_err());
        assert!(packed(&[0; 6], 3, 2, 2).is_err());
        assert!(packed(&[0; 6], 3, usize::MAX, usize::MAX).is_err());
    }
}
