//! AVX-512: 32 registers, up to 24 of them sums; a register holds a block.

use super::kernel::{self, Row};
use super::vector::Vector;
use std::arch::x86_64::*;

impl Vector for __m512 {
    const LANES: usize = 16;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: the caller has AVX-512 F, as of `Vector`.
        unsafe { _mm512_set1_ps(value) }
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: AVX-512 F and a good pointer, as of `Vector`.
        unsafe { _mm512_loadu_ps(from) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: AVX-512 F and a good pointer, as of `Vector`.
        unsafe { _mm512_storeu_ps(to, self) }
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: the caller has AVX-512 F, as of `Vector`.
        unsafe { _mm512_add_ps(self, other) }
    }

    #[inline(always)]
    unsafe fn fused(self, a: Self, b: Self) -> Self {
        // SAFETY: the caller has AVX-512 F, as of `Vector`.
        unsafe { _mm512_fmadd_ps(a, b, self) }
    }

    #[inline(always)]
    unsafe fn positive(self) -> Self {
        // SAFETY: the caller has AVX-512 F, as of `Vector`.
        unsafe { _mm512_max_ps(self, _mm512_setzero_ps()) }
    }
}

/// One row of `blocks` blocks of outputs.
///
/// # Safety
/// The CPU has AVX-512 F; `row` holds good pointers and lengths.
#[target_feature(enable = "avx512f")]
pub(super) unsafe fn row(row: &Row, blocks: usize) {
    let mut block = 0;
    while block < blocks {
        // SAFETY: as of this function; block + what is taken never passes `blocks`.
        unsafe {
            block += match blocks - block {
                1 => {
                    kernel::row::<__m512, 1, 8>(row, block);
                    1
                }
                2 | 4 => {
                    kernel::row::<__m512, 2, 8>(row, block);
                    2
                }
                _ => {
                    kernel::row::<__m512, 3, 8>(row, block);
                    3
                }
            };
        }
    }
}
