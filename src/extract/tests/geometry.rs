//! Where a finger lies, which way up and on how large an image: its minutiae are the same.

use super::*;
use std::f64::consts::{PI, TAU};

/// How far the network sees, pixels: 64 through its layers, 15 through the normalisation, 8 in case a minutia further out
/// is the better of two.
const SEEN: f64 = 87.0;

/// `image` at (`left`, `top`) of a canvas of `width` × `height` pixels, which is otherwise what `ground` says of a place.
fn placed(
    image: &GrayImage,
    (left, top): (usize, usize),
    sides: (usize, usize),
    ground: fn(usize, usize) -> u8,
) -> GrayImage {
    let (columns, rows) = (left..left + image.width(), top..top + image.height());
    let places = (0..sides.1).flat_map(|y| (0..sides.0).map(move |x| (x, y)));
    let pixel = |(x, y)| match columns.contains(&x) && rows.contains(&y) {
        true => image.pixels()[[y - top, x - left]],
        false => ground(x, y),
    };
    GrayImage::from_vec(places.map(pixel).collect(), sides.0, sides.1, 500.0).unwrap()
}

/// Those at least [`SEEN`] from every side of an image that lies at `corner`, as if it lay at (0, 0); in reading order.
fn inner(found: Vec<Detection>, image: &GrayImage, corner: (usize, usize)) -> Vec<Detection> {
    assert!(found.len() < parameters::MAX_DETECTIONS, "the weakest are missing");
    let moved = found.into_iter().map(|d| Detection { x: d.x - corner.0 as f64, y: d.y - corner.1 as f64, ..d });
    let within = |v: f64, side: usize| (SEEN..side as f64 - SEEN).contains(&v);
    let mut inner: Vec<_> = moved.filter(|d| within(d.x, image.width()) && within(d.y, image.height())).collect();
    inner.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x)));
    inner
}

/// The share of `minutiae` that `others` have within `pixels` and `degrees`.
fn found_again(minutiae: &[Detection], others: &[Detection], pixels: f64, degrees: f64) -> f64 {
    let same = |a: &Detection, b: &Detection| {
        let turn = (a.direction - b.direction + PI).rem_euclid(TAU) - PI;
        (a.x - b.x).hypot(a.y - b.y) <= pixels && turn.abs().to_degrees() <= degrees
    };
    minutiae.iter().filter(|a| others.iter().any(|b| same(a, b))).count() as f64 / minutiae.len() as f64
}

fn finger(seed: u64) -> GrayImage {
    Master::new(seed, FingerPosition::RightIndex).impression(0, &Capture::of(Sensor::Optical)).image
}

const BLANK: fn(usize, usize) -> u8 = |_, _| 255;
/// Straight ridges, in integers.
const RIDGES: fn(usize, usize) -> u8 = |x, y| (60 + (22 * x + 9 * y) % 200 / 2) as u8;

#[test]
fn minutiae_well_inside_a_finger_do_not_depend_on_the_image_around_it() {
    let mut extractor = Extractor::new();
    let image = finger(1);
    let expected = inner(extractor.detect(&image), &image, (0, 0));
    assert!(expected.len() >= 8, "{}", expected.len());
    for (corner, sides) in [((8, 0), (400, 380)), ((48, 296), (523, 701)), ((400, 64), (805, 467))] {
        for ground in [BLANK, RIDGES] {
            let found = extractor.detect(&placed(&image, corner, sides, ground));
            assert_eq!(inner(found, &image, corner), expected, "at {corner:?} of {sides:?}");
        }
    }
}

/// The network's cells lie 4 and 8 pixels apart, so a finger that lies otherwise upon them is not seen by the same numbers.
#[test]
fn most_minutiae_are_found_again_wherever_the_finger_lies() {
    let mut extractor = Extractor::new();
    let (mut least, sides) = (1f64, (523, 501));
    for (seed, corner) in [(1, (1, 3)), (1, (36, 50)), (2, (13, 4)), (3, (55, 31))] {
        let image = finger(seed);
        let expected = inner(extractor.detect(&image), &image, (0, 0));
        let found = inner(extractor.detect(&placed(&image, corner, sides, BLANK)), &image, corner);
        for share in [found_again(&expected, &found, 3.0, 15.0), found_again(&found, &expected, 3.0, 15.0)] {
            least = least.min(share);
        }
    }
    println!("{least:.3} of the minutiae at least are found again within 3 px and 15°");
    assert!(least > 0.8, "{least:.3}");
}

/// Nothing that the network was taught tells it which way up a finger is.
#[test]
fn an_upside_down_finger_has_the_same_minutiae() {
    let mut extractor = Extractor::new();
    let mut shares = Vec::new();
    for seed in 0..6 {
        let image = finger(seed);
        let (width, height) = (image.width(), image.height());
        let turned: Vec<u8> = image.pixels().slice(ndarray::s![..;-1, ..;-1]).iter().copied().collect();
        let turned = extractor.detect(&GrayImage::from_vec(turned, width, height, 500.0).unwrap());
        let back: Vec<Detection> = turned
            .iter()
            .map(|d| Detection { x: width as f64 - d.x, y: height as f64 - d.y, direction: d.direction + PI, ..*d })
            .collect();
        let found = extractor.detect(&image);
        shares.extend([found_again(&found, &back, 8.0, 20.0), found_again(&back, &found, 8.0, 20.0)]);
    }
    let mean = shares.iter().sum::<f64>() / shares.len() as f64;
    println!("{mean:.3} of the minutiae are found again upside down within 8 px and 20°");
    assert!(mean > 0.85, "{mean:.3}");
}

#[test]
fn any_size_from_64_to_2000_pixels_is_taken_and_no_other() {
    let mut extractor = Extractor::new();
    for (width, height) in [(64, 64), (96, 96), (97, 131), (64, 2000), (1999, 65), (1013, 1007), (2000, 2000)] {
        let template = template(&mut extractor, &bands(width, height));
        assert_eq!((usize::from(template.width()), usize::from(template.height())), (width, height));
        let inside = |m: &crate::template::Minutia| m.x_px() < width as f32 && m.y_px() < height as f32;
        assert!(template.minutiae().iter().all(inside), "{width} × {height}");
    }
    for (sides, message) in [((63, 200), "TooSmall"), ((200, 2001), "TooLarge")] {
        let error = extractor.extract(&bands(sides.0, sides.1), FingerPosition::Unknown).unwrap_err();
        assert!(format!("{error:?}").starts_with(message), "{error:?}");
        assert!(error.to_string().contains(&format!("{} × {}", sides.0, sides.1)), "{error}");
    }
}
