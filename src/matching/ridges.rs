//! What the two fingers' ridge maps say under the alignment that the minutiae gave.

use super::alignment::{Alignment, Pair};
use super::evidence::Evidence;
use super::side::{Side, at};
use crate::template::RidgeMap;

/// A finger's map as a prepared finger holds it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ridges<'a> {
    block: f32,
    per_block: f32,
    left: f32,
    top: f32,
    cells: &'a [u8],
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

    /// Their orientation at a place (px, y upwards), 65,536 to the turn, counter-clockwise; none where no ridges are.
    pub fn orientation(&self, place: (f32, f32)) -> Option<u16> {
        let cell = self.cell(place);
        (cell != 0).then(|| u16::from(cell % RidgeMap::ORIENTATIONS) * (32_768 / u16::from(RidgeMap::ORIENTATIONS)))
    }

    /// How sure they are at a place (px, y upwards), 0 to 1; 0 where there are none.
    fn sure(&self, place: (f32, f32)) -> f32 {
        sure(self.cell(place))
    }

    /// The value of the block at a place, 0 beyond the map.
    fn cell(&self, (x, y): (f32, f32)) -> u8 {
        let (u, v) = ((x - self.left) * self.per_block, (-y - self.top) * self.per_block);
        let side = 0.0..RidgeMap::SIDE as f32;
        if side.contains(&u) && side.contains(&v) { self.cells[v as usize * RidgeMap::SIDE + u as usize] } else { 0 }
    }

    /// The blocks that have ridges: their centres, y upwards, and how sure they are.
    fn blocks(&self) -> impl Iterator<Item = ((f32, f32), f32)> {
        let filled = self.cells.iter().enumerate().filter(|(_, cell)| **cell != 0);
        filled.map(|(n, &cell)| {
            let (column, row) = ((n % RidgeMap::SIDE) as f32 + 0.5, (n / RidgeMap::SIDE) as f32 + 0.5);
            let centre = (self.left + column * self.block, -(self.top + row * self.block));
            (centre, sure(cell))
        })
    }
}

/// How sure the ridges of a cell are, 0 to 1.
fn sure(cell: u8) -> f32 {
    f32::from(cell >> 6) * (1.0 / 3.0)
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
    let shared: f32 = of_a.blocks().map(|((x, y), s)| s * of_b.sure(alignment.back(x, y))).sum();
    out.ridge_area = shared * of_a.block * of_a.block;
    let (mut paired_a, mut paired_b) = (0u128, 0u128);
    for pair in pairs {
        (paired_a, paired_b) = (paired_a | 1 << pair.a, paired_b | 1 << pair.b);
    }
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
            assert!(same.strength > 1.5 * across.strength, "seed {seed}: {same:?}, {across:?}");
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
