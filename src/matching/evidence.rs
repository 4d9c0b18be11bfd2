//! What speaks for and against two fingers being one, in figures that a reader understands.

use super::alignment::{Alignment, Moved, Pair};
use super::field::{Bell, leave_one_out};
use super::overlap;
use super::parameters::evidence::{
    CHANCE_AREA, EDGE, EDGE_RESIDUAL, EDGE_RESIDUAL_PER_PX, FIELD_SIGMA, RESIDUAL, SUPPORT_SIGMA, TURN,
};
use super::side::{CHUNKS, Column, NOWHERE, Side, at};
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
    /// Pairs that would come about by chance in that area.
    pub chance: f32,
    /// Edges between pairs not further apart than 120 px.
    pub edges: f32,
    /// Those edges, each by how well its length and bearing agree (0 to 1).
    pub edges_agreeing: f32,
    /// Pairs of which both are endings or both bifurcations, and those of which one is either, the other not.
    pub same_kind: f32,
    /// See `same_kind`.
    pub other_kind: f32,
    /// Unpaired minutiae amid paired ones, by the square of their quality.
    pub unpaired: f32,
    /// Local similarity of the pairs, summed.
    pub similarity: f32,
    /// Sum of the six best local similarities, wherever they are.
    pub best_local: f32,
    /// Strength of the cluster that the alignment grew from.
    pub strength: f32,
    /// Cosine of the rotation between the two.
    pub cos_rotation: f32,
}

impl Evidence {
    /// The names of the pieces, in the order of [`Evidence::figures`].
    pub const NAMES: [&'static str; 19] = [
        "minutiae_a",
        "minutiae_b",
        "pairs",
        "fitted",
        "foretold",
        "overlap_a",
        "overlap_b",
        "area",
        "chance",
        "edges",
        "edges_agreeing",
        "same_kind",
        "other_kind",
        "unpaired",
        "similarity",
        "best_local",
        "strength",
        "cos_rotation",
        "score",
    ];

    /// The pieces as numbers, the raw score last: for fitting and for tables.
    pub fn figures(&self) -> [f32; 19] {
        [
            self.minutiae[0],
            self.minutiae[1],
            self.pairs,
            self.fitted,
            self.foretold,
            self.overlap[0],
            self.overlap[1],
            self.area,
            self.chance,
            self.edges,
            self.edges_agreeing,
            self.same_kind,
            self.other_kind,
            self.unpaired,
            self.similarity,
            self.best_local,
            self.strength,
            self.cos_rotation,
            super::score::raw(self) as f32,
        ]
    }
}

/// Gathers the evidence of pairs under their alignment; `best_local` and `strength` are the caller's to fill in.
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
        area: overlap::shared_area(simd, a, b, alignment),
        cos_rotation: alignment.cos,
        ..Evidence::default()
    };
    of_pairs(simd, a, b, pairs, alignment, moved, &mut evidence);
    of_edges(simd, a, b, pairs, alignment, &mut evidence);
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

/// Edges between pairs: their residual under the rotation alone, against what skin bends over their length.
#[inline(always)]
fn of_edges<S: Simd>(simd: S, a: &Side, b: &Side, pairs: &[Pair], alignment: Alignment, out: &mut Evidence) {
    let (mut px, mut py): (Column, Column) = ([[NOWHERE; LANES]; CHUNKS], [[NOWHERE; LANES]; CHUNKS]);
    let (mut qx, mut qy): (Column, Column) = Default::default();
    for (t, pair) in pairs.iter().enumerate() {
        let (i, j, c, l) = (usize::from(pair.a), usize::from(pair.b), t / LANES, t % LANES);
        (px[c][l], py[c][l]) = (at(&a.x, i), at(&a.y, i));
        (qx[c][l], qy[c][l]) = alignment.point(at(&b.x, j), at(&b.y, j));
    }
    let (zero, one) = (simd.splat(0.0), simd.splat(1.0));
    let (reach, start, slope) = (simd.splat(EDGE * EDGE), simd.splat(EDGE_RESIDUAL), simd.splat(EDGE_RESIDUAL_PER_PX));
    let (mut count, mut agreeing) = (zero, zero);
    for t in 0..pairs.len() {
        let (x, y) = (simd.splat(at(&px, t)), simd.splat(at(&py, t)));
        let (u, v) = (simd.splat(at(&qx, t)), simd.splat(at(&qy, t)));
        for c in 0..pairs.len().div_ceil(LANES) {
            let (ux, uy) = (simd.load(&px[c]) - x, simd.load(&py[c]) - y);
            let squared = ux * ux + uy * uy;
            let (rx, ry) = (simd.load(&qx[c]) - u - ux, simd.load(&qy[c]) - v - uy);
            let residual = (rx * rx + ry * ry).sqrt();
            let near = squared.at_most(reach);
            count = count + one.and(near);
            agreeing = agreeing + (one - residual / (start + slope * squared.sqrt())).max(zero).and(near);
        }
    }
    // Each edge was met from both ends, and each pair once with itself, in full agreement.
    let selves = pairs.len() as f32;
    out.edges = 0.5 * (count.sum() - selves);
    out.edges_agreeing = 0.5 * (agreeing.sum() - selves);
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
    let (mut back_x, mut back_y) = (Column::default(), Column::default());
    let (cos, sin) = (simd.splat(alignment.cos), simd.splat(alignment.sin));
    let (dx, dy) = (simd.splat(alignment.dx), simd.splat(alignment.dy));
    for c in 0..a.chunks() {
        let (x, y) = (simd.load(&a.x[c]) - dx, simd.load(&a.y[c]) - dy);
        back_x[c] = (cos * x + sin * y).to_array();
        back_y[c] = (cos * y - sin * x).to_array();
    }
    let (mut in_b, mut in_a) = (Column::default(), Column::default());
    overlap::inside(simd, &back_x, &back_y, a.chunks(), b, &mut in_b);
    overlap::inside(simd, &moved.x, &moved.y, b.chunks(), a, &mut in_a);
    let (mut paired_a, mut paired_b) = (Column::default(), Column::default());
    for pair in pairs {
        let (i, j) = (usize::from(pair.a), usize::from(pair.b));
        (paired_a[i / LANES][i % LANES], paired_b[j / LANES][j % LANES]) = (1.0, 1.0);
    }
    let (unpaired_a, overlap_a) = unpaired(simd, a, &a.x, &a.y, &paired_a, &in_b);
    let (unpaired_b, overlap_b) = unpaired(simd, b, &moved.x, &moved.y, &paired_b, &in_a);
    out.unpaired = unpaired_a + unpaired_b;
    out.overlap = [overlap_a, overlap_b];
    out.chance = CHANCE_AREA * overlap_a * overlap_b / (if out.area > 576.0 { out.area } else { 576.0 });
}

/// Unpaired minutiae in the overlap, by the square of their quality and by the support of paired ones around; and all
/// minutiae in the overlap, to which paired ones belong wherever they are.
#[inline(always)]
fn unpaired<S: Simd>(simd: S, side: &Side, x: &Column, y: &Column, paired: &Column, inside: &Column) -> (f32, f32) {
    let bell = Bell::new(simd, SUPPORT_SIGMA);
    let (zero, one) = (simd.splat(0.0), simd.splat(1.0));
    let mut support = [zero; CHUNKS];
    for t in (0..side.count).filter(|&t| at(paired, t) > 0.0) {
        let (px, py) = (simd.splat(at(x, t)), simd.splat(at(y, t)));
        for c in 0..side.chunks() {
            let (dx, dy) = (simd.load(&x[c]) - px, simd.load(&y[c]) - py);
            support[c] = support[c] + bell.at(simd, dx * dx + dy * dy);
        }
    }
    let (mut sum, mut count) = (zero, zero);
    for c in 0..side.chunks() {
        let quality = simd.load(&side.quality[c]);
        let paired = simd.load(&paired[c]);
        let inside = simd.load(&inside[c]);
        count = count + paired.max(inside);
        sum = sum + (inside - paired).max(zero) * quality * quality * support[c].min(one);
    }
    (sum.sum(), count.sum())
}
