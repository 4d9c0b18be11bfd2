use super::*;
use crate::synth::{Capture, Master, Sensor};

mod bands;
mod descriptors;
mod geometry;

/// Slanted ridges whose period changes from band to band, so that some end there; in integers, the same on every machine.
fn bands(width: usize, height: usize) -> GrayImage {
    let pixel = |i: usize| {
        let (x, y) = ((i % width) as i64, (i / width) as i64);
        let phase = (x * [20, 26][(y / 32 % 2) as usize] + 5 * y) % 200;
        let noise = (x * 7919 + y * 104_729 + x * y * 31) % 23;
        (40 + 2 * (phase - 100).abs() + noise) as u8
    };
    GrayImage::from_raw(&(0..width * height).map(pixel).collect::<Vec<_>>(), width, height, 500.0).unwrap()
}

fn template(extractor: &mut Extractor, image: &GrayImage) -> Template {
    extractor.extract(image, FingerPosition::Unknown).unwrap()
}

/// If this fails, what moved? A change of the weights, of the normalisation or of the peaks moves it rightly, and asks for
/// a new [`ExtractorVersion`]; anything else is a bug.
#[test]
fn templates_are_the_same_to_the_byte_at_every_level() {
    for level in Level::available() {
        let mut extractor = Extractor::with_level(level);
        let found = GOLDEN.map(|(sides, ..)| {
            let template = template(&mut extractor, &bands(sides.0, sides.1));
            let digest = blake3::hash(&template.to_bytes()).to_hex();
            (sides, template.minutiae().len(), digest[..16].to_owned())
        });
        assert_eq!(found, GOLDEN.map(|(sides, count, digest)| (sides, count, digest.to_owned())), "{level}");
    }
}

/// Sides of the image, minutiae, and the first half of the BLAKE3 of the template's bytes.
const GOLDEN: [((usize, usize), usize, &str); 3] =
    [((128, 144), 16, "9ebbb53b0a0ef30a"), ((99, 101), 9, "aa77286828f9722b"), ((64, 200), 12, "eb7d9ecde1d1fa6c")];

#[test]
fn made_up_fingers_give_the_same_template_at_every_level() {
    let image = Master::new(3, FingerPosition::LeftIndex).impression(1, &Capture::of(Sensor::Capacitive)).image;
    let expected = template(&mut Extractor::with_level(Level::Scalar), &image);
    assert!(expected.minutiae().len() > 10, "{}", expected.minutiae().len());
    for level in Level::available() {
        assert_eq!(template(&mut Extractor::with_level(level), &image), expected, "{level}");
    }
}

/// Positions in pixels and directions from the generator's truth, so a wrong offset, axis or sense of rotation shows.
#[test]
fn made_up_minutiae_are_found_where_they_are() {
    let mut extractor = Extractor::new();
    let (mut found, mut true_count, mut reported) = (0, 0, 0);
    for (seed, sensor) in (0..3).flat_map(|seed| [(seed, Sensor::Optical), (seed, Sensor::Capacitive)]) {
        let impression = Master::new(seed, FingerPosition::RightIndex).impression(0, &Capture::of(sensor));
        let template = template(&mut extractor, &impression.image);
        let truth = impression.truth.to_minutiae();
        let near = |m: &&crate::template::Minutia| {
            template.minutiae().iter().any(|d| {
                let (dx, dy) = (m.x_px() - d.x_px(), m.y_px() - d.y_px());
                let turn = (m.direction.wrapping_sub(d.direction) as i16).unsigned_abs();
                dx * dx + dy * dy <= 8.0 * 8.0 && turn <= (20 * 65536 / 360) as u16
            })
        };
        found += truth.iter().filter(near).count();
        true_count += truth.len();
        reported += template.minutiae().len();
    }
    let (recall, precision) = (found as f64 / f64::from(true_count as u32), found as f64 / reported as f64);
    assert!(recall > 0.6 && precision > 0.6, "recall {recall:.2}, precision {precision:.2}");
}

#[test]
fn an_extractor_carries_nothing_from_one_image_to_the_next() {
    let mut used = Extractor::new();
    for (width, height) in [(128, 144), (200, 96), (128, 144), (65, 131), (128, 144)] {
        let image = bands(width, height);
        assert_eq!(template(&mut used, &image), template(&mut Extractor::new(), &image), "{width} × {height}");
    }
}

#[test]
fn blank_and_tiny_images_are_refused_and_noise_is_not() {
    let mut extractor = Extractor::new();
    let raw = |pixels: &[u8], side| GrayImage::from_raw(pixels, side, side, 500.0).unwrap();
    assert!(extractor.extract(&raw(&[255; 200 * 200], 200), FingerPosition::Unknown).is_err());
    assert!(extractor.extract(&raw(&[0; 8 * 8], 8), FingerPosition::Unknown).is_err());
    let noise: Vec<u8> = (0..120u32 * 120).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    assert!(extractor.extract(&raw(&noise, 120), FingerPosition::Unknown).is_ok());
}
