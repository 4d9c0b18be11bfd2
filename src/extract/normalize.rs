//! Local normalisation: every pixel as its distance from the mean around it, in deviations.
//!
//! `(v − mean) / (deviation + floor)` over a window of 31 × 31 pixels, mirrored at the edges without repeating the edge, in
//! steps of 1/32 around 128. The sums are exact integers, so that nothing depends on the order in which they are made.

use super::map::Map;
use super::network::GROUND;
use super::parameters::{DEVIATION_FLOOR, PADDING, STEPS, WINDOW};
use crate::image::GrayImage;
use crate::simd::{Job, Level, Simd, run};
use ndarray::Array2;
use std::ops::Range;

const AREA: f64 = (WINDOW * WINDOW) as f64;
/// Rows and columns of a window to either side of its middle.
const REACH: isize = MARGIN as isize;
const MARGIN: usize = WINDOW / 2;

/// A normalised image, its sides padded to a multiple of [`PADDING`] by repeating the last row and column.
#[derive(Debug, Default)]
pub struct Normalized {
    map: Map,
    sums: Sums,
}

/// Sums of grey levels and of their squares.
#[derive(Debug, Default)]
struct Sums {
    /// Over the window's rows, for each column, with the mirrored columns.
    columns: Vec<u32>,
    columns_squares: Vec<u32>,
    /// Over the window, for each column.
    windows: Vec<i32>,
    windows_squares: Vec<i32>,
}

impl Normalized {
    /// One channel.
    pub(super) fn map(&self) -> &Map {
        &self.map
    }

    /// Ready for an image of this size, to be normalised `band` rows at a time.
    pub(super) fn start(&mut self, image: &GrayImage, band: usize) {
        let (width, height) = (image.width().next_multiple_of(PADDING), image.height().next_multiple_of(PADDING));
        // The network looks back at one row before the band.
        self.map.start(width, height, band + 1, 1, GROUND);
    }

    /// Normalises the next `band` rows, or as many as are left, of the same image.
    pub(super) fn advance(&mut self, image: &GrayImage, band: usize, level: Level) {
        let rows = self.map.made()..self.map.height().min(self.map.made() + band);
        run(level, Band { image: image.pixels(), rows, sums: &mut self.sums, map: &mut self.map });
    }

    /// The whole image at once.
    pub(super) fn fill(&mut self, image: &GrayImage, level: Level) {
        let band = image.height().next_multiple_of(PADDING);
        self.start(image, band);
        self.advance(image, band, level);
    }
}

/// Some rows of an image: plain loops, which the compiler makes the level's instructions of.
struct Band<'a> {
    image: &'a Array2<u8>,
    rows: Range<usize>,
    /// As the row above the band left them.
    sums: &'a mut Sums,
    map: &'a mut Map,
}

impl Job for Band<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let (width, height) = (self.map.width(), self.map.height());
        let (columns, last) = (self.image.ncols(), self.image.nrows() - 1);
        let row = |y: isize| {
            let row = self.image.row(mirrored(y, height).min(last));
            row.to_slice().expect("an image lies row by row")
        };
        for y in self.rows {
            if y == 0 {
                self.sums.clear(width);
                let nothing = vec![0; columns];
                (-REACH..=REACH).for_each(|y| self.sums.slide(row(y), &nothing));
            } else {
                let y = y as isize;
                self.sums.slide(row(y + REACH), row(y - 1 - REACH));
            }
            self.sums.sum_windows(columns);
            self.sums.normalize(row(y as isize), self.map.row_mut(y));
        }
    }
}

impl Sums {
    fn clear(&mut self, width: usize) {
        for columns in [&mut self.columns, &mut self.columns_squares] {
            columns.clear();
            columns.resize(width + WINDOW - 1, 0);
        }
        self.windows.resize(width, 0);
        self.windows_squares.resize(width, 0);
    }

    /// One row of pixels in, one out.
    #[inline(always)]
    fn slide(&mut self, new: &[u8], old: &[u8]) {
        let columns = self.columns[MARGIN..].iter_mut().zip(&mut self.columns_squares[MARGIN..]);
        for (((sum, squares), &new), &old) in columns.zip(new).zip(old) {
            let (new, old) = (u32::from(new), u32::from(old));
            *sum = sum.wrapping_add(new).wrapping_sub(old);
            *squares = squares.wrapping_add(new * new).wrapping_sub(old * old);
        }
    }

    /// From sums of columns to sums of windows, one column in, one out; the image has the first `image` columns.
    #[inline(always)]
    fn sum_windows(&mut self, image: usize) {
        let width = self.windows.len();
        for columns in [&mut self.columns, &mut self.columns_squares] {
            let last = columns[MARGIN + image - 1];
            columns[MARGIN + image..MARGIN + width].fill(last);
            for i in 0..MARGIN {
                columns[i] = columns[MARGIN + mirrored(i as isize - REACH, width)];
                columns[MARGIN + width + i] = columns[MARGIN + mirrored((width + i) as isize, width)];
            }
        }
        window_sums(&self.columns, &mut self.windows);
        window_sums(&self.columns_squares, &mut self.windows_squares);
    }

    /// One row; its last pixel repeats to the end of `out`.
    #[inline(always)]
    fn normalize(&self, pixels: &[u8], out: &mut [u8]) {
        let windows = self.windows.iter().zip(&self.windows_squares);
        for ((out, &v), (&sum, &squares)) in out.iter_mut().zip(pixels).zip(windows.clone()) {
            *out = normalized(v, sum, squares);
        }
        let last = pixels[pixels.len() - 1];
        for (out, (&sum, &squares)) in out.iter_mut().zip(windows).skip(pixels.len()) {
            *out = normalized(last, sum, squares);
        }
    }
}

#[inline(always)]
fn window_sums(columns: &[u32], windows: &mut [i32]) {
    let mut sum: u32 = columns[..WINDOW - 1].iter().sum();
    for ((out, new), old) in windows.iter_mut().zip(&columns[WINDOW - 1..]).zip(columns) {
        sum += new;
        *out = sum as i32;
        sum -= old;
    }
}

/// A pixel amid a window of this sum and sum of squares. Whole numbers up to the root, so exact up to there.
#[inline(always)]
fn normalized(v: u8, sum: i32, squares: i32) -> u8 {
    /// Adding it rounds to a whole number, half to even, and leaves that plus [`GROUND`] in the lowest bits.
    const WHOLE: f64 = (3u64 << 51) as f64 + GROUND as f64;
    let (v, sum, squares) = (f64::from(v), f64::from(sum), f64::from(squares));
    // The variance times the square of the area: never negative (Cauchy–Schwarz).
    let deviation = (AREA * squares - sum * sum).sqrt();
    let steps = STEPS * (AREA * v - sum) / (deviation + AREA * DEVIATION_FLOOR);
    let steps = if steps < -128.0 { -128.0 } else { steps };
    let steps = if steps > 127.0 { 127.0 } else { steps };
    (steps + WHOLE).to_bits() as u8
}

/// Where a place outside `0..len` falls when the image is mirrored about its first and last pixel.
fn mirrored(mut i: isize, len: usize) -> usize {
    let last = len as isize - 1;
    if last <= 0 {
        return 0;
    }
    while i < 0 || i > last {
        i = if i < 0 { -i } else { 2 * last - i };
    }
    i as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every pixel from its own window, as the definition says.
    fn naive(image: &GrayImage, x: usize, y: usize) -> u8 {
        let (width, height) = (image.width().next_multiple_of(8), image.height().next_multiple_of(8));
        let at = |x: usize, y: usize| i64::from(image.pixels()[[y.min(image.height() - 1), x.min(image.width() - 1)]]);
        let (mut sum, mut squares) = (0i64, 0i64);
        for dy in -15..=15 {
            for dx in -15..=15 {
                let v = at(mirrored(x as isize + dx, width), mirrored(y as isize + dy, height));
                sum += v;
                squares += v * v;
            }
        }
        let deviation = ((961 * squares - sum * sum) as f64).sqrt();
        let steps = 32.0 * (961 * at(x, y) - sum) as f64 / (deviation + 961.0 * DEVIATION_FLOOR);
        (steps.round_ties_even().clamp(-128.0, 127.0) + 128.0) as u8
    }

    fn image(width: usize, height: usize) -> GrayImage {
        let pixels: Vec<u8> = (0..width * height).map(|i| ((i * i * 31 + i / 7) % 256) as u8).collect();
        GrayImage::from_raw(&pixels, width, height, 500.0).unwrap()
    }

    #[test]
    fn every_pixel_equals_its_definition_at_every_edge_and_level() {
        let mut normalized = Normalized::default();
        for (width, height) in [(64, 64), (65, 71), (100, 67), (64, 64), (1, 1), (3, 40), (40, 3), (17, 16)] {
            let image = image(width, height);
            let (columns, rows) = (width.next_multiple_of(8), height.next_multiple_of(8));
            let places = || (0..rows).flat_map(|y| (0..columns).map(move |x| (x, y)));
            let expected: Vec<u8> = places().map(|(x, y)| naive(&image, x, y)).collect();
            for level in Level::available() {
                normalized.fill(&image, level);
                let map = normalized.map();
                assert_eq!((map.width(), map.height()), (columns, rows));
                for ((x, y), &expected) in places().zip(&expected) {
                    assert_eq!(map.row(y)[x], expected, "({x}, {y}) of {width} × {height} at {level}");
                }
            }
        }
    }

    #[test]
    fn halves_are_rounded_to_even() {
        // Half a step: 32 · 961 · d = (n + 1/2) · 961 · 12.75 has whole d only where the deviation helps.
        for (sum, squares) in [(0, 0), (100 * 961, 100 * 100 * 961)] {
            for v in 0..=255u8 {
                let steps = 32.0 * (961.0 * f64::from(v) - f64::from(sum)) / (961.0 * DEVIATION_FLOOR);
                let expected = (steps.round_ties_even().clamp(-128.0, 127.0) + 128.0) as u8;
                assert_eq!(normalized(v, sum, squares), expected, "{v} amid {sum}");
            }
        }
    }

    #[test]
    fn a_flat_image_is_ground() {
        let mut normalized = Normalized::default();
        for v in [0, 128, 255] {
            let image = GrayImage::from_raw(&vec![v; 80 * 64], 80, 64, 500.0).unwrap();
            normalized.fill(&image, Level::current());
            assert!((0..64).all(|y| normalized.map().row(y).iter().all(|&v| v == GROUND)));
        }
    }

    #[test]
    fn the_extremes_do_not_overflow() {
        let mut normalized = Normalized::default();
        let pixels: Vec<u8> = (0..96 * 96).map(|i| if (i % 96) / 8 % 2 == 0 { 0 } else { 255 }).collect();
        normalized.fill(&GrayImage::from_raw(&pixels, 96, 96, 500.0).unwrap(), Level::current());
        let extremes = (0..96).flat_map(|y| normalized.map().row(y)).filter(|v| v.abs_diff(GROUND) > 15).count();
        assert_eq!(extremes, 96 * 96);
    }
}
