//! The orientation of ridges over a finger, from its singular points.
//!
//! The zero-pole model of Sherlock and Monro (1993) with a correction of each singular point's angle as Vizcaya and
//! Gerhardt (1996) propose (here a smooth periodic function instead of their piecewise linear one), a bend along the
//! fingertip's outline, a hump for arches, and a smooth random warp of the plane, so that no two fingers are alike.

use super::field::Field;
use super::grid::{CANVAS_HEIGHT, CANVAS_WIDTH, Grid};
use super::parameters as p;
use super::pattern::{Pattern, Singularities};
use super::random::Stream;

/// Orientations over the canvas as unit vectors of the doubled angle, (cos 2θ, sin 2θ), θ counter-clockwise from the
/// positive x axis as seen.
pub(super) type Orientation = Grid<[f32; 2]>;

/// The orientation field of one finger.
pub(super) fn orientation(stream: &mut Stream, pattern: Pattern, singularities: &Singularities) -> Orientation {
    let model = Model::new(stream, pattern, singularities);
    Grid::from_fn(|x, y| {
        let theta = 2.0 * model.angle(x, y);
        [libm::cosf(theta), libm::sinf(theta)]
    })
}

struct Model {
    cores: Vec<Singular>,
    deltas: Vec<Singular>,
    /// Bend along the outline at the sides of the tip, radians.
    bend: f32,
    /// Height of an arch's hump, radians of slope; its half width, pixels; its middle, pixels.
    hump: f32,
    hump_width: f32,
    middle: [f32; 2],
    tilt: f32,
    warp: [Field; 2],
    unrest: Field,
    amplitude: f32,
}

/// A singular point with the correction of its angle.
struct Singular {
    at: [f32; 2],
    /// Which way the loop around a core opens, radians; and how much straighter its legs are than the model's.
    axis: f32,
    legs: f32,
    /// Amplitudes and phases of the first two harmonics.
    harmonics: [(f32, f32); 2],
}

impl Model {
    fn new(stream: &mut Stream, pattern: Pattern, singularities: &Singularities) -> Self {
        let mut corrected = |points: &[[f32; 2]]| {
            points
                .iter()
                .map(|&at| Singular {
                    at,
                    axis: 0.0,
                    legs: 0.0,
                    harmonics: p::ANGLE_CORRECTION
                        .map(|d| (stream.normal(0.0, d) as f32, stream.uniform(0.0, std::f64::consts::TAU) as f32)),
                })
                .collect()
        };
        let (cores, deltas) = (corrected(&singularities.cores), corrected(&singularities.deltas));
        let hump = if pattern == Pattern::Arch { stream.normal_within(p::HUMP.0, p::HUMP.1, 0.25, 1.1) } else { 0.0 };
        let middle = [
            stream.normal(p::CENTRE[0], p::CORE_SPREAD[0]) as f32,
            stream.normal(p::CENTRE[1], p::CORE_SPREAD[1]) as f32,
        ];
        let mut model = Model {
            cores,
            deltas,
            bend: stream.normal(p::BEND.0, p::BEND.1) as f32,
            hump: hump as f32,
            hump_width: stream.uniform(p::HUMP_WIDTH.0, p::HUMP_WIDTH.1) as f32,
            middle,
            tilt: stream.normal(0.0, p::TILT) as f32,
            warp: [(); 2].map(|()| Field::new(stream, CANVAS_WIDTH, CANVAS_HEIGHT, p::WARP_SPACING)),
            unrest: Field::new(stream, CANVAS_WIDTH, CANVAS_HEIGHT, p::UNREST_SPACING),
            amplitude: stream.uniform(p::UNREST.0, p::UNREST.1) as f32,
        };
        model.straighten(stream);
        model
    }

    /// A core alone makes confocal parabolas, whose legs spread; real loops turn sharply and run on in parallel. The axis
    /// of a loop is where the flow without its core meets the core's own.
    fn straighten(&mut self, stream: &mut Stream) {
        let axes: Vec<f32> = self
            .cores
            .iter()
            .enumerate()
            .map(|(k, core)| {
                let others = self.cores.iter().enumerate().filter(|&(other, _)| other != k).map(|(_, s)| s);
                let [x, y] = core.at;
                let turns = others.map(|s| s.direction(x, y)).sum::<f32>()
                    - self.deltas.iter().map(|s| s.direction(x, y)).sum::<f32>();
                turns + 2.0 * (self.outline(x, y) + self.tilt)
            })
            .collect();
        for (core, axis) in self.cores.iter_mut().zip(axes) {
            core.axis = axis;
            core.legs = stream.normal_within(p::LEGS.0, p::LEGS.1, 0.3, 0.9) as f32;
        }
    }

    /// Radians, counter-clockwise as seen.
    fn angle(&self, x: f32, y: f32) -> f32 {
        let wx = x + p::WARP * self.warp[0].at(x, y);
        let wy = y + p::WARP * self.warp[1].at(x, y);
        let turns: f32 = self.cores.iter().map(|s| s.angle(wx, wy)).sum::<f32>()
            - self.deltas.iter().map(|s| s.angle(wx, wy)).sum::<f32>();
        0.5 * turns + self.outline(wx, wy) + self.arch(wx, wy) + self.tilt + self.amplitude * self.unrest.at(x, y)
    }

    /// Ridges follow the outline of the tip above, and lie flat at the flexion crease below.
    fn outline(&self, x: f32, y: f32) -> f32 {
        let side = (x - self.middle[0]) / p::HALF_WIDTH;
        let height = smoothstep((p::BEND_FOOT - y) / (p::BEND_FOOT - p::BEND_TOP));
        -self.bend * side * (0.2 + 0.8 * height)
    }

    /// An arch rises in the middle and falls again: the slope is an odd function that returns to zero at the sides.
    fn arch(&self, x: f32, y: f32) -> f32 {
        let u = (x - self.middle[0]) / self.hump_width;
        let v = (y - self.middle[1] - 20.0) / p::HUMP_HEIGHT;
        -self.hump * 2.6 * u / ((1.0 + u * u) * (1.0 + u * u)) / (1.0 + v * v)
    }
}

impl Singular {
    /// The direction from the singular point, radians.
    fn direction(&self, x: f32, y: f32) -> f32 {
        libm::atan2f(self.at[1] - y, x - self.at[0])
    }

    /// The direction, corrected.
    fn angle(&self, x: f32, y: f32) -> f32 {
        let a = self.direction(x, y);
        let [(a1, p1), (a2, p2)] = self.harmonics;
        let (dx, dy) = ((x - self.at[0]) / p::LEGS_REACH, (y - self.at[1]) / p::LEGS_REACH);
        let legs = self.legs / (1.0 + dx * dx + dy * dy);
        a - legs * libm::sinf(a - self.axis) + a1 * libm::sinf(a + p1) + a2 * libm::sinf(2.0 * a + p2)
    }
}

/// 0 below 0, 1 above 1, smooth between.
pub(super) fn smoothstep(t: f32) -> f32 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}
