//! Where skin touches the glass, how hard, and how moist it is: together they decide how broad a ridge prints.

use super::capture::{Capture, Fault, Sensor};
use super::field::Field;
use super::parameters as p;
use super::placement::Placement;
use super::random::Stream;
use crate::template::FingerPosition;

/// Pressure and moisture of one touch, over the image.
pub(super) struct Contact {
    /// 0 where nothing touches, 1 under full pressure; row by row.
    pub pressure: Vec<f32>,
    /// What is added to a ridge's height (−1 to 1) before it is inked; row by row.
    pub bias: Vec<f32>,
    /// Amplitude of the grain along ridges, in heights.
    pub grain: f32,
    /// How far pores are open, 0 to 1.
    pub pores: f32,
}

impl Contact {
    pub fn new(stream: &mut Stream, capture: &Capture, placement: &Placement, position: FingerPosition) -> Self {
        let (width, height) = capture.size();
        let degree = |fault| capture.degree(fault);
        let (light, heavy) = (degree(Fault::Light), degree(Fault::Heavy));
        let (wet, dry) = (degree(Fault::Wet), degree(Fault::Dry));
        let outline = Outline::new(stream, capture, position);
        let mut pressure = Field::new(stream, width, height, p::OUTLINE_SPACING).plane(width, height);
        let rolled = capture.sensor == Sensor::InkRolled;
        let (inking, patch) = if rolled { (p::ROLLED_UNEVEN, p::ROLLED_PATCHES) } else { (1.0, 1.0) };
        let patches = Field::new(stream, width, height, p::PATCH_SPACING * patch).plane(width, height);
        let spots = Field::new(stream, width, height, p::SPOT_SPACING).plane(width, height);
        let clumsy = 1.5 - capture.skill.clamp(0.0, 1.0);
        let nominal = stream.normal(p::BIAS.0, p::BIAS.1 * f64::from(clumsy)) as f32;
        let level = nominal + 0.75 * wet - 0.35 * dry - 0.35 * light + 0.4 * heavy;
        let uneven = inking * p::UNEVEN * clumsy * (1.0 + 1.2 * wet.max(dry) + 0.5 * light);
        let middle = placement.middle();
        let mut bias = Vec::with_capacity(width * height);
        for (k, pressure) in pressure.iter_mut().enumerate() {
            let at = placement.to_canvas([(k % width) as f32, (k / width) as f32]);
            *pressure = outline.pressure([at[0] - middle[0], at[1] - middle[1]], *pressure);
            bias.push(level + uneven * (0.6 * patches[k] + 0.4 * spots[k]) - p::EDGE_BIAS * (1.0 - *pressure));
        }
        let grain = stream.normal_within(p::GRAIN.0, p::GRAIN.1, 0.05, 0.6) as f32 + 0.7 * dry + 0.2 * light;
        let pores = (stream.uniform(0.1, 0.9) as f32 + 0.2 * dry - wet).clamp(0.0, 1.0);
        Contact { pressure, bias, grain, pores }
    }
}

/// The outline of the contact: round at the tip, straight at the sides and blunt below, where the finger goes on; a rolled
/// one is blunt above too.
struct Outline {
    axes: [f32; 2],
    /// The lower semi-axis.
    lower: f32,
    rolled: bool,
    shift: [f32; 2],
    edge: f32,
}

impl Outline {
    fn new(stream: &mut Stream, capture: &Capture, position: FingerPosition) -> Self {
        let degree = |fault| f64::from(capture.degree(fault));
        let rolled = capture.sensor == Sensor::InkRolled;
        let (axes, spread) = if rolled { (p::ROLLED_CONTACT, 0.03) } else { (p::PLAIN_CONTACT, 0.08) };
        let size = 1.0 - 0.25 * degree(Fault::Light) + 0.12 * degree(Fault::Heavy) - 0.4 * degree(Fault::Partial);
        let size = size * finger_size(position);
        let around = stream.uniform(0.0, std::f64::consts::TAU);
        let away = 70.0 * degree(Fault::Partial);
        let axes = [0, 1].map(|k| {
            let axis = axes[k] * size * stream.normal(1.0, spread);
            axis.min(p::WITHIN_SKIN * f64::from(p::SKIN[k])) as f32
        });
        Outline {
            axes,
            lower: if rolled { axes[1] } else { axes[1] * p::LOWER as f32 },
            rolled,
            shift: [(away * libm::cos(around)) as f32, (away * libm::sin(around)) as f32],
            edge: (stream.uniform(p::EDGE_WIDTH.0, p::EDGE_WIDTH.1) * if rolled { p::ROLLED_EDGE } else { 1.0 }) as f32,
        }
    }

    fn pressure(&self, [x, y]: [f32; 2], noise: f32) -> f32 {
        let (x, y) = (x - self.shift[0], y - self.shift[1]);
        let (u, v) = (x / self.axes[0], y / if y > 0.0 { self.lower } else { self.axes[1] });
        let (u, v) = (u * u, v * v);
        let radius = if self.rolled || y > 0.0 { (u * u + v * v).sqrt().sqrt() } else { (u + v).sqrt() };
        let inside = 1.0 - radius + p::OUTLINE_NOISE * noise;
        (inside / self.edge).clamp(0.0, 1.0)
    }
}

/// The size of a finger's contact, relative to an index finger's.
pub(super) fn finger_size(position: FingerPosition) -> f64 {
    match position.code() {
        0 => 1.0,
        code => p::FINGER_SIZE[usize::from(code - 1) % 5],
    }
}
