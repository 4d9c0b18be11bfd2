//! The ridges around a minutia, seen from it, in 128 bits: after the orientation-based descriptor of M. Tico and P. Kuosmanen
//! ("Fingerprint matching using an orientation-based minutia descriptor", TPAMI 2003), whose angles become bits that are
//! counted instead of compared.
//!
//! The ridges' orientation against the minutia's direction is looked up at 17 places on two rings. Six bits stand for it, one
//! each 30°; a place sets the two around its orientation, so two places share 2 bits less one for each 30° between them, and
//! none from 60° on. Beside them a bit a place tells that it shows ridges at all.

use super::cylinder::{Code, Point};
use super::local::{BLOCK, Row};
use super::parameters::rings::{FLOOR, LEAST, RINGS, SECTIONS};
use super::ridges::Ridges;
use super::side::Side;
use crate::simd::{LANES, Simd};
use once_cell::race::OnceBox;

/// Places of both rings.
const PLACES: u32 = RINGS[0].1 + RINGS[1].1;
/// Places whose sections stand in the first word.
const IN_FIRST: u32 = 10;
/// Where in the second word the bits stand that tell of ridges at all.
const SHOWN_AT: u32 = (PLACES - IN_FIRST) * SECTIONS;
/// These bits.
const SHOWN: u64 = ((1 << PLACES) - 1) << SHOWN_AT;

const _: () = assert!(IN_FIRST * SECTIONS <= 64 && SHOWN_AT + PLACES <= 64);

/// Where around a minutia its ridges are looked at, px, its direction along the first axis.
fn places() -> &'static [(f32, f32); PLACES as usize] {
    // Nobody waits: a fork might find a lock held for ever.
    static TABLE: OnceBox<[(f32, f32); PLACES as usize]> = OnceBox::new();
    let place = |k: usize| {
        let first = RINGS[0].1 as usize;
        let ((radius, count), k) = if k < first { (RINGS[0], k) } else { (RINGS[1], k - first) };
        let (sin, cos) = libm::sincos(std::f64::consts::TAU * k as f64 / f64::from(count));
        ((radius * cos) as f32, (radius * sin) as f32)
    };
    TABLE.get_or_init(|| Box::new(std::array::from_fn(place)))
}

/// The code of a minutia on a finger with these ridges.
pub(crate) fn code(ridges: Ridges<'_>, m: &Point) -> Code {
    let mut code = [0u64; 2];
    for (k, &(along, across)) in (0..).zip(places()) {
        let place = (m.x + (m.cos * along - m.sin * across), m.y + (m.sin * along + m.cos * across));
        let Some(orientation) = ridges.orientation(place) else { continue };
        // 32,768 to the half turn, after which an orientation comes back.
        let section = (u32::from(orientation.wrapping_sub(m.direction) & 0x7fff) * SECTIONS) >> 15;
        let (word, shift) = if k < IN_FIRST { (0, k * SECTIONS) } else { (1, (k - IN_FIRST) * SECTIONS) };
        code[word] |= 1 << (shift + section) | 1 << (shift + (section + 1) % SECTIONS);
        code[1] |= 1 << (SHOWN_AT + k);
    }
    code
}

/// Weighs local similarities by how alike the ridges around both minutiae are; [`FLOOR`] of each is left at least.
#[inline(always)]
pub(crate) fn weigh<S: Simd>(simd: S, a: &Side, b: &Side, out: &mut [Row]) {
    const CHUNKS: usize = BLOCK / LANES;
    for (i, row) in out.iter_mut().enumerate().take(a.count) {
        let [first, second] = a.rings.of(i);
        for (k, out) in row.iter_mut().enumerate().take(b.blocks()) {
            let (mut shared, mut shown) = ([0u16; BLOCK], [0u16; BLOCK]);
            let chunks = shared.as_chunks_mut().0.iter_mut().zip(shown.as_chunks_mut().0);
            for (c, (shared, shown)) in chunks.enumerate().take(b.chunks() - k * CHUNKS) {
                let columns = b.rings.chunk(k * CHUNKS + c);
                *shared = simd.shared_bits([first, second & !SHOWN], columns);
                *shown = simd.shared_bits([second & SHOWN], [columns[1]]);
            }
            for l in 0..BLOCK {
                out[l] = ((u16::from(out[l]) * factor(shared[l], shown[l])) >> 8) as u8;
            }
        }
    }
}

/// What is left of a similarity where the ridges around two minutiae share so many bits, at places of which both show so
/// many; 256ths. Half of what equal ridges would share counts nothing; the rest is taken per place that both show, or per
/// [`LEAST`] where they show fewer. 1 / n is taken as a line, exact at [`LEAST`] and at all places, and what is beyond the
/// whole between them as whole.
#[inline(always)]
fn factor(shared: u16, shown: u16) -> u16 {
    const WHOLE: u16 = PLACES as u16 * LEAST;
    const SLOPE: u16 = ((256 - FLOOR) * 256).div_ceil(WHOLE);
    let share = shared.saturating_sub(shown) * (PLACES as u16 + LEAST - shown.max(LEAST));
    FLOOR + (((if share < WHOLE { share } else { WHOLE }) * SLOPE) >> 8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::Prepared;
    use crate::matching::parameters::MAX_MINUTIAE;
    use crate::matching::testing::{finger, with_flow};
    use crate::simd::{Job, Level, run};
    use crate::template::RidgeMap;

    /// How alike the ridges around two minutiae are, 0 to 1.
    fn alike(of_a: Code, of_b: Code) -> f64 {
        let [first, second] = [of_a[0] & of_b[0], of_a[1] & of_b[1]];
        let shared = first.count_ones() + (second & !SHOWN).count_ones();
        let factor = factor(shared as u16, (second & SHOWN).count_ones() as u16);
        f64::from(factor - FLOOR) / f64::from(256 - FLOOR)
    }

    struct Weighed<'a>(&'a Prepared, &'a Prepared);

    impl Job for Weighed<'_> {
        type Output = (Side, Side, Vec<Row>);
        #[inline(always)]
        fn run<S: Simd>(self, simd: S) -> Self::Output {
            let (mut a, mut b) = (Side::default(), Side::default());
            for (side, finger) in [(&mut a, self.0), (&mut b, self.1)] {
                side.unpack(simd, finger.view());
                side.unpack_rings(finger.view());
            }
            let mut rows = vec![[[200; BLOCK]; MAX_MINUTIAE / BLOCK]; a.count];
            weigh(simd, &a, &b, &mut rows);
            (a, b, rows)
        }
    }

    #[test]
    fn similarities_are_weighed_by_the_bits_that_codes_share_at_every_level() {
        for (na, nb) in [(1, 1), (2, 9), (8, 8), (17, 36), (96, 95)] {
            let prepared = |seed, count, flow| Prepared::new(&with_flow(&finger(seed, count), flow));
            let (a, b) = (prepared(1, na, 0.3), prepared(2, nb, 0.9));
            for level in Level::available() {
                let (a, b, rows) = run(level, Weighed(&a, &b));
                for (i, row) in rows.iter().enumerate() {
                    for (j, &left) in row.as_flattened().iter().enumerate().take(nb) {
                        let expected = 200.0
                            * (FLOOR as f64 + alike(a.rings.of(i), b.rings.of(j)) * f64::from(256 - FLOOR))
                            / 256.0;
                        assert_eq!(left, (expected + 1e-9) as u8, "{level}: {i}, {j}");
                    }
                }
            }
        }
    }

    /// Ridges that run as `flow` says (radians, y upwards) wherever `there` is true.
    fn map(flow: impl Fn(f64, f64) -> f64, there: impl Fn(f64, f64) -> bool) -> [u8; RidgeMap::BYTES] {
        let mut map = RidgeMap::new(16, -128, -128).unwrap();
        for (column, row) in RidgeMap::places() {
            let (x, y) = (16.0 * column as f64 - 120.0, 120.0 - 16.0 * row as f64);
            if there(x, y) {
                map.set(column, row, flow(x, y), 3);
            }
        }
        map.to_bytes()
    }

    fn at(x: f32, y: f32, turns: f64) -> Point {
        let (sin, cos) = libm::sincos(std::f64::consts::TAU * turns);
        Point { x, y, direction: (turns * 65536.0) as u16, cos: cos as f32, sin: sin as f32 }
    }

    #[test]
    fn a_minutia_that_turns_with_its_ridges_keeps_its_code() {
        let wheel = |turn: f64| map(move |x, y| 0.01 * (x * libm::cos(turn) + y * libm::sin(turn)) + turn, |_, _| true);
        let upright = code(Ridges::new(&wheel(0.0)), &at(0.0, 0.0, 0.0));
        assert_eq!(alike(upright, upright), 1.0);
        for turns in [0.1, 0.25, 0.5, 0.8] {
            let turned = code(Ridges::new(&wheel(std::f64::consts::TAU * turns)), &at(0.0, 0.0, turns));
            assert!(alike(upright, turned) > 0.75, "{turns}: {}", alike(upright, turned));
            let across = code(Ridges::new(&wheel(std::f64::consts::TAU * turns)), &at(0.0, 0.0, turns + 0.25));
            assert!(alike(upright, across) < 0.1, "{turns}: {}", alike(upright, across));
        }
    }

    #[test]
    fn every_place_sets_the_two_sections_around_its_orientation() {
        for degrees in 0..180 {
            let ridges = map(|_, _| f64::from(degrees).to_radians(), |_, _| true);
            let code = code(Ridges::new(&ridges), &at(0.0, 0.0, 0.0));
            assert_eq!(code[1] & SHOWN, SHOWN);
            // The map tells 64 orientations.
            let step = (f64::from(degrees) / 180.0 * 64.0).round() % 64.0;
            let section = (step * 180.0 / 64.0 / 30.0) as u32;
            let bits = 1 << section | 1 << ((section + 1) % SECTIONS);
            for k in 0..PLACES {
                let (word, k) = if k < IN_FIRST { (code[0], k) } else { (code[1], k - IN_FIRST) };
                assert_eq!(word >> (SECTIONS * k) & 63, bits, "{degrees}°, place {k}");
            }
        }
    }

    #[test]
    fn places_without_ridges_neither_count_nor_set_a_bit() {
        let (whole, half) = (map(|_, _| 0.4, |_, _| true), map(|_, _| 0.4, |x, _| x > 0.0));
        let m = at(0.0, 0.0, 0.2);
        let (whole, half) = (code(Ridges::new(&whole), &m), code(Ridges::new(&half), &m));
        let shown = (half[1] & SHOWN).count_ones();
        assert!((6..12).contains(&shown), "{shown}");
        assert_eq!(half[0] & !whole[0] | half[1] & !whole[1], 0);
        assert!(alike(whole, half) >= f64::from(shown.min(LEAST.into())) / f64::from(LEAST) - 0.01);
        let none = code(Ridges::new(&map(|_, _| 0.4, |_, _| false)), &m);
        assert_eq!((none, alike(whole, none)), ([0; 2], 0.0));
    }

    #[test]
    fn a_similarity_keeps_between_the_floor_and_all_of_it() {
        for shown in 0..=PLACES as u16 {
            let factors: Vec<u16> = (0..=2 * shown).map(|shared| factor(shared, shown)).collect();
            assert!(factors.is_sorted() && factors[usize::from(shown)] == FLOOR, "{shown}: {factors:?}");
            assert_eq!(factors[usize::from(2 * shown)] == 256, shown >= LEAST, "{shown}: {factors:?}");
        }
        // Whatever a damaged block may hold.
        assert!((0..=128).all(|shared| (0..=PLACES as u16).all(|shown| factor(shared, shown) <= 256)));
    }
}
