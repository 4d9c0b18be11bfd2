//! Two-dimensional convolution, a row at a time, the same to the bit at every level.
//!
//! Activations are `f32`, channels innermost (NHWC). Each output is one chain of fused multiply-adds that begins with the bias
//! and takes the taps in the order (ky, kx, input): only outputs and columns share registers, never the terms of one sum, so
//! that the width of a register does not show in the result.

mod fma;
mod kernel;
mod scalar;
mod vector;

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;
#[cfg(test)]
mod tests;

use super::Level;
use kernel::{Finish, Row};

/// Outputs are packed by this many; [`Filter::outputs`] is a multiple of it.
pub(crate) const BLOCK: usize = 16;
/// The tallest kernel.
const MAX_KERNEL: usize = 5;

/// The shape of a convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Channels that come out; packed up to a multiple of [`BLOCK`], the rest computed as zeros.
    pub outputs: usize,
    /// Channels that go in.
    pub inputs: usize,
    /// Rows and columns of the kernel, 1 to 5.
    pub kernel: (usize, usize),
    /// Input columns from an output column to the next.
    pub stride: usize,
    /// Input columns from a tap to the next.
    pub dilation: usize,
}

/// A convolution's weights, packed for the kernels.
#[derive(Debug)]
pub(crate) struct Filter {
    shape: Shape,
    /// `[block][ky][kx][input][BLOCK]`.
    weights: Vec<f32>,
    bias: Vec<f32>,
}

impl Filter {
    /// From weights `[output][ky][kx][input]` and a bias an output.
    ///
    /// # Panics
    /// Where lengths do not follow from the shape, or a part of it is zero or too large. Those who read weights from outside
    /// check before they call.
    pub fn new(shape: Shape, weights: &[f32], bias: &[f32]) -> Self {
        let Shape { outputs, inputs, kernel: (height, width), stride, dilation } = shape;
        assert!([outputs, inputs, width, stride, dilation].iter().all(|&n| n > 0), "{shape:?}");
        assert!((1..=MAX_KERNEL).contains(&height), "{shape:?}");
        let taps = height * width * inputs;
        assert_eq!((weights.len(), bias.len()), (outputs * taps, outputs), "{shape:?}");
        let padded = outputs.next_multiple_of(BLOCK);
        let mut packed = vec![0.0; padded * taps];
        for (output, weights) in weights.chunks_exact(taps).enumerate() {
            for (tap, &weight) in weights.iter().enumerate() {
                packed[(output / BLOCK * taps + tap) * BLOCK + output % BLOCK] = weight;
            }
        }
        let mut bias = bias.to_vec();
        bias.resize(padded, 0.0);
        Filter { shape, weights: packed, bias }
    }

    /// Channels that come out, with those that fill the last block.
    pub fn outputs(&self) -> usize {
        self.bias.len()
    }

    /// Multiply-adds for one output column of one row.
    pub fn multiply_adds(&self) -> usize {
        self.shape.outputs * self.shape.kernel.0 * self.shape.kernel.1 * self.shape.inputs
    }
}

/// What is done to the sums of a row.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Then<'a> {
    Nothing,
    /// Negative ones become zero.
    Relu,
    /// These are added, one a sum.
    Add(&'a [f32]),
}

/// Convolution at one CPU level. Having the value proves that this CPU has the level.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Convolver {
    level: Level,
}

impl Convolver {
    /// At `level`, or the highest below it that this CPU has.
    pub fn new(level: Level) -> Self {
        Convolver { level: level.lowered() }
    }

    /// The level that it runs at.
    pub fn level(self) -> Level {
        self.level
    }

    /// One row of `columns` outputs, channels innermost: `columns * filter.outputs()` numbers.
    ///
    /// `sources` has one slice for each row of the kernel; it begins with the first tap of column 0. A row above or below the
    /// image is a slice of zeros.
    ///
    /// # Panics
    /// Where a slice is shorter than that asks for.
    pub fn row(self, filter: &Filter, sources: &[&[f32]], out: &mut [f32], columns: usize, then: Then) {
        if columns == 0 {
            return;
        }
        let Shape { inputs, kernel: (height, width), stride, dilation, .. } = filter.shape;
        assert_eq!(sources.len(), height, "one source a kernel row");
        let reach = ((columns - 1) * stride + (width - 1) * dilation + 1) * inputs;
        let size = columns * filter.outputs();
        assert!(
            sources.iter().all(|s| s.len() >= reach),
            "a source row is shorter than the {reach} that {columns} take"
        );
        assert!(out.len() >= size, "{} for {size} outputs", out.len());
        let finish = match then {
            Then::Nothing => Finish::Nothing,
            Then::Relu => Finish::Relu,
            Then::Add(other) => {
                assert!(other.len() >= size, "{} to add to {size} outputs", other.len());
                Finish::Add(other.as_ptr())
            }
        };
        // Neighbouring columns lie together, so without dilation a kernel row is one run.
        let (runs, run_length) = if dilation == 1 { (1, width * inputs) } else { (width, inputs) };
        let mut pointers = [std::ptr::null(); MAX_KERNEL];
        for (pointer, source) in pointers.iter_mut().zip(sources) {
            *pointer = source.as_ptr();
        }
        let row = Row {
            weights: filter.weights.as_ptr(),
            block_stride: height * width * inputs * BLOCK,
            bias: filter.bias.as_ptr(),
            sources: pointers,
            kernel_rows: height,
            runs,
            run_length,
            run_gap: dilation * inputs,
            step: stride * inputs,
            columns,
            out: out.as_mut_ptr(),
            pitch: filter.outputs(),
            finish,
        };
        let blocks = filter.outputs() / BLOCK;
        // SAFETY: the asserts above cover every tap of every column (`reach`), every output and every number to add (`size`);
        // `Filter::new` made the weights and biases of `blocks` blocks. `out` is borrowed alone, so it overlaps no source.
        // `Convolver::new` has lowered the level to one that this CPU has.
        unsafe {
            match self.level {
                #[cfg(target_arch = "x86_64")]
                Level::Avx2 => avx2::row(&row, blocks),
                #[cfg(target_arch = "x86_64")]
                Level::Avx512 => avx512::row(&row, blocks),
                #[cfg(target_arch = "aarch64")]
                Level::Neon => neon::row(&row, blocks),
                _ => scalar::row(&row, blocks),
            }
        }
    }
}
