//! The map of ridges that a template carries, from the network's maps.

use super::finger::Finger;
use super::parameters::{CELL, SURENESS};
use super::period;
use crate::image::GrayImage;
use crate::template::RidgeMap;

/// The map of an image of which this is the finger, its periods told; none without a finger.
pub(super) fn ridges(finger: &Finger, image: &GrayImage) -> Option<RidgeMap> {
    let mut map = blocks(finger, image.width(), image.height())?;
    period::fill(&mut map, image);
    Some(map)
}

/// Blocks over the part of an image of `width` × `height` pixels that is finger, as small as hold it; none without a finger.
fn blocks(finger: &Finger, width: usize, height: usize) -> Option<RidgeMap> {
    let (columns, rows) = (width.div_ceil(CELL).min(finger.width()), height.div_ceil(CELL).min(finger.height()));
    let (mut left, mut right, mut top, mut bottom) = (columns, 0, rows, 0);
    for (x, y) in (0..rows).flat_map(|y| (0..columns).map(move |x| (x, y))).filter(|&(x, y)| finger.has(x, y)) {
        (left, right) = (left.min(x), right.max(x + 1));
        (top, bottom) = (top.min(y), bottom.max(y + 1));
    }
    let block = right.checked_sub(left)?.max(bottom - top).div_ceil(RidgeMap::SIDE).max(2);
    // The finger lies in the middle of the map.
    let start = |from: usize, to: usize| (from + to) as isize / 2 - (block * RidgeMap::SIDE / 2) as isize;
    let (left, top) = (start(left, right), start(top, bottom));
    let corner = |cells: isize| i16::try_from(cells * CELL as isize).ok();
    let mut map = RidgeMap::new((block * CELL) as u16, corner(left)?, corner(top)?).ok()?;
    let range = |start: isize, n: usize, end: usize| {
        let at = |n: usize| (start + (n * block) as isize).clamp(0, end as isize) as usize;
        at(n)..at(n + 1)
    };
    for (column, row) in RidgeMap::places() {
        let (mut count, mut cos, mut sin) = (0, 0.0, 0.0);
        for y in range(top, row, rows) {
            for x in range(left, column, columns).filter(|&x| finger.has(x, y)) {
                count += 1;
                let (c, s) = finger.ridge(x, y);
                // The network counts y downwards.
                (cos, sin) = (cos + c, sin - s);
            }
        }
        if 2 * count >= block * block {
            let length = (cos * cos + sin * sin).sqrt() / f64::from(count as u32);
            let sureness = 1 + SURENESS.iter().filter(|&&from| length > from).count();
            map.set(column, row, 0.5 * libm::atan2(sin, cos), sureness as u8);
        }
    }
    Some(map)
}

#[cfg(test)]
mod tests {
    use super::super::map::{Channel, Outputs};
    use super::*;

    /// Maps of 60 × 40 cells whose finger is a disc around (30, 20), ridges running at `angle` but for what is right of
    /// column `disorder`, where they cross from cell to cell.
    fn maps(radius: f64, angle: f32, disorder: usize) -> Finger {
        let mut maps = Outputs::zeros(60, 40);
        for (x, y) in (0..40).flat_map(|y| (0..60).map(move |x| (x, y))) {
            let inside = (x as f64 - 29.5).hypot(y as f64 - 19.5) < radius;
            maps.set(x, y, Channel::Foreground, if inside { 2.0 } else { -2.0 });
            let sign = if x >= disorder && (x + y) % 2 == 0 { -1.0 } else { 1.0 };
            maps.set(x, y, Channel::DoubleCosine, sign * (2.0 * angle).cos());
            maps.set(x, y, Channel::DoubleSine, -sign * (2.0 * angle).sin());
        }
        Finger::of(&maps)
    }

    #[test]
    fn blocks_lie_over_the_finger_and_tell_its_ridges() {
        let map = blocks(&maps(16.0, 0.9, 60), 240, 160).unwrap();
        assert_eq!((map.block(), map.corner()), (8, (4 * (30 - 16), 4 * (20 - 16))));
        let (angle, sureness) = map.get(8, 8).unwrap();
        assert!((angle - 0.9).abs() < 0.025 && sureness == 3, "{angle}, {sureness}");
        assert_eq!(map.get(0, 0), None, "the square's corner is no finger");
        let blocks = (0..256).filter(|n| map.get(n % 16, n / 16).is_some()).count();
        assert!((190..212).contains(&blocks), "π/4 of 256, not {blocks}");
    }

    #[test]
    fn where_orientations_cross_the_map_is_unsure() {
        let map = blocks(&maps(16.0, 0.9, 30), 240, 160).unwrap();
        assert_eq!(map.get(3, 8).unwrap().1, 3);
        assert_eq!(map.get(12, 8).unwrap().1, 1);
    }

    #[test]
    fn without_a_finger_there_is_no_map() {
        assert_eq!(blocks(&maps(0.0, 0.9, 60), 240, 160), None);
        assert_eq!(blocks(&maps(4.0, 0.9, 60), 80, 160), None, "beyond the image nothing counts");
    }
}
