//! Two-dimensional convolution in 8-bit integers, a row at a time, the same to the bit at every level.
//!
//! Activations are `u8`, channels innermost (NHWC), weights `i8` of −64 to 64, sums `i32`: exact, whatever their order. A sum
//! stays below 2²⁴, so its `f32` is exact too, and one multiplication and one rounding (half to even) give the output.
//!
//! Four inputs of a column are taken in one step, as the instructions for this do (`vpdpbusd`, `vpmaddubsw`, `sdot`). Two
//! products of 255 · 64 still fit 16 bits, so that `vpmaddubsw` never saturates.

mod face;
mod kernel;
mod peak;
mod portable;

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
pub(crate) use peak::peak;

/// Outputs are packed by this many; [`Filter::outputs`] is a multiple of it.
pub(crate) const BLOCK: usize = 16;
/// The tallest kernel.
const MAX_KERNEL: usize = 5;
/// Inputs of one step.
const QUAD: usize = 4;
/// The largest weight.
pub(crate) const MAX_WEIGHT: i8 = 64;

/// The shape of a convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Channels that come out; packed up to a multiple of [`BLOCK`], the rest computed as zeros.
    pub outputs: usize,
    /// Channels that go in.
    pub inputs: usize,
    /// Channels from a column of a source to the next, of which the first [`inputs`](Shape::inputs) are taken.
    pub spacing: usize,
    /// Rows of the kernel, 1 to 5, and its columns.
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
    /// `[block][ky][step][BLOCK][QUAD]`, zeros where a run of taps ends within a step.
    weights: Vec<i8>,
    bias: Vec<i32>,
    /// The same for faces that take an activation less 128.
    bias_less_128: Vec<i32>,
    scale: Vec<f32>,
}

impl Filter {
    /// From weights `[output][ky][kx][input]`, and a bias (in units of the sums) and a scale (from sums to outputs) an output.
    /// `ground` is the activation that stands for zero.
    ///
    /// # Panics
    /// Where lengths do not follow from the shape, or a part of it is zero or too large. Those who read weights from outside
    /// check before they call, also that no weight is beyond [`MAX_WEIGHT`] and no sum beyond 2²⁴.
    pub fn new(shape: Shape, weights: &[i8], bias: &[i32], scale: &[f32], ground: u8) -> Self {
        let Shape { outputs, inputs, spacing, kernel: (height, width), stride, dilation } = shape;
        assert!([outputs, inputs, width, stride, dilation].iter().all(|&n| n > 0) && spacing >= inputs, "{shape:?}");
        assert!((1..=MAX_KERNEL).contains(&height), "{shape:?}");
        let taps = height * width * inputs;
        assert_eq!((weights.len(), bias.len(), scale.len()), (outputs * taps, outputs, outputs), "{shape:?}");
        let padded = outputs.next_multiple_of(BLOCK);
        let run = shape.run();
        let steps = height * shape.runs() * run.div_ceil(QUAD);
        let mut packed = vec![0; padded * steps * QUAD];
        for (output, weights) in weights.chunks_exact(taps).enumerate() {
            for (tap, &weight) in weights.iter().enumerate() {
                // Runs follow each other, in the weights as in the steps; only the gap after each differs.
                let step = tap / run * run.div_ceil(QUAD) + tap % run / QUAD;
                let at = (output / BLOCK * steps + step) * BLOCK + output % BLOCK;
                packed[at * QUAD + tap % run % QUAD] = weight;
            }
        }
        let shifted = |less: i32| {
            let sum = |weights: &[i8]| weights.iter().map(|&w| i32::from(w)).sum::<i32>();
            let biases = bias.iter().zip(weights.chunks_exact(taps)).map(|(b, w)| b - less * sum(w));
            biases.chain(std::iter::repeat(0)).take(padded).collect()
        };
        let mut scale = scale.to_vec();
        scale.resize(padded, 0.0);
        let ground = i32::from(ground);
        Filter { shape, weights: packed, bias: shifted(ground), bias_less_128: shifted(ground - 128), scale }
    }

    /// Channels that come out, with those that fill the last block.
    pub fn outputs(&self) -> usize {
        self.bias.len()
    }

    /// Multiply-adds for one output column of one row, those with padding left out.
    pub fn multiply_adds(&self) -> usize {
        self.shape.outputs * self.shape.kernel.0 * self.shape.kernel.1 * self.shape.inputs
    }
}

impl Shape {
    /// Whether all activations of one kernel row lie together.
    fn dense(self) -> bool {
        self.dilation == 1 && self.spacing == self.inputs
    }

    /// Activations that lie together: a run.
    fn run(self) -> usize {
        if self.dense() { self.kernel.1 * self.inputs } else { self.inputs }
    }

    /// How many runs a kernel row has.
    fn runs(self) -> usize {
        if self.dense() { 1 } else { self.kernel.1 }
    }

    /// How long a source must be for this many columns.
    fn reach(self, columns: usize) -> usize {
        let last = (columns - 1) * self.stride + (self.runs() - 1) * self.dilation;
        last * self.spacing + self.run().next_multiple_of(QUAD)
    }
}

/// What is done to the outputs of a row before they are clipped to 0..=255.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Then<'a> {
    Clip,
    /// What stands at the same place here is added.
    Add(&'a [u8]),
}

/// Convolution at one CPU level. Having the value proves that this CPU has the level.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Convolver {
    level: Level,
    /// Computes one row of so many blocks of outputs, with instructions that this CPU has.
    kernel: unsafe fn(&Row, usize),
}

impl Convolver {
    /// At `level`, or the highest below it that this CPU has.
    pub fn new(level: Level) -> Self {
        let level = level.lowered();
        let kernel: unsafe fn(&Row, usize) = match level {
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => avx2::row,
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 if avx512::has_vnni() => avx512::row_with_vnni,
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => avx512::row_with_bw,
            #[cfg(target_arch = "aarch64")]
            Level::Neon if neon::has_dot() => neon::row_with_dot,
            #[cfg(target_arch = "aarch64")]
            Level::Neon => neon::row_without_dot,
            _ => portable::row,
        };
        Convolver { level, kernel }
    }

    /// The level that it runs at.
    pub fn level(self) -> Level {
        self.level
    }

    /// One row of `columns` outputs, channels innermost, a column's `pitch` bytes after the one before it.
    ///
    /// `sources` has one slice for each row of the kernel; it begins with the first tap of column 0, and goes on to the end of
    /// the last column's last step. A row above or below the image is a slice of what stands for zero.
    ///
    /// # Panics
    /// Where a slice is shorter than that asks for.
    pub fn row(self, filter: &Filter, sources: &[&[u8]], out: &mut [u8], pitch: usize, columns: usize, then: Then) {
        assert!(pitch >= filter.outputs(), "{} outputs at a pitch of {pitch}", filter.outputs());
        let size = if columns == 0 { 0 } else { (columns - 1) * pitch + filter.outputs() };
        assert!(out.len() >= size, "{} for {size} outputs", out.len());
        let other = match then {
            Then::Clip => std::ptr::null(),
            Then::Add(other) => {
                assert!(other.len() >= size, "{} to add to {size} outputs", other.len());
                other.as_ptr()
            }
        };
        self.run(filter, sources, columns, pitch, Finish::Steps { other, out: out.as_mut_ptr() });
    }

    /// The same, for a last layer: the scaled sums, neither rounded nor clipped, [`Filter::outputs`] a column.
    ///
    /// # Panics
    /// As [`Convolver::row`].
    pub fn numbers(self, filter: &Filter, sources: &[&[u8]], out: &mut [f32], columns: usize) {
        let size = columns * filter.outputs();
        assert!(out.len() >= size, "{} for {size} outputs", out.len());
        self.run(filter, sources, columns, filter.outputs(), Finish::Numbers { out: out.as_mut_ptr() });
    }

    fn run(self, filter: &Filter, sources: &[&[u8]], columns: usize, pitch: usize, finish: Finish) {
        if columns == 0 {
            return;
        }
        let shape = filter.shape;
        assert_eq!(sources.len(), shape.kernel.0, "one source a kernel row");
        let reach = shape.reach(columns);
        assert!(
            sources.iter().all(|s| s.len() >= reach),
            "a source row is shorter than the {reach} that {columns} take"
        );
        let mut pointers = [std::ptr::null(); MAX_KERNEL];
        for (pointer, source) in pointers.iter_mut().zip(sources) {
            *pointer = source.as_ptr();
        }
        let blocks = filter.outputs() / BLOCK;
        let row = Row {
            weights: filter.weights.as_ptr(),
            block_stride: filter.weights.len() / blocks,
            bias: filter.bias.as_ptr(),
            bias_less_128: filter.bias_less_128.as_ptr(),
            scale: filter.scale.as_ptr(),
            sources: pointers,
            kernel_rows: shape.kernel.0,
            runs: shape.runs(),
            run_steps: shape.run().div_ceil(QUAD),
            run_gap: shape.dilation * shape.spacing,
            step: shape.stride * shape.spacing,
            columns,
            pitch,
            finish,
        };
        // SAFETY: the kernel's instructions were found by `new`; lengths were checked above and by the callers, and the
        // weights' by `Filter::new`.
        unsafe { (self.kernel)(&row, blocks) };
    }
}
