//! The numbers of evaluating.

/// Draws of the bootstrap: the ends of a 95 % interval then rest on 25 draws each, and move by less than a tenth of its
/// width from seed to seed.
pub const DRAWS: usize = 1000;

/// The seed of the bootstrap: the same samples always get the same interval.
pub const SEED: u64 = 0x5eed;

/// What an interval covers.
pub const COVERAGE: f64 = 0.95;

/// FPIR of the identification figures: one in so many.
pub const FPIR_ONE_IN: u64 = 100;

/// How many comparisons the speed is measured on at most: about a second.
pub const TIMED_COMPARISONS: usize = 50_000;

/// How many extractions the speed is measured on at most: a second or two.
pub const TIMED_IMAGES: usize = 64;

/// Two fingers of the same two people are counted together from this score on, dB: one in ten of the non-mated reaches it, so
/// that one in a hundred should reach it with both.
pub const JOINT_DB: f64 = 10.0;

/// The last threshold of fused scores that is told, dB: a deduplication of ten million people with one false pair needs less
/// than 140.
pub const LAST_FUSED_DB: i32 = 140;
