//! The algorithm, once: the sums of `P` columns by `BLOCKS` blocks of outputs stay in registers while the taps go by.

use super::face::Face;
use super::{BLOCK, MAX_KERNEL, QUAD};

/// What happens to the sums.
#[derive(Clone, Copy)]
pub(super) enum Finish {
    /// Activations; `other` is added where it is not null.
    Steps {
        other: *const u8,
        out: *mut u8,
    },
    Numbers {
        out: *mut f32,
    },
}

/// One row of output. [`Convolver`](super::Convolver) makes it, and has checked every length.
pub(super) struct Row {
    /// `[block][ky][step][BLOCK][QUAD]`, and bytes from one block to the next.
    pub weights: *const i8,
    pub block_stride: usize,
    pub bias: *const i32,
    pub bias_less_128: *const i32,
    pub scale: *const f32,
    /// For each row of the kernel, where column 0 finds its first tap.
    pub sources: [*const u8; MAX_KERNEL],
    pub kernel_rows: usize,
    /// Taps that lie together in a source are a run: `runs` a kernel row, `run_steps` steps long, `run_gap` from start to start.
    pub runs: usize,
    pub run_steps: usize,
    pub run_gap: usize,
    /// Bytes from a column's first tap to the next column's.
    pub step: usize,
    pub columns: usize,
    /// Numbers from a column's output to the next one's.
    pub pitch: usize,
    pub finish: Finish,
}

/// All columns of the `BLOCKS` blocks of outputs that begin at `block`, `MOST` columns at a time or a few less. Tells how many
/// blocks that were.
///
/// The distance between columns is a constant where the network has it, so that an address is a register and a constant.
///
/// # Safety
/// The CPU has the face's instructions; `row` holds good pointers and lengths.
#[inline(always)]
pub(super) unsafe fn row<F: Face, const BLOCKS: usize, const MOST: usize>(row: &Row, block: usize) -> usize {
    // SAFETY: as of this function.
    unsafe {
        match row.step {
            2 if BLOCKS == 1 => tiles::<F, BLOCKS, MOST, 2>(row, block),
            32 if BLOCKS <= 2 => tiles::<F, BLOCKS, MOST, 32>(row, block),
            48 => tiles::<F, BLOCKS, MOST, 48>(row, block),
            64 if BLOCKS != 2 => tiles::<F, BLOCKS, MOST, 64>(row, block),
            _ if MOST >= 4 && row.columns >= 4 => columns::<F, BLOCKS, 4, 0>(row, block),
            _ => columns::<F, BLOCKS, 1, 0>(row, block),
        }
    }
    BLOCKS
}

/// Tile widths that a kernel is compiled for: about as wide as its registers allow, and two for narrow rows.
const WIDTHS: [usize; 9] = [1, 4, 5, 6, 7, 8, 10, 14, 16];

/// As few tiles as the most columns a tile allow, and those of about the same width, as the last overlaps the one before it.
fn width(columns: usize, most: usize) -> usize {
    let even = columns.div_ceil(columns.div_ceil(most));
    let mut widths = WIDTHS.iter().filter(|&&width| width <= most.min(columns) && is_compiled(width, most));
    widths.clone().find(|&&width| width >= even).or_else(|| widths.next_back()).copied().unwrap_or(1)
}

/// Whether a kernel of `most` columns at most is compiled for this width.
const fn is_compiled(width: usize, most: usize) -> bool {
    width == 1 && most > 0 || width == 4 && most >= 4 || width <= most && 4 * width >= 3 * most
}

/// # Safety
/// As of [`row`].
#[inline(always)]
unsafe fn tiles<F: Face, const BLOCKS: usize, const MOST: usize, const STEP: usize>(row: &Row, block: usize) {
    // SAFETY: as of this function; a width is never beyond the columns.
    unsafe {
        match width(row.columns, MOST) {
            16 if const { is_compiled(16, MOST) } => columns::<F, BLOCKS, 16, STEP>(row, block),
            14 if const { is_compiled(14, MOST) } => columns::<F, BLOCKS, 14, STEP>(row, block),
            10 if const { is_compiled(10, MOST) } => columns::<F, BLOCKS, 10, STEP>(row, block),
            8 if const { is_compiled(8, MOST) } => columns::<F, BLOCKS, 8, STEP>(row, block),
            7 if const { is_compiled(7, MOST) } => columns::<F, BLOCKS, 7, STEP>(row, block),
            6 if const { is_compiled(6, MOST) } => columns::<F, BLOCKS, 6, STEP>(row, block),
            5 if const { is_compiled(5, MOST) } => columns::<F, BLOCKS, 5, STEP>(row, block),
            4 if const { is_compiled(4, MOST) } => columns::<F, BLOCKS, 4, STEP>(row, block),
            _ => columns::<F, BLOCKS, 1, STEP>(row, block),
        }
    }
}

/// # Safety
/// As of [`row`]; `P <= row.columns`.
#[inline(always)]
unsafe fn columns<F: Face, const BLOCKS: usize, const P: usize, const STEP: usize>(row: &Row, block: usize) {
    let mut x = 0;
    loop {
        // SAFETY: as of this function; x + P never passes the last column.
        unsafe { tile::<F, BLOCKS, P, STEP>(row, block, x) };
        if x + P >= row.columns {
            return;
        }
        // The last tile overlaps the one before it rather than be narrow: columns do not depend on each other.
        x = (x + P).min(row.columns - P);
    }
}

/// `STEP` is the row's step, or 0 for any.
///
/// # Safety
/// As of [`row`]; `x + P <= row.columns`.
#[inline(always)]
unsafe fn tile<F: Face, const BLOCKS: usize, const P: usize, const STEP: usize>(row: &Row, block: usize, x: usize) {
    let step = if STEP == 0 { row.step } else { STEP };
    let bias = if F::LESS_128 { row.bias_less_128 } else { row.bias };
    // SAFETY: the caller's promise covers the instructions and, by the lengths that `Convolver` has checked, every address
    // below: taps of columns x..x + P, weights, biases and scales of these blocks, outputs of these columns.
    unsafe {
        let mut sums: [[F::Sums; BLOCKS]; P] = [std::array::from_fn(|b| F::start(bias.add((block + b) * BLOCK))); P];
        let mut weights = row.weights.add(block * row.block_stride);
        for ky in 0..row.kernel_rows {
            // By pointer: an index would tell the compiler of five rows at most, and it would write the loop out five times.
            let mut run = (*row.sources.as_ptr().add(ky)).add(x * step);
            for _ in 0..row.runs {
                let mut taps = run;
                for _ in 0..row.run_steps {
                    let w: [F::Weights; BLOCKS] =
                        std::array::from_fn(|b| F::weights(weights.add(b * row.block_stride)));
                    for (p, sums) in sums.iter_mut().enumerate() {
                        let taps = F::taps(taps.add(p * step));
                        for (sums, w) in sums.iter_mut().zip(w) {
                            *sums = F::dot(*sums, taps, w);
                        }
                    }
                    taps = taps.add(QUAD);
                    weights = weights.add(BLOCK * QUAD);
                }
                run = run.add(row.run_gap);
            }
        }
        for (p, sums) in sums.iter().enumerate() {
            for (b, &sums) in sums.iter().enumerate() {
                let channel = (block + b) * BLOCK;
                let (scale, at) = (row.scale.add(channel), (x + p) * row.pitch + channel);
                match row.finish {
                    Finish::Steps { other, out } if other.is_null() => F::steps(sums, scale, other, out.add(at)),
                    Finish::Steps { other, out } => F::steps(sums, scale, other.add(at), out.add(at)),
                    Finish::Numbers { out } => F::numbers(sums, scale, out.add(at)),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_are_never_wider_than_the_row_and_waste_little() {
        for most in [1, 4, 5, 6, 8, 10, 16] {
            for columns in 1..300 {
                let width = width(columns, most);
                assert!(WIDTHS.contains(&width) && width <= most.min(columns), "{width} of {columns}, {most} at most");
                let computed = columns.div_ceil(width) * width;
                assert!(columns < 3 * most || computed * 4 <= columns * 5, "{computed} for {columns}, {most}");
            }
        }
    }
}
