//! People of several fingers: whether fused scores hold what they promise, what is missed, and how far the fingers of two
//! different people score independently, as fusion takes them to.

use super::bootstrap::{Estimate, draw, interval};
use super::parameters::{DRAWS, JOINT_DB, LAST_FUSED_DB};
use super::sample::{Exclusions, Relation, Sample};
use super::{Comparisons, EvalError};
use crate::decision::{Score, fuse};
use ndarray::ArrayView2;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Whose impression it is, and which of their fingers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OfPerson {
    /// The person.
    pub person: String,
    /// The finger; what bears the same name is compared.
    pub finger: String,
}

/// What is seen on people; records are impressions of one number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct People {
    /// How many people.
    pub people: usize,
    /// Their fingers, together.
    pub fingers: usize,
    /// Pairs of records of one person.
    pub mated_pairs: usize,
    /// Pairs of records of two.
    pub non_mated_pairs: usize,
    /// A line every 10 dB.
    pub thresholds: Vec<PeopleThreshold>,
    /// How far fingers depend, where people have several.
    pub dependence: Option<Dependence>,
}

/// How the scores of two fingers of the same two people go together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Dependence {
    /// Pearson's correlation, in decibels. 0: independent.
    pub correlation: Estimate,
    /// How many times as often as independent ones both score 10 dB and more.
    pub joint: Estimate,
}

/// What a threshold on fused scores does.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PeopleThreshold {
    /// The threshold, dB.
    pub score: f64,
    /// The share of records of different people that it promises.
    pub promised: f64,
    /// The share that reaches it, where the sample can show it.
    pub non_mated: Option<f64>,
    /// The share of records of one person below it.
    pub missed: f64,
}

/// A record: the samples of one person's impressions of one number, by finger.
struct Record<'a> {
    person: usize,
    fingers: BTreeMap<&'a str, usize>,
}

/// Sums over pairs of fingers of two people.
#[derive(Default, Clone, Copy)]
struct Sums {
    count: f64,
    sum: f64,
    squares: f64,
    products: f64,
    reached: f64,
    both_reached: f64,
}

/// Figures of fused scores. `scores` is n × n in the order of `samples` and `of`; a sample of nobody is left out.
///
/// # Errors
/// A matrix of another size; no mated or no non-mated pair of records.
pub fn people(
    samples: &[Sample],
    of: &[Option<OfPerson>],
    scores: ArrayView2<f64>,
    exclusions: &Exclusions,
) -> Result<People, EvalError> {
    if scores.dim() != (samples.len(), samples.len()) || of.len() != samples.len() {
        let (rows, columns) = scores.dim();
        return Err(EvalError::Shape { samples: samples.len(), rows, columns });
    }
    let (names, records) = records(samples, of);
    let mut fused = Comparisons::default();
    let mut sums: BTreeMap<(usize, usize), Sums> = BTreeMap::new();
    for (i, a) in records.iter().enumerate() {
        for b in &records[..i] {
            let relation = |&(s, t): &(usize, usize)| exclusions.relation(&samples[s], &samples[t]);
            let shared: Vec<(usize, usize)> =
                a.fingers.iter().filter_map(|(finger, &s)| Some((s, *b.fingers.get(finger)?))).collect();
            let wanted = if a.person == b.person { Relation::Mated } else { Relation::NonMated };
            if shared.is_empty() || !shared.iter().all(|pair| relation(pair) == wanted) {
                continue;
            }
            let each: Vec<f64> = shared.iter().map(|&(s, t)| scores[[s, t]]).collect();
            let score = fuse(&each.iter().map(|&db| Score::from_db(db)).collect::<Vec<_>>()).db();
            if a.person == b.person {
                fused.add_mated(score, a.person);
            } else {
                fused.add_non_mated(score, a.person, b.person);
                sums.entry((a.person, b.person)).or_default().add(&each);
            }
        }
    }
    let set = || String::from("people");
    match (fused.mated_len(), fused.non_mated_len()) {
        (0, _) => return Err(EvalError::NoMated { set: set() }),
        (_, 0) => return Err(EvalError::NoNonMated { set: set() }),
        _ => fused.sort(),
    }
    Ok(People {
        people: names.len(),
        fingers: of.iter().flatten().collect::<BTreeSet<_>>().len(),
        mated_pairs: fused.mated_len(),
        non_mated_pairs: fused.non_mated_len(),
        thresholds: thresholds(&fused),
        dependence: dependence(&sums, names.len()),
    })
}

/// With intervals by person; none where nobody has two fingers.
fn dependence(sums: &BTreeMap<(usize, usize), Sums>, people: usize) -> Option<Dependence> {
    let weighed = |weights: &[u64]| {
        let mut all = Sums::default();
        for (&(a, b), one) in sums {
            all.add_times(one, (weights[a] * weights[b]) as f64);
        }
        (all.count > 0.0).then(|| (all.correlation(), all.joint()))
    };
    let (correlation, joint) = weighed(&vec![1; people])?;
    let one_set = vec![0; people];
    let draws: Vec<(f64, f64)> =
        (0..DRAWS as u64).into_par_iter().filter_map(|i| weighed(&draw(&one_set, i))).collect();
    Some(Dependence {
        correlation: interval(correlation, draws.iter().map(|d| d.0).collect()),
        joint: interval(joint, draws.iter().map(|d| d.1).collect()),
    })
}

/// People, numbered by name, and their records.
fn records<'a>(samples: &[Sample], of: &'a [Option<OfPerson>]) -> (BTreeMap<&'a str, usize>, Vec<Record<'a>>) {
    let mut names: BTreeMap<&str, usize> = of.iter().flatten().map(|o| (o.person.as_str(), 0)).collect();
    names.values_mut().enumerate().for_each(|(i, number)| *number = i);
    let mut records: BTreeMap<(usize, u32), BTreeMap<&str, usize>> = BTreeMap::new();
    for (i, (sample, o)) in samples.iter().zip(of).enumerate() {
        let Some(o) = o else { continue };
        let person = names[o.person.as_str()];
        records.entry((person, sample.impression)).or_default().insert(&o.finger, i);
    }
    (names, records.into_iter().map(|((person, _), fingers)| Record { person, fingers }).collect())
}

fn thresholds(fused: &Comparisons) -> Vec<PeopleThreshold> {
    let line = |step: i32| {
        let score = f64::from(step) * 10.0;
        let promised = libm::pow(10.0, f64::from(-step));
        let shown = promised * fused.non_mated_len() as f64 >= 0.0999;
        let non_mated = shown.then(|| fused.share_from(score));
        PeopleThreshold { score, promised, non_mated, missed: 1.0 - fused.mated_share_from(score) }
    };
    (1..=LAST_FUSED_DB / 10).map(line).collect()
}

impl Sums {
    /// The scores of all fingers of a pair of records, two by two, each way round.
    fn add(&mut self, scores: &[f64]) {
        for (i, &x) in scores.iter().enumerate() {
            for &y in &scores[..i] {
                let reached = |v: f64| f64::from(u8::from(v >= JOINT_DB));
                self.count += 2.0;
                self.sum += x + y;
                self.squares += x * x + y * y;
                self.products += 2.0 * x * y;
                self.reached += reached(x) + reached(y);
                self.both_reached += 2.0 * reached(x) * reached(y);
            }
        }
    }

    fn add_times(&mut self, other: &Sums, times: f64) {
        self.count += times * other.count;
        self.sum += times * other.sum;
        self.squares += times * other.squares;
        self.products += times * other.products;
        self.reached += times * other.reached;
        self.both_reached += times * other.both_reached;
    }

    fn correlation(&self) -> f64 {
        let mean = self.sum / self.count;
        let (variance, covariance) =
            (self.squares / self.count - mean * mean, self.products / self.count - mean * mean);
        if variance > 0.0 { covariance / variance } else { 0.0 }
    }

    /// 1 where nothing reaches: there is nothing that would depend.
    fn joint(&self) -> f64 {
        let share = self.reached / self.count;
        if share > 0.0 { self.both_reached / self.count / (share * share) } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    /// `people` of two fingers and two impressions; the score of two samples by `score`.
    fn evaluated(people_count: usize, score: impl Fn(&OfPerson, &OfPerson) -> f64) -> People {
        let mut samples = Vec::new();
        let mut of = Vec::new();
        for person in 0..people_count {
            for finger in 0..2 {
                for impression in 0..2 {
                    let subject = format!("{person}_{finger}");
                    samples.push(Sample { set: "s".into(), subject, position: Default::default(), impression });
                    of.push(OfPerson { person: format!("{person:03}"), finger: finger.to_string() });
                }
            }
        }
        let scores = Array2::from_shape_fn((of.len(), of.len()), |(i, j)| score(&of[i.max(j)], &of[i.min(j)]));
        let of: Vec<_> = of.into_iter().map(Some).collect();
        people(&samples, &of, scores.view(), &Exclusions::default()).expect("a whole toy")
    }

    /// A number from 0 to 1 that looks random and is the same either way round.
    fn noise(a: &str, b: &str, more: &str) -> f64 {
        let text = if a < b { format!("{a}/{b}/{more}") } else { format!("{b}/{a}/{more}") };
        let hash = blake3::hash(text.as_bytes());
        f64::from(u32::from_le_bytes(hash.as_bytes()[..4].try_into().unwrap())) / f64::from(u32::MAX)
    }

    fn db(share: f64) -> f64 {
        -10.0 * libm::log10(share.max(1e-9))
    }

    #[test]
    fn independent_fingers_are_seen_to_be_so_and_fused_scores_hold_their_promise() {
        let found =
            evaluated(120, |a, b| if a.person == b.person { 40.0 } else { db(noise(&a.person, &b.person, &a.finger)) });
        assert_eq!((found.people, found.fingers, found.mated_pairs, found.non_mated_pairs), (120, 240, 120, 28560));
        let Dependence { correlation, joint } = found.dependence.expect("two fingers each");
        assert!(correlation.low < 0.0 && correlation.high > 0.0, "{correlation:?}");
        assert!((joint.value - 1.0).abs() < 0.15, "{joint:?}");
        let at = |score: f64| *found.thresholds.iter().find(|t| t.score == score).unwrap();
        assert!((0.08..0.12).contains(&at(10.0).non_mated.unwrap()), "{:?}", at(10.0));
        // Two times 40 dB are 67.7 dB by Fisher.
        assert_eq!((at(60.0).missed, at(70.0).missed, at(70.0).non_mated), (0.0, 1.0, None));
    }

    #[test]
    fn fingers_that_score_alike_are_seen_to_depend_and_break_the_promise() {
        let found =
            evaluated(120, |a, b| if a.person == b.person { 40.0 } else { db(noise(&a.person, &b.person, "")) });
        let Dependence { correlation, joint } = found.dependence.expect("two fingers each");
        assert!(correlation.low > 0.99, "{correlation:?}");
        // One in ten reaches 10 dB, and then both do.
        assert!((8.0..12.0).contains(&joint.value), "{joint:?}");
        let at_20 = found.thresholds[1];
        assert!(at_20.non_mated.unwrap() > 3.0 * at_20.promised, "{at_20:?}");
    }

    #[test]
    fn people_of_one_finger_have_thresholds_and_nothing_that_depends() {
        let sample = |subject: &str, impression| Sample {
            set: "s".into(),
            subject: subject.into(),
            position: Default::default(),
            impression,
        };
        let samples = [sample("a", 1), sample("a", 2), sample("b", 1)];
        let of = ["a", "a", "b"].map(|person| Some(OfPerson { person: person.into(), finger: "2".into() }));
        let scores = Array2::from_elem((3, 3), 25.0);
        let found = people(&samples, &of, scores.view(), &Exclusions::default()).expect("a pair of each");
        assert_eq!((found.people, found.fingers, found.mated_pairs, found.non_mated_pairs), (2, 2, 1, 2));
        assert_eq!((found.thresholds[1].missed, found.thresholds[2].missed, found.dependence), (0.0, 1.0, None));
        let nobody = people(&samples[..1], &of[..1], Array2::zeros((1, 1)).view(), &Exclusions::default());
        assert!(matches!(nobody, Err(EvalError::NoMated { .. })));
    }
}
