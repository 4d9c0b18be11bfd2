//! Where a finger lies on the sensor: rotation, shift and the person's size.

use super::capture::{Capture, Fault, Sensor};
use super::parameters as p;
use super::random::Stream;

/// A similarity between image and canvas.
#[derive(Debug, Clone)]
pub(super) struct Placement {
    /// The point of the canvas …
    canvas: [f32; 2],
    /// … that lies on this point of the image.
    image: [f32; 2],
    /// Image pixels a canvas pixel.
    scale: f32,
    /// Counter-clockwise as seen.
    sin: f32,
    cos: f32,
}

impl Placement {
    /// Where a finger of a size (relative to the adult's) is placed.
    pub fn new(stream: &mut Stream, capture: &Capture, scale: f32) -> Self {
        let (width, height) = capture.size();
        let clumsy = f64::from(1.5 - capture.skill.clamp(0.0, 1.0));
        let spread = f64::from(capture.rotation) * (0.6 + 0.5 * clumsy);
        let sign = if stream.chance(0.5) { 1.0 } else { -1.0 };
        let degrees = stream.normal(0.0, spread) + sign * 45.0 * f64::from(capture.degree(Fault::Rotated));
        let angle = degrees.to_radians() as f32;
        let rolled = capture.sensor == Sensor::InkRolled;
        let spread = if rolled { p::ROLLED_SPREAD } else { p::PLACEMENT_SPREAD };
        let mut image = [
            (width as f64 * 0.5 + stream.normal(0.0, spread[0] * clumsy)) as f32,
            (height as f64 * 0.5 + stream.normal(0.0, spread[1] * clumsy)) as f32,
        ];
        let off = capture.degree(Fault::OffCentre);
        if off > 0.0 {
            let around = stream.uniform(0.0, std::f64::consts::TAU);
            image[0] += off * p::OFF_CENTRE * width as f32 * libm::cos(around) as f32;
            image[1] += off * p::OFF_CENTRE * height as f32 * libm::sin(around) as f32;
        }
        let canvas = [
            (p::CONTACT_CENTRE[0] + stream.normal(0.0, p::CONTACT_SPREAD[0] * clumsy)) as f32,
            (p::CONTACT_CENTRE[1] + stream.normal(0.0, p::CONTACT_SPREAD[1] * clumsy)) as f32,
        ];
        let canvas = if rolled { [256.0, 320.0] } else { canvas };
        Placement { canvas, image, scale, sin: libm::sinf(angle), cos: libm::cosf(angle) }
    }

    /// A finger of a size that lies with `canvas` on `image`, turned counter-clockwise by `degrees`.
    pub fn fixed(canvas: [f32; 2], image: [f32; 2], degrees: f32, scale: f32) -> Self {
        let angle = degrees.to_radians();
        Placement { canvas, image, scale, sin: libm::sinf(angle), cos: libm::cosf(angle) }
    }

    /// The middle of the contact on the canvas.
    pub fn middle(&self) -> [f32; 2] {
        self.canvas
    }

    /// From image to canvas.
    pub fn to_canvas(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let (dx, dy) = ((x - self.image[0]) / self.scale, (y - self.image[1]) / self.scale);
        [self.canvas[0] + dx * self.cos - dy * self.sin, self.canvas[1] + dx * self.sin + dy * self.cos]
    }

    /// From canvas to image.
    pub fn to_image(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let (dx, dy) = ((x - self.canvas[0]) * self.scale, (y - self.canvas[1]) * self.scale);
        [self.image[0] + dx * self.cos + dy * self.sin, self.image[1] - dx * self.sin + dy * self.cos]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn image_to_canvas_and_back_is_where_it_was() {
        let capture = Capture { rotation: 20.0, ..Capture::default() };
        let placement = Placement::new(&mut Stream::new("test", &[]), &capture, 0.93);
        let [x, y] = placement.to_image(placement.to_canvas([17.0, 230.0]));
        assert!((x - 17.0).abs() < 1e-3 && (y - 230.0).abs() < 1e-3);
    }
}
