//! What the matcher promises on real minutiae: LEADER's of the eight FVC sets, which are no part of this repository.

use std::path::PathBuf;
use vantay::matching::{Matcher, Prepared};
use vantay::simd::Level;
use vantay::template::Template;

/// Prepared fingers of one set with their subjects, or none where the data is absent.
fn set(prefix: &str) -> Option<Vec<(String, Prepared)>> {
    let data = std::env::var_os("VANTAY_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    let Ok(dir) = std::fs::read_dir(data.join("leader")) else {
        println!("skipped: no minutiae in {}, set VANTAY_DATA", data.join("leader").display());
        return None;
    };
    let mut paths: Vec<PathBuf> = dir.map(|entry| entry.expect("readable").path()).collect();
    paths.retain(|p| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with(prefix)));
    paths.sort();
    let load = |path: &PathBuf| {
        let template = Template::from_csv(&std::fs::read_to_string(path).expect("readable")).expect("minutiae");
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        (name.rsplit_once('_').expect("an impression").0.to_owned(), Prepared::new(&template))
    };
    Some(paths.iter().map(load).collect())
}

/// The equal error rate of all pairs of a set, per cent: the mean of both rates where they cross.
fn equal_error_rate(fingers: &[(String, Prepared)]) -> f64 {
    let mut matcher = Matcher::new();
    let (mut mated, mut other) = (Vec::new(), Vec::new());
    for (i, (subject, a)) in fingers.iter().enumerate() {
        for (other_subject, b) in &fingers[i + 1..] {
            let scores = if subject == other_subject { &mut mated } else { &mut other };
            scores.push(matcher.compare(a.view(), b.view()).db());
        }
    }
    let share = |scores: &[f64], holds: &dyn Fn(f64) -> bool| {
        scores.iter().filter(|&&s| holds(s)).count() as f64 / scores.len() as f64
    };
    let rates = mated.iter().map(|&t| (share(&mated, &|s| s < t), share(&other, &|s| s >= t)));
    let best = rates.min_by(|x, y| (x.0 - x.1).abs().total_cmp(&(y.0 - y.1).abs()));
    best.map_or(100.0, |(misses, matches)| 50.0 * (misses + matches))
}

#[test]
fn the_mean_equal_error_rate_on_leaders_minutiae_stays_below_one_per_cent() {
    let names = ["2002_1", "2002_2", "2002_3", "2002_4", "2004_1", "2004_2", "2004_3", "2004_4"];
    let Some(sets) = names.map(set).into_iter().collect::<Option<Vec<_>>>() else { return };
    let rates: Vec<f64> = sets.iter().map(|fingers| equal_error_rate(fingers)).collect();
    let mean = rates.iter().sum::<f64>() / rates.len() as f64;
    assert!(mean < 1.0, "mean {mean:.2} %, by set {rates:.2?}");
}

#[test]
fn scores_of_real_prints_are_symmetric_and_the_same_at_every_level() {
    let Some(fingers) = set("2004_1") else { return };
    let mut matchers: Vec<Matcher> = Level::available().into_iter().map(Matcher::at).collect();
    for (i, (_, a)) in fingers.iter().enumerate() {
        for (_, b) in &fingers[i..] {
            let expected = matchers[0].compare(a.view(), b.view()).db().to_bits();
            for matcher in &mut matchers {
                assert_eq!(matcher.compare(a.view(), b.view()).db().to_bits(), expected, "{matcher:?}");
                assert_eq!(matcher.compare(b.view(), a.view()).db().to_bits(), expected, "{matcher:?}, swapped");
            }
        }
    }
}
