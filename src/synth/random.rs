//! Randomness that is the same everywhere: a named stream of ChaCha8 for every purpose, so that a new draw in one place
//! moves nothing in another.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// A stream of random numbers for one purpose.
pub(super) struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream of a purpose (`label`) of what the numbers name: a seed, a person, a finger, an impression.
    pub fn new(label: &str, numbers: &[u64]) -> Self {
        let mut hash = blake3::Hasher::new_derive_key("vantay synth 0");
        hash.update(label.as_bytes());
        for n in numbers {
            hash.update(&n.to_le_bytes());
        }
        Stream(ChaCha8Rng::from_seed(*hash.finalize().as_bytes()))
    }

    pub fn u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// From `low` up to, not including, `high`.
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        let unit = (self.u64() >> 11) as f64 / (1u64 << 53) as f64;
        low + unit * (high - low)
    }

    /// True with the given probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.uniform(0.0, 1.0) < probability
    }

    /// Nearly normal: the sum of four uniform numbers. It needs no logarithm, and has no tails beyond 3.5 standard
    /// deviations: no finger is ever monstrous.
    pub fn normal(&mut self, mean: f64, deviation: f64) -> f64 {
        mean + deviation * self.standard()
    }

    /// [`Stream::normal`], kept within `low..=high`.
    pub fn normal_within(&mut self, mean: f64, deviation: f64, low: f64, high: f64) -> f64 {
        self.normal(mean, deviation).clamp(low, high)
    }

    fn standard(&mut self) -> f64 {
        // Four uniform 16-bit numbers: mean 2 × 65535, variance 4 × (65536² − 1) / 12.
        let v = self.u64();
        let sum = (v & 0xffff) + (v >> 16 & 0xffff) + (v >> 32 & 0xffff) + (v >> 48);
        (sum as f64 - 131_070.0) * (1.0 / 37_837.226_5)
    }

    /// A whole number from 0 up to, not including, `n`.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.u64()) * n as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_of_other_names_or_numbers_differ() {
        let first = |label, numbers: &[u64]| Stream::new(label, numbers).u64();
        assert_eq!(first("a", &[1, 2]), first("a", &[1, 2]));
        assert_ne!(first("a", &[1, 2]), first("b", &[1, 2]));
        assert_ne!(first("a", &[1, 2]), first("a", &[1, 3]));
    }

    #[test]
    fn normal_numbers_have_the_mean_and_deviation_asked_for() {
        let mut stream = Stream::new("test", &[]);
        let drawn: Vec<f64> = (0..20_000).map(|_| stream.normal(3.0, 2.0)).collect();
        let mean = drawn.iter().sum::<f64>() / 20_000.0;
        let variance = drawn.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / 20_000.0;
        assert!((mean - 3.0).abs() < 0.05, "{mean}");
        assert!((variance - 4.0).abs() < 0.15, "{variance}");
    }

    #[test]
    fn whole_numbers_reach_all_below_the_limit_and_no_other() {
        let mut stream = Stream::new("test", &[]);
        let mut seen = [0; 5];
        (0..1000).for_each(|_| seen[stream.below(5)] += 1);
        assert!(seen.iter().all(|&n| n > 150), "{seen:?}");
    }
}
