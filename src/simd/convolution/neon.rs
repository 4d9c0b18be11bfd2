//! NEON: 32 registers of four, 24 of them sums.

use super::kernel::{self, Row};
use super::vector::Vector;
use std::arch::aarch64::*;

impl Vector for float32x4_t {
    const LANES: usize = 4;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: the caller has NEON, as of `Vector`.
        unsafe { vdupq_n_f32(value) }
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: NEON and a good pointer, as of `Vector`.
        unsafe { vld1q_f32(from) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: NEON and a good pointer, as of `Vector`.
        unsafe { vst1q_f32(to, self) }
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: the caller has NEON, as of `Vector`.
        unsafe { vaddq_f32(self, other) }
    }

    #[inline(always)]
    unsafe fn fused(self, a: Self, b: Self) -> Self {
        // SAFETY: the caller has NEON, as of `Vector`.
        unsafe { vfmaq_f32(self, a, b) }
    }

    #[inline(always)]
    unsafe fn positive(self) -> Self {
        // +0 is above −0 here, and a number above what is none: as on x86.
        // SAFETY: the caller has NEON, as of `Vector`.
        unsafe { vmaxnmq_f32(self, vdupq_n_f32(0.0)) }
    }
}

/// One row of `blocks` blocks of outputs.
///
/// # Safety
/// The CPU has NEON; `row` holds good pointers and lengths.
#[target_feature(enable = "neon")]
pub(super) unsafe fn row(row: &Row, blocks: usize) {
    for block in 0..blocks {
        // SAFETY: as of this function.
        unsafe { kernel::row::<float32x4_t, 4, 6>(row, block) };
    }
}
