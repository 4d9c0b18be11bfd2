//! No instruction set in particular.

use super::face::Face;
use super::kernel::{self, Row};
use super::{BLOCK, QUAD};

pub(super) struct Portable;

/// Beyond this nothing is left of a number that is added to at most 255 and then clipped to 0..=255.
const BEYOND: f32 = 512.0;
/// One and a half times the first number whose neighbour is 1 away: adding it rounds to a whole number, half to even.
const WHOLE: f32 = 12_582_912.0;

impl Face for Portable {
    type Taps = [i16; QUAD];
    type Weights = *const [i8; QUAD];
    type Sums = [i32; BLOCK];

    const LESS_128: bool = false;

    #[inline(always)]
    unsafe fn start(bias: *const i32) -> Self::Sums {
        // SAFETY: a good pointer, as of `Face`.
        unsafe { bias.cast::<Self::Sums>().read_unaligned() }
    }

    #[inline(always)]
    unsafe fn taps(from: *const u8) -> Self::Taps {
        // SAFETY: a good pointer, as of `Face`.
        unsafe { from.cast::<[u8; QUAD]>().read() }.map(i16::from)
    }

    #[inline(always)]
    unsafe fn weights(from: *const i8) -> Self::Weights {
        from.cast()
    }

    #[inline(always)]
    unsafe fn dot(mut sums: Self::Sums, taps: Self::Taps, weights: Self::Weights) -> Self::Sums {
        for (o, sum) in sums.iter_mut().enumerate() {
            // SAFETY: `weights` points to as many quads as there are outputs, as of `Face`.
            let w = unsafe { *weights.add(o) };
            *sum += (0..QUAD).map(|i| i32::from(taps[i]) * i32::from(i16::from(w[i]))).sum::<i32>();
        }
        sums
    }

    #[inline(always)]
    unsafe fn steps(sums: Self::Sums, scale: *const f32, other: *const u8, out: *mut u8) {
        for (o, &sum) in sums.iter().enumerate() {
            // SAFETY: good pointers, as of `Face`; `other` is null or one of them.
            unsafe {
                let y = (sum as f32 * *scale.add(o)).clamp(-BEYOND, BEYOND) + WHOLE - WHOLE;
                let other = if other.is_null() { 0 } else { i32::from(*other.add(o)) };
                *out.add(o) = (y as i32 + other).clamp(0, 255) as u8;
            }
        }
    }

    #[inline(always)]
    unsafe fn numbers(sums: Self::Sums, scale: *const f32, out: *mut f32) {
        for (o, &sum) in sums.iter().enumerate() {
            // SAFETY: good pointers, as of `Face`.
            unsafe { *out.add(o) = sum as f32 * *scale.add(o) };
        }
    }

    #[inline(always)]
    unsafe fn opaque(taps: Self::Taps) -> Self::Taps {
        std::hint::black_box(taps)
    }
}

/// One row of `blocks` blocks of outputs.
///
/// # Safety
/// `row` holds good pointers and lengths.
pub(super) unsafe fn row(row: &Row, blocks: usize) {
    for block in 0..blocks {
        // SAFETY: as of this function.
        unsafe { kernel::row::<Portable, 1, 1>(row, block) };
    }
}
