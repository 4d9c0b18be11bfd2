//! What is true of an image, because it was made so.

use super::distortion::Distortion;
use super::grid::STRIDE;
use super::impression::{Touch, Warp};
use super::master::Master;
use super::parameters as p;
use super::placement::Placement;
use crate::template::{Minutia, MinutiaKind};
use ndarray::Array2;

/// A minutia as it lies in an image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrueMinutia {
    /// Pixels from the left; a pixel's middle has whole coordinates.
    pub x: f32,
    /// Pixels from the top.
    pub y: f32,
    /// Counter-clockwise from the positive x axis as seen, radians, 0 to 2π; as in this library's templates.
    pub direction: f32,
    /// At neutral pressure.
    pub kind: MinutiaKind,
    /// Which of [`Master::minutiae`] it is.
    pub master: usize,
}

/// The truth about an impression. Maps have one cell for every [`STRIDE`] × [`STRIDE`] pixels, rows first.
#[derive(Debug, Clone)]
pub struct Truth {
    /// The minutiae within the foreground, in the master's order.
    pub minutiae: Vec<TrueMinutia>,
    /// Where skin touches.
    pub foreground: Array2<bool>,
    /// Ridge orientation, radians, 0 to π, counter-clockwise from the positive x axis as seen.
    pub orientation: Array2<f32>,
    /// Ridge period, pixels.
    pub period: Array2<f32>,
}

impl TrueMinutia {
    /// As a template has it, with quality 100 %.
    pub fn to_minutia(&self) -> Minutia {
        Minutia::from_pixels(self.x.into(), self.y.into(), self.direction.into(), self.kind, 1.0)
    }
}

impl Truth {
    pub(super) fn new(master: &Master, touch: &Touch) -> Self {
        let Touch { placement, warp, contact, .. } = touch;
        let pressure = &contact.pressure;
        let (width, height) = warp.size();
        let cells = (height / STRIDE, width / STRIDE);
        let foreground = Array2::from_shape_fn(cells, |(j, i)| {
            let at = (STRIDE * j + 2) * width + STRIDE * i + 2;
            pressure[at] > p::FOREGROUND && on_skin(warp.node(i + 1, j + 1))
        });
        let waves = Array2::from_shape_fn(cells, |(j, i)| wave(master, warp, i + 1, j + 1));
        let minutiae = master
            .minutiae()
            .iter()
            .enumerate()
            .filter_map(|(index, m)| {
                let [x, y] = placement.to_image(warp.distortion().to_glass([m.x, m.y]));
                let x = x + warp.seam(y);
                let (i, j) = ((x + 0.5).floor() as isize, (y + 0.5).floor() as isize);
                let within = (0..width as isize).contains(&i) && (0..height as isize).contains(&j);
                let touched = within && pressure[j as usize * width + i as usize] > p::FOREGROUND;
                touched.then(|| {
                    let direction = direction(placement, warp.distortion(), [m.x, m.y], m.direction);
                    TrueMinutia { x, y, direction, kind: m.kind, master: index }
                })
            })
            .collect();
        Truth { minutiae, foreground, orientation: waves.mapv(|w| w.0), period: waves.mapv(|w| w.1) }
    }

    /// The minutiae as a template has them.
    pub fn to_minutiae(&self) -> Vec<Minutia> {
        self.minutiae.iter().map(TrueMinutia::to_minutia).collect()
    }
}

/// Whether a point of the canvas lies on the skin.
pub(super) fn on_skin([x, y]: [f32; 2]) -> bool {
    let (u, v) = ((x - 255.5) / p::SKIN[0], (y - 319.5) / p::SKIN[1]);
    u * u * u * u + v * v * v * v < 1.0
}

/// A direction of the canvas as it lies in the image: by the image of a short step along it.
fn direction(placement: &Placement, distortion: &Distortion, [x, y]: [f32; 2], direction: f32) -> f32 {
    let (dx, dy) = (4.0 * libm::cosf(direction), -4.0 * libm::sinf(direction));
    let a = placement.to_image(distortion.to_glass([x - dx, y - dy]));
    let b = placement.to_image(distortion.to_glass([x + dx, y + dy]));
    turn(libm::atan2f(a[1] - b[1], b[0] - a[0]), std::f32::consts::TAU)
}

/// Orientation and period in a cell: the wave vector of the canvas, pulled back by the map's derivative.
fn wave(master: &Master, warp: &Warp, i: usize, j: usize) -> (f32, f32) {
    let [x, y] = warp.node(i, j);
    let doubled = master.orientation.at(x, y);
    let theta = 0.5 * libm::atan2f(doubled[1], doubled[0]);
    let period = master.period.at(x, y);
    // The normal, in image coordinates (y downwards).
    let k = [-libm::sinf(theta) / period, -libm::cosf(theta) / period];
    let step = 1.0 / (2 * STRIDE) as f32;
    let (right, left) = (warp.node(i + 1, j), warp.node(i - 1, j));
    let (below, above) = (warp.node(i, j + 1), warp.node(i, j - 1));
    let pull = |to: [f32; 2], from: [f32; 2]| ((to[0] - from[0]) * k[0] + (to[1] - from[1]) * k[1]) * step;
    let pulled = [pull(right, left), pull(below, above)];
    let size = (pulled[0] * pulled[0] + pulled[1] * pulled[1]).sqrt();
    // The ridge runs across the wave: a quarter turn back from the normal, which points up where y is negative.
    let along = libm::atan2f(-pulled[1], pulled[0]) - std::f32::consts::FRAC_PI_2;
    (turn(along, std::f32::consts::PI), 1.0 / size.max(1e-3))
}

/// An angle within 0 to `full`.
fn turn(angle: f32, full: f32) -> f32 {
    let turned = angle - full * libm::floorf(angle / full);
    if turned < full { turned } else { 0.0 }
}
