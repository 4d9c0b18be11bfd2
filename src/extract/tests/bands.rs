//! An image goes through the network in bands, and nothing of it shows.

use super::*;
use crate::extract::network::COARSE;

/// Every band that lies otherwise over the layers' rows, a usual one, and the whole image at once.
#[test]
fn bands_of_any_height_give_the_same_numbers_as_the_whole_image() {
    let (mut whole, mut banded) = (Extractor::new(), Extractor::new());
    for (width, height) in [(64, 64), (72, 65), (101, 200), (64, 303), (96, 448)] {
        let image = bands(width, height);
        let expected = whole.detect_by(&image, height.next_multiple_of(8));
        assert!(!expected.is_empty(), "{width} × {height}");
        for band in [8, 16, 24, 32, 40, BAND, 56, 64, 104, 512] {
            assert_eq!(banded.detect_by(&image, band), expected, "{width} × {height}, {band} rows a band");
            assert!(banded.finger == whole.finger, "{width} × {height}, {band} rows a band");
        }
    }
}

#[test]
fn every_level_gives_the_same_numbers_band_by_band() {
    let image = bands(136, 210);
    let expected = Extractor::with_level(Level::Scalar).detect_by(&image, 216);
    for level in Level::available() {
        for band in [8, BAND] {
            assert_eq!(Extractor::with_level(level).detect_by(&image, band), expected, "{band} rows, {level}");
        }
    }
}

/// What is kept of an image does not grow with its height, but for the context, 48 bytes for 64 pixels and a margin, the map of
/// the finger, 12 bytes for 16 pixels, and for what may be minutiae.
#[test]
fn little_memory_grows_with_the_height() {
    let kept = |height: usize| {
        let mut extractor = Extractor::new();
        extractor.detect(&bands(200, height));
        let context = extractor.scratch.context().bytes();
        // A row more stands above and below.
        assert_eq!(context, (height / 8 + 1) * (200 / 8 + 2 * map::MARGIN) * COARSE);
        (extractor.normalized.map().bytes(), extractor.scratch.bytes() - context, extractor.maps.bytes())
    };
    assert_eq!(kept(2000), kept(200));
}
