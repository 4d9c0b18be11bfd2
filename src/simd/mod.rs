//! Every kernel, and the one place where the CPU is asked what it has.
//!
//! A [`Level`] can be lowered by the environment variable `VANTAY_CPU` (`scalar`, `avx2`, `avx512`, `neon`); results are
//! the same to the bit at all of them.

pub(crate) mod convolution;
mod lanes;
#[cfg(target_arch = "x86_64")]
mod lanes_x86;
mod level;

pub(crate) use lanes::{Job, LANES, Lanes, Simd, run};
pub use level::{Level, LevelError};
