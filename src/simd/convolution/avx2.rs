//! AVX2 with FMA: 16 registers, 12 of them sums.

use super::kernel::{self, Row};
use super::vector::Vector;
use std::arch::x86_64::*;

impl Vector for __m256 {
    const LANES: usize = 8;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: the caller has AVX2, as of `Vector`.
        unsafe { _mm256_set1_ps(value) }
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: AVX2 and a good pointer, as of `Vector`.
        unsafe { _mm256_loadu_ps(from) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: AVX2 and a good pointer, as of `Vector`.
        unsafe { _mm256_storeu_ps(to, self) }
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: the caller has AVX2, as of `Vector`.
        unsafe { _mm256_add_ps(self, other) }
    }

    #[inline(always)]
    unsafe fn fused(self, a: Self, b: Self) -> Self {
        // SAFETY: the caller has FMA, as of `Vector`.
        unsafe { _mm256_fmadd_ps(a, b, self) }
    }

    #[inline(always)]
    unsafe fn positive(self) -> Self {
        // The second operand is what comes out for −0 and for what is no number.
        // SAFETY: the caller has AVX2, as of `Vector`.
        unsafe { _mm256_max_ps(self, _mm256_setzero_ps()) }
    }
}

/// One row of `blocks` blocks of outputs.
///
/// # Safety
/// The CPU has AVX2 and FMA; `row` holds good pointers and lengths.
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn row(row: &Row, blocks: usize) {
    for block in 0..blocks {
        // SAFETY: as of this function.
        unsafe { kernel::row::<__m256, 2, 6>(row, block) };
    }
}
