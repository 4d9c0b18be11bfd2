//! The algorithm, once: `P` columns by `VECTORS` registers of output channels are kept in registers while the taps go by.

use super::vector::Vector;
use super::{BLOCK, MAX_KERNEL};

/// What happens to a sum before it is stored.
#[derive(Clone, Copy)]
pub(super) enum Finish {
    Nothing,
    Relu,
    /// Adds what stands at the same place here.
    Add(*const f32),
}

/// One row of output. [`Convolver::row`](super::Convolver::row) makes it, and has checked every length.
pub(super) struct Row {
    /// Packed by block of outputs, `[block][ky][kx][input][BLOCK]`, and numbers from one block to the next.
    pub weights: *const f32,
    pub block_stride: usize,
    pub bias: *const f32,
    /// For each row of the kernel, where column 0 finds its first tap.
    pub sources: [*const f32; MAX_KERNEL],
    pub kernel_rows: usize,
    /// Numbers that lie together in a source are a run: `runs` a kernel row, `run_length` long, `run_gap` from start to start.
    pub runs: usize,
    pub run_length: usize,
    pub run_gap: usize,
    /// Numbers from a column's first tap to the next column's.
    pub step: usize,
    pub columns: usize,
    pub out: *mut f32,
    /// Numbers from a column's output to the next one's.
    pub pitch: usize,
    pub finish: Finish,
}

/// All columns of the `VECTORS · LANES` outputs that begin at block `block`.
///
/// # Safety
/// The CPU has `V`'s instructions; `row` holds good pointers and lengths.
#[inline(always)]
pub(super) unsafe fn row<V: Vector, const VECTORS: usize, const P: usize>(row: &Row, block: usize) {
    let mut x = 0;
    if row.columns < P {
        while x < row.columns {
            // SAFETY: as of this function; x is a column.
            unsafe { tile::<V, VECTORS, 1>(row, block, x) };
            x += 1;
        }
        return;
    }
    loop {
        // SAFETY: as of this function; x + P never passes the last column.
        unsafe { tile::<V, VECTORS, P>(row, block, x) };
        if x + P == row.columns {
            return;
        }
        // The last tile overlaps the one before it rather than be narrow: columns do not depend on each other.
        x = (x + P).min(row.columns - P);
    }
}

/// # Safety
/// As of [`row`]; `x + P <= row.columns`.
#[inline(always)]
unsafe fn tile<V: Vector, const VECTORS: usize, const P: usize>(row: &Row, block: usize, x: usize) {
    // SAFETY: the caller's promise covers the instructions and, by the lengths that `Convolver::row` has checked, every
    // address below: taps of columns x..x + P, weights and biases of these blocks, outputs of these columns.
    unsafe {
        let mut sums = [[V::splat(0.0); VECTORS]; P];
        for v in 0..VECTORS {
            let bias = V::load(row.bias.add(block * BLOCK + v * V::LANES));
            for sum in &mut sums {
                sum[v] = bias;
            }
        }
        let mut weights = row.weights.add(block * row.block_stride);
        for ky in 0..row.kernel_rows {
            let mut taps = row.sources[ky].add(x * row.step);
            for _ in 0..row.runs {
                for tap in 0..row.run_length {
                    let mut w = [V::splat(0.0); VECTORS];
                    for (v, w) in w.iter_mut().enumerate() {
                        let lane = v * V::LANES;
                        *w = V::load(weights.add(lane / BLOCK * row.block_stride + lane % BLOCK));
                    }
                    for (p, sum) in sums.iter_mut().enumerate() {
                        let value = V::splat(*taps.add(p * row.step + tap));
                        for v in 0..VECTORS {
                            sum[v] = sum[v].fused(value, w[v]);
                        }
                    }
                    weights = weights.add(BLOCK);
                }
                taps = taps.add(row.run_gap);
            }
        }
        for (p, sum) in sums.iter().enumerate() {
            for (v, &sum) in sum.iter().enumerate() {
                let at = (x + p) * row.pitch + block * BLOCK + v * V::LANES;
                let sum = match row.finish {
                    Finish::Nothing => sum,
                    Finish::Relu => sum.positive(),
                    Finish::Add(other) => sum.add(V::load(other.add(at))),
                };
                sum.store(row.out.add(at));
            }
        }
    }
}
