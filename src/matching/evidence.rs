//! What speaks for and against two fingers being one, in figures that a reader understands.

use super::alignment::{Alignment, Moved, Pair, paired};
use super::field::{Bell, leave_one_out};
use super::flow::{self, Placed};
use super::overlap;
use super::parameters::MAX_MINUTIAE;
use super::parameters::evidence::{FIELD_SIGMA, RESIDUAL, SUPPORT_SIGMA, TURN};
use super::side::{Column, Side, at};
use crate::simd::{LANES, Lanes, Simd};

/// The pieces of evidence of one comparison. All are the same whichever finger comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[non_exhaustive]
pub struct Evidence {
    /// Minutiae that take part of the finger that has fewer, and of the other.
    pub minutiae: [f32; 2],
    /// Minutiae paired.
    pub pairs: f32,
    /// Pairs, each by how well it fits (1 − cost, 0 to 1).
    pub fitted: f32,
    /// Pairs, each by how well the bending of the skin that all the others show foretells it (0 to 1).
    pub foretold: f32,
    /// Minutiae inside the region that both fingers cover, of either finger in the order of `minutiae`.
    pub overlap: [f32; 2],
    /// The area that both cover, px² at 500 ppi.
    pub area: f32,
    /// Pairs of which both are endings or both bifurcations, and those of which one is either, the other not.
    pub same_kind: f32,
    /// See `same_kind`.
    pub other_kind: f32,
    /// Unpaired minutiae amid paired ones, by the square of their quality.
    pub unpaired: f32,
    /// Local similarity of the pairs, summed. Like `strength` it is less where the descriptors of a pair differ.
    pub similarity: f32,
    /// Strength of the cluster that the alignment grew from.
    pub strength: f32,
    /// Cosine of the rotation between the two.
    pub cos_rotation: f32,
    /// How much larger the finger with more minutiae becomes to lie on the other.
    pub scale: f32,
    /// Paired minutiae, each by how well it lies along the flow of ridges that the other finger's minutiae around it
    /// show, its partner left out (−1 to 1), times its quality.
    pub flow_paired: f32,
    /// The area where both fingers' maps show ridges, by how sure they are, px²; 0, like the pieces that follow, where one of the
    /// templates has no map or no descriptors, or they are of two extractors.
    pub ridge_area: f32,
    /// The area where both maps tell how far apart the ridges are, px².
    pub period_area: f32,
    /// Of that, where the ridges of both are as far apart, after the alignment's scale, each block by how nearly, px².
    pub same_period: f32,
    /// Unpaired minutiae where the other finger's map shows ridges, by how sure it is and by the square of their quality.
    pub missing: f32,
}

impl Evidence {
    /// The names of the pieces, in the order of [`Evidence::figures`].
    pub const NAMES: [&'static str; 21] = [
        "minutiae_a",
        "minutiae_b",
        "pairs",
        "fitted",
        "foretold",
        "overlap_a",
        "overlap_b",
        "area",
        "same_kind",
        "other_kind",
        "unpaired",
        "similarity",
        "strength",
        "cos_rotation",
        "scale",
        "flow_paired",
        "ridge_area",
        "period_area",
        "same_period",
        "missing",
        "score",
    ];

    /// The pieces as numbers, the raw score of minutiae alone last: for fitting and for tables.
    pub fn figures(&self) -> [f32; 21] {
        [
            self.minutiae[0],
            self.minutiae[1],
            self.pairs,
            self.fitted,
            self.foretold,
            self.overlap[0],
            self.overlap[1],
            self.area,
            self.same_kind,
            self.other_kind,
            self.unpaired,
            self.similarity,
            self.strength,
            self.cos_rotation,
            self.scale,
            self.flow_paired,
            self.ridge_area,
            self.period_area,
            self.same_period,
            self.missing,
            super::score::raw(self) as f32,
        ]
    }
}

/// Gathers the evidence of pairs under their alignment; `area`, `similarity`, `strength` and what the ridges say are the
/// caller's to fill in.
#[inline(always)]
pub(crate) fn gather<S: Simd>(
    simd: S,
    a: &Side,
    b: &Side,
    pairs: &[Pair],
    alignment: Alignment,
    moved: &Moved,
) -> Evidence {
    let mut evidence = Evidence {
        minutiae: [a.count as f32, b.count as f32],
        pairs: pairs.len() as f32,
        cos_rotation: alignment.cos,
        scale: alignment.scale,
        ..Evidence::default()
    };
    of_pairs(simd, a, b, pairs, alignment, moved, &mut evidence);
    evidence.flow_paired = flow::agreement(simd, Placed::first(a), Placed::second(b, moved), pairs);
    of_overlap(simd, a, b, pairs, alignment, moved, &mut evidence);
    evidence
}

#[inline(always)]
fn of_pairs<S: Simd>(
    simd: S,
    a: &Side,
    b: &Side,
    pairs: &[Pair],
    alignment: Alignment,
    moved: &Moved,
    out: &mut Evidence,
) {
    let mut residuals = Column::default();
    leave_one_out(simd, FIELD_SIGMA, a, b, pairs, alignment, &mut residuals);
    let positive = |v: f32| if v > 0.0 { v } else { 0.0 };
    for (t, pair) in pairs.iter().enumerate() {
        let (i, j) = (usize::from(pair.a), usize::from(pair.b));
        out.fitted += 1.0 - pair.cost;
        let turn = 1.0 - (at(&moved.cos, j) * at(&a.cos, i) + at(&moved.sin, j) * at(&a.sin, i));
        out.foretold += positive(1.0 - at(&residuals, t) / RESIDUAL) * positive(1.0 - turn / TURN);
        let (ka, kb) = (at(&a.kind, i), at(&b.kind, j));
        if ka != 0 && kb != 0 {
            let same = if ka == kb { &mut out.same_kind } else { &mut out.other_kind };
            *same += 1.0;
        }
    }
}

/// What the overlap holds of either finger, paired or not.
#[inline(always)]
fn of_overlap<S: Simd>(
    simd: S,
    a: &Side,
    b: &Side,
    pairs: &[Pair],
    alignment: Alignment,
    moved: &Moved,
    out: &mut Evidence,
) {
    let (back_x, back_y) = alignment.apply_back(simd, a);
    let in_b = overlap::inside(simd, &back_x, &back_y, a.count, b);
    let in_a = overlap::inside(simd, &moved.x, &moved.y, b.count, a);
    let (paired_a, paired_b) = paired(pairs);
    let overlap_a = (in_b | paired_a).count_ones() as f32;
    let overlap_b = (in_a | paired_b).count_ones() as f32;
    let unpaired_a = unpaired(simd, a, &a.x, &a.y, in_b & !paired_a, pairs, |pair| pair.a);
    let unpaired_b = unpaired(simd, b, &moved.x, &moved.y, in_a & !paired_b, pairs, |pair| pair.b);
    out.unpaired = unpaired_a + unpaired_b;
    out.overlap = [overlap_a, overlap_b];
}

/// The unpaired minutiae of a finger in the overlap, a bit each, by the square of their quality and by the support of paired
/// ones around them.
#[inline(always)]
fn unpaired<S: Simd>(
    simd: S,
    side: &Side,
    x: &Column,
    y: &Column,
    mut unpaired: u128,
    pairs: &[Pair],
    end: fn(&Pair) -> u8,
) -> f32 {
    let bell = Bell::new(SUPPORT_SIGMA);
    let (zero, one) = (simd.splat(0.0), simd.splat(1.0));
    let mut paired = [(0f32, 0f32); MAX_MINUTIAE];
    for (place, pair) in paired.iter_mut().zip(pairs) {
        let t = usize::from(end(pair));
        *place = (at(x, t) * bell.per_px, at(y, t) * bell.per_px);
    }
    let mut sum = zero;
    while unpaired != 0 {
        // The next eight, side by side.
        let [mut ux, mut uy, mut weight] = [[0f32; LANES]; 3];
        for l in 0..LANES.min(unpaired.count_ones() as usize) {
            let t = unpaired.trailing_zeros() as usize % MAX_MINUTIAE;
            unpaired &= unpaired - 1;
            let quality = at(&side.quality, t);
            (ux[l], uy[l], weight[l]) = (at(x, t) * bell.per_px, at(y, t) * bell.per_px, quality * quality);
        }
        let (ux, uy) = (simd.load(&ux), simd.load(&uy));
        let mut support = zero;
        for &(px, py) in paired.iter().take(pairs.len()) {
            support = support + Bell::at(simd, ux - simd.splat(px), uy - simd.splat(py));
        }
        sum = sum + simd.load(&weight) * support.min(one);
    }
    sum.sum()
}
