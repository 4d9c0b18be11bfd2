//! How alike the ridges around two minutiae look, by their [descriptors](crate::template::Descriptor).

use super::cylinder::Code;
use super::local::{BLOCK, Row};
use super::parameters::descriptors::{ALIKE, FLOOR, STRANGERS};
use super::side::Side;
use crate::simd::{LANES, Simd};

/// Weighs local similarities by how alike the descriptors are; [`FLOOR`] of each is left at least.
#[inline(always)]
pub(crate) fn weigh<S: Simd>(simd: S, a: &Side, b: &Side, out: &mut [Row]) {
    const CHUNKS: usize = BLOCK / LANES;
    let bits = b.descriptor_bits.as_flattened().as_chunks::<BLOCK>().0;
    for (i, row) in out.iter_mut().enumerate().take(a.count) {
        let code = a.descriptors.of(i);
        let own = ones(code);
        for (k, out) in row.iter_mut().enumerate().take(b.blocks()) {
            let mut shared = [0u16; BLOCK];
            for (c, shared) in shared.as_chunks_mut().0.iter_mut().enumerate().take(b.chunks() - k * CHUNKS) {
                *shared = simd.shared_bits(code, b.descriptors.chunk(k * CHUNKS + c));
            }
            for l in 0..BLOCK {
                let differing = own + bits[k][l] - 2 * shared[l];
                out[l] = ((u16::from(out[l]) * factor(differing)) >> 8) as u8;
            }
        }
    }
}

/// What is left of a similarity where two descriptors differ in so many bits, 256ths.
#[inline(always)]
fn factor(differing: u16) -> u16 {
    const RANGE: u16 = STRANGERS - ALIKE;
    const SLOPE: u16 = ((256 - FLOOR) * 64).div_ceil(RANGE);
    const { assert!(RANGE as u32 * SLOPE as u32 <= u16::MAX as u32 && FLOOR + ((RANGE * SLOPE) >> 6) == 256) };
    let fewer = STRANGERS.saturating_sub(differing);
    FLOOR + (((if fewer < RANGE { fewer } else { RANGE }) * SLOPE) >> 6)
}

/// Bits that are set.
#[inline(always)]
pub(crate) fn ones(code: Code) -> u16 {
    (code[0].count_ones() + code[1].count_ones()) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::Prepared;
    use crate::matching::parameters::MAX_MINUTIAE;
    use crate::matching::testing::{finger, impression};
    use crate::simd::{Job, Level, run};
    use crate::template::Descriptor;

    const BITS: u16 = Descriptor::BITS as u16;

    struct Weigh<'a>(&'a Prepared, &'a Prepared, &'a mut [Row]);

    impl Job for Weigh<'_> {
        type Output = (Side, Side);
        #[inline(always)]
        fn run<S: Simd>(self, simd: S) -> Self::Output {
            let (mut a, mut b) = (Side::default(), Side::default());
            for (side, finger) in [(&mut a, self.0), (&mut b, self.1)] {
                side.unpack(simd, finger.view());
                side.unpack_descriptors(simd, finger.view());
            }
            weigh(simd, &a, &b, self.2);
            (a, b)
        }
    }

    #[test]
    fn every_level_weighs_as_the_definition_says() {
        for (na, nb) in [(1, 1), (8, 9), (36, 33), (96, 96)] {
            let a = finger(1, na);
            let (pa, pb) =
                (Prepared::new(&a), Prepared::new(&if na == 36 { impression(&a, 1) } else { finger(2, nb) }));
            for level in Level::available() {
                let mut rows = vec![[[200; BLOCK]; MAX_MINUTIAE / BLOCK]; MAX_MINUTIAE];
                let (a, b) = run(level, Weigh(&pa, &pb, &mut rows));
                for (i, row) in rows.iter().enumerate().take(a.count) {
                    for j in 0..b.count {
                        let (p, q) = (a.descriptors.of(i), b.descriptors.of(j));
                        let differing = f64::from(128 - Descriptor(p).common_bits(Descriptor(q)));
                        let (alike, strangers) = (f64::from(ALIKE), f64::from(STRANGERS));
                        let share = ((strangers - differing) / (strangers - alike)).clamp(0.0, 1.0);
                        let expected = 200.0 * (f64::from(FLOOR) + (256.0 - f64::from(FLOOR)) * share) / 256.0;
                        assert!((f64::from(row.as_flattened()[j]) - expected).abs() < 2.0, "{level}: {i}, {j}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_same_keeps_all_and_strangers_only_the_floor() {
        assert_eq!((factor(0), factor(ALIKE), factor(STRANGERS), factor(BITS)), (256, 256, FLOOR, FLOOR));
        assert!((1..=BITS).all(|differing| factor(differing) <= factor(differing - 1)));
    }
}
