//! What the two fingers' ridge maps say under the alignment that the minutiae gave.

use super::alignment::{Alignment, Pair, paired};
use super::evidence::Evidence;
use super::parameters::ridges::{MISREAD_PERIOD, OTHER_PERIOD};
use super::side::{Side, at};
use crate::template::RidgeMap;
use once_cell::race::OnceBox;
use std::f64::consts::TAU;

/// A finger's map as a prepared finger holds it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ridges<'a> {
    block: f32,
    per_block: f32,
    left: f32,
    top: f32,
    cells: &'a [u8],
    periods: &'a [u8],
}

impl<'a> Ridges<'a> {
    /// A map by its bytes: see [`RidgeMap`].
    pub fn new(bytes: &'a [u8; RidgeMap::BYTES]) -> Self {
        let number = |at: usize| [bytes[at], bytes[at + 1]];
        let block = f32::from(u16::from_le_bytes(number(0)).max(1));
        let (cells, periods) = bytes[8..].split_at(RidgeMap::CELLS);
        Ridges {
            block,
            per_block: 1.0 / block,
            left: f32::from(i16::from_le_bytes(number(2))),
            top: f32::from(i16::from_le_bytes(number(4))),
            cells,
            periods,
        }
    }

    /// How sure they are at a place (px, y upwards), 0 to 1; 0 where there are none.
    fn sure(&self, place: (f32, f32)) -> f32 {
        sure(self.cell(place))
    }

    /// The value of the block at a place, 0 beyond the map.
    fn cell(&self, place: (f32, f32)) -> u8 {
        self.block_at(place).map_or(0, |n| self.cells[n])
    }

    /// Where a place lies, in columns and rows of blocks.
    fn on_grid(&self, (x, y): (f32, f32)) -> (f32, f32) {
        ((x - self.left) * self.per_block, (-y - self.top) * self.per_block)
    }

    /// Which block lies at a place.
    fn block_at(&self, place: (f32, f32)) -> Option<usize> {
        let (u, v) = self.on_grid(place);
        block_on_grid(u, v)
    }

    /// The middle of a block, y upwards.
    fn middle(&self, column: f32, row: f32) -> (f32, f32) {
        (self.left + (column + 0.5) * self.block, -(self.top + (row + 0.5) * self.block))
    }

    /// The blocks that have ridges, each with the block of the other finger's map that its middle lies in.
    fn meeting<'b>(&'b self, other: &'b Ridges, alignment: Alignment) -> impl Iterator<Item = (usize, usize)> + 'b {
        // The motion is affine: three blocks tell where all lie.
        let onto = |column, row| {
            let (x, y) = self.middle(column, row);
            other.on_grid(alignment.back(x, y))
        };
        let (first, right, down) = (onto(0.0, 0.0), onto(1.0, 0.0), onto(0.0, 1.0));
        let (right, down) = ((right.0 - first.0, right.1 - first.1), (down.0 - first.0, down.1 - first.1));
        (0..RidgeMap::CELLS).filter(|&n| self.cells[n] != 0).filter_map(move |n| {
            let (column, row) = ((n % RidgeMap::SIDE) as f32, (n / RidgeMap::SIDE) as f32);
            let u = first.0 + column * right.0 + row * down.0;
            let v = first.1 + column * right.1 + row * down.1;
            Some((n, block_on_grid(u, v)?))
        })
    }
}

/// The block at so many columns and rows; none beyond the map.
#[inline(always)]
fn block_on_grid(u: f32, v: f32) -> Option<usize> {
    let side = 0.0..RidgeMap::SIDE as f32;
    (side.contains(&u) && side.contains(&v)).then(|| v as usize * RidgeMap::SIDE + u as usize)
}

/// How sure the ridges of a cell are, 0 to 1.
fn sure(cell: u8) -> f32 {
    f32::from(cell >> 6) * (1.0 / 3.0)
}

/// How much wider apart the alignment puts the second finger's ridges, octaves, by how they run on the first: its scale, and its
/// stretch across the ridges.
struct Grown {
    mean: f32,
    /// What ridges along the x axis have less, and what those at 45° have less.
    along: f32,
    aslant: f32,
    doubled: &'static Doubled,
}

/// Cosine and sine of twice each orientation of a block.
type Doubled = [(f32, f32); RidgeMap::ORIENTATIONS as usize];

fn doubled() -> &'static Doubled {
    // Nobody waits: a fork might find a lock held for ever.
    static TABLE: OnceBox<Doubled> = OnceBox::new();
    let of = |step: usize| {
        let angle = TAU * step as f64 / f64::from(RidgeMap::ORIENTATIONS);
        (libm::cos(angle) as f32, libm::sin(angle) as f32)
    };
    TABLE.get_or_init(|| Box::new(std::array::from_fn(of)))
}

impl Grown {
    fn by(alignment: Alignment) -> Self {
        let [ux, uy, vx, vy] = alignment.stretch;
        let half_octaves = 0.5 * std::f32::consts::LOG2_E;
        Grown {
            mean: libm::log2f(alignment.scale) + half_octaves * (ux + vy),
            along: half_octaves * (ux - vy),
            aslant: half_octaves * (uy + vx),
            doubled: doubled(),
        }
    }

    /// Of ridges that run as a block's value says.
    #[inline(always)]
    fn of(&self, cell: u8) -> f32 {
        let (cos, sin) = self.doubled[usize::from(cell % RidgeMap::ORIENTATIONS)];
        self.mean - self.along * cos - self.aslant * sin
    }
}

/// Fills in what the maps of two fingers say; they stand in the order of the sides.
pub(crate) fn gather(
    [of_a, of_b]: [Ridges<'_>; 2],
    a: &Side,
    b: &Side,
    pairs: &[Pair],
    alignment: Alignment,
    out: &mut Evidence,
) {
    let grown = Grown::by(alignment);
    let (mut shared, mut told, mut same) = (0.0, 0.0, 0.0);
    for (n, m) in of_a.meeting(&of_b, alignment) {
        shared += sure(of_a.cells[n]) * sure(of_b.cells[m]);
        let (in_a, in_b) = (of_a.periods[n], of_b.periods[m]);
        if in_a > 0 && in_b > 0 {
            let steps = f32::from(in_a) - f32::from(in_b);
            let apart = steps * (1.0 / RidgeMap::STEPS_PER_OCTAVE as f32) - grown.of(of_a.cells[n]);
            let other = apart * apart * (1.0 / (OTHER_PERIOD * OTHER_PERIOD));
            told += if apart.abs() < MISREAD_PERIOD { 1.0 } else { 0.0 };
            same += if other < 1.0 { 1.0 - other } else { 0.0 };
        }
    }
    let area = of_a.block * of_a.block;
    (out.ridge_area, out.period_area, out.same_period) = (shared * area, told * area, same * area);
    let (paired_a, paired_b) = paired(pairs);
    let missing = |side: &Side, paired: u128, other: Ridges<'_>, place: &dyn Fn(f32, f32) -> (f32, f32)| -> f32 {
        let unpaired = (0..side.count).filter(|&i| paired >> i & 1 == 0);
        let weight = |i: usize| {
            let quality = at(&side.quality, i);
            quality * quality * other.sure(place(at(&side.x, i), at(&side.y, i)))
        };
        unpaired.map(weight).sum()
    };
    out.missing = missing(a, paired_a, of_b, &|x, y| alignment.back(x, y));
    out.missing += missing(b, paired_b, of_a, &|x, y| alignment.point(x, y));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::testing::{finger, impression, with_flow, with_period};
    use crate::matching::{Matcher, Prepared};

    #[test]
    fn mates_share_ridges_and_miss_few_minutiae_where_both_have_them() {
        let mut matcher = Matcher::new();
        let prepared = |t: &_| Prepared::new(&with_flow(t, 0.3));
        for seed in 0..30 {
            let a = finger(seed, 36);
            let mut evidence = |b: &_| matcher.evidence(prepared(&a).view(), prepared(b).view());
            let (mate, other) = (evidence(&impression(&a, seed)), evidence(&finger(seed + 100, 36)));
            assert!(mate.ridge_area > 0.5 * 400.0 * 400.0, "seed {seed}: {mate:?}");
            assert!(mate.missing < 0.5 * other.missing, "seed {seed}: {mate:?}, {other:?}");
        }
    }

    #[test]
    fn ridges_as_far_apart_count_after_the_scale_and_those_twice_as_far_tell_nothing() {
        let mut matcher = Matcher::new();
        let a = with_period(&with_flow(&finger(2, 36), 0.3), 9.0);
        let mut share = |b: &_| {
            let evidence = matcher.evidence(Prepared::new(&a).view(), Prepared::new(b).view());
            (evidence.same_period / evidence.period_area.max(1.0), evidence.period_area)
        };
        let (same, area) = share(&a);
        assert!(same > 0.999 && area > 100_000.0, "{same} of {area}");
        assert!(share(&with_period(&a, 9.5)).0 > 0.8);
        assert_eq!(share(&with_period(&a, 10.6)).0, 0.0);
        assert_eq!(share(&with_period(&a, 18.0)).1, 0.0, "read twice as large");
        for (scale, least) in [(1.1, 0.9), (0.9, 0.9)] {
            let grown = a.turned(0.4, scale).unwrap();
            assert!(share(&grown).0 > least, "{scale}: {:?}", share(&grown));
            assert!(share(&with_period(&grown, 9.0)).0 < 0.8, "grown, but not its ridges");
        }
    }

    #[test]
    fn stretched_ridges_are_wider_apart_only_where_they_run_across_the_stretch() {
        let stretched = Alignment { scale: 1.0, stretch: [0.1, 0.0, 0.0, 0.0], ..Alignment::default() };
        let grown = Grown::by(stretched);
        // By a tenth along x: ridges along y (32 of 64 steps) are 0.144 octaves wider apart, those along x are not.
        assert!((grown.of(32) - 0.1 * std::f32::consts::LOG2_E).abs() < 1e-4);
        assert!(grown.of(0).abs() < 1e-4);
        let sheared = Grown::by(Alignment { scale: 1.0, stretch: [0.0, 0.1, 0.1, 0.0], ..Alignment::default() });
        assert!(sheared.of(48) > 0.1 && sheared.of(16) < -0.1, "those aslant are, and the other ones less");
    }

    #[test]
    fn a_map_on_one_side_alone_says_nothing() {
        let mut matcher = Matcher::new();
        let a = finger(1, 36);
        let b = impression(&a, 1);
        let (bare, with) = (Prepared::new(&a), Prepared::new(&with_flow(&a, 0.3)));
        let other = Prepared::new(&b);
        assert_eq!(matcher.evidence(with.view(), other.view()), matcher.evidence(bare.view(), other.view()));
        assert_eq!(matcher.compare(with.view(), other.view()), matcher.compare(bare.view(), other.view()));
        assert_eq!(matcher.evidence(with.view(), other.view()).ridge_area, 0.0);
    }
}
