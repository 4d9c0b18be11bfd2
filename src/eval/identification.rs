//! Open-set identification from the matrix of scores.
//!
//! The gallery is the first impression of every finger of all sets, the probes are all others. Each probe is searched
//! twice: with its mate in the gallery (mated search), and with its mate taken out (non-mated search; ISO/IEC
//! 19795-1:2021, FNIR and FPIR). What `--exclude` names is out of a probe's gallery in both.

use super::comparisons::Weights;
use super::rates::{Weighted, fnmr_at};
use super::sample::{Exclusions, Fingers, Relation, Sample};
use ndarray::ArrayView2;
use std::collections::BTreeMap;

/// What the two searches of one probe gave.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Search {
    finger: usize,
    mate: f64,
    best_other: f64,
}

pub(super) struct Identification {
    /// By the mate's score, the highest first; and by the best other's.
    by_mate: Vec<Search>,
    by_other: Vec<Search>,
}

impl Identification {
    pub(super) fn new(samples: &[Sample], fingers: &Fingers, scores: ArrayView2<f64>, exclusions: &Exclusions) -> Self {
        let mut first: BTreeMap<usize, usize> = BTreeMap::new();
        for (i, &finger) in fingers.of_sample.iter().enumerate() {
            let enrolled = first.entry(finger).or_insert(i);
            if samples[i].impression < samples[*enrolled].impression {
                *enrolled = i;
            }
        }
        let mut searches = Vec::new();
        for (probe, &finger) in fingers.of_sample.iter().enumerate() {
            let Some(&mate) = first.get(&finger).filter(|&&mate| mate != probe) else { continue };
            let others = first
                .values()
                .filter(|&&other| exclusions.relation(&samples[probe], &samples[other]) == Relation::NonMated);
            let best_other = others.map(|&other| scores[[probe, other]]).fold(f64::NEG_INFINITY, f64::max);
            searches.push(Search { finger, mate: scores[[probe, mate]], best_other });
        }
        let sorted = |key: fn(&Search) -> f64| {
            let mut sorted = searches.clone();
            sorted.sort_by(|a, b| key(b).total_cmp(&key(a)));
            sorted
        };
        Identification { by_mate: sorted(|s| s.mate), by_other: sorted(|s| s.best_other) }
    }

    pub(super) fn probes(&self) -> usize {
        self.by_mate.len()
    }

    /// The share of mated searches whose mate scores higher than all others; a tie is a miss.
    pub(super) fn rank_1(&self, weights: &Weights) -> f64 {
        let weight = |hit: bool| -> u64 {
            self.by_mate.iter().filter(|s| !hit || s.mate > s.best_other).map(|s| weights[s.finger]).sum()
        };
        let (hits, all) = (weight(true), weight(false));
        if all == 0 { 0.0 } else { hits as f64 / all as f64 }
    }

    /// The share of mated searches whose mate stays below the lowest threshold at which at most one non-mated search in
    /// `one_in` returns anybody.
    pub(super) fn fnir_at(&self, weights: &Weights, one_in: u64) -> f64 {
        let total = self.by_mate.iter().map(|s| weights[s.finger]).sum();
        let mated = Weighted { total, descending: self.by_mate.iter().map(|s| (s.mate, weights[s.finger])) };
        let non_mated = Weighted { total, descending: self.by_other.iter().map(|s| (s.best_other, weights[s.finger])) };
        fnmr_at(mated, non_mated, Some(one_in))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn sample(subject: &str, impression: u32) -> Sample {
        Sample { set: "s".into(), subject: subject.into(), position: Default::default(), impression }
    }

    #[test]
    fn the_lowest_impression_is_enrolled_and_the_rest_are_searched() {
        // a1, a2, b2, b1: enrolled are 0 and 3.
        let samples = [sample("a", 1), sample("a", 2), sample("b", 2), sample("b", 1)];
        let scores =
            array![[99.0, 40.0, 6.0, 7.0], [40.0, 99.0, 8.0, 9.0], [6.0, 8.0, 99.0, 5.0], [7.0, 9.0, 5.0, 99.0],];
        let fingers = Fingers::new(&samples);
        let found = Identification::new(&samples, &fingers, scores.view(), &Exclusions::default());
        assert_eq!(
            found.by_mate,
            [Search { finger: 0, mate: 40.0, best_other: 9.0 }, Search { finger: 1, mate: 5.0, best_other: 6.0 }]
        );
        assert_eq!(found.rank_1(&[1, 1]), 0.5);
        // No non-mated search may return anybody: the threshold lies above 9, so the mate at 5 is missed.
        assert_eq!(found.fnir_at(&[1, 1], 100), 0.5);
        // One in two may: above 6.
        assert_eq!(found.fnir_at(&[1, 1], 2), 0.5);
        assert_eq!(found.rank_1(&[3, 1]), 0.75);
    }

    #[test]
    fn excluded_subjects_are_in_nobodys_gallery() {
        let samples = [sample("a", 1), sample("a", 2), sample("b", 1)];
        let scores = array![[9.0, 3.0, 2.0], [3.0, 9.0, 8.0], [2.0, 8.0, 9.0]];
        let fingers = Fingers::new(&samples);
        let exclusions = Exclusions::parse(&["a=b"], &samples).expect("both are known");
        let found = Identification::new(&samples, &fingers, scores.view(), &exclusions);
        assert_eq!(found.rank_1(&[1, 1]), 1.0);
    }
}
