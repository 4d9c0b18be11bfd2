use super::Score;

/// One score for a person from the scores of several fingers, by Fisher's method (R. A. Fisher, *Statistical Methods for
/// Research Workers*, 1925, § 21.1): were no finger mated, `Σ -ln FMR` over k independent fingers would follow a Gamma
/// distribution of shape k, and its tail is the fused false-match rate. No fingers, no evidence. The order does not count.
pub fn fuse(fingers: &[Score]) -> Score {
    let mut db: Vec<f64> = fingers.iter().map(|s| s.db()).collect();
    db.sort_by(f64::total_cmp);
    let nats = db.iter().sum::<f64>() * std::f64::consts::LN_10 / 10.0;
    // The Gamma tail of whole shape k: e^-x · Σ x^i / i! for i < k.
    let mut term = 1.0;
    let mut sum = 0.0;
    for i in 0..db.len() {
        sum += term;
        term *= nats / (i + 1) as f64;
    }
    if sum > 0.0 { Score::from_db((nats - libm::log(sum)) * 10.0 / std::f64::consts::LN_10) } else { Score::NONE }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fused(db: &[f64]) -> f64 {
        fuse(&db.iter().map(|&d| Score::from_db(d)).collect::<Vec<_>>()).db()
    }

    #[test]
    fn one_finger_keeps_its_score_and_none_has_none() {
        assert!((fused(&[37.5]) - 37.5).abs() < 1e-9);
        assert_eq!(fused(&[]), 0.0);
    }

    #[test]
    fn two_fingers_follow_the_gamma_tail() {
        // FMR 1e-3 each: 1e-6 · (1 + 6 ln 10).
        let expected = 60.0 - 10.0 * (1.0 + 6.0 * std::f64::consts::LN_10).log10();
        assert!((fused(&[30.0, 30.0]) - expected).abs() < 1e-9);
    }

    #[test]
    fn fingers_without_evidence_weigh_down_and_the_order_does_not_count() {
        assert!(fused(&[40.0, 0.0, 0.0]) < 40.0);
        assert_eq!(fused(&[40.0, 1.0, 17.0]), fused(&[17.0, 40.0, 1.0]));
    }
}
