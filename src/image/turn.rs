//! An image turned by any angle: to try how extraction bears it.

use super::resample::keys;
use super::{GrayImage, ImageError};
use ndarray::Array2;

impl GrayImage {
    /// The same image turned counter-clockwise as seen about its middle, on a canvas that holds all of it; the corners have the
    /// median grey of its border. Bicubic interpolation (R. G. Keys, 1981, a = −1/2).
    ///
    /// # Errors
    /// A canvas with a side above 8000 px; an angle that is not finite has none at all.
    pub fn turned(&self, radians: f64) -> Result<GrayImage, ImageError> {
        let (cos, sin) = (libm::cos(radians), libm::sin(radians));
        let (w, h) = (self.width() as f64, self.height() as f64);
        // A side that is whole but for rounding stays so.
        let side = |a: f64, b: f64| (a.abs() + b.abs() - 1e-9).ceil() as usize;
        let (width, height) = (side(w * cos, h * sin), side(w * sin, h * cos));
        super::check_sides(width, height)?;
        let ground = self.ground();
        let middle = (width as f64 / 2.0 - 0.5, height as f64 / 2.0 - 0.5);
        let mut pixels = Vec::with_capacity(width * height);
        for row in 0..height {
            let y = row as f64 - middle.1;
            for column in 0..width {
                let x = column as f64 - middle.0;
                let (u, v) = (cos * x - sin * y + (w / 2.0 - 0.5), sin * x + cos * y + (h / 2.0 - 0.5));
                let inside = (-0.5..w - 0.5).contains(&u) && (-0.5..h - 0.5).contains(&v);
                pixels.push(if inside { between(self.pixels(), u, v) } else { ground });
            }
        }
        GrayImage::from_vec(pixels, width, height, self.ppi())
    }

    /// The median grey of the outermost pixels.
    fn ground(&self) -> u8 {
        let (pixels, last) = (self.pixels(), (self.height() - 1, self.width() - 1));
        let rows = pixels.row(0).into_iter().chain(pixels.row(last.0));
        let mut border: Vec<u8> = rows.chain(pixels.column(0)).chain(pixels.column(last.1)).copied().collect();
        border.sort_unstable();
        border[border.len() / 2]
    }
}

/// The grey at a place amid 4 × 4 pixels; beyond the border the border pixel repeats.
fn between(pixels: &Array2<u8>, u: f64, v: f64) -> u8 {
    let (left, top) = (u.floor(), v.floor());
    // The first of the four lies one before the pixel that the place lies beyond.
    let weights = |beyond: f64| [beyond + 1.0, beyond, beyond - 1.0, beyond - 2.0].map(keys);
    let (across, down) = (weights(u - left), weights(v - top));
    let near = |start: f64, k: usize, side: usize| (start - 1.0 + k as f64).clamp(0.0, (side - 1) as f64) as usize;
    let mut sum = 0.0;
    for (j, weight) in down.iter().enumerate() {
        let row = near(top, j, pixels.nrows());
        let along: f64 = (0..4).map(|i| across[i] * f64::from(pixels[(row, near(left, i, pixels.ncols()))])).sum();
        sum += weight * along;
    }
    sum.round().clamp(0.0, 255.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{FRAC_PI_2, PI, TAU};

    fn image(width: usize, height: usize) -> GrayImage {
        let pixels = (0..width * height).map(|i| ((i % width * 37 + i / width * 91) % 256) as u8).collect();
        GrayImage::from_vec(pixels, width, height, 500.0).unwrap()
    }

    #[test]
    fn quarters_of_a_turn_move_pixels_as_they_are() {
        let upright = image(70, 41);
        let quarter = upright.turned(FRAC_PI_2).unwrap();
        assert_eq!((quarter.width(), quarter.height()), (41, 70));
        for ((y, x), &v) in upright.pixels().indexed_iter() {
            // What was right is up.
            assert_eq!(quarter.pixels()[(69 - x, y)], v, "{x}, {y}");
        }
        assert_eq!(upright.turned(0.0).unwrap(), upright);
        assert_eq!(upright.turned(TAU).unwrap(), upright);
        assert_eq!(quarter.turned(PI / 2.0).unwrap(), upright.turned(PI).unwrap());
    }

    #[test]
    fn corners_have_the_ground_and_a_smooth_image_turns_back_to_itself() {
        let smooth =
            |y: usize, x: usize| (128.0 + 60.0 * ((x as f64) / 9.0).sin() + 40.0 * ((y as f64) / 7.0).cos()) as u8;
        let pixels = (0..200 * 160).map(|i| smooth(i / 200, i % 200)).collect();
        let upright = GrayImage::from_vec(pixels, 200, 160, 500.0).unwrap();
        let turned = upright.turned(0.7).unwrap();
        assert_eq!(turned.pixels()[(0, 0)], upright.ground());
        let back = turned.turned(-0.7).unwrap();
        let (dx, dy) = ((back.width() - 200) / 2, (back.height() - 160) / 2);
        // The canvas grew by an odd number or an even one: half a pixel may be left.
        let near = |y: usize, x: usize| {
            (0..2)
                .flat_map(|j| (0..2).map(move |i| (j, i)))
                .any(|(j, i)| back.pixels()[(y + dy + j, x + dx + i)].abs_diff(upright.pixels()[(y, x)]) < 12)
        };
        let within = (20..140).flat_map(|y| (20..180).map(move |x| (y, x))).filter(|&(y, x)| near(y, x)).count();
        assert!(within > 120 * 160 * 99 / 100, "{within} of {}", 120 * 160);
    }

    #[test]
    fn an_angle_that_is_none_and_a_canvas_too_large_are_errors() {
        assert!(matches!(image(70, 41).turned(f64::NAN), Err(ImageError::Side { .. })));
        assert!(matches!(image(8000, 10).turned(0.01).map(|_| ()), Ok(())));
        assert!(matches!(image(8000, 2000).turned(0.1), Err(ImageError::Side { .. })));
    }
}
