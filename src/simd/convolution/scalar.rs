//! The level that every CPU has.

use super::fma;
use super::kernel::{self, Row};
use super::vector::Vector;

const LANES: usize = 8;

#[derive(Clone, Copy)]
struct Lanes([f32; LANES]);

impl Vector for Lanes {
    const LANES: usize = LANES;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Lanes([value; LANES])
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller's pointer is good for LANES numbers; unaligned reads are asked for.
        Lanes(unsafe { from.cast::<[f32; LANES]>().read_unaligned() })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: as of `load`.
        unsafe { to.cast::<[f32; LANES]>().write_unaligned(self.0) };
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        Lanes(std::array::from_fn(|i| self.0[i] + other.0[i]))
    }

    #[inline(always)]
    unsafe fn fused(self, a: Self, b: Self) -> Self {
        // `mul_add` where it is one instruction, and never the platform's `fmaf`.
        if cfg!(any(target_feature = "fma", target_arch = "aarch64")) {
            return Lanes(std::array::from_fn(|i| a.0[i].mul_add(b.0[i], self.0[i])));
        }
        let (sum, doubtful) = fma::quick(a.0, b.0, self.0);
        if doubtful { carefully(self, a, b) } else { Lanes(sum) }
    }

    #[inline(always)]
    unsafe fn positive(self) -> Self {
        Lanes(self.0.map(|v| if v > 0.0 { v } else { 0.0 }))
    }
}

/// Once in some millions, so out of the way of the loop.
#[cold]
#[inline(never)]
fn carefully(c: Lanes, a: Lanes, b: Lanes) -> Lanes {
    Lanes(std::array::from_fn(|i| fma::careful(a.0[i], b.0[i], c.0[i])))
}

/// One row of `blocks` blocks of outputs.
///
/// # Safety
/// `row` holds good pointers and lengths.
pub(super) unsafe fn row(row: &Row, blocks: usize) {
    for block in 0..blocks {
        // SAFETY: as of this function; no instruction is asked for that the target lacks.
        unsafe { kernel::row::<Lanes, 2, 1>(row, block) };
    }
}
