//! AVX-512: a block of outputs is one register; 8 columns of three blocks, 10 of two or 16 of one are at most 24
//! of the 32 registers.
//!
//! VNNI takes a step in one instruction. CPUs that lack it take three, as with AVX2, for twice as many outputs.

use super::face::Face;
use super::kernel::{self, Row};
use std::arch::asm;
use std::arch::x86_64::*;

/// With VNNI.
pub(super) struct Vnni;

/// With BW alone.
pub(super) struct Bw;

/// Whether this CPU has VNNI.
pub(super) fn has_vnni() -> bool {
    is_x86_feature_detected!("avx512vnni")
}

macro_rules! face {
    ($face:ty, $dot:expr) => {
        impl Face for $face {
            type Taps = __m512i;
            type Weights = __m512i;
            type Sums = __m512i;

            const LESS_128: bool = false;

            #[inline(always)]
            unsafe fn start(bias: *const i32) -> __m512i {
                // SAFETY: AVX-512 and a good pointer, as of `Face`.
                unsafe { _mm512_loadu_si512(bias.cast()) }
            }

            #[inline(always)]
            unsafe fn taps(from: *const u8) -> __m512i {
                // SAFETY: AVX-512 and a good pointer, as of `Face`.
                unsafe { _mm512_set1_epi32(from.cast::<i32>().read_unaligned()) }
            }

            #[inline(always)]
            unsafe fn weights(from: *const i8) -> __m512i {
                // SAFETY: AVX-512 and a good pointer, as of `Face`.
                unsafe { _mm512_loadu_si512(from.cast()) }
            }

            #[inline(always)]
            unsafe fn dot(sums: __m512i, taps: __m512i, weights: __m512i) -> __m512i {
                // SAFETY: the caller has the face's instructions, as of `Face`.
                unsafe { $dot(sums, taps, weights) }
            }

            #[inline(always)]
            unsafe fn steps(sums: __m512i, scale: *const f32, other: *const u8, out: *mut u8) {
                // SAFETY: AVX-512 and good pointers, as of `Face`; `other` is null or one of them.
                unsafe {
                    let scaled = _mm512_mul_ps(_mm512_cvtepi32_ps(sums), _mm512_loadu_ps(scale));
                    let mut whole = _mm512_cvtps_epi32(scaled);
                    if !other.is_null() {
                        whole = _mm512_add_epi32(whole, _mm512_cvtepu8_epi32(_mm_loadu_si128(other.cast())));
                    }
                    let clipped = _mm512_max_epi32(whole, _mm512_setzero_si512());
                    _mm_storeu_si128(out.cast(), _mm512_cvtusepi32_epi8(clipped));
                }
            }

            #[inline(always)]
            unsafe fn numbers(sums: __m512i, scale: *const f32, out: *mut f32) {
                // SAFETY: AVX-512 and good pointers, as of `Face`.
                unsafe { _mm512_storeu_ps(out, _mm512_mul_ps(_mm512_cvtepi32_ps(sums), _mm512_loadu_ps(scale))) }
            }

            #[inline(always)]
            unsafe fn opaque(taps: __m512i) -> __m512i {
                // SAFETY: the caller has AVX-512, as of `Face`.
                unsafe { opaque(taps) }
            }
        }
    };
}
face!(Vnni, _mm512_dpbusd_epi32);
face!(Bw, dot_by_pairs);

#[inline]
#[target_feature(enable = "avx512f")]
fn opaque(mut taps: __m512i) -> __m512i {
    // SAFETY: no instruction at all.
    unsafe { asm!("/* {0} */", inout(zmm_reg) taps, options(pure, nomem, nostack, preserves_flags)) };
    taps
}

/// # Safety
/// The CPU has AVX-512 F and BW.
#[inline(always)]
unsafe fn dot_by_pairs(sums: __m512i, taps: __m512i, weights: __m512i) -> __m512i {
    // SAFETY: as of this function.
    unsafe {
        let pairs = _mm512_maddubs_epi16(taps, weights);
        _mm512_add_epi32(sums, _mm512_madd_epi16(pairs, _mm512_set1_epi16(1)))
    }
}

/// One row of `blocks` blocks of outputs.
///
/// # Safety
/// The CPU has AVX-512 F, BW and VNNI; `row` holds good pointers and lengths.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
pub(super) unsafe fn row_with_vnni(row: &Row, blocks: usize) {
    // SAFETY: as of this function.
    unsafe { rows::<Vnni>(row, blocks) }
}

/// One row of `blocks` blocks of outputs.
///
/// # Safety
/// The CPU has AVX-512 F and BW; `row` holds good pointers and lengths.
#[target_feature(enable = "avx512f,avx512bw")]
pub(super) unsafe fn row_with_bw(row: &Row, blocks: usize) {
    // SAFETY: as of this function.
    unsafe { rows::<Bw>(row, blocks) }
}

/// # Safety
/// The CPU has the face's instructions; `row` holds good pointers and lengths.
#[inline(always)]
unsafe fn rows<F: Face>(row: &Row, blocks: usize) {
    let mut block = 0;
    while block < blocks {
        let left = blocks - block;
        // SAFETY: as of this function; there are as many blocks left.
        block += unsafe {
            match left {
                1 => kernel::row::<F, 1, 16>(row, block),
                2 => kernel::row::<F, 2, 10>(row, block),
                _ => kernel::row::<F, 3, 8>(row, block),
            }
        };
    }
}
