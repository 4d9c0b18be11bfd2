//! The pairs of minutiae whose surroundings are most alike, from which the alignment is found.

use super::local::{BLOCK, Similarities, similarity};
use super::parameters::MAX_MINUTIAE;
use super::parameters::candidates::{MAX, PER_MINUTIA, SORTED};
use super::parameters::relaxation::TURN_STEPS;
use super::side::{Side, at};
use crate::simd::{LANES, Simd};

/// Chunks that hold all candidates.
pub(crate) const CHUNKS: usize = MAX / LANES;
pub(crate) type Column = [[f32; LANES]; CHUNKS];

/// Candidate pairs in columns, by the rotation that turns the second's direction into the first's.
#[derive(Debug, Clone)]
pub(crate) struct Candidates {
    pub count: usize,
    /// Which chunks of candidates rotate so far alike that they may be compatible.
    pub near: [[bool; CHUNKS]; CHUNKS],
    /// Minutia of the first and of the second finger.
    pub pairs: [(u8, u8); MAX],
    /// Local similarity, 0 to 1.
    pub similarity: Column,
    /// Where the two minutiae are, each in its finger, px.
    pub ax: Column,
    pub ay: Column,
    pub bx: Column,
    pub by: Column,
    /// The rotation.
    pub cos: Column,
    pub sin: Column,
}

impl Candidates {
    /// None yet.
    pub fn new() -> Self {
        let empty = Column::default();
        Candidates {
            count: 0,
            near: [[false; CHUNKS]; CHUNKS],
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

/// Selects the best `most` pairs, [`MAX`] or fewer, at most [`PER_MINUTIA`] a minutia on either side.
/// `ranking` is scratch.
#[inline(always)]
pub(crate) fn select<S: Simd>(
    simd: S,
    a: &Side,
    b: &Side,
    similarities: &Similarities,
    most: usize,
    ranking: &mut Ranking,
    out: &mut Candidates,
) {
    debug_assert!(most <= MAX);
    let sorted = (most * SORTED.0 / SORTED.1) as u32;
    let least = least(a, b, similarities, sorted);
    collect(simd, a, b, similarities, least, ranking);
    rank(ranking);
    take(a, b, &ranking.ranked, most, out);
}

/// A pair and how alike it is.
#[derive(Debug, Clone, Copy, Default)]
struct Ranked {
    similarity: u8,
    a: u8,
    b: u8,
}

/// Pairs before and after they are ranked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ranking {
    found: Vec<Ranked>,
    ranked: Vec<Ranked>,
}

/// The highest similarity that at least `sorted` pairs reach; 1 where fewer pairs share anything.
#[inline(always)]
fn least(a: &Side, b: &Side, similarities: &Similarities, sorted: u32) -> u8 {
    let mut least = 1;
    for step in [128, 64, 32, 16, 8, 4, 2, 1] {
        if let Some(higher) = u8::checked_add(least, step)
            && reaching(a, b, similarities, higher) >= sorted
        {
            least = higher;
        }
    }
    least
}

/// How many pairs are as alike.
#[inline(always)]
fn reaching(a: &Side, b: &Side, similarities: &Similarities, least: u8) -> u32 {
    let mut sum = 0;
    for block in 0..b.blocks() {
        let mut counts = [0u8; BLOCK];
        for row in similarities.iter().take(a.count) {
            for l in 0..BLOCK {
                counts[l] += u8::from(row[block][l] >= least);
            }
        }
        sum += counts.iter().map(|&n| u32::from(n)).sum::<u32>();
    }
    sum
}

/// All pairs that are as alike, in the order of the minutiae.
#[inline(always)]
fn collect<S: Simd>(simd: S, a: &Side, b: &Side, similarities: &Similarities, least: u8, ranking: &mut Ranking) {
    ranking.found.clear();
    for (i, row) in similarities.iter().enumerate().take(a.count) {
        for (k, block) in row.iter().enumerate().take(b.blocks()) {
            let mut hits = simd.at_least(block, least);
            while hits != 0 {
                let l = hits.trailing_zeros() as usize;
                hits &= hits - 1;
                ranking.found.push(Ranked { similarity: block[l % BLOCK], a: i as u8, b: (k * BLOCK + l) as u8 });
            }
        }
    }
}

/// Ranks the pairs, the most alike first, by counting; those that are as alike stay in their order.
#[inline(always)]
fn rank(ranking: &mut Ranking) {
    let mut starts = [0u32; 256];
    for pair in &ranking.found {
        starts[usize::from(pair.similarity)] += 1;
    }
    let mut start = 0;
    for count in starts.iter_mut().rev() {
        (*count, start) = (start, start + *count);
    }
    ranking.ranked.resize(ranking.found.len(), Ranked::default());
    for pair in &ranking.found {
        let place = &mut starts[usize::from(pair.similarity)];
        ranking.ranked[*place as usize] = *pair;
        *place += 1;
    }
}

/// Takes the most alike pairs that the limit leaves, and puts them in the order of their rotations.
#[inline(always)]
fn take(a: &Side, b: &Side, ranked: &[Ranked], most: usize, out: &mut Candidates) {
    let (mut of_a, mut of_b) = ([0u8; MAX_MINUTIAE], [0u8; MAX_MINUTIAE]);
    let mut taken = [(Ranked::default(), 0u8); MAX];
    let mut starts = [0u8; TURNS];
    out.count = 0;
    for pair in ranked {
        let (i, j) = (usize::from(pair.a) % MAX_MINUTIAE, usize::from(pair.b) % MAX_MINUTIAE);
        if of_a[i] >= PER_MINUTIA || of_b[j] >= PER_MINUTIA {
            continue;
        }
        (of_a[i], of_b[j]) = (of_a[i] + 1, of_b[j] + 1);
        let turn = at(&a.turn, i).wrapping_sub(at(&b.turn, j)) / TURN_STEP;
        starts[usize::from(turn)] += 1;
        taken[out.count] = (*pair, turn);
        out.count += 1;
        if out.count == most {
            break;
        }
    }
    let mut start = 0;
    for count in &mut starts {
        (*count, start) = (start, start + *count);
    }
    let mut turns = [0u8; MAX];
    for &(pair, turn) in &taken[..out.count] {
        let k = usize::from(starts[usize::from(turn)]) % MAX;
        starts[usize::from(turn)] += 1;
        turns[k] = turn;
        put(a, b, pair, k, out);
    }
    for k in out.count..out.chunks() * LANES {
        let (c, l) = (k / LANES, k % LANES);
        (out.similarity[c][l], out.cos[c][l], out.sin[c][l]) = (0.0, 0.0, 0.0);
        // Far from everything on one side only: compatible with nothing.
        (out.ax[c][l], out.ay[c][l], out.bx[c][l], out.by[c][l]) = (1e6, 0.0, -1e6, 0.0);
    }
    out.near = near(&turns[..out.count]);
}

/// Rotations that are sorted apart, and of how many 256ths of a turn each is.
const TURNS: usize = 64;
const TURN_STEP: u8 = (256 / TURNS) as u8;

#[inline(always)]
fn put(a: &Side, b: &Side, pair: Ranked, k: usize, out: &mut Candidates) {
    let (i, j) = (usize::from(pair.a) % MAX_MINUTIAE, usize::from(pair.b) % MAX_MINUTIAE);
    let (c, l) = (k / LANES, k % LANES);
    let (ac, as_, bc, bs) = (at(&a.cos, i), at(&a.sin, i), at(&b.cos, j), at(&b.sin, j));
    out.pairs[k] = (pair.a, pair.b);
    out.similarity[c][l] = similarity(pair.similarity);
    (out.ax[c][l], out.ay[c][l]) = (at(&a.x, i), at(&a.y, i));
    (out.bx[c][l], out.by[c][l]) = (at(&b.x, j), at(&b.y, j));
    (out.cos[c][l], out.sin[c][l]) = (ac * bc + as_ * bs, as_ * bc - ac * bs);
}

/// Which chunks of sorted rotations come within [`TURN_STEPS`] of each other, either way around.
#[inline(always)]
fn near(turns: &[u8]) -> [[bool; CHUNKS]; CHUNKS] {
    let mut near = [[false; CHUNKS]; CHUNKS];
    for (s, first) in turns.chunks(LANES).enumerate() {
        for (c, second) in turns.chunks(LANES).enumerate().skip(s) {
            let low = |chunk: &[u8]| chunk[0] * TURN_STEP;
            let high = |chunk: &[u8]| chunk[chunk.len() - 1] * TURN_STEP + (TURN_STEP - 1);
            let between = low(second).saturating_sub(high(first));
            let around = u8::MAX - (high(second) - low(first));
            near[s][c] = between <= TURN_STEPS || around < TURN_STEPS;
            near[c][s] = near[s][c];
        }
    }
    near
}
