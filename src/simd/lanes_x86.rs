//! The AVX2 and AVX-512 faces of [`Simd`]. Both hold 256 bits: what AVX-512 adds is its population count.

use super::Level;
use super::lanes::{Job, LANES, Lanes, Simd};
use core::arch::x86_64::*;
use std::ops::{Add, Div, Mul, Sub};

/// Proof that AVX2 and POPCNT are there. Made by [`available`] alone.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(());

/// Proof that AVX-512 with VL, DQ and VPOPCNTDQ is there. Made by [`available`] alone.
#[derive(Clone, Copy)]
pub(crate) struct Avx512(Avx2);

/// A face that this CPU was found to have.
pub(crate) enum Face {
    Avx2(Avx2),
    Avx512(Avx512),
}

/// The face of a level, where this CPU has it.
pub(crate) fn available(level: Level) -> Option<Face> {
    let avx2 = || is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt");
    let avx512 = || {
        avx2()
            && is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vpopcntdq")
    };
    match level {
        Level::Avx512 if avx512() => Some(Face::Avx512(Avx512(Avx2(())))),
        Level::Avx512 | Level::Avx2 if avx2() => Some(Face::Avx2(Avx2(()))),
        _ => None,
    }
}

/// Runs a job compiled for a face.
#[inline]
pub(crate) fn run<J: Job>(face: Face, job: J) -> J::Output {
    match face {
        // SAFETY: a face is made only where its features were detected.
        Face::Avx2(simd) => unsafe { at_avx2(simd, job) },
        // SAFETY: likewise.
        Face::Avx512(simd) => unsafe { at_avx512(simd, job) },
    }
}

#[target_feature(enable = "avx2,popcnt")]
fn at_avx2<J: Job>(simd: Avx2, job: J) -> J::Output {
    job.run(simd)
}

#[target_feature(enable = "avx2,popcnt,avx512f,avx512vl,avx512dq,avx512vpopcntdq")]
fn at_avx512<J: Job>(simd: Avx512, job: J) -> J::Output {
    job.run(simd)
}

/// Eight floats in one register. Made from an [`Avx2`] or [`Avx512`] alone, so AVX2 is there.
#[derive(Clone, Copy)]
pub(crate) struct Register(__m256);

impl Simd for Avx2 {
    type F32 = Register;

    #[inline(always)]
    fn splat(self, value: f32) -> Register {
        // SAFETY: `self` proves AVX2.
        Register(unsafe { _mm256_set1_ps(value) })
    }

    #[inline(always)]
    fn load(self, values: &[f32; LANES]) -> Register {
        // SAFETY: `self` proves AVX2; the array holds the 32 bytes that are read, at any alignment.
        Register(unsafe { _mm256_loadu_ps(values.as_ptr()) })
    }

    #[inline(always)]
    fn shared_bits<const N: usize>(self, code: [u64; N], columns: [&[u64; LANES]; N]) -> [u16; LANES] {
        let mut shared = [0; LANES];
        // SAFETY: `self` proves AVX2; each column holds the 64 bytes that are read, the array takes the 16 bytes that are
        // written.
        unsafe {
            // Bits of half a byte, by its value: W. Muła, N. Kurz, D. Lemire, Faster Population Counts Using AVX2
            // Instructions, 2018.
            let table = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
            let (half, zero) = (_mm256_set1_epi8(15), _mm256_setzero_si256());
            let mut sums = [zero; 2];
            for (h, sum) in sums.iter_mut().enumerate() {
                let mut counts = zero;
                for w in 0..N {
                    let column = _mm256_loadu_si256(columns[w].as_ptr().add(4 * h).cast());
                    let both = _mm256_and_si256(_mm256_set1_epi64x(code[w] as i64), column);
                    let low = _mm256_shuffle_epi8(table, _mm256_and_si256(both, half));
                    let high = _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16::<4>(both), half));
                    counts = _mm256_add_epi8(counts, _mm256_add_epi8(low, high));
                }
                *sum = _mm256_sad_epu8(counts, zero);
            }
            let pairs = _mm256_or_si256(sums[0], _mm256_slli_epi64::<32>(sums[1]));
            let ordered = _mm256_permutevar8x32_epi32(pairs, _mm256_setr_epi32(0, 2, 4, 6, 1, 3, 5, 7));
            let (low, high) = (_mm256_castsi256_si128(ordered), _mm256_extracti128_si256::<1>(ordered));
            _mm_storeu_si128(shared.as_mut_ptr().cast(), _mm_packus_epi32(low, high));
        }
        shared
    }

    #[inline(always)]
    fn at_least(self, bytes: &[u8; 32], least: u8) -> u32 {
        // SAFETY: `self` proves AVX2; the array holds the 32 bytes that are read.
        unsafe {
            let bytes = _mm256_loadu_si256(bytes.as_ptr().cast());
            let larger = _mm256_max_epu8(bytes, _mm256_set1_epi8(least as i8));
            _mm256_movemask_epi8(_mm256_cmpeq_epi8(larger, bytes)) as u32
        }
    }
}

impl Simd for Avx512 {
    type F32 = Register;

    #[inline(always)]
    fn splat(self, value: f32) -> Register {
        self.0.splat(value)
    }

    #[inline(always)]
    fn load(self, values: &[f32; LANES]) -> Register {
        self.0.load(values)
    }

    #[inline(always)]
    fn shared_bits<const N: usize>(self, code: [u64; N], columns: [&[u64; LANES]; N]) -> [u16; LANES] {
        let mut shared = [0; LANES];
        // SAFETY: `self` proves AVX-512 F and VPOPCNTDQ; each column holds the 64 bytes that are read, the array takes the
        // 16 bytes that are written.
        unsafe {
            let word = |w: usize| {
                let column = _mm512_loadu_si512(columns[w].as_ptr().cast());
                _mm512_popcnt_epi64(_mm512_and_si512(_mm512_set1_epi64(code[w] as i64), column))
            };
            let sum = (0..N).fold(_mm512_setzero_si512(), |sum, w| _mm512_add_epi64(sum, word(w)));
            _mm_storeu_si128(shared.as_mut_ptr().cast(), _mm512_cvtepi64_epi16(sum));
        }
        shared
    }

    #[inline(always)]
    fn at_least(self, bytes: &[u8; 32], least: u8) -> u32 {
        self.0.at_least(bytes, least)
    }
}

macro_rules! binary {
    ($(fn $method:ident = $intrinsic:ident;)*) => {
        $(#[inline(always)]
        fn $method(self, other: Self) -> Self {
            // SAFETY: a register is made only where AVX2 is there.
            Register(unsafe { $intrinsic(self.0, other.0) })
        })*
    };
}

macro_rules! operators {
    ($($trait:ident, $method:ident = $intrinsic:ident;)*) => {
        $(impl $trait for Register {
            type Output = Self;
            binary! { fn $method = $intrinsic; }
        })*
    };
}

operators! {
    Add, add = _mm256_add_ps;
    Sub, sub = _mm256_sub_ps;
    Mul, mul = _mm256_mul_ps;
    Div, div = _mm256_div_ps;
}

impl Lanes for Register {
    binary! {
        fn max = _mm256_max_ps;
        fn min = _mm256_min_ps;
        fn less = less_ps;
        fn at_most = at_most_ps;
        fn and = _mm256_and_ps;
        fn or = _mm256_or_ps;
        fn clear = clear_ps;
    }

    #[inline(always)]
    fn to_array(self) -> [f32; LANES] {
        let mut values = [0.0; LANES];
        // SAFETY: a register is made only where AVX2 is there; the array takes the 32 bytes that are written.
        unsafe { _mm256_storeu_ps(values.as_mut_ptr(), self.0) };
        values
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        // SAFETY: a register is made only where AVX2 is there.
        Register(unsafe { _mm256_sqrt_ps(self.0) })
    }

    #[inline(always)]
    fn signs(self) -> u32 {
        // SAFETY: a register is made only where AVX2 is there.
        unsafe { _mm256_movemask_ps(self.0) as u32 }
    }

    #[inline(always)]
    fn sum(self) -> f32 {
        // SAFETY: a register is made only where AVX2 is there.
        unsafe {
            let four = _mm_add_ps(_mm256_castps256_ps128(self.0), _mm256_extractf128_ps::<1>(self.0));
            let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
            _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps::<1>(two, two)))
        }
    }

    #[inline(always)]
    fn max_lane(self) -> f32 {
        // SAFETY: a register is made only where AVX2 is there.
        unsafe {
            let four = _mm_max_ps(_mm256_castps256_ps128(self.0), _mm256_extractf128_ps::<1>(self.0));
            let two = _mm_max_ps(four, _mm_movehl_ps(four, four));
            _mm_cvtss_f32(_mm_max_ss(two, _mm_shuffle_ps::<1>(two, two)))
        }
    }
}

#[target_feature(enable = "avx2")]
#[inline]
fn less_ps(a: __m256, b: __m256) -> __m256 {
    _mm256_cmp_ps::<_CMP_LT_OQ>(a, b)
}

#[target_feature(enable = "avx2")]
#[inline]
fn at_most_ps(a: __m256, b: __m256) -> __m256 {
    _mm256_cmp_ps::<_CMP_LE_OQ>(a, b)
}

#[target_feature(enable = "avx2")]
#[inline]
fn clear_ps(a: __m256, mask: __m256) -> __m256 {
    _mm256_andnot_ps(mask, a)
}
