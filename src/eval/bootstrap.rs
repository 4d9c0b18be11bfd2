//! 95 % intervals by the percentile bootstrap (B. Efron, *Bootstrap methods: another look at the jackknife*, Annals of
//! Statistics 7(1), 1979) over fingers: impressions of one finger are not independent, so fingers are what is drawn,
//! with replacement, as many within each set as it has. In identification the gallery stays, and the probes of a finger
//! count as often as it was drawn.

use super::figures::{Figures, Protocol};
use super::parameters::{COVERAGE, DRAWS, SEED};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use rayon::prelude::*;
use serde::Serialize;

/// A share from 0 to 1, and the interval in which it lies with 95 % confidence, given other fingers of the same kind.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// On the samples as they are.
    pub value: f64,
    /// 2.5 % of the draws are below.
    pub low: f64,
    /// 2.5 % of the draws are above.
    pub high: f64,
}

pub(super) fn with_intervals(protocol: &Protocol) -> Figures<Estimate> {
    let sets = &protocol.fingers.set_of;
    let draws: Vec<Vec<f64>> =
        (0..DRAWS).into_par_iter().map(|i| protocol.figures(&draw(sets, i as u64)).rates()).collect();
    let mut place = 0;
    protocol.figures(&vec![1; sets.len()]).map(|value| {
        let drawn = draws.iter().map(|rates| rates[place]).collect();
        place += 1;
        interval(value, drawn)
    })
}

/// `value` with the interval that what was drawn shows: as many draws lie below it as above.
pub(super) fn interval(value: f64, mut drawn: Vec<f64>) -> Estimate {
    drawn.sort_by(f64::total_cmp);
    let tail = (drawn.len() as f64 * (1.0 - COVERAGE) / 2.0) as usize;
    let at = |place: usize| drawn.get(place).copied().unwrap_or(value);
    Estimate { value, low: at(tail), high: at(drawn.len().saturating_sub(1 + tail)) }
}

/// How often each finger stands in draw `number`: as many fingers of each set as the set has.
pub(super) fn draw(set_of: &[usize], number: u64) -> Vec<u64> {
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    random.set_stream(number);
    let mut weights = vec![0; set_of.len()];
    for set in 0..set_of.iter().max().map_or(0, |m| m + 1) {
        let members: Vec<usize> = (0..set_of.len()).filter(|&f| set_of[f] == set).collect();
        for _ in 0..members.len() {
            // A 64-bit product's upper half: even to 2⁻³², whatever the number of fingers.
            let chosen = (u64::from(random.next_u32()) * members.len() as u64) >> 32;
            weights[members[chosen as usize]] += 1;
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::{Exclusions, Sample};
    use ndarray::Array2;

    #[test]
    fn each_draw_has_as_many_fingers_of_each_set_and_draws_differ() {
        let set_of = [0, 0, 0, 0, 1, 1, 1];
        for number in 0..50 {
            let weights = draw(&set_of, number);
            assert_eq!(weights[..4].iter().sum::<u64>(), 4);
            assert_eq!(weights[4..].iter().sum::<u64>(), 3);
            assert_eq!(weights, draw(&set_of, number));
        }
        assert_ne!(draw(&set_of, 0), draw(&set_of, 1));
    }

    /// Ten fingers of two impressions; the mates of two fingers score below all others.
    fn toy() -> (Vec<Sample>, Array2<f64>) {
        let sample = |i: usize| Sample {
            set: "s".into(),
            subject: (i / 2).to_string(),
            position: Default::default(),
            impression: (i % 2) as u32,
        };
        let samples: Vec<Sample> = (0..20).map(sample).collect();
        let score = |(i, j): (usize, usize)| match (i / 2 == j / 2, i / 2 < 2) {
            (true, true) => 0.0,
            (true, false) => 90.0,
            (false, _) => ((i * j) % 31) as f64 + 1.0,
        };
        (samples, Array2::from_shape_fn((20, 20), score))
    }

    #[test]
    fn an_interval_holds_its_value_and_is_as_wide_as_the_fingers_vary() {
        let (samples, scores) = toy();
        let figures = super::super::evaluate(&samples, scores.view(), &Exclusions::default()).expect("a whole toy");
        let zero = figures.sets[0].zero_fmr;
        assert_eq!(zero.value, 0.2);
        // Binomial, 2 of 10: the 2.5 and 97.5 % points of the number of failing fingers drawn are 0 and 5.
        assert_eq!((zero.low, zero.high), (0.0, 0.5));
        assert_eq!(figures.rank_1.value, 0.8);
        assert_eq!(figures.mated_pairs, 10);
        assert_eq!(figures.all_non_mated_pairs, 180);
        assert_eq!(figures, super::super::evaluate(&samples, scores.view(), &Exclusions::default()).expect("again"));
    }
}
