//! Local normalisation: every pixel as its distance from the mean around it, in deviations.
//!
//! `(v − mean) / (deviation + floor)` over a window of 31 × 31 pixels, mirrored at the edges without repeating the edge. The
//! sums are exact integers, so that nothing depends on the order in which they are made.

use super::map::Map;
use super::parameters::{CELL, DEVIATION_FLOOR, FOREGROUND_DEVIATION, PADDING, WINDOW};
use crate::image::GrayImage;

const AREA: u64 = (WINDOW * WINDOW) as u64;
const REACH: usize = WINDOW / 2;

/// A normalised image, its sides padded to a multiple of [`PADDING`] by repeating the last row and column.
#[derive(Debug, Default)]
pub struct Normalized {
    map: Map,
    foreground_px: usize,
    /// The padded image.
    pixels: Vec<u8>,
    /// Of the window's rows, for each column, first the sum and then the sum of squares, with the mirrored columns.
    columns: Vec<[u32; 2]>,
    /// The row's window sums.
    sums: Vec<[u32; 2]>,
}

impl Normalized {
    /// One channel.
    pub(super) fn map(&self) -> &Map {
        &self.map
    }

    /// Pixels of the image whose surroundings have the contrast of ridges.
    pub(super) fn foreground_px(&self) -> usize {
        self.foreground_px
    }

    /// Normalises an image.
    pub fn fill(&mut self, image: &GrayImage) {
        let (width, height) = self.pad(image);
        self.map.reshape(width, height, 1);
        self.columns.clear();
        self.columns.resize(width + 2 * REACH, [0; 2]);
        self.sums.resize(width, [0; 2]);
        self.foreground_px = 0;
        for offset in -(REACH as isize)..=REACH as isize {
            self.add_row(mirrored(offset, height));
        }
        for y in 0..height {
            if y > 0 {
                self.add_row(mirrored((y + REACH) as isize, height));
                self.subtract_row(mirrored(y as isize - 1 - REACH as isize, height));
            }
            self.sum_windows();
            self.normalize_row(y);
            if y % CELL == 0 && y < image.height() {
                self.foreground_px += CELL * CELL * self.foreground_cells(image.width());
            }
        }
    }

    /// Copies the image, padded, and tells its padded width and height.
    fn pad(&mut self, image: &GrayImage) -> (usize, usize) {
        let (width, height) = (image.width().next_multiple_of(PADDING), image.height().next_multiple_of(PADDING));
        self.pixels.clear();
        for row in image.pixels().rows() {
            self.pixels.extend(row.iter());
            let last = self.pixels.last().copied().unwrap_or(0);
            self.pixels.resize(self.pixels.len().next_multiple_of(width), last);
        }
        while self.pixels.len() < width * height {
            self.pixels.extend_from_within(self.pixels.len() - width..);
        }
        (width, height)
    }

    fn add_row(&mut self, y: usize) {
        let width = self.map.width();
        for (sum, &v) in self.columns[REACH..].iter_mut().zip(&self.pixels[y * width..][..width]) {
            let v = u32::from(v);
            *sum = [sum[0] + v, sum[1] + v * v];
        }
    }

    fn subtract_row(&mut self, y: usize) {
        let width = self.map.width();
        for (sum, &v) in self.columns[REACH..].iter_mut().zip(&self.pixels[y * width..][..width]) {
            let v = u32::from(v);
            *sum = [sum[0] - v, sum[1] - v * v];
        }
    }

    /// From sums of columns to sums of windows: one column in, one out.
    fn sum_windows(&mut self) {
        let width = self.map.width();
        for i in 0..REACH {
            self.columns[i] = self.columns[REACH + mirrored(i as isize - REACH as isize, width)];
            self.columns[REACH + width + i] = self.columns[REACH + mirrored((width + i) as isize, width)];
        }
        let mut sum = [0; 2];
        for column in &self.columns[..WINDOW - 1] {
            sum = [sum[0] + column[0], sum[1] + column[1]];
        }
        for ((out, new), old) in self.sums.iter_mut().zip(&self.columns[WINDOW - 1..]).zip(&self.columns) {
            sum = [sum[0] + new[0], sum[1] + new[1]];
            *out = sum;
            sum = [sum[0] - old[0], sum[1] - old[1]];
        }
    }

    fn normalize_row(&mut self, y: usize) {
        let floor = AREA as f64 * DEVIATION_FLOOR;
        let pixels = &self.pixels[y * self.map.width()..];
        for ((out, &sums), &v) in self.map.row_mut(y).iter_mut().zip(&self.sums).zip(pixels) {
            let distance = i64::from(v) * AREA as i64 - i64::from(sums[0]);
            *out = (distance as f64 / ((variance(sums) as f64).sqrt() + floor)) as f32;
        }
    }

    fn foreground_cells(&self, width: usize) -> usize {
        let least = (FOREGROUND_DEVIATION * AREA) * (FOREGROUND_DEVIATION * AREA);
        self.sums.iter().take(width).step_by(CELL).filter(|&&sums| variance(sums) >= least).count()
    }
}

/// The variance of a window from its sum and sum of squares, times the square of its area: never negative (Cauchy–Schwarz).
fn variance([sum, squares]: [u32; 2]) -> u64 {
    AREA * u64::from(squares) - u64::from(sum) * u64::from(sum)
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
    fn naive(image: &GrayImage, x: usize, y: usize) -> f32 {
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
        ((961 * at(x, y) - sum) as f64 / (deviation + 961.0 * DEVIATION_FLOOR)) as f32
    }

    fn image(width: usize, height: usize) -> GrayImage {
        let pixels: Vec<u8> = (0..width * height).map(|i| ((i * i * 31 + i / 7) % 256) as u8).collect();
        GrayImage::from_raw(&pixels, width, height, 500.0).unwrap()
    }

    #[test]
    fn every_pixel_equals_its_definition_at_every_edge() {
        let mut normalized = Normalized::default();
        for (width, height) in [(64, 64), (65, 71), (100, 67), (64, 64), (1, 1), (3, 40), (40, 3), (17, 16)] {
            let image = image(width, height);
            normalized.fill(&image);
            let map = normalized.map();
            assert_eq!((map.width(), map.height()), (width.next_multiple_of(8), height.next_multiple_of(8)));
            for y in 0..map.height() {
                for x in 0..map.width() {
                    assert_eq!(map.row(y)[x], naive(&image, x, y), "({x}, {y}) of {width} × {height}");
                }
            }
        }
    }

    #[test]
    fn a_flat_image_is_zeros_without_foreground() {
        let mut normalized = Normalized::default();
        for v in [0, 128, 255] {
            normalized.fill(&GrayImage::from_raw(&vec![v; 80 * 64], 80, 64, 500.0).unwrap());
            assert!((0..64).all(|y| normalized.map().row(y).iter().all(|&v| v == 0.0)));
            assert_eq!(normalized.foreground_px(), 0);
        }
    }

    #[test]
    fn the_extremes_do_not_overflow() {
        let mut normalized = Normalized::default();
        let pixels: Vec<u8> = (0..96 * 96).map(|i| if (i % 96) / 8 % 2 == 0 { 0 } else { 255 }).collect();
        normalized.fill(&GrayImage::from_raw(&pixels, 96, 96, 500.0).unwrap());
        assert!((0..96).all(|y| normalized.map().row(y).iter().all(|v| v.abs() < 8.0)));
        assert_eq!(normalized.foreground_px(), 96 * 96);
    }
}
