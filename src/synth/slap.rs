//! Several fingers at once: the four of a hand, or both thumbs.

use super::capture::{Capture, Fault};
use super::error::SynthError;
use super::impression::image;
use super::master::Master;
use super::parameters as p;
use super::person::Person;
use super::placement::Placement;
use super::random::Stream;
use super::sensor;
use super::truth::Truth;
use crate::image::GrayImage;
use crate::template::FingerPosition;
use std::str::FromStr;

/// Which fingers are pressed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Slap {
    RightFour,
    LeftFour,
    Thumbs,
}

/// Several fingers on one image of 1600 × 1500 pixels.
#[derive(Debug, Clone)]
pub struct SlapImpression {
    /// The image, at 500 ppi.
    pub image: GrayImage,
    /// The fingers that are there, from left to right.
    pub fingers: Vec<SlapFinger>,
}

/// One finger of a slap.
#[derive(Debug, Clone)]
pub struct SlapFinger {
    /// Which finger.
    pub position: FingerPosition,
    /// Where its foreground lies: left, top, right, bottom, pixels; right and bottom are one past the last; zeros
    /// where the finger did not touch.
    pub outline: [usize; 4],
    /// How far it is turned, degrees counter-clockwise.
    pub rotation: f32,
    /// The left upper pixel of the area that the maps of `truth` cover.
    pub origin: [isize; 2],
    /// Its truth: minutiae in pixels of the whole image, maps over its own area.
    pub truth: Truth,
}

impl Slap {
    /// All slaps.
    pub const ALL: [Slap; 3] = [Slap::RightFour, Slap::LeftFour, Slap::Thumbs];

    /// The name that commands and manifests use.
    pub fn name(self) -> &'static str {
        match self {
            Slap::RightFour => "right-four",
            Slap::LeftFour => "left-four",
            Slap::Thumbs => "thumbs",
        }
    }

    /// The fingers, from left to right.
    pub fn fingers(self) -> Vec<FingerPosition> {
        let codes: &[usize] = match self {
            Slap::RightFour => &[2, 3, 4, 5],
            Slap::LeftFour => &[10, 9, 8, 7],
            Slap::Thumbs => &[6, 1],
        };
        codes.iter().map(|code| FingerPosition::ALL[code - 1]).collect()
    }

    /// Place and turn of each finger on a hand at rest, from left to right.
    fn geometry(self) -> Vec<(f64, f64, f64)> {
        let mirrored = p::RIGHT_HAND.iter().rev().map(|&(x, y, turn)| (-x, y, -turn));
        match self {
            Slap::RightFour => p::RIGHT_HAND.to_vec(),
            Slap::LeftFour => mirrored.collect(),
            Slap::Thumbs => p::THUMBS.to_vec(),
        }
    }
}

impl FromStr for Slap {
    type Err = SynthError;

    fn from_str(name: &str) -> Result<Self, SynthError> {
        Slap::ALL.into_iter().find(|s| s.name() == name).ok_or_else(|| SynthError::Name {
            what: "slap",
            name: name.into(),
            known: Slap::ALL.map(Slap::name).join(", "),
        })
    }
}

impl Person {
    /// A slap of this person's, without the `missing` fingers. The sensor, rotation, skill, age and faults are those of
    /// `capture`; its size is 1600 × 1500 always. An unskilled operator lets fingers touch.
    pub fn slap(&self, slap: Slap, seed: u64, capture: &Capture, missing: &[FingerPosition]) -> SlapImpression {
        let masters: Vec<Master> =
            slap.fingers().into_iter().filter(|p| !missing.contains(p)).map(|p| self.finger(p)).collect();
        slap_of(slap, &masters, seed, capture)
    }
}

/// A slap of fingers that are grown already; those that it does not hold are passed over.
fn slap_of(slap: Slap, masters: &[Master], seed: u64, capture: &Capture) -> SlapImpression {
    let whole = Capture { width: p::SLAP.0, height: p::SLAP.1, ..capture.clone() };
    let mut pressure = vec![0.0f32; p::SLAP.0 * p::SLAP.1];
    let mut ink = pressure.clone();
    let key = masters.first().map_or([0; 3], |m| m.key);
    let mut hand = Stream::new("hand", &[key[0], key[1], slap as u64, seed]);
    let mut fingers = Vec::new();
    let scale = masters.first().map_or(1.0, |m| m.scale(capture.age));
    for place in places(&mut hand, slap, capture, scale) {
        let Some(master) = masters.iter().find(|m| m.position() == place.position) else { continue };
        let mut stream = |label| Stream::new(label, &[master.key[0], master.key[1], master.key[2], seed, 1]);
        let tile = Capture { width: p::SLAP_TILE.0, height: p::SLAP_TILE.1, ..capture.clone() };
        let ailments = &mut Stream::new("ailments", &master.key);
        let tile = tile.with_mishaps(&mut stream("mishaps"), ailments);
        let touch = master.touch(&mut stream, &tile, place.placement);
        paste(&touch.contact.pressure, place.origin, &mut pressure);
        paste(&touch.ink, place.origin, &mut ink);
        let mut truth = Truth::new(master, &touch);
        let outline = outline(&truth, place.origin);
        truth.minutiae.iter_mut().for_each(|m| {
            m.x += place.origin[0] as f32;
            m.y += place.origin[1] as f32;
        });
        let within = |v: f32, side: usize| (-0.5..side as f32 - 0.5).contains(&v);
        truth.minutiae.retain(|m| within(m.x, p::SLAP.0) && within(m.y, p::SLAP.1));
        fingers.push(SlapFinger {
            position: place.position,
            outline,
            rotation: place.rotation,
            origin: place.origin,
            truth,
        });
    }
    let pixels = sensor::develop(&mut hand, &whole, &pressure, &ink);
    SlapImpression { image: image(&whole, &pixels), fingers }
}

struct Place {
    position: FingerPosition,
    placement: Placement,
    /// The left upper pixel of the finger's own area in the slap.
    origin: [isize; 2],
    rotation: f32,
}

/// Where each finger of a hand of a size (relative to the adult's) lies.
fn places(stream: &mut Stream, slap: Slap, capture: &Capture, scale: f32) -> Vec<Place> {
    let clumsy = f64::from(1.5 - capture.skill.clamp(0.0, 1.0));
    let sign = if stream.chance(0.5) { 1.0 } else { -1.0 };
    let turn = stream.normal(0.0, f64::from(capture.rotation) * clumsy)
        + sign * 30.0 * f64::from(capture.degree(Fault::Rotated));
    let apart = (p::SPREAD.0 - 0.25 * (clumsy - 0.8).max(0.0)) * stream.normal(1.0, p::SPREAD.1);
    let size = f64::from(scale);
    let middle =
        [p::SLAP.0 as f64 * 0.5, p::SLAP.1 as f64 * 0.5].map(|v| v + stream.normal(0.0, p::HAND_PLACE * clumsy));
    let (sin, cos) = (libm::sin(turn.to_radians()), libm::cos(turn.to_radians()));
    slap.fingers()
        .into_iter()
        .zip(slap.geometry())
        .map(|(position, (x, y, finger_turn))| {
            let x = size * (x * apart + stream.normal(0.0, p::FINGER_PLACE));
            let y = size * (y + stream.normal(0.0, p::FINGER_PLACE));
            let at = [middle[0] + x * cos + y * sin, middle[1] - x * sin + y * cos];
            let rotation = (turn + finger_turn + stream.normal(0.0, p::FINGER_TURN * clumsy)) as f32;
            let tile = [p::SLAP_TILE.0 as f64 * 0.5, p::SLAP_TILE.1 as f64 * 0.5];
            let origin = [0, 1].map(|k| libm::floor(at[k] - tile[k]) as isize);
            let image = [0, 1].map(|k| (at[k] - origin[k] as f64) as f32);
            let canvas =
                [0, 1].map(|k| (p::CONTACT_CENTRE[k] + stream.normal(0.0, p::CONTACT_SPREAD[k] * clumsy)) as f32);
            Place { position, placement: Placement::fixed(canvas, image, rotation, scale), origin, rotation }
        })
        .collect()
}

/// Lays a finger's own area over the slap: where two overlap, the greater counts.
fn paste(tile: &[f32], origin: [isize; 2], slap: &mut [f32]) {
    for (row, y) in tile.chunks_exact(p::SLAP_TILE.0).zip(origin[1]..) {
        if !(0..p::SLAP.1 as isize).contains(&y) {
            continue;
        }
        for (&v, x) in row.iter().zip(origin[0]..) {
            if (0..p::SLAP.0 as isize).contains(&x) {
                let at = &mut slap[y as usize * p::SLAP.0 + x as usize];
                *at = at.max(v);
            }
        }
    }
}

/// The box of a finger's foreground, within the image.
fn outline(truth: &Truth, origin: [isize; 2]) -> [usize; 4] {
    let stride = super::STRIDE as isize;
    let cells = truth.foreground.indexed_iter().filter(|&(_, &touched)| touched);
    let empty = (isize::MAX, isize::MAX, isize::MIN, isize::MIN);
    let (left, top, right, bottom) = cells.fold(empty, |(l, t, r, b), ((j, i), _)| {
        let (x, y) = (origin[0] + stride * i as isize, origin[1] + stride * j as isize);
        (l.min(x), t.min(y), r.max(x + stride), b.max(y + stride))
    });
    if left > right {
        return [0; 4];
    }
    let within = |v: isize, side: usize| v.clamp(0, side as isize) as usize;
    [within(left, p::SLAP.0), within(top, p::SLAP.1), within(right, p::SLAP.0), within(bottom, p::SLAP.1)]
}
