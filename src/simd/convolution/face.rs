//! What the kernel asks of an instruction set.

/// Dot products of four inputs with the weights of [`BLOCK`](super::BLOCK) outputs.
///
/// # Safety
/// Of every function: the CPU has the face's instructions, and pointers hold what is read or written, at any alignment.
pub(super) trait Face {
    /// Four inputs, the same for every output.
    type Taps: Copy;
    /// The weights of four inputs for each output.
    type Weights: Copy;
    /// A sum an output.
    type Sums: Copy;

    /// Whether inputs are taken less 128, for the lack of an instruction that multiplies unsigned by signed.
    const LESS_128: bool;

    /// Sums to begin with, from [`BLOCK`](super::BLOCK) of them.
    unsafe fn start(bias: *const i32) -> Self::Sums;

    /// From four inputs.
    unsafe fn taps(from: *const u8) -> Self::Taps;

    /// From four weights for each output.
    unsafe fn weights(from: *const i8) -> Self::Weights;

    /// Adds the products.
    unsafe fn dot(sums: Self::Sums, taps: Self::Taps, weights: Self::Weights) -> Self::Sums;

    /// Sums times scale, rounded half to even, plus `other` where it is not null, clipped to 0..=255.
    unsafe fn steps(sums: Self::Sums, scale: *const f32, other: *const u8, out: *mut u8);

    /// Sums times scale.
    unsafe fn numbers(sums: Self::Sums, scale: *const f32, out: *mut f32);

    /// The same taps, of which the compiler knows nothing any more: only [`peak`](super::peak) needs it.
    unsafe fn opaque(taps: Self::Taps) -> Self::Taps;
}
