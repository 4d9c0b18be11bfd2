//! Error rates from two lists of scores, exactly: by counts, not by binned curves.

/// Scores from the highest down, each with a whole weight, and the sum of the weights.
pub(super) struct Weighted<I> {
    pub(super) total: u64,
    pub(super) descending: I,
}

type Scores = (f64, u64);

/// The lowest FNMR among the thresholds whose FMR is at most `allowed / of_one_in`, that is 1 in `one_in`; `None` for
/// FMR 0. FMR100, FMR1000 and ZeroFMR of FVC (Maio, Maltoni, Cappelli, Wayman, Jain, *FVC2000: Fingerprint Verification
/// Competition*, IEEE TPAMI 24(3), 2002) are this for 100, 1000 and `None`.
///
/// The threshold lies just above the highest non-mated score that may not pass any more: a mated score equal to it is a
/// false non-match.
pub(super) fn fnmr_at(
    mated: Weighted<impl Iterator<Item = Scores>>,
    non_mated: Weighted<impl Iterator<Item = Scores>>,
    one_in: Option<u64>,
) -> f64 {
    let Some(highest_refused) = highest_refused(non_mated, one_in) else { return 0.0 };
    let matched: u64 = mated.descending.take_while(|&(score, _)| score > highest_refused).map(|(_, w)| w).sum();
    share(mated.total - matched, mated.total)
}

/// The highest non-mated score that may not match any more where one in `one_in` may, none for `None`; no score at all
/// where even all are few enough.
pub(super) fn highest_refused(non_mated: Weighted<impl Iterator<Item = Scores>>, one_in: Option<u64>) -> Option<f64> {
    let allowed = one_in.map_or(0, |n| non_mated.total / n.max(1));
    let mut passed = 0;
    let stopped = non_mated.descending.filter(|&(_, weight)| weight > 0).find(|&(_, weight)| {
        passed += weight;
        passed > allowed
    });
    stopped.map(|(score, _)| score)
}

/// The equal error rate as FVC defines it (the same paper, section 4): where no threshold makes FNMR and FMR equal, of the two thresholds on
/// either side of the crossing the one with the smaller sum counts, and the rate is the mean of its FNMR and FMR.
pub(super) fn eer(
    mated: Weighted<impl Iterator<Item = Scores>>,
    non_mated: Weighted<impl Iterator<Item = Scores>>,
) -> f64 {
    let (mut matched, mut false_matched) = (0, 0);
    // Above all scores: nothing matches.
    let mut above = (1.0, 0.0);
    let mut mated_scores = mated.descending.peekable();
    let mut non_mated_scores = non_mated.descending.peekable();
    loop {
        let next = match (mated_scores.peek(), non_mated_scores.peek()) {
            (Some(a), Some(b)) => a.0.max(b.0),
            (Some(a), None) => a.0,
            (None, Some(b)) => b.0,
            (None, None) => return (above.0 + above.1) / 2.0,
        };
        while let Some((_, weight)) = mated_scores.next_if(|s| s.0 >= next) {
            matched += weight;
        }
        while let Some((_, weight)) = non_mated_scores.next_if(|s| s.0 >= next) {
            false_matched += weight;
        }
        let (fnmr, fmr) = (share(mated.total - matched, mated.total), share(false_matched, non_mated.total));
        if fnmr <= fmr {
            let here = (fnmr + fmr) / 2.0;
            return if fnmr < fmr { here.min((above.0 + above.1) / 2.0) } else { here };
        }
        above = (fnmr, fmr);
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(scores: &[f64]) -> Weighted<impl Iterator<Item = Scores> + '_> {
        let mut sorted = scores.to_vec();
        sorted.sort_by(|a, b| b.total_cmp(a));
        Weighted { total: sorted.len() as u64, descending: sorted.into_iter().map(|s| (s, 1)) }
    }

    #[test]
    fn fmr100_counts_by_hand() {
        // 200 non-mated scores 0..199: one in a hundred lets two pass, so 197 is the highest refused.
        let non_mated: Vec<f64> = (0..200).map(f64::from).collect();
        let mated = [196.0, 197.0, 197.5, 300.0];
        assert_eq!(fnmr_at(list(&mated), list(&non_mated), Some(100)), 0.5);
    }

    #[test]
    fn zero_fmr_is_what_stands_above_the_highest_impostor() {
        assert_eq!(fnmr_at(list(&[5.0, 6.0, 7.0, 8.0]), list(&[1.0, 6.0]), None), 0.5);
    }

    #[test]
    fn a_rate_of_which_the_sample_holds_no_whole_pair_allows_none() {
        let non_mated: Vec<f64> = (0..99).map(f64::from).collect();
        assert_eq!(fnmr_at(list(&[98.0, 98.5]), list(&non_mated), Some(100)), 0.5);
    }

    #[test]
    fn tied_impostors_pass_together_or_not_at_all() {
        let non_mated = [9.0, 9.0, 9.0, 1.0];
        // Half may pass, but the three at 9 are one threshold.
        assert_eq!(fnmr_at(list(&[8.0, 9.0, 10.0]), list(&non_mated), Some(2)), 2.0 / 3.0);
    }

    #[test]
    fn eer_where_the_curves_meet() {
        // At 3: mated below: 1 of 4; non-mated at or above: 1 of 4.
        assert_eq!(eer(list(&[2.0, 3.0, 4.0, 5.0]), list(&[0.0, 1.0, 1.5, 3.5])), 0.25);
    }

    #[test]
    fn eer_between_two_thresholds_takes_the_smaller_sum() {
        // Descending: at 5 (1/2, 0); at 4 (1/2, 1/3): FNMR above; at 3 (0, 1/3): crossed. Sums 5/6 and 1/3.
        assert!((eer(list(&[5.0, 3.0]), list(&[4.0, 1.0, 0.0])) - 1.0 / 6.0).abs() < 1e-12);
        // Descending: at 5 (1/3, 0) after two mated; then at 4 three tied non-mated (1/3, 1): crossed. Sums 1/3 and 4/3.
        assert!((eer(list(&[5.0, 5.0, 3.0]), list(&[4.0, 4.0, 4.0])) - 1.0 / 6.0).abs() < 1e-12);
    }

    #[test]
    fn eer_is_zero_where_nothing_overlaps_and_half_where_all_is_one_score() {
        assert_eq!(eer(list(&[5.0, 6.0]), list(&[1.0, 2.0])), 0.0);
        assert_eq!(eer(list(&[1.0, 1.0]), list(&[1.0, 1.0])), 0.5);
    }

    #[test]
    fn weights_count_as_repeats() {
        let weighted = |scores: Vec<(f64, u64)>| Weighted {
            total: scores.iter().map(|s| s.1).sum(),
            descending: scores.into_iter(),
        };
        let (mated, non_mated) = (vec![(9.0, 2), (4.0, 1), (3.0, 0)], vec![(8.0, 0), (5.0, 3), (1.0, 2)]);
        let (long_mated, long_non_mated) = ([9.0, 9.0, 4.0], [5.0, 5.0, 5.0, 1.0, 1.0]);
        assert_eq!(
            fnmr_at(weighted(mated.clone()), weighted(non_mated.clone()), None),
            fnmr_at(list(&long_mated), list(&long_non_mated), None)
        );
        assert_eq!(eer(weighted(mated), weighted(non_mated)), eer(list(&long_mated), list(&long_non_mated)));
    }
}
