//! The scores of one question: mated against non-mated, from the highest down.

use super::rates::Weighted;
use std::collections::BTreeMap;

/// How often each finger stands in a draw.
pub(super) type Weights = [u64];

/// Mated and non-mated scores, sorted, each with its fingers.
#[derive(Default)]
pub(super) struct Comparisons {
    mated: Vec<(f64, u32)>,
    non_mated: Vec<(f64, u32, u32)>,
    /// How many pairs each finger, or each two fingers, have: sums of weights then need no walk over all pairs.
    mated_count: BTreeMap<u32, u64>,
    non_mated_count: Vec<(u32, u32, u64)>,
}

impl Comparisons {
    pub(super) fn add_mated(&mut self, score: f64, finger: usize) {
        self.mated.push((score, finger as u32));
    }

    pub(super) fn add_non_mated(&mut self, score: f64, a: usize, b: usize) {
        self.non_mated.push((score, a as u32, b as u32));
    }

    /// To be called once, after the last pair was added.
    pub(super) fn sort(&mut self) {
        self.mated.sort_by(|a, b| b.0.total_cmp(&a.0));
        self.non_mated.sort_by(|a, b| b.0.total_cmp(&a.0));
        for &(_, finger) in &self.mated {
            *self.mated_count.entry(finger).or_default() += 1;
        }
        let mut count: BTreeMap<(u32, u32), u64> = BTreeMap::new();
        for &(_, a, b) in &self.non_mated {
            *count.entry((a.min(b), a.max(b))).or_default() += 1;
        }
        self.non_mated_count = count.into_iter().map(|((a, b), n)| (a, b, n)).collect();
    }

    pub(super) fn mated_len(&self) -> usize {
        self.mated.len()
    }

    pub(super) fn non_mated_len(&self) -> usize {
        self.non_mated.len()
    }

    /// The share of the non-mated pairs that score at least `score`.
    pub(super) fn share_from(&self, score: f64) -> f64 {
        let reached = self.non_mated.partition_point(|pair| pair.0 >= score);
        reached as f64 / self.non_mated.len().max(1) as f64
    }

    /// The share of the mated pairs that score at least `score`.
    pub(super) fn mated_share_from(&self, score: f64) -> f64 {
        let reached = self.mated.partition_point(|pair| pair.0 >= score);
        reached as f64 / self.mated.len().max(1) as f64
    }

    /// A mated pair of a finger that was drawn k times counts k times.
    pub(super) fn mated<'a>(&'a self, weights: &'a Weights) -> Weighted<impl Iterator<Item = (f64, u64)> + 'a> {
        let weight = |finger: u32| weights[finger as usize];
        Weighted {
            total: self.mated_count.iter().map(|(&finger, n)| n * weight(finger)).sum(),
            descending: self.mated.iter().map(move |&(score, finger)| (score, weight(finger))),
        }
    }

    /// A pair of two fingers that were drawn j and k times counts j · k times; two copies of one finger are no
    /// non-mated pair.
    pub(super) fn non_mated<'a>(&'a self, weights: &'a Weights) -> Weighted<impl Iterator<Item = (f64, u64)> + 'a> {
        let weight = |a: u32, b: u32| weights[a as usize] * weights[b as usize];
        Weighted {
            total: self.non_mated_count.iter().map(|&(a, b, n)| n * weight(a, b)).sum(),
            descending: self.non_mated.iter().map(move |&(score, a, b)| (score, weight(a, b))),
        }
    }
}
