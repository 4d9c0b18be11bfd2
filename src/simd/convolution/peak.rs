//! The most multiply-adds that a core does: the kernel's instructions on registers alone, without any load or store.

use super::face::Face;
use super::{BLOCK, QUAD, portable};
use crate::simd::Level;

/// Runs `steps` steps on registers at a level that this CPU has, and tells how many multiply-adds that were.
pub fn peak(level: Level, steps: usize) -> u64 {
    match level.lowered() {
        // SAFETY (all arms): a lowered level is one that this CPU has.
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => unsafe { avx2(steps) },
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 if super::avx512::has_vnni() => unsafe { vnni(steps) },
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => unsafe { bw(steps) },
        #[cfg(target_arch = "aarch64")]
        Level::Neon if super::neon::has_dot() => unsafe { run::<super::neon::NeonDot, 6>(steps) },
        #[cfg(target_arch = "aarch64")]
        Level::Neon => unsafe { run::<super::neon::Neon, 2>(steps) },
        _ => unsafe { run::<portable::Portable, 1>(steps) },
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn avx2(steps: usize) -> u64 {
    // SAFETY: this function has AVX2.
    unsafe { run::<super::avx2::Avx2, 5>(steps) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
unsafe fn vnni(steps: usize) -> u64 {
    // SAFETY: this function has VNNI.
    unsafe { run::<super::avx512::Vnni, 24>(steps) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw")]
unsafe fn bw(steps: usize) -> u64 {
    // SAFETY: this function has AVX-512 F and BW.
    unsafe { run::<super::avx512::Bw, 24>(steps) }
}

/// `N` independent sums, so that none waits for its last step.
///
/// # Safety
/// The CPU has the face's instructions.
#[inline(always)]
unsafe fn run<F: Face, const N: usize>(steps: usize) -> u64 {
    let (bias, inputs, weights) = ([[1i32; BLOCK]; N], [3u8; QUAD], [1i8; BLOCK * QUAD]);
    // SAFETY: the caller's promise, and arrays as long as a face reads.
    unsafe {
        let weights = F::weights(std::hint::black_box(&weights).as_ptr());
        let mut taps = F::taps(std::hint::black_box(&inputs).as_ptr());
        let mut sums: [F::Sums; N] = std::array::from_fn(|n| F::start(std::hint::black_box(&bias[n]).as_ptr()));
        for _ in 0..steps {
            for sums in &mut sums {
                taps = F::opaque(taps);
                *sums = F::dot(*sums, taps, weights);
            }
        }
        let mut out = [[0.0f32; BLOCK]; N];
        for (sums, out) in sums.iter().zip(&mut out) {
            F::numbers(*sums, [1.0; BLOCK].as_ptr(), out.as_mut_ptr());
        }
        std::hint::black_box(&out);
    }
    (steps * N * BLOCK * QUAD) as u64
}
