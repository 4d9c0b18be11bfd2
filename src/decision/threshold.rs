use super::Score;

/// The score from which on `false_matches` non-mated pairs are expected among `comparisons`: 1,000,000 comparisons with
/// 0.1 expected need 70 dB.
pub fn threshold(comparisons: u64, false_matches: f64) -> Score {
    let rate = false_matches.max(f64::MIN_POSITIVE) / comparisons.max(1) as f64;
    Score::from_db(-10.0 * libm::log10(rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_of_a_false_match_in_a_million_needs_seventy_decibels() {
        assert!((threshold(1_000_000, 0.1).db() - 70.0).abs() < 1e-9);
    }

    #[test]
    fn more_false_matches_than_comparisons_need_no_evidence() {
        assert_eq!(threshold(10, 100.0), Score::NONE);
    }
}
