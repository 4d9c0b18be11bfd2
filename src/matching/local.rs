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
            let differ = bits + simd.load(&b.bits[c]) - two * shared;
            let span = (root + simd.load(&b.root[c])).max(floor);
            *out = (differ / (span * span)).to_array();
        }
        // A code without bits, and lanes without a minutia, are like nothing.
        for j in b.count..b.chunks() * LANES {
            row[j / LANES][j % LANES] = 2.0;
        }
    }
}
