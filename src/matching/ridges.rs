//! What the two fingers' ridge maps say under the alignment that the minutiae gave.

use super::alignment::{Alignment, Pair};
use super::evidence::Evidence;
use super::parameters::ridges::{ALIKE_COVERAGE, ALIKE_SLOPE, RINGS};
use super::side::{Side, at};
use crate::template::RidgeMap;
use once_cell::race::OnceBox;

/// A finger's map as a prepared finger holds it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ridges<'a> {
    block: f32,
    per_block: f32,
    left: f32,
    top: f32,
    cells: &'a [u8],
}

/// The ridges at a place: cosine and sine of twice their orientation, y upwards, and how sure it is, all times the sureness, 0 to 1.
#[derive(Debug, Clone, Copy, Default)]
struct Ridge {
    sure: f32,
    cos: f32,
    sin: f32,
}

/// What each value of a cell stands for.
fn of_cells() -> &'static [Ridge; 256] {
    // Nobody waits: a fork might find a lock held for ever.
    static TABLE: OnceBox<[Ridge; 256]> = OnceBox::new();
    let of_cell = |cell: usize| {
        let step = (cell % usize::from(RidgeMap::ORIENTATIONS)) as f64 / f64::from(RidgeMap::ORIENTATIONS);
        let (sin, cos) = libm::sincos(std::f64::consts::TAU * step);
        let sure = (cell >> 6) as f64 / 3.0;
        Ridge { sure: sure as f32, cos: (sure * cos) as f32, sin: (sure * sin) as f32 }
    };
    TABLE.get_or_init(|| Box::new(std::array::from_fn(of_cell)))
}

/// Where around a minutia its ridges are looked at, px, its direction along the first axis.
fn places() -> &'static [(f32, f32)] {
    static TABLE: OnceBox<Vec<(f32, f32)>> = OnceBox::new();
    let ring = |(radius, count): (f64, u32)| {
        (0..count).map(move |k| {
            let (sin, cos) = libm::sincos(std::f64::consts::TAU * f64::from(k) / f64::from(count));
            ((radius * cos) as f32, (radius * sin) as f32)
        })
    };
    TABLE.get_or_init(|| Box::new(RINGS.into_iter().flat_map(ring).collect()))
}

impl<'a> Ridges<'a> {
    /// A map by its bytes: see [`RidgeMap`].
    pub fn new(bytes: &'a [u8; RidgeMap::BYTES]) -> Self {
        let number = |at: usize| [bytes[at], bytes[at + 1]];
        let block = f32::from(u16::from_le_bytes(number(0)).max(1));
        Ridges {
            block,
            per_block: 1.0 / block,
            left: f32::from(i16::from_le_bytes(number(2))),
            top: f32::from(i16::from_le_bytes(number(4))),
            cells: &bytes[8..],
        }
    }

    /// The ridges at a place, px, y upwards; all 0 where there are none.
    fn at(&self, (x, y): (f32, f32)) -> Ridge {
        let (u, v) = ((x - self.left) * self.per_block, (-y - self.top) * self.per_block);
        let side = 0.0..RidgeMap::SIDE as f32;
        if side.contains(&u) && side.contains(&v) {
            of_cells()[usize::from(self.cells[v as usize * RidgeMap::SIDE + u as usize])]
        } else {
            Ridge::default()
        }
    }

    /// The blocks that have ridges: their centres, y upwards, and how sure they are.
    fn blocks(&self) -> impl Iterator<Item = ((f32, f32), f32)> {
        let filled = self.cells.iter().enumerate().filter(|(_, cell)| **cell != 0);
        filled.map(|(n, &cell)| {
            let (column, row) = ((n % RidgeMap::SIDE) as f32 + 0.5, (n / RidgeMap::SIDE) as f32 + 0.5);
            let centre = (self.left + column * self.block, -(self.top + row * self.block));
            (centre, of_cells()[usize::from(cell)].sure)
        })
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
    let shared: f32 = of_a.blocks().map(|((x, y), sure)| sure * of_b.at(alignment.back(x, y)).sure).sum();
    out.ridge_area = shared * of_a.block * of_a.block;
    out.ridges_alike = pairs.iter().map(|pair| alike(of_a, of_b, a, b, pair)).sum();
    let (mut paired_a, mut paired_b) = (0u128, 0u128);
    for pair in pairs {
        (paired_a, paired_b) = (paired_a | 1 << pair.a, paired_b | 1 << pair.b);
    }
    let missing = |side: &Side, paired: u128, other: Ridges<'_>, place: &dyn Fn(f32, f32) -> (f32, f32)| -> f32 {
        let unpaired = (0..side.count).filter(|&i| paired >> i & 1 == 0);
        let weight = |i: usize| {
            let quality = at(&side.quality, i);
            quality * quality * other.at(place(at(&side.x, i), at(&side.y, i))).sure
        };
        unpaired.map(weight).sum()
    };
    out.missing = missing(a, paired_a, of_b, &|x, y| alignment.back(x, y));
    out.missing += missing(b, paired_b, of_a, &|x, y| alignment.point(x, y));
}

/// How alike the ridges around two paired minutiae are, seen from each (M. Tico and P. Kuosmanen, "Fingerprint matching using
/// an orientation-based minutia descriptor", TPAMI 2003): 0 to 1, less where few places around show ridges on both fingers.
fn alike(of_a: Ridges<'_>, of_b: Ridges<'_>, a: &Side, b: &Side, pair: &Pair) -> f32 {
    let (i, j) = (usize::from(pair.a), usize::from(pair.b));
    let (ac, as_, bc, bs) = (at(&a.cos, i), at(&a.sin, i), at(&b.cos, j), at(&b.sin, j));
    // From the second's direction to the first's, doubled.
    let (cos, sin) = (ac * bc + as_ * bs, as_ * bc - ac * bs);
    let (cos, sin) = (cos * cos - sin * sin, 2.0 * (cos * sin));
    let (mut seen, mut sum) = (0f32, 0f32);
    for &(along, across) in places() {
        let p = of_a.at((at(&a.x, i) + (ac * along - as_ * across), at(&a.y, i) + (as_ * along + ac * across)));
        let q = of_b.at((at(&b.x, j) + (bc * along - bs * across), at(&b.y, j) + (bs * along + bc * across)));
        let weight = p.sure * q.sure;
        let agreement = p.cos * (q.cos * cos - q.sin * sin) + p.sin * (q.cos * sin + q.sin * cos);
        let alike = weight - ALIKE_SLOPE * (weight - agreement);
        seen += weight;
        sum += if alike > 0.0 { alike } else { 0.0 };
    }
    if seen <= 1.0 {
        return 0.0;
    }
    if seen < ALIKE_COVERAGE { sum / ALIKE_COVERAGE } else { sum / seen }
}

#[cfg(test)]
mod tests {
    use crate::matching::testing::{finger, impression, with_flow};
    use crate::matching::{Matcher, Prepared};

    #[test]
    fn mates_share_ridges_and_other_fingers_do_not() {
        let mut matcher = Matcher::new();
        for seed in 0..30 {
            let a = finger(seed, 36);
            let b = impression(&a, seed);
            let mut evidence = |b: &_, flow: f64| {
                matcher.evidence(Prepared::new(&with_flow(&a, 0.3)).view(), Prepared::new(&with_flow(b, flow)).view())
            };
            // The impression is turned by some angle: the flow that goes with it is what the alignment says.
            let turn = Matcher::new().explain(Prepared::new(&a).view(), Prepared::new(&b).view()).alignment.unwrap();
            let same = evidence(&b, 0.3 - f64::from(turn.rotation));
            let across = evidence(&b, 0.3 + 1.57 - f64::from(turn.rotation));
            assert!(same.ridges_alike > 0.7 * same.pairs, "seed {seed}: {same:?}");
            assert!(across.ridges_alike < 0.1 * across.pairs, "seed {seed}: {across:?}");
            assert_eq!((same.pairs, same.ridge_area), (across.pairs, across.ridge_area));
            assert!(same.ridge_area > 0.5 * 400.0 * 400.0 && same.missing < 0.5 * 36.0);
        }
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
