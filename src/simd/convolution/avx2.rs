//! AVX2: a block of outputs is two registers; five columns of them are ten of the sixteen registers.

use super::face::Face;
use super::kernel::{self, Row};
use std::arch::asm;
use std::arch::x86_64::*;

pub(super) struct Avx2;

impl Face for Avx2 {
    type Taps = __m256i;
    type Weights = [__m256i; 2];
    type Sums = [__m256i; 2];

    const LESS_128: bool = false;

    #[inline(always)]
    unsafe fn start(bias: *const i32) -> Self::Sums {
        // SAFETY: AVX2 and a good pointer, as of `Face`.
        unsafe { [_mm256_loadu_si256(bias.cast()), _mm256_loadu_si256(bias.add(8).cast())] }
    }

    #[inline(always)]
    unsafe fn taps(from: *const u8) -> Self::Taps {
        // SAFETY: AVX2 and a good pointer, as of `Face`.
        unsafe { _mm256_set1_epi32(from.cast::<i32>().read_unaligned()) }
    }

    #[inline(always)]
    unsafe fn weights(from: *const i8) -> Self::Weights {
        // SAFETY: AVX2 and a good pointer, as of `Face`.
        unsafe { [_mm256_loadu_si256(from.cast()), _mm256_loadu_si256(from.add(32).cast())] }
    }

    #[inline(always)]
    unsafe fn dot(sums: Self::Sums, taps: Self::Taps, weights: Self::Weights) -> Self::Sums {
        // SAFETY: the caller has AVX2, as of `Face`.
        let add = |sum, w| unsafe {
            let pairs = _mm256_maddubs_epi16(taps, w);
            _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)))
        };
        [add(sums[0], weights[0]), add(sums[1], weights[1])]
    }

    #[inline(always)]
    unsafe fn steps(sums: Self::Sums, scale: *const f32, other: *const u8, out: *mut u8) {
        // SAFETY: AVX2 and good pointers, as of `Face`; `other` is null or one of them.
        unsafe {
            let whole =
                |sums, scale| _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_cvtepi32_ps(sums), _mm256_loadu_ps(scale)));
            let packed = _mm256_packs_epi32(whole(sums[0], scale), whole(sums[1], scale.add(8)));
            let mut packed = _mm256_permute4x64_epi64::<0b11_01_10_00>(packed);
            if !other.is_null() {
                packed = _mm256_adds_epi16(packed, _mm256_cvtepu8_epi16(_mm_loadu_si128(other.cast())));
            }
            let (low, high) = (_mm256_castsi256_si128(packed), _mm256_extracti128_si256::<1>(packed));
            _mm_storeu_si128(out.cast(), _mm_packus_epi16(low, high));
        }
    }

    #[inline(always)]
    unsafe fn numbers(sums: Self::Sums, scale: *const f32, out: *mut f32) {
        // SAFETY: AVX2 and good pointers, as of `Face`.
        unsafe {
            let scaled = |sums, scale| _mm256_mul_ps(_mm256_cvtepi32_ps(sums), _mm256_loadu_ps(scale));
            _mm256_storeu_ps(out, scaled(sums[0], scale));
            _mm256_storeu_ps(out.add(8), scaled(sums[1], scale.add(8)));
        }
    }

    #[inline(always)]
    unsafe fn opaque(taps: Self::Taps) -> Self::Taps {
        // SAFETY: the caller has AVX2, as of `Face`.
        unsafe { opaque(taps) }
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn opaque(mut taps: __m256i) -> __m256i {
    // SAFETY: no instruction at all.
    unsafe { asm!("/* {0} */", inout(ymm_reg) taps, options(pure, nomem, nostack, preserves_flags)) };
    taps
}

/// One row of `blocks` blocks of outputs.
///
/// # Safety
/// The CPU has AVX2; `row` holds good pointers and lengths.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn row(row: &Row, blocks: usize) {
    for block in 0..blocks {
        // SAFETY: as of this function.
        unsafe { kernel::row::<Avx2, 1, 5>(row, block) };
    }
}
