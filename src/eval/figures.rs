//! All figures of one draw of fingers.

use super::calibration::{Calibration, calibration};
use super::comparisons::{Comparisons, Weights};
use super::det::{Det, curve};
use super::identification::Identification;
use super::rates::{eer, fnmr_at, highest_refused};
use super::sample::{Exclusions, Fingers, Relation, Sample};
use super::{EvalError, parameters};
use ndarray::ArrayView2;
use serde::Serialize;

/// Everything that is asked of the samples, made ready to be answered for any weights of fingers.
pub(super) struct Protocol {
    pub(super) fingers: Fingers,
    sets: Vec<Comparisons>,
    same_sensor: Comparisons,
    all_pairs: Comparisons,
    identification: Identification,
    images: Vec<usize>,
    calibration: Vec<Calibration>,
}

/// Error rates, each a `T`: a share from 0 to 1, or an [`Estimate`](super::Estimate) with its interval.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures<T> {
    /// A set each, in the order of the samples.
    pub sets: Vec<SetFigures<T>>,
    /// The mean of the sets' EER.
    pub mean_eer: T,
    /// The mean of the sets' FMR1000.
    pub mean_fmr1000: T,
    /// One threshold over all sets: FNMR where one in 1,000 non-mated pairs of the same set matches.
    pub same_sensor_fnmr_1e3: T,
    /// One threshold over all sets: FNMR where one in 1,000 of all non-mated pairs, also across sets, matches.
    pub all_pairs_fnmr_1e3: T,
    /// Likewise, one in 10,000.
    pub all_pairs_fnmr_1e4: T,
    /// The share of mated searches that find the mate first.
    pub rank_1: T,
    /// The share of mated searches that miss the mate where one non-mated search in 100 returns somebody.
    pub fnir_at_fpir_1e2: T,
    /// Whether scores hold what they promise.
    pub calibration: Vec<Calibration>,
    /// Mated pairs, over all sets.
    pub mated_pairs: usize,
    /// Non-mated pairs within the sets.
    pub same_sensor_non_mated_pairs: usize,
    /// Non-mated pairs over all sets.
    pub all_non_mated_pairs: usize,
    /// Probes of the identification.
    pub probes: usize,
}

/// The figures of one set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SetFigures<T> {
    /// Its name.
    pub set: String,
    /// How many impressions it has.
    pub images: usize,
    /// Pairs of impressions of one finger.
    pub mated_pairs: usize,
    /// Pairs of impressions of two fingers.
    pub non_mated_pairs: usize,
    /// Equal error rate.
    pub eer: T,
    /// The lowest FNMR for FMR ≤ 1 %.
    pub fmr100: T,
    /// The lowest FNMR for FMR ≤ 0.1 %.
    pub fmr1000: T,
    /// The lowest FNMR for FMR = 0.
    pub zero_fmr: T,
}

impl Protocol {
    pub(super) fn new(samples: &[Sample], scores: ArrayView2<f64>, exclusions: &Exclusions) -> Result<Self, EvalError> {
        if scores.dim() != (samples.len(), samples.len()) {
            let (rows, columns) = scores.dim();
            return Err(EvalError::Shape { samples: samples.len(), rows, columns });
        }
        if samples.is_empty() {
            return Err(EvalError::Empty);
        }
        let fingers = Fingers::new(samples);
        let mut images = vec![0; fingers.sets.len()];
        let mut sets: Vec<Comparisons> = fingers.sets.iter().map(|_| Comparisons::default()).collect();
        let (mut same_sensor, mut all_pairs) = (Comparisons::default(), Comparisons::default());
        for (i, a) in samples.iter().enumerate() {
            let (finger, set) = (fingers.of_sample[i], fingers.set_of_sample[i]);
            images[set] += 1;
            for (j, b) in samples.iter().enumerate().take(i) {
                let (score, other, same_set) = (scores[[i, j]], fingers.of_sample[j], a.set == b.set);
                match exclusions.relation(a, b) {
                    // Impressions of one finger on two sensors: not a pair of FVC's protocol.
                    Relation::Mated if !same_set => {}
                    Relation::Mated => {
                        for c in [&mut sets[set], &mut same_sensor, &mut all_pairs] {
                            c.add_mated(score, finger);
                        }
                    }
                    Relation::NonMated => {
                        if same_set {
                            sets[set].add_non_mated(score, finger, other);
                            same_sensor.add_non_mated(score, finger, other);
                        }
                        all_pairs.add_non_mated(score, finger, other);
                    }
                    Relation::Neither => {}
                }
            }
        }
        for (comparisons, set) in sets.iter_mut().zip(&fingers.sets) {
            comparisons.sort();
            if comparisons.mated_len() == 0 {
                return Err(EvalError::NoMated { set: set.clone() });
            }
            if comparisons.non_mated_len() == 0 {
                return Err(EvalError::NoNonMated { set: set.clone() });
            }
        }
        same_sensor.sort();
        all_pairs.sort();
        let identification = Identification::new(samples, &fingers, scores, exclusions);
        let calibration = calibration(&same_sensor, &all_pairs);
        Ok(Protocol { fingers, sets, same_sensor, all_pairs, identification, images, calibration })
    }

    /// The curve of each set, then of all pairs.
    pub(super) fn curves(&self) -> Vec<Det> {
        let weights = vec![1; self.fingers.set_of.len()];
        let sets = self.fingers.sets.iter().zip(&self.sets).map(|(name, c)| curve(name, c, &weights));
        sets.chain(std::iter::once(curve("all pairs", &self.all_pairs, &weights))).collect()
    }

    /// Scores above this match: at most one in `one_in` of all non-mated pairs.
    pub(super) fn all_pairs_threshold(&self, one_in: u64) -> f64 {
        let each_once = vec![1; self.fingers.set_of.len()];
        highest_refused(self.all_pairs.non_mated(&each_once), Some(one_in)).unwrap_or(f64::NEG_INFINITY)
    }

    /// The figures where each finger counts as often as `weights` says.
    pub(super) fn figures(&self, weights: &Weights) -> Figures<f64> {
        let fnmr = |c: &Comparisons, one_in| fnmr_at(c.mated(weights), c.non_mated(weights), one_in);
        let set = |(i, c): (usize, &Comparisons)| SetFigures {
            set: self.fingers.sets[i].clone(),
            images: self.images[i],
            mated_pairs: c.mated_len(),
            non_mated_pairs: c.non_mated_len(),
            eer: eer(c.mated(weights), c.non_mated(weights)),
            fmr100: fnmr(c, Some(100)),
            fmr1000: fnmr(c, Some(1000)),
            zero_fmr: fnmr(c, None),
        };
        let sets: Vec<SetFigures<f64>> = self.sets.iter().enumerate().map(set).collect();
        let mean =
            |figure: fn(&SetFigures<f64>) -> f64| sets.iter().map(figure).sum::<f64>() / sets.len().max(1) as f64;
        Figures {
            mean_eer: mean(|s| s.eer),
            mean_fmr1000: mean(|s| s.fmr1000),
            same_sensor_fnmr_1e3: fnmr(&self.same_sensor, Some(1000)),
            all_pairs_fnmr_1e3: fnmr(&self.all_pairs, Some(1000)),
            all_pairs_fnmr_1e4: fnmr(&self.all_pairs, Some(10_000)),
            rank_1: self.identification.rank_1(weights),
            fnir_at_fpir_1e2: self.identification.fnir_at(weights, parameters::FPIR_ONE_IN),
            calibration: self.calibration.clone(),
            mated_pairs: self.all_pairs.mated_len(),
            same_sensor_non_mated_pairs: self.same_sensor.non_mated_len(),
            all_non_mated_pairs: self.all_pairs.non_mated_len(),
            probes: self.identification.probes(),
            sets,
        }
    }
}

impl<T: Copy> Figures<T> {
    /// All rates in one fixed order.
    pub(super) fn rates(&self) -> Vec<T> {
        let of_set = |s: &SetFigures<T>| [s.eer, s.fmr100, s.fmr1000, s.zero_fmr];
        let mut rates: Vec<T> = self.sets.iter().flat_map(of_set).collect();
        rates.extend([self.mean_eer, self.mean_fmr1000, self.same_sensor_fnmr_1e3, self.all_pairs_fnmr_1e3]);
        rates.extend([self.all_pairs_fnmr_1e4, self.rank_1, self.fnir_at_fpir_1e2]);
        rates
    }

    /// The same figures with each rate, in the order of [`Figures::rates`], made into something else.
    pub(super) fn map<U>(&self, mut rate: impl FnMut(T) -> U) -> Figures<U> {
        Figures {
            sets: self
                .sets
                .iter()
                .map(|s| SetFigures {
                    set: s.set.clone(),
                    images: s.images,
                    mated_pairs: s.mated_pairs,
                    non_mated_pairs: s.non_mated_pairs,
                    eer: rate(s.eer),
                    fmr100: rate(s.fmr100),
                    fmr1000: rate(s.fmr1000),
                    zero_fmr: rate(s.zero_fmr),
                })
                .collect(),
            mean_eer: rate(self.mean_eer),
            mean_fmr1000: rate(self.mean_fmr1000),
            same_sensor_fnmr_1e3: rate(self.same_sensor_fnmr_1e3),
            all_pairs_fnmr_1e3: rate(self.all_pairs_fnmr_1e3),
            all_pairs_fnmr_1e4: rate(self.all_pairs_fnmr_1e4),
            rank_1: rate(self.rank_1),
            fnir_at_fpir_1e2: rate(self.fnir_at_fpir_1e2),
            calibration: self.calibration.clone(),
            mated_pairs: self.mated_pairs,
            same_sensor_non_mated_pairs: self.same_sensor_non_mated_pairs,
            all_non_mated_pairs: self.all_non_mated_pairs,
            probes: self.probes,
        }
    }
}
