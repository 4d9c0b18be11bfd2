//! A comparison told: which minutiae were paired, how one finger lies on the other, and what was weighed.

use super::alignment::{Alignment, Pair};
use super::evidence::Evidence;
use crate::decision::Score;

/// What [`Matcher::explain`](super::Matcher::explain) tells, seen from the order in which the fingers were given.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Explanation {
    /// The score of the comparison.
    pub score: Score,
    /// The minutiae taken for the same, by their numbers in the two templates.
    pub pairs: Vec<PairedMinutiae>,
    /// The motion that lays the second finger on the first; none where no two minutiae pair.
    pub alignment: Option<Motion>,
    /// What was weighed. It counts the finger with fewer minutiae first, whatever the order.
    pub evidence: Evidence,
}

/// Two minutiae taken for the same.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct PairedMinutiae {
    /// Number in the first template.
    pub a: usize,
    /// Number in the second template.
    pub b: usize,
    /// How well they fit: 1 exactly, 0 at the limit of what is tolerated.
    pub fit: f32,
}

/// A rotation about the top left corner and a change of size, then a shift, on images at 500 ppi. Skin bends too: mates lie
/// near, not exactly.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Motion {
    /// Counter-clockwise as seen, radians from −π to π.
    pub rotation: f32,
    /// How much larger the second finger becomes: 0.88 to 1.14.
    pub scale: f32,
    /// To the right, px.
    pub dx: f32,
    /// Downwards, px.
    pub dy: f32,
}

impl Motion {
    /// Where a point of the second image (px from its top left corner) lies in the first.
    pub fn apply(self, x: f32, y: f32) -> (f32, f32) {
        let (cos, sin) = (self.scale * libm::cosf(self.rotation), self.scale * libm::sinf(self.rotation));
        (cos * x + sin * y + self.dx, cos * y - sin * x + self.dy)
    }

    fn inverse(self) -> Motion {
        let back = Motion { rotation: -self.rotation, scale: 1.0 / self.scale, dx: 0.0, dy: 0.0 };
        let (x, y) = back.apply(self.dx, self.dy);
        Motion { dx: -x, dy: -y, ..back }
    }
}

impl Explanation {
    pub(super) fn new(evidence: Evidence, alignment: Option<Alignment>, pairs: &[Pair], score: Score) -> Self {
        // The matcher counts y upwards.
        let motion =
            |a: Alignment| Motion { rotation: libm::atan2f(a.sin, a.cos), scale: a.scale, dx: a.dx, dy: -a.dy };
        let paired = |p: &Pair| PairedMinutiae { a: p.a.into(), b: p.b.into(), fit: 1.0 - p.cost };
        let pairs = if alignment.is_some() { pairs.iter().map(paired).collect() } else { Vec::new() };
        Explanation { score, pairs, alignment: alignment.map(motion), evidence }
    }

    /// The same, seen from the other order.
    pub(super) fn swapped(mut self) -> Self {
        for pair in &mut self.pairs {
            (pair.a, pair.b) = (pair.b, pair.a);
        }
        self.alignment = self.alignment.map(Motion::inverse);
        self
    }
}
