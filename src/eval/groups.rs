//! Whether all groups fare alike: the error rates of each value of a field, at one threshold (ISO/IEC 19795-10:2024).

use super::bootstrap::{draw, interval};
use super::figures::Protocol;
use super::parameters::DRAWS;
use super::sample::{Exclusions, Relation, Sample};
use super::{Estimate, EvalError};
use ndarray::ArrayView2;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;

/// The figures of one group, at the threshold that all groups share.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupFigures {
    /// The value of the field.
    pub group: String,
    /// How many fingers it has.
    pub fingers: usize,
    /// How many impressions.
    pub images: usize,
    /// Pairs of impressions of one finger, both of the group.
    pub mated_pairs: usize,
    /// Pairs of impressions of two fingers, both of the group.
    pub non_mated_pairs: usize,
    /// The share of its mated pairs that do not match; none where there is no such pair.
    pub fnmr: Option<Estimate>,
    /// The share of its non-mated pairs that match; none where there is no such pair.
    pub fmr: Option<Estimate>,
}

/// All groups at one threshold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Groups {
    /// A score above this matches, dB.
    pub threshold: f64,
    /// Of all non-mated pairs, whatever their groups, at most one in so many matches.
    pub one_in: u64,
    /// In the order of their names.
    pub groups: Vec<GroupFigures>,
}

/// Error rates by group: `groups` names the group of each sample. The threshold lets at most one in `one_in` of all
/// non-mated pairs match. Pairs of two groups count for the threshold alone. Intervals are 95 %, by bootstrap over the
/// group's fingers; the threshold stays.
///
/// # Errors
/// As [`evaluate`](super::evaluate); another number of groups than of samples.
pub fn by_group(
    samples: &[Sample],
    groups: &[String],
    scores: ArrayView2<f64>,
    exclusions: &Exclusions,
    one_in: u64,
) -> Result<Groups, EvalError> {
    let n = samples.len();
    let protocol = Protocol::new(samples, scores, exclusions)?;
    if groups.len() != n {
        return Err(EvalError::Groups { samples: n, groups: groups.len() });
    }
    let (fingers, threshold) = (&protocol.fingers.of_sample, protocol.all_pairs_threshold(one_in));

    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for (group, &finger) in groups.iter().zip(fingers) {
        tallies.entry(group).or_default().add_image(finger);
    }
    let pairs = (0..n).flat_map(|i| (0..i).map(move |j| (i, j)));
    for (i, j) in pairs.filter(|&(i, j)| groups[i] == groups[j]) {
        let tally = tallies.entry(&groups[i]).or_default();
        let (matched, same_set) = (scores[[i, j]] > threshold, samples[i].set == samples[j].set);
        match exclusions.relation(&samples[i], &samples[j]) {
            Relation::Mated if same_set => tally.mated.entry([fingers[i]; 2]).or_default().add(matched),
            Relation::NonMated => tally.non_mated.entry([fingers[i], fingers[j]]).or_default().add(matched),
            _ => {}
        }
    }
    let groups = tallies.into_iter().map(|(name, tally)| tally.figures(name)).collect();
    Ok(Groups { threshold, one_in, groups })
}

/// Pairs, and how many of them match.
#[derive(Default, Clone, Copy)]
struct Count {
    matched: u64,
    pairs: u64,
}

impl Count {
    fn add(&mut self, matched: bool) {
        self.matched += u64::from(matched);
        self.pairs += 1;
    }
}

/// What a group's pairs came to, by the fingers they are of.
#[derive(Default)]
struct Tally {
    images: usize,
    /// The group's own number of each finger.
    fingers: BTreeMap<usize, usize>,
    mated: BTreeMap<[usize; 2], Count>,
    non_mated: BTreeMap<[usize; 2], Count>,
}

impl Tally {
    fn add_image(&mut self, finger: usize) {
        self.images += 1;
        let next = self.fingers.len();
        self.fingers.entry(finger).or_insert(next);
    }

    fn figures(&self, name: &str) -> GroupFigures {
        let whole = |counts: &BTreeMap<_, Count>| counts.values().map(|c| c.pairs as usize).sum();
        let share = |count: Count| count.matched as f64 / count.pairs as f64;
        let (fnmr, fmr) = (self.estimate(&self.mated, |c| 1.0 - share(c)), self.estimate(&self.non_mated, share));
        let (mated_pairs, non_mated_pairs) = (whole(&self.mated), whole(&self.non_mated));
        let (group, fingers, images) = (name.to_owned(), self.fingers.len(), self.images);
        GroupFigures { group, fingers, images, mated_pairs, non_mated_pairs, fnmr, fmr }
    }

    /// A rate with its interval. A pair of one finger that is drawn k times counts k times, of two j · k times.
    fn estimate(&self, counts: &BTreeMap<[usize; 2], Count>, rate: impl Fn(Count) -> f64 + Sync) -> Option<Estimate> {
        let local: Vec<([usize; 2], Count)> =
            counts.iter().map(|([a, b], &count)| ([self.fingers[a], self.fingers[b]], count)).collect();
        let weighed = |weights: &[u64]| {
            let mut sum = Count::default();
            for &([a, b], count) in &local {
                let weight = if a == b { weights[a] } else { weights[a] * weights[b] };
                sum.matched += weight * count.matched;
                sum.pairs += weight * count.pairs;
            }
            (sum.pairs > 0).then(|| rate(sum))
        };
        let value = weighed(&vec![1; self.fingers.len()])?;
        let one_set = vec![0; self.fingers.len()];
        let drawn = (0..DRAWS).into_par_iter().filter_map(|i| weighed(&draw(&one_set, i as u64))).collect();
        Some(interval(value, drawn))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    /// Two groups of ten fingers of two impressions: in `b` the mates of three fingers score as two fingers do.
    fn toy() -> (Vec<Sample>, Vec<String>, Array2<f64>) {
        let sample = |i: usize| Sample {
            set: "s".into(),
            subject: (i / 2).to_string(),
            position: Default::default(),
            impression: (i % 2) as u32,
        };
        let group = |i: usize| if i < 20 { "a".to_owned() } else { "b".to_owned() };
        let score = |(i, j): (usize, usize)| match (i / 2 == j / 2, i / 2 >= 17) {
            (true, true) => 0.0,
            (true, false) => 90.0,
            // The highest of two fingers are of group b.
            (false, _) => (i.min(j) + i.max(j) * 40) as f64 / 100.0,
        };
        ((0..40).map(sample).collect(), (0..40).map(group).collect(), Array2::from_shape_fn((40, 40), score))
    }

    #[test]
    fn groups_are_counted_apart_at_one_threshold() {
        let (samples, names, scores) = toy();
        let found = by_group(&samples, &names, scores.view(), &Exclusions::default(), 100).expect("a whole toy");
        // 760 non-mated pairs: seven may match, and they are of the last fingers, group b.
        let [a, b] = &found.groups[..] else { panic!("two groups: {found:?}") };
        assert_eq!((a.group.as_str(), a.fingers, a.images, a.mated_pairs, a.non_mated_pairs), ("a", 10, 20, 10, 180));
        let (fnmr, fmr) = (a.fnmr.expect("mates"), a.fmr.expect("others"));
        assert_eq!((fnmr.value, fnmr.low, fnmr.high), (0.0, 0.0, 0.0));
        assert_eq!(fmr.value, 0.0);
        let (fnmr, fmr) = (b.fnmr.expect("mates"), b.fmr.expect("others"));
        assert!((fnmr.value - 0.3).abs() < 1e-12, "{fnmr:?}");
        // Binomial, 3 of 10: the 2.5 and 97.5 % points are 0 or 1, and 6.
        assert!(fnmr.low <= 0.1 && (0.5..=0.7).contains(&fnmr.high), "{fnmr:?}");
        let by_hand = scores.indexed_iter().filter(|&((i, j), s)| i > j && i / 2 != j / 2 && *s > found.threshold);
        let matched = by_hand.filter(|&((_, j), _)| j >= 20).count();
        assert!(matched > 0, "none matches in group b");
        assert!((fmr.value - matched as f64 / 180.0).abs() < 1e-12);
    }

    #[test]
    fn a_group_without_pairs_has_no_rates_and_wrong_sizes_are_told() {
        let (samples, mut names, scores) = toy();
        names[39] = "alone".into();
        let found = by_group(&samples, &names, scores.view(), &Exclusions::default(), 100).expect("a whole toy");
        let alone = found.groups.iter().find(|g| g.group == "alone").expect("is told");
        assert_eq!((alone.mated_pairs, alone.fnmr, alone.fmr), (0, None, None));
        let short = by_group(&samples, &names[1..], scores.view(), &Exclusions::default(), 100);
        assert_eq!(short, Err(EvalError::Groups { samples: 40, groups: 39 }));
    }
}
