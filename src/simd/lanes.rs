//! Eight floats at a time: the matcher is written once over [`Simd`], with a thin face for each instruction set.
//!
//! Every operation is exact by IEEE 754 (no fused multiply-add, no approximate reciprocal), and sums over lanes are
//! taken in one fixed order: an algorithm over these lanes gives the same bits on every face.

use super::Level;
use std::ops::{Add, Div, Mul, Sub};

/// How many floats stand side by side.
pub(crate) const LANES: usize = 8;

/// Eight floats. Having one proves that the CPU can run its instructions: only a [`Simd`] makes them.
pub(crate) trait Lanes:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self>
{
    fn to_array(self) -> [f32; LANES];
    fn sqrt(self) -> Self;
    /// The larger of the two, `other` where they are equal or one is no number.
    fn max(self, other: Self) -> Self;
    /// The smaller of the two, `other` where they are equal or one is no number.
    fn min(self, other: Self) -> Self;
    /// All bits of a lane set where `self < other`.
    fn less(self, other: Self) -> Self;
    /// All bits of a lane set where `self <= other`.
    fn at_most(self, other: Self) -> Self;
    fn and(self, other: Self) -> Self;
    fn or(self, other: Self) -> Self;
    /// `self` where the bits of `mask` are clear.
    fn clear(self, mask: Self) -> Self;
    /// One bit a lane: its sign, so that of a mask.
    fn signs(self) -> u32;
    /// ((0 + 4) + (2 + 6)) + ((1 + 5) + (3 + 7)).
    fn sum(self) -> f32;
    /// The largest lane; none may be NaN.
    fn max_lane(self) -> f32;
}

/// An instruction set that this CPU has: having the value is the proof.
pub(crate) trait Simd: Copy {
    type F32: Lanes;
    fn splat(self, value: f32) -> Self::F32;
    fn load(self, values: &[f32; LANES]) -> Self::F32;
    /// How many bits a code shares with each of eight codes, whose words stand in columns.
    fn shared_bits<const N: usize>(self, code: [u64; N], columns: [&[u64; LANES]; N]) -> [u16; LANES];
    /// One bit a byte: whether it is at least `least`.
    fn at_least(self, bytes: &[u8; 32], least: u8) -> u32;
}

/// Work that is written once and runs at any level.
pub(crate) trait Job {
    type Output;
    /// To be `#[inline(always)]`, with all that it calls: only so is it compiled for the level's instructions.
    fn run<S: Simd>(self, simd: S) -> Self::Output;
}

/// Runs a job at a level; one that this CPU lacks is lowered to the portable one.
pub(crate) fn run<J: Job>(level: Level, job: J) -> J::Output {
    #[cfg(target_arch = "x86_64")]
    if let Some(done) = super::lanes_x86::available(level) {
        return super::lanes_x86::run(done, job);
    }
    let _ = level;
    job.run(Portable)
}

/// Plain arrays: the naive twin of every face, and what the compiler makes NEON of on ARM64.
#[derive(Clone, Copy)]
pub(crate) struct Portable;

#[derive(Clone, Copy)]
pub(crate) struct Array([f32; LANES]);

impl Array {
    #[inline(always)]
    fn each(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        Array(std::array::from_fn(|l| f(self.0[l], other.0[l])))
    }

    #[inline(always)]
    fn bits(self, other: Self, f: impl Fn(u32, u32) -> u32) -> Self {
        self.each(other, |a, b| f32::from_bits(f(a.to_bits(), b.to_bits())))
    }

    #[inline(always)]
    fn fold(self, f: impl Fn(f32, f32) -> f32) -> f32 {
        let v = self.0;
        f(f(f(v[0], v[4]), f(v[2], v[6])), f(f(v[1], v[5]), f(v[3], v[7])))
    }
}

impl Simd for Portable {
    type F32 = Array;

    #[inline(always)]
    fn splat(self, value: f32) -> Array {
        Array([value; LANES])
    }

    #[inline(always)]
    fn load(self, values: &[f32; LANES]) -> Array {
        Array(*values)
    }

    #[inline(always)]
    fn shared_bits<const N: usize>(self, code: [u64; N], columns: [&[u64; LANES]; N]) -> [u16; LANES] {
        std::array::from_fn(|l| (0..N).map(|w| (code[w] & columns[w][l]).count_ones()).sum::<u32>() as u16)
    }

    #[inline(always)]
    fn at_least(self, bytes: &[u8; 32], least: u8) -> u32 {
        bytes.iter().enumerate().fold(0, |mask, (l, &byte)| mask | u32::from(byte >= least) << l)
    }
}

impl Lanes for Array {
    #[inline(always)]
    fn to_array(self) -> [f32; LANES] {
        self.0
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        Array(self.0.map(f32::sqrt))
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        self.each(other, |a, b| if a > b { a } else { b })
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        self.each(other, |a, b| if a < b { a } else { b })
    }

    #[inline(always)]
    fn less(self, other: Self) -> Self {
        self.each(other, |a, b| f32::from_bits(if a < b { u32::MAX } else { 0 }))
    }

    #[inline(always)]
    fn at_most(self, other: Self) -> Self {
        self.each(other, |a, b| f32::from_bits(if a <= b { u32::MAX } else { 0 }))
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        self.bits(other, |a, b| a & b)
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        self.bits(other, |a, b| a | b)
    }

    #[inline(always)]
    fn clear(self, mask: Self) -> Self {
        self.bits(mask, |a, m| a & !m)
    }

    #[inline(always)]
    fn signs(self) -> u32 {
        (0..LANES).fold(0, |bits, l| bits | self.0[l].to_bits() >> 31 << l)
    }

    #[inline(always)]
    fn sum(self) -> f32 {
        self.fold(|a, b| a + b)
    }

    #[inline(always)]
    fn max_lane(self) -> f32 {
        self.fold(|a, b| if a > b { a } else { b })
    }
}

macro_rules! array_operator {
    ($trait:ident, $method:ident, $op:tt) => {
        impl $trait for Array {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                self.each(other, |a, b| a $op b)
            }
        }
    };
}
array_operator!(Add, add, +);
array_operator!(Sub, sub, -);
array_operator!(Mul, mul, *);
array_operator!(Div, div, /);
