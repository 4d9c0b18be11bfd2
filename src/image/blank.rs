//! Whether there is anything on an image.

use super::{ImageError, parameters as p};
use ndarray::Array2;

/// # Errors
/// [`ImageError::Blank`] where nearly all pixels have nearly the same grey.
pub fn check(pixels: &Array2<u8>) -> Result<(), ImageError> {
    let contrast = contrast(pixels);
    if contrast < p::BLANK_CONTRAST { Err(ImageError::Blank { contrast }) } else { Ok(()) }
}

/// The distance in grey levels between the darkest and the lightest pixel once a hundredth is left out at either end.
fn contrast(pixels: &Array2<u8>) -> u8 {
    let mut histogram = [0usize; 256];
    for &v in pixels {
        histogram[usize::from(v)] += 1;
    }
    let tail = pixels.len() / p::BLANK_TAIL;
    // No pixels, no ends: no contrast either.
    let dark = beyond_tail(&histogram, tail, 0..=255).unwrap_or(0);
    let light = beyond_tail(&histogram, tail, (0..=255).rev()).unwrap_or(0);
    light.saturating_sub(dark)
}

/// The first of `levels` that comes after `tail` pixels.
fn beyond_tail(histogram: &[usize; 256], tail: usize, mut levels: impl Iterator<Item = u8>) -> Option<u8> {
    let mut seen = 0;
    levels.find(|&v| {
        seen += histogram[usize::from(v)];
        seen > tail
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_image_is_refused_and_a_faint_one_is_taken() {
        for v in [0, 128, 255] {
            assert!(matches!(check(&Array2::from_elem((90, 80), v)), Err(ImageError::Blank { contrast: 0 })));
        }
        let faint =
            Array2::from_shape_fn((90, 80), |(y, _)| if y / 4 % 2 == 0 { 240 } else { 240 - p::BLANK_CONTRAST });
        assert!(check(&faint).is_ok());
    }

    #[test]
    fn a_few_bad_pixels_do_not_make_a_finger() {
        let specks = Array2::from_shape_fn((100, 100), |(y, x)| if y == 7 && x < 90 { 0 } else { 250 });
        assert!(matches!(check(&specks), Err(ImageError::Blank { .. })));
    }

    #[test]
    fn a_finger_on_a_twentieth_of_the_image_is_something() {
        let small =
            Array2::from_shape_fn((200, 200), |(y, x)| if y < 45 && x < 45 && x / 4 % 2 == 0 { 60 } else { 250 });
        assert!(check(&small).is_ok());
    }
}
