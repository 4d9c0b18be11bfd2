/// A register of `LANES` numbers: all that the kernel asks of an instruction set.
///
/// # Safety
/// Of every method: the CPU must have the instruction set that the implementing type stands for; pointers must be good for
/// `LANES` numbers, at any alignment.
pub(super) trait Vector: Copy {
    /// Numbers in a register; divides [`BLOCK`](super::BLOCK).
    const LANES: usize;
    /// All lanes `value`.
    unsafe fn splat(value: f32) -> Self;
    /// From memory.
    unsafe fn load(from: *const f32) -> Self;
    /// To memory.
    unsafe fn store(self, to: *mut f32);
    /// Lane by lane.
    unsafe fn add(self, other: Self) -> Self;
    /// `self + a · b`, rounded once.
    unsafe fn fused(self, a: Self, b: Self) -> Self;
    /// What is above zero, and +0 for all else.
    unsafe fn positive(self) -> Self;
}
