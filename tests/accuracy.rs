//! The figures that are promised on real fingerprints, with the shipped extractor and matcher. They lie outside the
//! repository; where they are absent this says so and passes.

use simd_json::OwnedValue;
use simd_json::prelude::*;
use std::path::PathBuf;
use std::process::Command;

/// The one finger that stands in two sets.
const SAME: [&str; 2] = ["fvc2002_db3_108", "fvc2004_db3_102"];

fn fvc() -> Option<PathBuf> {
    let folder = std::env::var_os("VANTAY_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let manifest = folder.join("fvc.jsonl");
    if !manifest.is_file() {
        println!("skipped: no real fingerprints in {} (VANTAY_DATA tells where they are)", folder.display());
        return None;
    }
    Some(manifest)
}

fn vantay(arguments: &[&str]) -> Vec<OwnedValue> {
    let output = Command::new(env!("CARGO_BIN_EXE_vantay")).args(arguments).output().expect("the command starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let out = String::from_utf8(output.stdout).expect("UTF-8");
    out.lines().map(|l| simd_json::to_owned_value(&mut l.as_bytes().to_vec()).expect("JSON")).collect()
}

#[test]
fn the_eight_fvc_sets_reach_their_figures() {
    let Some(manifest) = fvc() else { return };
    let exclusion = SAME.join("=");
    let report = vantay(&["eval", manifest.to_str().expect("UTF-8"), "--json", "--exclude", &exclusion]);
    let rate = |name: &str| {
        let value = report[0].get(name).and_then(|e| e.get("value")).and_then(ValueAsScalar::cast_f64);
        value.unwrap_or_else(|| panic!("{name}"))
    };
    assert_eq!(report[0].get_u64("mated_pairs"), Some(2240));
    assert_eq!(report[0].get_u64("same_sensor_non_mated_pairs"), Some(23_040));
    assert_eq!(report[0].get_u64("all_non_mated_pairs"), Some(202_176));
    let (eer, fnmr) = (rate("mean_eer"), rate("all_pairs_fnmr_1e4"));
    // 0.18 % and 0.49 % are reached; a comparison or ten more are no reason to stop, twice as many are.
    assert!(eer <= 0.004 && fnmr <= 0.012, "mean EER {eer}, FNMR at FMR 1e-4 {fnmr}");
}

#[test]
fn deduplication_of_the_eight_sets_finds_the_one_person_in_two_of_them() {
    let Some(manifest) = fvc() else { return };
    let lines = vantay(&["dedup", manifest.to_str().expect("UTF-8"), "--json"]);
    let pairs: Vec<&OwnedValue> = lines.iter().filter(|l| l.get_str("type") == Some("pair")).collect();
    let is_the_one = |pair: &&&OwnedValue| {
        let subjects = pair.get_array("subjects").map(|s| s.iter().filter_map(|s| s.as_str()).collect::<Vec<_>>());
        subjects.as_deref() == Some(SAME.as_slice()) || subjects.as_deref() == Some([SAME[1], SAME[0]].as_slice())
    };
    assert_eq!(pairs.iter().filter(is_the_one).count(), 1, "{pairs:?}");
    assert!(pairs.len() <= 3, "at most two false pairs of fingers: {pairs:?}");
}
