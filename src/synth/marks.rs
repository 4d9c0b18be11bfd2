//! What else shows on a print: creases and cuts of the skin, dirt, a ghost of the last finger, smear.

use super::capture::{Capture, Fault};
use super::field::Field;
use super::impression::Warp;
use super::parameters as p;
use super::person::Person;
use super::placement::Placement;
use super::random::Stream;
use super::truth::on_skin;
use crate::template::FingerPosition;

/// Leaves the marks that the capture's faults ask for on the ink of an image. `finger` names the finger's own streams.
pub(super) fn leave(
    finger: &[u64; 3],
    stream: &mut impl FnMut(&'static str) -> Stream,
    capture: &Capture,
    placement: &Placement,
    warp: &Warp,
    ink: &mut Vec<f32>,
) {
    let width = warp.size().0;
    // Creases and cuts belong to the finger: drawn from its own streams, they lie where they lay in the last impression.
    let of_finger = |label| Stream::new(label, finger);
    let wrinkled = capture.degree(Fault::Creased).max(p::AGE_CREASES * ((capture.age - 40.0) / 50.0).clamp(0.0, 1.0));
    if wrinkled > 0.0 {
        let count = (p::MAX_CREASES * f64::from(wrinkled)) as usize;
        let mut stream = of_finger("wrinkles");
        (0..count).for_each(|_| crease(&mut stream, placement, warp, ink));
    }
    let cut = capture.degree(Fault::Cut);
    if cut > 0.0 {
        scar(&mut of_finger("cut"), cut, placement, warp, ink);
    }
    let ghost = capture.degree(Fault::Ghost);
    if ghost > 0.0 {
        latent(&mut stream("ghost"), ghost, capture, ink);
    }
    let dirt = capture.degree(Fault::Dirt);
    if dirt > 0.0 {
        blots(&mut stream("dirt"), dirt, width, ink);
    }
    let smear = capture.degree(Fault::Smear);
    if smear > 0.0 {
        *ink = dragged(&mut stream("smear"), smear, width, ink);
    }
}

fn crease(stream: &mut Stream, placement: &Placement, warp: &Warp, ink: &mut [f32]) {
    let middle = [p::CENTRE[0] + stream.normal(0.0, 80.0), p::CENTRE[1] + stream.normal(30.0, 95.0)];
    let length = stream.uniform(p::CREASE_LENGTH.0, p::CREASE_LENGTH.1);
    let half = stream.uniform(p::CREASE_HALF_WIDTH.0, p::CREASE_HALF_WIDTH.1) as f32;
    let angle = stream.normal(0.0, 0.7);
    stroke(middle, angle, length, half, placement, warp, ink);
}

fn scar(stream: &mut Stream, degree: f32, placement: &Placement, warp: &Warp, ink: &mut [f32]) {
    let middle = [p::CENTRE[0] + stream.normal(0.0, 30.0), p::CENTRE[1] + stream.normal(0.0, 30.0)];
    let angle = stream.uniform(0.0, std::f64::consts::PI);
    stroke(middle, angle, 120.0 + 160.0 * f64::from(degree), 1.5 + 4.0 * degree, placement, warp, ink);
}

/// A white line of the skin, given on the canvas, as it lies in the image.
fn stroke(middle: [f64; 2], angle: f64, length: f64, half: f32, placement: &Placement, warp: &Warp, ink: &mut [f32]) {
    let (sin, cos) = (libm::sin(angle), libm::cos(angle));
    let steps = length as usize;
    for k in 0..=steps {
        let s = (k as f64 / steps as f64 - 0.5) * length;
        let skin = [(middle[0] + s * cos) as f32, (middle[1] + s * sin) as f32];
        let [x, y] = placement.to_image(warp.distortion().to_glass(skin));
        let fade = (2.5 - (5.0 * s / length).abs()).clamp(0.0, 1.0) as f32;
        dot([x + warp.seam(y), y], half * fade.max(0.3), warp.size().0, ink, |v, w| v * (1.0 - w));
    }
}

/// Changes the pixels within `radius` of a point by `change(value, weight)`, weight 1 inside and soft at the edge.
fn dot([x, y]: [f32; 2], radius: f32, width: usize, ink: &mut [f32], change: impl Fn(f32, f32) -> f32) {
    let height = ink.len() / width;
    let span = |v: f32, n: usize| {
        let from = (v - radius - 1.0).clamp(0.0, n as f32) as usize;
        let to = (v + radius + 2.0).clamp(0.0, n as f32) as usize;
        from..to
    };
    for j in span(y, height) {
        for i in span(x, width) {
            let (dx, dy) = (i as f32 - x, j as f32 - y);
            let weight = (radius + 0.7 - (dx * dx + dy * dy).sqrt()).clamp(0.0, 1.0);
            let v = &mut ink[j * width + i];
            *v = change(*v, weight);
        }
    }
}

/// What the last person left on the glass: the print of a finger grown for it, pale, and worn off in patches.
fn latent(stream: &mut Stream, degree: f32, capture: &Capture, ink: &mut [f32]) {
    let person = Person::new(stream.u64(), 0);
    let last = person.finger(FingerPosition::ALL[stream.below(10)]);
    let plain = Capture { faults: Vec::new(), ..capture.clone() };
    let placement = Placement::new(stream, &plain, 1.0);
    let shift = [(); 2].map(|()| stream.normal(0.0, p::GHOST_SHIFT) as f32);
    let (width, height) = capture.size();
    let patches = Field::new(stream, width, height, p::GHOST_PATCHES).plane(width, height);
    let spots = Field::new(stream, width, height, p::SPOT_SPACING).plane(width, height);
    let [cx, cy] = placement.middle();
    for (k, ink) in ink.iter_mut().enumerate() {
        let at = placement.to_canvas([(k % width) as f32 + shift[0], (k / width) as f32 + shift[1]]);
        let (u, v) = ((at[0] - cx) / p::PLAIN_CONTACT[0] as f32, (at[1] - cy) / p::PLAIN_CONTACT[1] as f32);
        let inside = (2.0 * (1.0 - u * u - v * v)).clamp(0.0, 1.0);
        if inside > 0.0 && on_skin(at) {
            let [ridge, pore, crease, rough] = last.skin.at(at[0], at[1]);
            let left = (0.7 + 0.35 * patches[k] + 0.25 * spots[k]).clamp(0.0, 1.0);
            let height = ridge - pore - p::CREASE_DEPTH * crease + p::ROUGHNESS * rough;
            *ink = ink.max(p::GHOST_INK * degree * inside * left * (0.5 + height).clamp(0.0, 1.0));
        }
    }
}

/// Specks of any shape, some dark, some of skin that did not touch; and hairs.
fn blots(stream: &mut Stream, degree: f32, width: usize, ink: &mut [f32]) {
    let height = ink.len() / width;
    for _ in 0..(p::MAX_BLOTS * degree) as usize {
        let (x, y) = (stream.uniform(0.0, width as f64), stream.uniform(0.0, height as f64));
        let size = stream.uniform(0.5, 2.2) * if stream.chance(0.12) { 3.0 } else { 1.0 };
        let tone = stream.uniform(0.3, 0.9) as f32;
        let lifted = stream.chance(0.4);
        for _ in 0..1 + stream.below(6) {
            let at = [(x + stream.normal(0.0, size)) as f32, (y + stream.normal(0.0, size)) as f32];
            let radius = size * stream.uniform(0.3, 0.8);
            dot(at, radius as f32, width, ink, |v, w| if lifted { v * (1.0 - w) } else { v.max(tone * w) });
        }
    }
    for _ in 0..stream.below((p::MAX_HAIRS * degree) as usize + 1) {
        let (mut x, mut y) = (stream.uniform(0.0, width as f64), stream.uniform(0.0, height as f64));
        let (mut angle, bend) = (stream.uniform(0.0, std::f64::consts::TAU), stream.normal(0.0, 0.02));
        let tone = stream.uniform(0.4, 0.8) as f32;
        for _ in 0..stream.below(70) + 20 {
            (x, y) = (x + libm::cos(angle), y + libm::sin(angle));
            angle += bend + stream.normal(0.0, 0.03);
            dot([x as f32, y as f32], 0.3, width, ink, |v, w| v.max(tone * w));
        }
    }
}

/// The mean of the image along the path that the finger slid.
fn dragged(stream: &mut Stream, degree: f32, width: usize, ink: &[f32]) -> Vec<f32> {
    let angle = stream.uniform(0.0, std::f64::consts::TAU);
    let length = p::MAX_SMEAR * degree;
    let steps = length as usize + 2;
    let (dx, dy) = (libm::cos(angle) as f32 * length, libm::sin(angle) as f32 * length);
    let height = ink.len() / width;
    let mut sum = vec![0.0; ink.len()];
    for k in 0..steps {
        let t = k as f32 / (steps - 1) as f32 - 0.5;
        let (sx, sy) = (libm::roundf(t * dx) as isize, libm::roundf(t * dy) as isize);
        // The finger rests longest in the middle of its path.
        let weight = 1.0 - t.abs();
        for y in 0..height {
            let from = (y as isize + sy).clamp(0, height as isize - 1) as usize * width;
            for x in 0..width {
                let at = (x as isize + sx).clamp(0, width as isize - 1) as usize;
                sum[y * width + x] += weight * ink[from + at];
            }
        }
    }
    let total: f32 = (0..steps).map(|k| 1.0 - (k as f32 / (steps - 1) as f32 - 0.5).abs()).sum();
    sum.iter_mut().for_each(|v| *v /= total);
    sum
}
