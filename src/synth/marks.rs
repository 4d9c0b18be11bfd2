//! What else shows on a print: creases and cuts of the skin, dirt, a ghost of the last finger, smear.

use super::capture::{Capture, Fault};
use super::impression::Warp;
use super::master::Master;
use super::parameters as p;
use super::placement::Placement;
use super::random::Stream;

/// Leaves the marks that the capture's faults ask for on the ink of an image.
pub(super) fn leave(
    master: &Master,
    stream: &mut impl FnMut(&'static str) -> Stream,
    capture: &Capture,
    placement: &Placement,
    warp: &Warp,
    ink: &mut Vec<f32>,
) {
    let width = warp.size().0;
    // Creases and cuts belong to the finger: drawn from its own streams, they lie where they lay in the last impression.
    let of_finger = |label| Stream::new(label, &master.key);
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
        latent(master, &mut stream("ghost"), ghost, capture, ink);
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

/// A faint print of another finger. This finger in a mirror, elsewhere on the glass, shares no minutia with itself: it
/// serves as the last person's.
fn latent(master: &Master, stream: &mut Stream, degree: f32, capture: &Capture, ink: &mut [f32]) {
    let plain = Capture { faults: Vec::new(), ..capture.clone() };
    let placement = Placement::new(stream, &plain);
    let shift = [stream.normal(0.0, 35.0) as f32, stream.normal(0.0, 35.0) as f32];
    let width = capture.size().0;
    let middle = placement.middle();
    for (k, ink) in ink.iter_mut().enumerate() {
        let [x, y] = placement.to_canvas([(k % width) as f32 + shift[0], (k / width) as f32 + shift[1]]);
        let (u, v) = ((x - middle[0]) / 120.0, (y - middle[1]) / 160.0);
        let inside = (4.0 * (1.0 - u * u - v * v)).clamp(0.0, 1.0);
        if inside > 0.0 {
            let [ridge, ..] = master.skin.at(2.0 * middle[0] - x, y);
            let left = 0.75 * degree * inside * (0.5 + ridge).clamp(0.0, 1.0);
            *ink = ink.max(left);
        }
    }
}

fn blots(stream: &mut Stream, degree: f32, width: usize, ink: &mut [f32]) {
    let height = ink.len() / width;
    let count = (p::MAX_BLOTS * degree) as usize;
    for _ in 0..count {
        let at = [stream.uniform(0.0, width as f64) as f32, stream.uniform(0.0, height as f64) as f32];
        let radius = stream.uniform(0.6, 3.0) * if stream.chance(0.15) { 3.0 } else { 1.0 };
        let tone = stream.uniform(0.3, 0.9) as f32;
        let lifted = stream.chance(0.4);
        dot(at, radius as f32, width, ink, |v, w| if lifted { v * (1.0 - w) } else { v.max(tone * w) });
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
