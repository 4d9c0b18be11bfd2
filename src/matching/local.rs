//! How alike the surroundings of each minutia of one finger are to those of each of the other.

use super::side::{CHUNKS, Side, at};
use crate::simd::{LANES, Lanes, Simd};

/// Squared local distances, a row for each minutia of the first finger: 0 equal codes, 1 nothing shared.
///
/// With d bits that differ, and pa and pb bits set, the local similarity is `1 − √d / (√pa + √pb)` (a cylinder's
/// similarity in MCC, without validity bits); its distance is kept squared, which spares a root each.
pub(crate) type Distances = [[[f32; LANES]; CHUNKS]];

/// The local similarity that a squared distance stands for.
#[inline(always)]
pub(crate) fn similarity(distance: f32) -> f32 {
    1.0 - distance.sqrt()
}

/// Fills the rows of `a`; lanes behind the last minutia of `b` are above 1.
#[inline(always)]
pub(crate) fn distances<S: Simd>(simd: S, a: &Side, b: &Side, out: &mut Distances) {
    let two = simd.splat(2.0);
    let floor = simd.splat(1e-3);
    for (i, row) in out.iter_mut().enumerate().take(a.count) {
        let code = a.code(i);
        let (bits, root) = (simd.splat(at(&a.bits, i)), simd.splat(at(&a.root, i)));
        for (c, out) in row.iter_mut().enumerate().take(b.chunks()) {
            let shared = simd.shared_bits(code, b.word_chunks(c));
            // Two codes without bits differ in nothing, and tell nothing: the floor puts them far apart.
            let differ = (bits + simd.load(&b.bits[c]) - two * shared).max(floor);
            let span = (root + simd.load(&b.root[c])).max(floor);
            *out = (differ / (span * span)).to_array();
        }
        for j in b.count..b.chunks() * LANES {
            row[j / LANES][j % LANES] = 2.0;
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
        type Output = (Side, Side, Vec<[[f32; LANES]; CHUNKS]>);
        #[inline(always)]
        fn run<S: Simd>(self, simd: S) -> Self::Output {
            let (mut a, mut b) = (Side::default(), Side::default());
            a.unpack(simd, self.0.view());
            b.unpack(simd, self.1.view());
            let mut rows = vec![[[0.0; LANES]; CHUNKS]; a.count];
            distances(simd, &a, &b, &mut rows);
            (a, b, rows)
        }
    }

    #[test]
    fn distances_are_those_of_the_definition_at_every_level() {
        for (na, nb) in [(1, 1), (2, 9), (8, 8), (17, 36), (96, 95)] {
            let (a, b) = (Prepared::new(&finger(1, na)), Prepared::new(&finger(2, nb)));
            for level in Level::available() {
                let (a, b, rows) = run(level, Local(&a, &b));
                for (i, j) in (0..na).flat_map(|i| (0..nb).map(move |j| (i, j))) {
                    let ones = |f: &dyn Fn(usize) -> u64| (0..4).map(|w| f(w).count_ones()).sum::<u32>() as f32;
                    let (p, q) = (a.code(i), b.code(j));
                    let span = ones(&|w| p[w]).sqrt() + ones(&|w| q[w]).sqrt();
                    let expected = ones(&|w| p[w] ^ q[w]) / (span * span);
                    let found = rows[i][j / LANES][j % LANES];
                    let empty = span == 0.0;
                    assert!(if empty { found > 1.0 } else { (found - expected).abs() < 1e-3 }, "{level}: {i}, {j}");
                }
            }
        }
    }
}
