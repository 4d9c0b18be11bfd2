//! Descriptors are what their definition says, whatever the level and the bands, and tell a minutia from others.

use super::*;
use crate::extract::descriptors::{Describer, Scratch};
use crate::extract::map::Map;
use crate::extract::network::COARSE;
use crate::extract::weights::{SHIPPED, SHIPPED_DESCRIPTORS, WeightsError};
use crate::template::{Minutia, MinutiaKind};
use std::f64::consts::{PI, TAU};

fn described(level: Level, image: &GrayImage) -> Template {
    let template = template(&mut Extractor::with_level(level), image);
    assert_eq!(template.descriptors().len(), template.minutiae().len());
    template
}

fn impression(seed: u64, touch: u64) -> crate::synth::Impression {
    Master::new(seed, FingerPosition::RightIndex).impression(touch, &Capture::of(Sensor::Optical))
}

/// A layer's numbers as they stand in the file.
struct Layer {
    inputs: usize,
    weights: Vec<i8>,
    bias: Vec<i32>,
    scale: Vec<f32>,
}

impl Layer {
    fn all() -> [Layer; 3] {
        let mut rest = &SHIPPED_DESCRIPTORS[8..];
        let mut take = |count: usize| rest.split_off(..count).expect("whole weights");
        [512, 128, 128].map(|outputs| {
            let head = take(8);
            let inputs = usize::from(head[2]) * usize::from(head[4]) * usize::from(head[5]);
            let weights = take(outputs * inputs).iter().map(|&w| w as i8).collect();
            let mut words = || take(4 * outputs).as_chunks().0.to_vec();
            let bias = words().into_iter().map(i32::from_le_bytes).collect();
            Layer { inputs, weights, bias, scale: words().into_iter().map(f32::from_le_bytes).collect() }
        })
    }

    fn number(&self, output: usize, inputs: &[u8]) -> f32 {
        assert_eq!(inputs.len(), self.inputs);
        let products = inputs.iter().zip(&self.weights[output * self.inputs..]);
        let sum: i64 = products.map(|(&v, &w)| i64::from(v) * i64::from(w)).sum::<i64>() + i64::from(self.bias[output]);
        assert!(sum.abs() < 1 << 24);
        sum as f32 * self.scale[output]
    }

    fn steps(&self, outputs: std::ops::Range<usize>, inputs: &[u8]) -> Vec<u8> {
        outputs.map(|output| self.number(output, inputs).round_ties_even().clamp(0.0, 255.0) as u8).collect()
    }
}

/// The descriptor as the definition says, and no faster.
fn naive(context: &Map, m: &Minutia, [place, hidden, last]: &[Layer; 3]) -> Descriptor {
    let (x, y) = (f64::from(m.x) / 8.0, f64::from(m.y) / 8.0);
    let (sin, cos) = libm::sincos(f64::from(m.direction) / 65536.0 * TAU);
    let bin = ((u32::from(m.direction) + 512) / 1024 % 64) as usize;
    let sixteenths = |px: f64| libm::floor((px / 8.0 - 0.5) * 16.0 + 0.5) as i64;
    let value = |u: i64, v: i64, channel: usize| {
        let on = (0..context.width() as i64).contains(&u) && (0..context.height() as i64).contains(&v);
        if on { u32::from(context.row(v as usize)[u as usize * COARSE + channel]) } else { 0 }
    };
    let mut places = Vec::new();
    for (radius, count) in [(0, 1), (16, 6), (32, 8), (48, 10), (64, 12), (84, 14)] {
        for k in 0..count {
            let angle = TAU * f64::from(k) / f64::from(count);
            let (along, across) = (f64::from(radius) * libm::cos(angle), f64::from(radius) * libm::sin(angle));
            let p = sixteenths(x + (cos * along - sin * across));
            let q = sixteenths(y - (sin * along + cos * across));
            let (u, v, a, b) = (p.div_euclid(16), q.div_euclid(16), p.rem_euclid(16) as u32, q.rem_euclid(16) as u32);
            let seen = |c: usize| {
                let upper = value(u, v, c) * (16 - a) + value(u + 1, v, c) * a;
                let lower = value(u, v + 1, c) * (16 - a) + value(u + 1, v + 1, c) * a;
                ((upper * (16 - b) + lower * b + 128) / 256) as u8
            };
            let seen: Vec<u8> = (0..COARSE).map(seen).collect();
            places.extend(place.steps(bin * 8..bin * 8 + 8, &seen));
        }
    }
    let hidden = hidden.steps(0..128, &places);
    let mut words = [0; 2];
    for bit in 0..128 {
        words[bit / 64] |= u64::from(last.number(bit, &hidden) > 0.0) << (bit % 64);
    }
    Descriptor(words)
}

#[test]
fn descriptors_are_what_the_definition_says() {
    let layers = Layer::all();
    for (seed, sensor) in [(1, Sensor::Optical), (2, Sensor::Capacitive), (3, Sensor::ThermalSweep)] {
        let image = Master::new(seed, FingerPosition::LeftThumb).impression(0, &Capture::of(sensor)).image;
        let mut extractor = Extractor::new();
        let template = template(&mut extractor, &image);
        assert!(template.minutiae().len() > 10, "{}", template.minutiae().len());
        for (m, &descriptor) in template.minutiae().iter().zip(template.descriptors()) {
            assert_eq!(descriptor, naive(extractor.scratch.context(), m, &layers), "{m:?}");
        }
    }
}

/// Far beyond every side of the map too, on a map of random numbers, most of them as large as can be.
#[test]
fn any_place_and_direction_gives_the_same_at_every_level() {
    let layers = Layer::all();
    let mut state = 1u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state
    };
    let mut context = Map::default();
    let (width, height) = (13, 9);
    context.start(width, height, height, COARSE, 0);
    for y in 0..height {
        context.row_mut(y).fill_with(|| (next() >> 22).min(255) as u8);
    }
    let corners = [(0, 0), (0, u16::MAX), (u16::MAX, 0), (u16::MAX, u16::MAX), (8 * 103, 8 * 71)];
    let places: Vec<_> = (0..100).map(|_| (next() as u16 % 1200, next() as u16 % 900)).chain(corners).collect();
    let directions = [0, 511, 512, 1535, 1536, 0x4000, 0x8000, 0xfdff, 0xfe00, 0xffff];
    let minutiae: Vec<Minutia> = places
        .into_iter()
        .zip((0..).map(|n| directions.get(n).copied().unwrap_or_else(|| next() as u16)))
        .map(|((x, y), direction)| Minutia { x, y, direction, kind: MinutiaKind::Ending, quality: 50 })
        .collect();
    let expected: Vec<_> = minutiae.iter().map(|m| naive(&context, m, &layers)).collect();
    for level in Level::available() {
        for count in [minutiae.len(), 5, 3, 1, 0] {
            let (describer, convolver) = (Describer::shipped(), Convolver::new(level));
            let found = describer.describe(convolver, &context, &minutiae[..count], &mut Scratch::default());
            assert_eq!(found, expected[..count], "{level}");
        }
    }
}

#[test]
fn every_level_gives_the_same_descriptors() {
    let image = impression(3, 1).image;
    let expected = described(Level::Scalar, &image);
    for level in Level::available() {
        assert_eq!(described(level, &image).descriptors(), expected.descriptors(), "{level}");
    }
}

#[test]
fn bands_of_any_height_give_the_same_descriptors() {
    let mut extractor = Extractor::new();
    for image in [impression(2, 0).image, bands(101, 200), bands(64, 303)] {
        let (width, height) = (image.width(), image.height());
        let expected = template(&mut extractor, &image);
        assert!(!expected.minutiae().is_empty());
        for band in [8, 16, 40, 56, 104, height.next_multiple_of(8)] {
            extractor.detect_by(&image, band);
            let found = extractor.describe(expected.minutiae());
            assert_eq!(found, expected.descriptors(), "{width} × {height}, {band} rows a band");
        }
    }
}

/// Impressions of one finger, one of them turned by some quarter turns, which the image bears without loss.
#[test]
fn mates_share_more_bits_than_others_whichever_way_up_the_finger_is() {
    let (mut mated, mut others) = (Vec::new(), Vec::new());
    for seed in 0..4 {
        let [a, b] = [0, 1].map(|touch| impression(seed, touch));
        let (width, height) = (b.image.width(), b.image.height());
        let turned = b.image.pixels().slice(ndarray::s![..;-1, ..;-1]).iter().copied().collect();
        let turned = GrayImage::from_vec(turned, width, height, 500.0).unwrap();
        let back = |m: &Minutia| Minutia {
            x: 8 * width as u16 - m.x,
            y: 8 * height as u16 - m.y,
            direction: m.direction.wrapping_add(0x8000),
            ..*m
        };
        let (first, second) = (described(Level::current(), &a.image), described(Level::current(), &turned));
        let second_places: Vec<Minutia> = second.minutiae().iter().map(back).collect();
        let masters = |truth: &crate::synth::Truth, minutiae: &[Minutia]| -> Vec<Option<usize>> {
            minutiae
                .iter()
                .map(|m| truth.minutiae.iter().find(|t| near(&t.to_minutia(), m)).map(|t| t.master))
                .collect()
        };
        let of_first = masters(&a.truth, first.minutiae());
        let of_second = masters(&b.truth, &second_places);
        for (one, d) in of_first.iter().zip(first.descriptors()) {
            for (other, e) in of_second.iter().zip(second.descriptors()) {
                let (Some(one), Some(other)) = (one, other) else { continue };
                if one == other { &mut mated } else { &mut others }.push(f64::from(d.common_bits(*e)));
            }
        }
    }
    let mean = |bits: &[f64]| bits.iter().sum::<f64>() / bits.len() as f64;
    println!("{:.1} bits of {} mates, {:.1} of {} others", mean(&mated), mated.len(), mean(&others), others.len());
    assert!(mated.len() > 40 && mean(&mated) > mean(&others) + 20.0);
}

fn near(a: &Minutia, b: &Minutia) -> bool {
    let (dx, dy) = (a.x_px() - b.x_px(), a.y_px() - b.y_px());
    let turn = f64::from(a.direction.wrapping_sub(b.direction) as i16) / 32768.0 * PI;
    dx.hypot(dy) <= 6.0 && turn.abs() < PI / 9.0
}

#[test]
fn other_or_damaged_weights_are_refused() {
    let error = |bytes: &[u8]| Describer::read(bytes).expect_err("these weights must be refused");
    let (found, expected) = ([16, 1, 3, 3], [512, 48, 1, 1]);
    assert_eq!(error(SHIPPED), WeightsError::Layer { layer: 0, found, expected });
    for at in (0..SHIPPED_DESCRIPTORS.len()).step_by(997).chain([4, SHIPPED_DESCRIPTORS.len() - 1]) {
        let mut bytes = SHIPPED_DESCRIPTORS.to_vec();
        bytes[at] ^= 1;
        assert!(Describer::read(&bytes).is_err(), "byte {at}");
        assert!(Describer::read(&SHIPPED_DESCRIPTORS[..at]).is_err(), "{at} bytes");
    }
    // A layer less, its checksum right.
    let mut bytes = SHIPPED_DESCRIPTORS[..SHIPPED_DESCRIPTORS.len() - 4 - (8 + 128 * 128 + 8 * 128)].to_vec();
    let checksum = crc32c::crc32c(&bytes);
    bytes.extend_from_slice(&checksum.to_le_bytes());
    assert_eq!(error(&bytes), WeightsError::Short { layer: 2, length: bytes.len() });
}
