//! NEON: inputs less 128 by signed weights, for the lack of unsigned by signed.
//!
//! Where the CPU has the dot product of ARMv8.2 (`sdot`), a step is one instruction for four outputs; otherwise products of
//! 8 bits are added in pairs, twice.

use super::face::Face;
use super::kernel::{self, Row};
use std::arch::aarch64::*;
use std::arch::{asm, is_aarch64_feature_detected};

/// NEON alone. Each output has two sums, side by side.
pub(super) struct Neon;

/// With `sdot`.
pub(super) struct NeonDot;

/// Four inputs less 128, four times.
///
/// # Safety
/// A good pointer.
#[inline(always)]
unsafe fn taps(from: *const u8) -> int8x16_t {
    // SAFETY: as of this function; every ARM64 CPU has NEON.
    unsafe { vreinterpretq_s8_u32(vdupq_n_u32(from.cast::<u32>().read_unaligned() ^ 0x8080_8080)) }
}

/// # Safety
/// A good pointer to 64 weights.
#[inline(always)]
unsafe fn weights(from: *const i8) -> [int8x16_t; 4] {
    // SAFETY: as of this function; every ARM64 CPU has NEON.
    unsafe { [vld1q_s8(from), vld1q_s8(from.add(16)), vld1q_s8(from.add(32)), vld1q_s8(from.add(48))] }
}

/// # Safety
/// Good pointers, but `other` may be null.
#[inline(always)]
unsafe fn steps(sums: [int32x4_t; 4], scale: *const f32, other: *const u8, out: *mut u8) {
    // SAFETY: as of this function; every ARM64 CPU has NEON.
    unsafe {
        let four =
            |i: usize| vqmovn_s32(vcvtnq_s32_f32(vmulq_f32(vcvtq_f32_s32(sums[i]), vld1q_f32(scale.add(4 * i)))));
        let (mut low, mut high) = (vcombine_s16(four(0), four(1)), vcombine_s16(four(2), four(3)));
        if !other.is_null() {
            let other = vld1q_u8(other);
            low = vqaddq_s16(low, vreinterpretq_s16_u16(vmovl_u8(vget_low_u8(other))));
            high = vqaddq_s16(high, vreinterpretq_s16_u16(vmovl_u8(vget_high_u8(other))));
        }
        vst1q_u8(out, vcombine_u8(vqmovun_s16(low), vqmovun_s16(high)));
    }
}

/// # Safety
/// Good pointers.
#[inline(always)]
unsafe fn numbers(sums: [int32x4_t; 4], scale: *const f32, out: *mut f32) {
    for (i, &sums) in sums.iter().enumerate() {
        // SAFETY: as of this function; every ARM64 CPU has NEON.
        unsafe { vst1q_f32(out.add(4 * i), vmulq_f32(vcvtq_f32_s32(sums), vld1q_f32(scale.add(4 * i)))) };
    }
}

#[inline(always)]
fn opaque(mut taps: int8x16_t) -> int8x16_t {
    // SAFETY: no instruction at all.
    unsafe { asm!("/* {0:v} */", inout(vreg) taps, options(pure, nomem, nostack, preserves_flags)) };
    taps
}

/// What both faces do alike.
macro_rules! shared {
    () => {
        type Taps = int8x16_t;
        type Weights = [int8x16_t; 4];

        const LESS_128: bool = true;

        #[inline(always)]
        unsafe fn taps(from: *const u8) -> int8x16_t {
            // SAFETY: as of `Face`.
            unsafe { taps(from) }
        }

        #[inline(always)]
        unsafe fn weights(from: *const i8) -> [int8x16_t; 4] {
            // SAFETY: as of `Face`.
            unsafe { weights(from) }
        }

        #[inline(always)]
        unsafe fn opaque(taps: int8x16_t) -> int8x16_t {
            opaque(taps)
        }
    };
}

impl Face for Neon {
    shared! {}
    type Sums = [int32x4_t; 8];

    #[inline(always)]
    unsafe fn start(bias: *const i32) -> Self::Sums {
        // SAFETY: a good pointer, as of `Face`; every ARM64 CPU has NEON.
        std::array::from_fn(|i| unsafe {
            vcombine_s32(
                vld1_lane_s32::<0>(bias.add(2 * i), vdup_n_s32(0)),
                vld1_lane_s32::<0>(bias.add(2 * i + 1), vdup_n_s32(0)),
            )
        })
    }

    #[inline(always)]
    unsafe fn dot(sums: Self::Sums, taps: int8x16_t, weights: [int8x16_t; 4]) -> Self::Sums {
        // SAFETY: every ARM64 CPU has NEON.
        std::array::from_fn(|i| unsafe {
            let w = weights[i / 2];
            let products =
                if i % 2 == 0 { vmull_s8(vget_low_s8(taps), vget_low_s8(w)) } else { vmull_high_s8(taps, w) };
            vpadalq_s16(sums[i], products)
        })
    }

    #[inline(always)]
    unsafe fn steps(sums: Self::Sums, scale: *const f32, other: *const u8, out: *mut u8) {
        // SAFETY: as of `Face`.
        unsafe { steps(joined(sums), scale, other, out) }
    }

    #[inline(always)]
    unsafe fn numbers(sums: Self::Sums, scale: *const f32, out: *mut f32) {
        // SAFETY: as of `Face`.
        unsafe { numbers(joined(sums), scale, out) }
    }
}

/// One sum an output.
#[inline(always)]
fn joined(sums: [int32x4_t; 8]) -> [int32x4_t; 4] {
    // SAFETY: every ARM64 CPU has NEON.
    std::array::from_fn(|i| unsafe { vpaddq_s32(sums[2 * i], sums[2 * i + 1]) })
}

impl Face for NeonDot {
    shared! {}
    type Sums = [int32x4_t; 4];

    #[inline(always)]
    unsafe fn start(bias: *const i32) -> Self::Sums {
        // SAFETY: a good pointer, as of `Face`; every ARM64 CPU has NEON.
        std::array::from_fn(|i| unsafe { vld1q_s32(bias.add(4 * i)) })
    }

    #[inline(always)]
    unsafe fn dot(mut sums: Self::Sums, taps: int8x16_t, weights: [int8x16_t; 4]) -> Self::Sums {
        for (sums, w) in sums.iter_mut().zip(weights) {
            // The intrinsic is not stable yet.
            // SAFETY: the caller has `sdot`, as of `Face`; registers only.
            unsafe {
                asm!(
                    ".arch_extension dotprod",
                    "sdot {sums:v}.4s, {taps:v}.16b, {weights:v}.16b",
                    sums = inout(vreg) *sums,
                    taps = in(vreg) taps,
                    weights = in(vreg) w,
                    options(pure, nomem, nostack, preserves_flags)
                );
            }
        }
        sums
    }

    #[inline(always)]
    unsafe fn steps(sums: Self::Sums, scale: *const f32, other: *const u8, out: *mut u8) {
        // SAFETY: as of `Face`.
        unsafe { steps(sums, scale, other, out) }
    }

    #[inline(always)]
    unsafe fn numbers(sums: Self::Sums, scale: *const f32, out: *mut f32) {
        // SAFETY: as of `Face`.
        unsafe { numbers(sums, scale, out) }
    }
}

/// Whether this CPU has `sdot`.
pub(super) fn has_dot() -> bool {
    is_aarch64_feature_detected!("dotprod")
}

/// One row of `blocks` blocks of outputs.
///
/// # Safety
/// The CPU has `sdot`; `row` holds good pointers and lengths.
pub(super) unsafe fn row_with_dot(row: &Row, blocks: usize) {
    for block in 0..blocks {
        // SAFETY: as of this function.
        unsafe { kernel::row::<NeonDot, 1, 6>(row, block) };
    }
}

/// One row of `blocks` blocks of outputs.
///
/// # Safety
/// `row` holds good pointers and lengths.
pub(super) unsafe fn row_without_dot(row: &Row, blocks: usize) {
    for block in 0..blocks {
        // SAFETY: as of this function.
        unsafe { kernel::row::<Neon, 1, 1>(row, block) };
    }
}
