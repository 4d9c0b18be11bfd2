//! The pairs of minutiae whose surroundings are most alike, from which the alignment is found.

use super::local::{Distances, similarity};
use super::parameters::MAX_MINUTIAE;
use super::parameters::candidates::{ENOUGH, LEVELS, MAX, PER_MINUTIA};
use super::side::{Side, at};
use crate::simd::{LANES, Lanes, Simd};

/// Chunks that hold all candidates.
pub(crate) const CHUNKS: usize = MAX / LANES;
pub(crate) type Column = [[f32; LANES]; CHUNKS];

/// Candidate pairs, the most alike first, in columns.
#[derive(Debug, Clone)]
pub(crate) struct Candidates {
    pub count: usize,
    /// Minutia of the first and of the second finger.
    pub pairs: [(u8, u8); MAX],
    /// Local similarity, 0 to 1.
    pub similarity: Column,
    /// Where the two minutiae are, each in its finger, px.
    pub ax: Column,
    pub ay: Column,
    pub bx: Column,
    pub by: Column,
    /// The rotation that turns the second's direction into the first's.
    pub cos: Column,
    pub sin: Column,
}

impl Candidates {
    /// None yet.
    pub fn new() -> Self {
        let empty = Column::default();
        Candidates {
            count: 0,
            pairs: [(0, 0); MAX],
            similarity: empty,
            ax: empty,
            ay: empty,
            bx: empty,
            by: empty,
            cos: empty,
            sin: empty,
        }
    }

    #[inline(always)]
    pub fn chunks(&self) -> usize {
        self.count.div_ceil(LANES)
    }
}

/// Selects the best [`MAX`] pairs, at most [`PER_MINUTIA`] a minutia on either side. `keys` is scratch.
#[inline(always)]
pub(crate) fn select<S: Simd>(
    simd: S,
    a: &Side,
    b: &Side,
    distances: &Distances,
    keys: &mut Vec<u32>,
    out: &mut Candidates,
) {
    let limit = limit(simd, a, b, distances);
    collect(simd, a, b, distances, limit, keys);
    rank(keys);
    take(a, b, distances, keys, out);
}

/// The first of the levels that has enough pairs, as a squared distance.
#[inline(always)]
fn limit<S: Simd>(simd: S, a: &Side, b: &Side, distances: &Distances) -> f32 {
    let levels = LEVELS.map(|s| (1.0 - s) * (1.0 - s));
    let splats = levels.map(|d| simd.splat(d));
    let one = simd.splat(1.0);
    let mut counts = [simd.splat(0.0); LEVELS.len()];
    for row in distances.iter().take(a.count) {
        for chunk in row.iter().take(b.chunks()) {
            let distance = simd.load(chunk);
            for (count, &level) in counts.iter_mut().zip(&splats) {
                *count = *count + distance.at_most(level).and(one);
            }
        }
    }
    let enough = levels.into_iter().zip(counts).find(|(_, count)| count.sum() >= ENOUGH as f32);
    enough.map_or(levels[LEVELS.len() - 1], |(level, _)| level)
}

/// Keys of the pairs up to a distance: 18 bits of distance, 7 and 7 of the two minutiae, so that all are different.
#[inline(always)]
fn collect<S: Simd>(simd: S, a: &Side, b: &Side, distances: &Distances, limit: f32, keys: &mut Vec<u32>) {
    keys.clear();
    let splat = simd.splat(limit);
    for (i, row) in distances.iter().enumerate().take(a.count) {
        for (c, chunk) in row.iter().enumerate().take(b.chunks()) {
            let mut hits = simd.load(chunk).at_most(splat).signs();
            while hits != 0 {
                let l = hits.trailing_zeros() as usize;
                hits &= hits - 1;
                let distance = (chunk[l % LANES] * 262_143.0) as u32;
                keys.push(distance << 14 | (i as u32) << 7 | (c * LANES + l) as u32);
            }
        }
    }
}

/// Sorts the keys, the smallest first.
#[inline(always)]
fn rank(keys: &mut [u32]) {
    keys.sort_unstable();
}

#[inline(always)]
fn take(a: &Side, b: &Side, distances: &Distances, keys: &[u32], out: &mut Candidates) {
    let (mut of_a, mut of_b) = ([0u8; MAX_MINUTIAE], [0u8; MAX_MINUTIAE]);
    let mut k = 0;
    for key in keys {
        let (i, j) = ((key >> 7 & 127) as usize % MAX_MINUTIAE, (key & 127) as usize % MAX_MINUTIAE);
        if of_a[i] >= PER_MINUTIA || of_b[j] >= PER_MINUTIA {
            continue;
        }
        (of_a[i], of_b[j]) = (of_a[i] + 1, of_b[j] + 1);
        let alike = similarity(distances[i][j / LANES][j % LANES]);
        let (c, l) = (k / LANES, k % LANES);
        let (ac, as_, bc, bs) = (at(&a.cos, i), at(&a.sin, i), at(&b.cos, j), at(&b.sin, j));
        out.pairs[k] = (i as u8, j as u8);
        out.similarity[c][l] = alike;
        (out.ax[c][l], out.ay[c][l]) = (at(&a.x, i), at(&a.y, i));
        (out.bx[c][l], out.by[c][l]) = (at(&b.x, j), at(&b.y, j));
        (out.cos[c][l], out.sin[c][l]) = (ac * bc + as_ * bs, as_ * bc - ac * bs);
        k += 1;
        if k == MAX {
            break;
        }
    }
    out.count = k;
    for k in k..out.chunks() * LANES {
        let (c, l) = (k / LANES, k % LANES);
        (out.similarity[c][l], out.cos[c][l], out.sin[c][l]) = (0.0, 0.0, 0.0);
        // Far from everything on one side only: compatible with nothing.
        (out.ax[c][l], out.ay[c][l], out.bx[c][l], out.by[c][l]) = (1e6, 0.0, -1e6, 0.0);
    }
}
