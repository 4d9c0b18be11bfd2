//! How alike the surroundings of each minutia of one finger are to those of each of the other.

use super::parameters::MAX_MINUTIAE;
use super::side::{Side, at};
use crate::simd::{LANES, Simd};

/// Local similarities, a row for each minutia of the first finger: 0 nothing shared, 255 equal codes.
pub(crate) type Similarities = [Row];

/// Those of one minutia with all of the other finger; 0 behind the last.
pub(crate) type Row = [[u8; BLOCK]; MAX_MINUTIAE / BLOCK];

/// Similarities that are looked at together.
pub(crate) const BLOCK: usize = 32;

/// What a code of so many bits brings to a similarity, the cosine of both codes as vectors of bits: √(255 · 2²⁴ / bits).
#[inline(always)]
pub(crate) fn weight(bits: u16) -> u16 {
    static WEIGHTS: [u16; 129] = {
        let mut weights = [0; 129];
        let mut bits = 1;
        while bits < weights.len() {
            weights[bits] = ((255 << 24) / bits as u32).isqrt() as u16;
            bits += 1;
        }
        weights
    };
    WEIGHTS[usize::from(bits) % WEIGHTS.len()]
}

/// A similarity as the cylinder codes' authors have it, `1 − √differing / (√a + √b)` for codes of as many bits: from 0.29 for
/// nothing shared to 1.
#[inline(always)]
pub(crate) fn similarity(of: u8) -> f32 {
    1.0 - (0.5 - f32::from(of) * (0.5 / 255.0)).sqrt()
}

/// Fills the rows of `a`.
#[inline(always)]
pub(crate) fn similarities<S: Simd>(simd: S, a: &Side, b: &Side, out: &mut Similarities) {
    const CHUNKS: usize = BLOCK / LANES;
    let weights = b.weight.as_flattened().as_chunks::<BLOCK>().0;
    for (i, row) in out.iter_mut().enumerate().take(a.count) {
        let (code, own) = (a.codes.of(i), u32::from(at(&a.weight, i)));
        for (k, out) in row.iter_mut().enumerate().take(b.blocks()) {
            let mut shared = [0u16; BLOCK];
            for (c, shared) in shared.as_chunks_mut().0.iter_mut().enumerate().take(b.chunks() - k * CHUNKS) {
                *shared = simd.shared_bits(code, b.codes.chunk(k * CHUNKS + c));
            }
            for l in 0..BLOCK {
                let weight = ((own * u32::from(weights[k][l])) >> 16) as u16;
                // At most 255 · 2⁸, as neither code has fewer bits than they share.
                out[l] = (shared[l].wrapping_mul(weight) >> 8) as u8;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::Prepared;
    use crate::matching::testing::finger;
    use crate::simd::{Job, Level, run};

    struct Local<'a>(&'a Prepared, &'a Prepared);

    impl Job for Local<'_> {
        type Output = (Side, Side, Vec<Row>);
        #[inline(always)]
        fn run<S: Simd>(self, simd: S) -> Self::Output {
            let (mut a, mut b) = (Side::default(), Side::default());
            a.unpack(simd, self.0.view());
            b.unpack(simd, self.1.view());
            let mut rows = vec![[[255; BLOCK]; MAX_MINUTIAE / BLOCK]; a.count];
            similarities(simd, &a, &b, &mut rows);
            (a, b, rows)
        }
    }

    #[test]
    fn similarities_are_those_of_the_definition_at_every_level() {
        for (na, nb) in [(1, 1), (2, 9), (8, 8), (17, 36), (96, 95)] {
            let (a, b) = (Prepared::new(&finger(1, na)), Prepared::new(&finger(2, nb)));
            for level in Level::available() {
                let (a, b, rows) = run(level, Local(&a, &b));
                for (i, row) in rows.iter().enumerate() {
                    let row = row.as_flattened();
                    for j in 0..nb {
                        let ones = |code: [u64; 2]| f64::from(code[0].count_ones() + code[1].count_ones());
                        let (p, q) = (a.codes.of(i), b.codes.of(j));
                        let shared = ones([p[0] & q[0], p[1] & q[1]]);
                        let expected = 255.0 * shared / (ones(p) * ones(q)).sqrt().max(1.0);
                        assert!((f64::from(row[j]) - expected).abs() < 2.0, "{level}: {i}, {j}");
                    }
                    assert!(row[nb..b.blocks() * BLOCK].iter().all(|&s| s == 0), "{level}: behind the last of {nb}");
                }
            }
        }
    }
}
