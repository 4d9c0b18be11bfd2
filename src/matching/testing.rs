//! Made-up fingers for this stage's tests: minutiae strewn at random, and impressions of them.

use crate::template::{Descriptor, ExtractorVersion, FingerPosition, Minutia, MinutiaKind, RidgeMap, Template};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

const SIDE: f64 = 400.0;

struct Dice(ChaCha8Rng);

impl Dice {
    fn new(seed: u64) -> Self {
        Dice(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Even, from `low` to `high`.
    fn even(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * f64::from(self.0.next_u32()) / 4_294_967_296.0
    }

    /// Any descriptor.
    fn descriptor(&mut self) -> Descriptor {
        Descriptor([self.0.next_u64(), self.0.next_u64()])
    }

    /// The descriptor with one bit in eight flipped.
    fn worn(&mut self, of: Descriptor) -> Descriptor {
        Descriptor(of.0.map(|word| word ^ (self.0.next_u64() & self.0.next_u64() & self.0.next_u64())))
    }

    /// Roughly normal: the sum of twelve.
    fn normal(&mut self, deviation: f64) -> f64 {
        (0..12).map(|_| self.even(-0.5, 0.5)).sum::<f64>() * deviation
    }
}

/// A finger of so many minutiae, at least 10 px apart where there is room, that flow like a loop, each with a descriptor.
pub(crate) fn finger(seed: u64, count: usize) -> Template {
    let mut dice = Dice::new(seed);
    let mut points: Vec<(f64, f64)> = Vec::new();
    for _ in 0..count {
        let mut place = || (dice.even(60.0, SIDE - 60.0), dice.even(40.0, SIDE - 40.0));
        let mut point = place();
        for _ in 0..30 {
            if points.iter().all(|p| (p.0 - point.0).hypot(p.1 - point.1) > 10.0) {
                break;
            }
            point = place();
        }
        points.push(point);
    }
    let minutiae = points.into_iter().map(|(x, y)| {
        let flow = (y - SIDE / 2.0).atan2(x - SIDE / 2.0) * 0.5 + seed as f64;
        let direction = flow + dice.normal(0.2) + if dice.even(0.0, 1.0) < 0.5 { std::f64::consts::PI } else { 0.0 };
        let kind = if dice.even(0.0, 1.0) < 0.5 { MinutiaKind::Ending } else { MinutiaKind::Bifurcation };
        (Minutia::from_pixels(x, y, direction, kind, dice.even(0.4, 1.0)), dice.descriptor())
    });
    template(minutiae.collect())
}

/// Another impression of a finger: turned by any angle, shifted, bent, a few minutiae missing and a few new.
pub(crate) fn impression(of: &Template, seed: u64) -> Template {
    grown_impression(of, seed, 1.0)
}

/// An impression of the finger when it was larger by a factor.
pub(crate) fn grown_impression(of: &Template, seed: u64, factor: f64) -> Template {
    let mut dice = Dice::new(seed ^ 0x9e37);
    let angle = dice.even(0.0, std::f64::consts::TAU);
    let (dx, dy) = (dice.normal(15.0), dice.normal(15.0));
    let (bend_x, bend_y) = (dice.normal(4.0), dice.normal(4.0));
    let mut minutiae = Vec::new();
    for (m, descriptor) in described(of) {
        if dice.even(0.0, 1.0) < 0.15 {
            continue;
        }
        let (x, y) = (factor * (f64::from(m.x_px()) - SIDE / 2.0), factor * (SIDE / 2.0 - f64::from(m.y_px())));
        let (x, y) =
            (x + bend_x * (y / 90.0).sin() + dice.normal(1.0), y + bend_y * (x / 90.0).sin() + dice.normal(1.0));
        let (x, y) = (angle.cos() * x - angle.sin() * y + dx, angle.sin() * x + angle.cos() * y + dy);
        let direction = m.direction_rad() + angle + dice.normal(0.05);
        let quality = f64::from(m.quality) / 100.0 + dice.normal(0.05);
        let minutia = Minutia::from_pixels(x + SIDE, SIDE - y, direction, m.kind, quality.clamp(0.0, 1.0));
        minutiae.push((minutia, dice.worn(descriptor)));
    }
    for (m, descriptor) in described(&finger(seed ^ 0x51ed, of.minutiae().len() / 10)) {
        minutiae.push((Minutia { x: m.x + 1600, y: m.y + 1600, ..m }, descriptor));
    }
    template(minutiae)
}

/// The template with ridges that run one way (radians, counter-clockwise) all over its canvas.
pub(crate) fn with_flow(template: &Template, orientation: f64) -> Template {
    let block = template.width().div_ceil(RidgeMap::SIDE as u16);
    let mut map = RidgeMap::new(block, 0, 0).expect("a block of the canvas");
    for n in 0..RidgeMap::CELLS {
        map.set(n % RidgeMap::SIDE, n / RidgeMap::SIDE, orientation, 3);
    }
    template.clone().with_ridges(Some(map))
}

/// The template, all of whose ridges are so far apart, px; it must have a map.
pub(crate) fn with_period(template: &Template, period: f64) -> Template {
    let mut map = template.ridges().expect("a map").clone();
    for n in 0..RidgeMap::CELLS {
        map.set_period(n % RidgeMap::SIDE, n / RidgeMap::SIDE, period);
    }
    template.clone().with_ridges(Some(map))
}

/// A finger's minutiae, each with its descriptor.
fn described(of: &Template) -> impl Iterator<Item = (Minutia, Descriptor)> + '_ {
    of.minutiae().iter().copied().zip(of.descriptors().iter().copied())
}

fn template(mut described: Vec<(Minutia, Descriptor)>) -> Template {
    let side = 2 * SIDE as usize;
    let (position, extractor) = (FingerPosition::Unknown, ExtractorVersion::CURRENT);
    // As a template sorts its minutiae.
    described.sort_by_key(|(m, _)| (std::cmp::Reverse(m.quality), m.x, m.y, m.direction, m.kind));
    let (minutiae, descriptors) = described.into_iter().unzip();
    let template = Template::new(side, side, position, extractor, 80, minutiae).expect("inside its canvas");
    template.with_descriptors(descriptors).expect("one a minutia")
}
