//! Pattern classes, their natural shares, and the singular points that make them.

use super::parameters as p;
use super::random::Stream;
use crate::template::FingerPosition;
use std::fmt;

/// The class of a ridge pattern, as an expert sees it on the print (Henry's, after Wilson, Candela and Watson, 1994).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Pattern {
    Arch,
    TentedArch,
    /// Opens to the lower left of the print.
    LeftLoop,
    /// Opens to the lower right of the print.
    RightLoop,
    Whorl,
    DoubleLoop,
}

/// Cores and deltas of a finger, pixels on the canvas of its [`Master`](super::Master) (y downwards).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Singularities {
    /// Where the ridge flow turns by +½ around a point; none for an arch, two for a whorl or a double loop.
    pub cores: Vec<[f32; 2]>,
    /// Where it turns by −½; as many as cores.
    pub deltas: Vec<[f32; 2]>,
}

impl Pattern {
    /// All classes.
    pub const ALL: [Pattern; 6] = [
        Pattern::Arch,
        Pattern::TentedArch,
        Pattern::LeftLoop,
        Pattern::RightLoop,
        Pattern::Whorl,
        Pattern::DoubleLoop,
    ];

    /// The name, as a manifest has it.
    pub fn name(self) -> &'static str {
        match self {
            Pattern::Arch => "arch",
            Pattern::TentedArch => "tented-arch",
            Pattern::LeftLoop => "left-loop",
            Pattern::RightLoop => "right-loop",
            Pattern::Whorl => "whorl",
            Pattern::DoubleLoop => "double-loop",
        }
    }

    /// The class seen in a mirror: what the same finger of the other hand tends to have.
    pub fn mirrored(self) -> Self {
        match self {
            Pattern::LeftLoop => Pattern::RightLoop,
            Pattern::RightLoop => Pattern::LeftLoop,
            other => other,
        }
    }

    /// A class for a finger, at the share that this position has. `whorls` is the person's tendency to complex patterns,
    /// as a factor on the odds of whorls (and its inverse on those of arches).
    pub(super) fn draw(stream: &mut Stream, position: FingerPosition, whorls: f64) -> Self {
        let code = usize::from(position.code());
        let (finger, left_hand) = if code == 0 { (stream.below(5), false) } else { ((code - 1) % 5, code > 5) };
        let [arches, loops, spirals] = if left_hand { p::LEFT_SHARES[finger] } else { p::RIGHT_SHARES[finger] };
        let (arches, spirals) = (arches / whorls, spirals * whorls);
        let (radial, double) = (p::RADIAL_LOOPS[finger], p::DOUBLE_LOOPS[finger]);
        // On the print of a right hand the thumb lies to the left, and radial loops open there.
        let weights = [
            arches * (1.0 - p::TENTED),
            arches * p::TENTED,
            loops * radial,
            loops * (1.0 - radial),
            spirals * (1.0 - double),
            spirals * double,
        ];
        let mut at = stream.uniform(0.0, weights.iter().sum());
        let drawn = Pattern::ALL.into_iter().zip(weights).find(|&(_, w)| {
            at -= w;
            at < 0.0
        });
        // The last of the list where rounding left a rest.
        let pattern = drawn.map_or(Pattern::DoubleLoop, |(pattern, _)| pattern);
        if left_hand { pattern.mirrored() } else { pattern }
    }

    /// Where the cores and deltas of one finger of this class lie.
    pub(super) fn singularities(self, stream: &mut Stream) -> Singularities {
        let cx = p::CENTRE[0] + stream.normal(0.0, p::CORE_SPREAD[0]);
        let cy = p::CENTRE[1] + stream.normal(0.0, p::CORE_SPREAD[1]);
        let delta = |stream: &mut Stream, from: [f64; 2], place: p::Place| {
            [
                (from[0] + stream.normal_within(place.x.0, place.x.1, place.x.2, place.x.3)) as f32,
                (from[1] + stream.normal_within(place.y.0, place.y.1, place.y.2, place.y.3)) as f32,
            ]
        };
        let core = [cx as f32, cy as f32];
        match self {
            Pattern::Arch => Singularities::default(),
            Pattern::TentedArch => {
                let at = delta(stream, [cx, cy], p::TENTED_DELTA);
                Singularities { cores: vec![core], deltas: vec![at] }
            }
            Pattern::LeftLoop | Pattern::RightLoop => {
                let [x, y] = delta(stream, [cx, cy], p::LOOP_DELTA);
                // A left loop has its delta on the right.
                let x = if self == Pattern::LeftLoop { x } else { 2.0 * core[0] - x };
                Singularities { cores: vec![core], deltas: vec![[x, y]] }
            }
            Pattern::Whorl | Pattern::DoubleLoop => {
                let apart = if self == Pattern::Whorl { p::WHORL_CORES } else { p::DOUBLE_LOOP_CORES };
                let [mut x, y] = delta(stream, [cx, cy - p::WHORL_RISE], apart);
                if stream.chance(0.5) {
                    x = 2.0 * core[0] - x;
                }
                let right = delta(stream, [cx, cy], p::WHORL_DELTA);
                let [x2, y2] = delta(stream, [cx, cy], p::WHORL_DELTA);
                let left = [2.0 * core[0] - x2, y2];
                let upper = [core[0], (cy - p::WHORL_RISE) as f32];
                Singularities { cores: vec![upper, [x, y]], deltas: vec![left, right] }
            }
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
