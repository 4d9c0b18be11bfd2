//! The plastic distortion of skin pressed on glass.
//!
//! After Cappelli, Maio and Maltoni, "Modelling plastic distortion in fingerprint images" (2001): an inner ellipse, held
//! by pressure, does not slip; far outside the skin follows the finger's torsion and traction; between them it gives way
//! gradually. A small smooth field stands for what the model leaves out.

use super::capture::{Capture, Fault, Sensor};
use super::field::Field;
use super::grid::{CANVAS_HEIGHT, CANVAS_WIDTH};
use super::orientation::smoothstep;
use super::parameters as p;
use super::random::Stream;

/// A map of the canvas, as it lies on the glass, to the skin that lies there.
pub(super) struct Distortion {
    middle: [f32; 2],
    axes: [f32; 2],
    /// How gradually skin gives way: the model's skin plasticity, in radii of the ellipse.
    plasticity: f32,
    sin: f32,
    cos: f32,
    traction: [f32; 2],
    rest: [Field; 2],
    amplitude: f32,
}

impl Distortion {
    pub fn new(stream: &mut Stream, capture: &Capture, middle: [f32; 2]) -> Self {
        let clumsy = f64::from(1.5 - capture.skill.clamp(0.0, 1.0));
        let rolled = if capture.sensor == Sensor::InkRolled { p::ROLLED_DISTORTION } else { 1.0 };
        let degree = rolled * clumsy + p::DISTORTED * f64::from(capture.degree(Fault::Distorted));
        let torsion =
            stream.normal_within(0.0, p::TORSION * degree, -p::MAX_TORSION, p::MAX_TORSION).to_radians() as f32;
        Distortion {
            middle: middle.map(|v| v + stream.normal(0.0, 12.0) as f32),
            axes: p::HELD.map(|a| (a * stream.uniform(0.8, 1.2)) as f32),
            plasticity: stream.uniform(p::PLASTICITY.0, p::PLASTICITY.1) as f32,
            sin: libm::sinf(torsion),
            cos: libm::cosf(torsion),
            traction: [(); 2]
                .map(|()| stream.normal_within(0.0, p::TRACTION * degree, -p::MAX_TRACTION, p::MAX_TRACTION) as f32),
            rest: [(); 2].map(|()| Field::new(stream, CANVAS_WIDTH, CANVAS_HEIGHT, p::REST_SPACING)),
            amplitude: (p::REST * degree) as f32,
        }
    }

    /// From glass to skin.
    pub fn to_skin(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let (dx, dy) = (x - self.middle[0], y - self.middle[1]);
        let (u, v) = (dx / self.axes[0], dy / self.axes[1]);
        let beyond = ((u * u + v * v).sqrt() - 1.0).max(0.0);
        // The model's half cosine from 0 to 1, as the cubic of nearly the same shape.
        let brake = smoothstep(beyond / self.plasticity);
        let pulled = [
            self.cos * dx - self.sin * dy - dx + self.traction[0],
            self.sin * dx + self.cos * dy - dy + self.traction[1],
        ];
        [
            x + brake * pulled[0] + self.amplitude * self.rest[0].at(x, y),
            y + brake * pulled[1] + self.amplitude * self.rest[1].at(x, y),
        ]
    }

    /// From skin to glass: the inverse, by iteration (the displacement changes slowly from place to place).
    pub fn to_glass(&self, skin: [f32; 2]) -> [f32; 2] {
        let mut glass = skin;
        for _ in 0..p::INVERSE_ITERATIONS {
            let there = self.to_skin(glass);
            glass = [glass[0] + skin[0] - there[0], glass[1] + skin[1] - there[1]];
        }
        glass
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_finds_the_place_within_a_tenth_of_a_pixel() {
        for seed in 0..20 {
            let capture = Capture { skill: 0.0, ..Capture::default() }.with_fault(Fault::Distorted, 1.0);
            let distortion = Distortion::new(&mut Stream::new("test", &[seed]), &capture, [256.0, 300.0]);
            for k in 0..100 {
                let skin = [100.0 + 3.0 * k as f32, 120.0 + 4.0 * (k * 7 % 100) as f32];
                let back = distortion.to_skin(distortion.to_glass(skin));
                let error = (back[0] - skin[0]).abs().max((back[1] - skin[1]).abs());
                assert!(error < 0.1, "seed {seed}, {skin:?}: {error}");
            }
        }
    }

    #[test]
    fn the_held_region_does_not_slip() {
        let distortion = Distortion::new(&mut Stream::new("test", &[1]), &Capture::default(), [256.0, 300.0]);
        let [x, y] = distortion.to_skin(distortion.middle);
        let moved = (x - distortion.middle[0]).abs().max((y - distortion.middle[1]).abs());
        assert!(moved <= 3.0 * distortion.amplitude, "{moved}");
    }
}
