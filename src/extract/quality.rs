//! How good a finger is.

use super::Detection;
use super::finger::Finger;
use super::parameters::{CELL, GOOD_FOREGROUND_MM2, GOOD_MINUTIAE};

/// Square millimetres of a pixel at 500 ppi.
const PIXEL_MM2: f64 = (25.4 / 500.0) * (25.4 / 500.0);

/// 0 (nothing usable) to 100, from how many minutiae are to be found again (the sum of their qualities) and from how
/// much finger there is: the geometric mean of both, each as a share of what a good impression has, at most 1.
///
/// It tells a usable impression from a poor one; it is no prediction of a score, and not calibrated to any standard.
pub(super) fn finger(detections: &[Detection], foreground_px: usize) -> u8 {
    let minutiae = detections.iter().map(|d| d.quality).sum::<f64>() / GOOD_MINUTIAE;
    let foreground = foreground_px as f64 * PIXEL_MM2 / GOOD_FOREGROUND_MM2;
    (100.0 * (minutiae.min(1.0) * foreground.min(1.0)).sqrt()).round() as u8
}

/// Pixels of an image of `width` × `height` that are part of the finger, in whole cells.
pub(super) fn foreground_px(finger: &Finger, width: usize, height: usize) -> usize {
    let (columns, rows) = (width.div_ceil(CELL).min(finger.width()), height.div_ceil(CELL).min(finger.height()));
    let cells = (0..rows).flat_map(|y| (0..columns).map(move |x| (x, y)));
    CELL * CELL * cells.filter(|&(x, y)| finger.has(x, y)).count()
}

#[cfg(test)]
mod tests {
    use super::super::map::{Channel, Outputs};
    use super::*;

    #[test]
    fn the_foreground_is_counted_within_the_image_alone() {
        let mut maps = Outputs::zeros(20, 10);
        assert_eq!(foreground_px(&Finger::of(&maps), 80, 40), 0, "even odds are no foreground");
        for (x, y) in [(0, 0), (16, 8), (17, 8), (16, 9), (19, 9)] {
            maps.set(x, y, Channel::Foreground, 0.5);
        }
        let finger = Finger::of(&maps);
        assert_eq!(foreground_px(&finger, 80, 40), 5 * 16);
        assert_eq!(foreground_px(&finger, 65, 33), 2 * 16, "a cell that the image reaches into counts");
    }

    fn minutiae(count: usize, quality: f64) -> Vec<Detection> {
        vec![Detection { x: 1.0, y: 1.0, direction: 0.0, ending: 1.0, quality }; count]
    }

    #[test]
    fn quality_grows_with_minutiae_and_with_foreground() {
        let large = 10_000_000;
        assert_eq!(finger(&[], large), 0);
        assert_eq!(finger(&minutiae(200, 1.0), 0), 0);
        assert_eq!(finger(&minutiae(200, 1.0), large), 100);
        let by_minutiae: Vec<u8> = [5, 10, 20].iter().map(|&n| finger(&minutiae(n, 0.8), large)).collect();
        assert!(by_minutiae.is_sorted_by(|a, b| a < b), "{by_minutiae:?}");
        let by_foreground: Vec<u8> =
            [5_000, 10_000, 20_000].iter().map(|&px| finger(&minutiae(200, 1.0), px)).collect();
        assert!(by_foreground.is_sorted_by(|a, b| a < b), "{by_foreground:?}");
        assert!(finger(&minutiae(15, 0.4), large) < finger(&minutiae(15, 0.9), large));
    }
}
