//! Every kernel, and the one place where the CPU is asked what it has.
//!
//! A [`Level`] can be lowered by the environment variable `VANTAY_CPU` (`scalar`, `avx2`, `avx512`, `neon`); results are
//! the same to the bit at all of them.

mod level;

pub use level::{Level, LevelError};
