//! Every tuned number of the matcher. Lengths are pixels at 500 ppi, angles radians unless said otherwise.
//!
//! "Trial" numbers were found by hand on the eight FVC sets' minutiae by LEADER, before this library was begun.

/// Minutiae of a finger that take part, the best by quality: more rolled prints do not hold, and cost grows as its square.
pub(crate) const MAX_MINUTIAE: usize = 96;

/// Cylinder codes. Found on FVC2002 DB1, DB2, DB4 and FVC2004 DB1, DB4 by how many of the mates that are sure stand among
/// the candidates; see `training/score/README.md`.
pub(crate) mod cylinder {
    /// Cells on a side of the square around the disc; the 32 inside the disc count.
    pub const GRID: usize = 6;
    /// Direction sections of a cylinder.
    pub const SECTIONS: usize = 4;
    /// Radius of the disc, px.
    pub const RADIUS: f32 = 65.0;
    /// A neighbour sets the bits of cells up to so far from it, px, where its direction is the section's middle …
    pub const REACH: f32 = 20.0;
    /// … and none where it is so far from that, 65,536ths of a turn: 1.22 rad.
    pub const TURN: f32 = 12_725.0;
}

/// The region that a finger covers: what lies inside the hull of its minutiae, grown by this, px. Trial.
pub(crate) const REGION_MARGIN: f32 = 24.0;

/// Candidate pairs of minutiae. Trial.
pub(crate) mod candidates {
    /// How many pairs go on where codes alone tell how alike two are: 40 miss a tenth more mates of LEADER's minutiae.
    pub const MAX: usize = 48;
    /// The same where descriptors do too, which know mates better: 40 find no more on the eight sets.
    pub const DESCRIBED: usize = 32;
    /// How many of them one minutia may be in.
    pub const PER_MINUTIA: u8 = 4;
    /// So many times as many (five fourths) are sorted, and those as alike as the last of them: some fall to the limit a minutia.
    pub const SORTED: (usize, usize) = (5, 4);
}

/// Compatibility of two candidates, and the relaxation over it. Trial.
pub(crate) mod relaxation {
    /// Residual at which two candidates next to each other contradict, px.
    pub const RESIDUAL: f32 = 10.0;
    /// What each px between them adds to it: skin bends, children grow.
    pub const RESIDUAL_PER_PX: f32 = 0.12;
    /// The same where descriptors choose the candidates, of which fewer are wrong: 0.12 misses a quarter more mates of fingers a
    /// tenth smaller, 0.18 more of parts. LEADER's minutiae alone lose by it.
    pub const DESCRIBED_PER_PX: f32 = 0.16;
    /// 1 − cos of the difference of their rotations at which they contradict: 0.8 rad.
    pub const TURN: f32 = 0.303_293_3;
    /// The same in 256ths of a turn, and 2 more, as much as a rotation may be off where directions are cut to those.
    pub const TURN_STEPS: u8 = 35;
    /// Rounds of relaxation.
    pub const ROUNDS: usize = 4;
}

/// Growth of the alignment from a seed. Trial.
pub(crate) mod growth {
    /// Pairs of the seed's cluster at most.
    pub const CLUSTER: usize = 12;
    /// Directions weigh in the rigid fit like points on an arm of this length: its square, px².
    pub const ARM_SQUARED: f32 = 225.0;
    /// How far the second finger may be shrunk or grown: fingers grow by a tenth after cards are issued.
    pub const SCALES: (f32, f32) = (0.88, 1.14);
    /// Holds the scale at 1 where few pairs tell it, px²: places are off by 4 px, and scales by 0.05, so (4 / 0.05)². A
    /// third of it changes nothing beyond the noise.
    pub const SCALE_PRIOR: f32 = 6400.0;
    /// Holds the stretch of the skin at none, likewise. 2,500 to 20,000 are within the noise.
    pub const STRETCH_PRIOR: f32 = 10_000.0;
    /// A pair's weight in the fit is at least this.
    pub const MIN_WEIGHT: f32 = 0.05;
    /// Each round's standard deviation of the displacement field and tolerance of pairs, px.
    pub const ROUNDS: [(f32, f32); 3] = [(40.0, 15.0), (35.0, 13.0), (35.0, 13.0)];
    /// How many of them a weak cluster gets, as most non-mated comparisons have, and one of minutiae alone: a third finds
    /// no more of LEADER's.
    pub const ROUNDS_OF_WEAK: usize = 2;
    /// The strength from which a cluster gets all, where descriptors chose it.
    pub const STRONG: f32 = 1.5;
    /// Where descriptors choose, a second cluster that contradicts the first is grown too from this strength on: 1 in 11 non-mated
    /// comparisons has one. From 0 or 1 on as many mates are found.
    pub const SECOND: f32 = 1.3;
    /// 1 − cos of the tolerance of directions: 0.6 rad.
    pub const TURN: f32 = 0.174_664_4;
    /// Added to the field's denominator: where no pair is near, nothing is displaced.
    pub const FIELD_PRIOR: f32 = 0.5;
}

/// Pieces of evidence. Trial.
pub(crate) mod evidence {
    /// Standard deviation of the leave-one-out field, px.
    pub const FIELD_SIGMA: f32 = 35.0;
    /// Leave-one-out residual from which a pair counts nothing, px.
    pub const RESIDUAL: f32 = 14.0;
    /// 1 − cos of the difference of directions from which a pair counts nothing: 0.6 rad.
    pub const TURN: f32 = 0.175;
    /// Standard deviation of the support that matched minutiae lend to unmatched ones near them, px.
    pub const SUPPORT_SIGMA: f32 = 40.0;
    /// Standard deviation of the bell by which minutiae show the flow of ridges around them, px. 16 and 30 are within
    /// the noise.
    pub const FLOW_SIGMA: f32 = 22.0;
    /// Added to the flow's denominator, in sure minutiae: where none is near, no flow is shown. By hand.
    pub const FLOW_PRIOR: f32 = 0.3;
}

/// Descriptors of minutiae. Found on the eight FVC sets, the weights of the score being fitted anew; see `training/score/README.md`.
pub(crate) mod descriptors {
    /// Bits in which two descriptors may differ and all of a local similarity is left.
    pub const ALIKE: u16 = 20;
    /// From here on only [`FLOOR`] of it is left: strangers differ in 64 on the mean.
    pub const STRANGERS: u16 = 64;
    /// What is left of a local similarity where the descriptors say no, 256ths.
    pub const FLOOR: u16 = 26;
}

/// The evidence of ridge maps. By hand.
pub(crate) mod ridges {
    /// Ridges are looked at where the minutiae alone reach this, dB, as one non-mated comparison in seven does: `RIDGES_FROM` of
    /// `fit.py`. From 3 dB on more than twice as many do, and mates are missed no less.
    pub const FROM_DB: f64 = 8.4510;
    /// Two periods that differ by this are not the same, octaves: a seventh. 0.14 to 0.3 are within the noise.
    pub const OTHER_PERIOD: f32 = 0.22;
    /// Two that differ by this or more tell nothing, octaves: where every second ridge is faint, one of them is read twice as
    /// large as it is. Two different fingers' periods hardly differ by so much.
    pub const MISREAD_PERIOD: f32 = 0.65;
    /// A larger shared area counts as this, px²: 180 mm², as plain prints share. Rolled ones share twice as much whoever they are of, and
    /// reached 40 dB six times as often as promised.
    pub const ENOUGH_AREA: f64 = 7e4;
    /// Where the periods of less than this are told, they count so much less, px².
    pub const PERIOD_AREA: f64 = 5000.0;
}

/// Weights of the evidence, as `training/score/fit.py --write` found them on FVC2002 DB1, DB2, DB4 and FVC2004 DB1, DB4, whole,
/// in parts and a tenth smaller: of minutiae alone, and of minutiae and ridges together. None has a sign that its piece of
/// evidence contradicts. Rotation has no weight: FVC's fingers stand upright, the world's do not.
pub(crate) mod score {
    /// Constant.
    pub const OFFSET: [f64; 2] = [0.1444, -1.9023];
    /// Foretold pairs.
    pub const FORETOLD: [f64; 2] = [0.4237, 0.3163];
    /// Fitted pairs.
    pub const FITTED: [f64; 2] = [0.4395, 0.2189];
    /// Foretold pairs, times their share of the minutiae that could be paired.
    pub const FORETOLD_SHARE: [f64; 2] = [0.7629, 0.2929];
    /// Pairs of the same kind less those of two kinds, over all whose kinds are known.
    pub const KINDS_SHARE: [f64; 2] = [0.4318, 0.1876];
    /// Fewer pairs of known kinds count as so many. By hand.
    pub const LEAST_OF_A_KIND: f64 = 3.0;
    /// Strength of the cluster that the alignment grew from.
    pub const STRENGTH: [f64; 2] = [1.1543, 0.7345];
    /// Unpaired minutiae amid paired ones.
    pub const UNPAIRED: [f64; 2] = [-0.2314, -0.0861];
    /// Paired minutiae that lie along the other finger's flow: where both flow alike, chance pairs more of them.
    pub const FLOW_PAIRED: [f64; 2] = [-0.3025, -0.0716];
    /// Logarithm of the smaller finger's minutiae, plus 1.
    pub const LN_MINUTIAE_A: [f64; 2] = [-0.6242, -0.6427];
    /// Strength of the cluster, over all pairs.
    pub const STRENGTH_SHARE: f64 = 13.9106;
    /// Minutiae missing where the other finger has ridges.
    pub const MISSING: f64 = -0.2463;
    /// The same, over the minutiae that could be paired.
    pub const MISSING_SHARE: f64 = -3.7095;
    /// Area where both have ridges, up to [`super::ridges::ENOUGH_AREA`], 10,000 px².
    pub const RIDGE_AREA: f64 = 1.0202;
    /// Share of the area where both tell the ridges' period in which it is the same.
    pub const SAME_PERIOD: f64 = 3.0331;
    /// No score is above this for each pair after the first, dB. By hand: a minutia more is one of 25 places and directions
    /// that growth would have taken.
    pub const PER_PAIR_DB: f64 = 14.0;
}
