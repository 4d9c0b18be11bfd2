//! What the searches promise together, on made-up minutiae.

use super::*;
use crate::decision::Score;
use crate::gallery::{Encounter, EncounterId, Finger, SubjectId};
use crate::matching::testing::{finger, impression};
use crate::matching::{MatchError, Matcher, verify};
use crate::template::{ExtractorVersion, FingerPosition, Template};
use FingerPosition::{LeftIndex, LeftThumb, RightIndex, RightThumb, Unknown};
use std::sync::atomic::{AtomicU64, Ordering};

/// Between the highest score of different people here and the lowest of one, dB.
const SURE: f64 = 60.0;

fn record(subject: u64, encounter: u128, fingers: &[Template]) -> Record {
    let fingers = fingers.iter().cloned().map(Finger::Captured).collect();
    Record::new(&Encounter::new(SubjectId(subject), EncounterId(encounter), fingers))
}

/// Impression `take` of finger `position` of a person.
fn finger_of(person: u64, position: FingerPosition, take: u64) -> Template {
    let master = finger(person * 100 + u64::from(position.code()), 40);
    impression(&master, person * 1000 + take).with_position(position)
}

fn two_of(person: u64, take: u64) -> [Template; 2] {
    [finger_of(person, RightIndex, take), finger_of(person, LeftIndex, take)]
}

/// Twelve people of one record each; 3 stands in it again as 103 and 203, 5 as 105, and 7 has a second encounter.
fn register() -> Vec<Record> {
    let mut records: Vec<Record> = (1..=12).map(|p| record(p, p.into(), &two_of(p, 1))).collect();
    records.push(record(203, 203, &two_of(3, 3)));
    records.push(record(103, 103, &two_of(3, 2)));
    records.push(record(105, 105, &two_of(5, 2)));
    records.push(record(7, 107, &two_of(7, 2)));
    records
}

fn sure() -> Threshold {
    Threshold::Fixed(Score::from_db(SURE))
}

fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool").install(work)
}

fn score(a: &[Template], b: &[Template]) -> f64 {
    let (a, b) = (Record::probe(a), Record::probe(b));
    compare_records(&mut Matcher::new(), &a.views(), &b.views()).expect("one extractor").db()
}

#[test]
fn an_enrolled_person_comes_first_and_by_the_best_encounter() {
    let register = register();
    let options = IdentifyOptions { threshold: sure(), limit: 5, ..Default::default() };
    let probe = Record::probe(&two_of(7, 9));
    let found = identify(&probe, register.as_slice(), &options, &quiet).expect("one extractor");
    let best = [6, 15]
        .map(|r| compare_records(&mut Matcher::new(), &probe.views(), &register[r].views()).expect("one extractor"));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].key.subject, found[0].record), (SubjectId(7), if best[0] >= best[1] { 6 } else { 15 }));
    assert_eq!(found[0].score.db(), best[0].db().max(best[1].db()));
}

#[test]
fn a_stranger_is_nobody() {
    let options = IdentifyOptions { threshold: sure(), limit: 5, ..Default::default() };
    let found = identify(&Record::probe(&two_of(99, 1)), register().as_slice(), &options, &quiet);
    assert_eq!(found.expect("one extractor"), []);
}

#[test]
fn candidates_are_the_same_on_any_number_of_threads() {
    let register = register();
    let options = IdentifyOptions { threshold: Threshold::Fixed(Score::NONE), limit: 9, ..Default::default() };
    let probe = Record::probe(&two_of(3, 9));
    let search = || identify(&probe, register.as_slice(), &options, &quiet).expect("one extractor");
    let one = on_threads(1, search);
    assert_eq!(one.len(), 9);
    assert!(one.is_sorted_by(|a, b| a.score.db() >= b.score.db()));
    assert_eq!(on_threads(4, search), one);
}

#[test]
fn those_who_stand_in_it_twice_are_found_and_grouped_and_nobody_else() {
    let register = register();
    let options = DedupOptions { threshold: sure(), ..Default::default() };
    let found = dedup(register.as_slice(), &options, &quiet).expect("one extractor");
    let mut pairs: Vec<_> = found.pairs.iter().map(|p| p.keys.map(|k| k.subject.0)).collect();
    pairs.sort_unstable();
    assert_eq!(pairs, [[3, 103], [3, 203], [5, 105], [103, 203]]);
    let groups: Vec<_> = found.groups.iter().map(|g| (g.subjects.clone(), g.records.clone())).collect();
    let of = |subjects: &[u64]| subjects.iter().map(|&s| SubjectId(s)).collect::<Vec<_>>();
    assert_eq!(groups, [(of(&[3, 103, 203]), vec![2, 12, 13]), (of(&[5, 105]), vec![4, 14])]);
    // 16 records are 120 pairs, less the one within subject 7.
    assert_eq!(found.comparisons, 119);
}

#[test]
fn duplicates_are_the_same_on_any_number_of_threads_and_each_comparison_is_counted_once() {
    // More records than one tile holds.
    let register: Vec<Record> =
        (0..parameters::TILE as u64 + 20).map(|p| record(p, p.into(), &[finger_of(p / 2, Unknown, p)])).collect();
    let options = DedupOptions { threshold: Threshold::Fixed(Score::from_db(20.0)), ..Default::default() };
    let search = || {
        let done = AtomicU64::new(0);
        let count = |n| {
            done.fetch_add(n, Ordering::Relaxed);
        };
        let found = dedup(register.as_slice(), &options, &count).expect("one extractor");
        assert_eq!(done.into_inner(), found.comparisons);
        found
    };
    let one = on_threads(1, search);
    assert_eq!(on_threads(3, search), one);
    let planted = (0..register.len() as u64 / 2).map(|p| [SubjectId(2 * p), SubjectId(2 * p + 1)]);
    assert!(planted.into_iter().all(|pair| one.pairs.iter().any(|p| p.keys.map(|k| k.subject) == pair)));
}

#[test]
fn the_matrix_is_symmetric_and_holds_what_verify_gives() {
    let templates: Vec<Template> =
        (1..=5).flat_map(|p| [finger_of(p, RightIndex, 1), finger_of(p, LeftThumb, 2)]).collect();
    let fingers: Vec<PreparedFinger> = templates.iter().map(PreparedFinger::new).collect();
    let scores = matrix(&fingers, &quiet).expect("one extractor");
    for (i, a) in templates.iter().enumerate() {
        for (j, b) in templates.iter().enumerate() {
            assert_eq!(scores[[i, j]], verify(a, b).expect("one extractor").db());
            assert_eq!(scores[[i, j]], scores[[j, i]]);
        }
    }
}

#[test]
fn only_fingers_that_may_be_the_same_are_compared() {
    let right = finger_of(1, RightIndex, 1);
    let again = finger_of(1, RightIndex, 2);
    assert!(score(std::slice::from_ref(&right), &[again.clone().with_position(RightIndex)]) > SURE);
    assert!(score(std::slice::from_ref(&right), &[again.clone().with_position(Unknown)]) > SURE);
    assert_eq!(score(&[right], &[again.with_position(LeftIndex)]), 0.0);
}

#[test]
fn fingers_of_unknown_position_find_their_mates_whatever_the_order() {
    let hand = [1, 2, 3].map(|f| finger(f, 40));
    let probe = [2, 0, 1].map(|f: usize| impression(&hand[f], f as u64));
    let together = score(&probe, &hand);
    let apart: f64 = (0..3).map(|f| score(&[probe[f].clone()], &[hand[[2, 0, 1][f]].clone()])).fold(0.0, f64::max);
    assert!(together > apart, "{together} of three fingers, {apart} of the best");
    assert_eq!(score(&hand, &probe), together);
}

#[test]
fn two_fingers_taken_for_each_other_do_not_hide_a_person_of_four() {
    let positions = [RightThumb, RightIndex, LeftThumb, LeftIndex];
    let of = |person, take| positions.map(|position| finger_of(person, position, take));
    for person in 1..6 {
        let [thumb, index, left_thumb, left_index] = of(person, 2);
        let swapped = [thumb.with_position(RightIndex), index.with_position(RightThumb), left_thumb, left_index];
        assert!(score(&of(person, 1), &swapped) > SURE, "person {person}");
        assert!(score(&of(person + 50, 1), &swapped) < SURE, "person {person}");
    }
}

#[test]
fn both_fingers_of_a_record_taken_for_each_other_are_found_at_twenty_decibels_less() {
    for person in 1..6 {
        let [right, left] = two_of(person, 2);
        let straight = score(&two_of(person, 1), &[right.clone(), left.clone()]);
        let exchanged = [left.with_position(RightIndex), right.with_position(LeftIndex)];
        let crossed = score(&two_of(person, 1), &exchanged);
        assert!(crossed > SURE && score(&exchanged, &two_of(person, 1)) == crossed, "person {person}: {crossed}");
        // 10·log10(0.99 / 0.01).
        assert!((straight - crossed - 19.956).abs() < 0.001, "person {person}: {straight}, {crossed}");
        assert!(score(&two_of(person + 50, 1), &exchanged) < SURE, "person {person}");
    }
}

#[test]
fn choosing_among_ten_fingers_costs_ten_decibels() {
    let mate = finger(1, 40);
    let probe = impression(&mate, 5);
    let one = score(std::slice::from_ref(&probe), std::slice::from_ref(&mate));
    let positions = FingerPosition::ALL.into_iter().zip(1..);
    let ten: Vec<Template> = positions.map(|(position, seed)| finger(seed, 40).with_position(position)).collect();
    assert!((score(&[probe], &ten) - (one - 10.0)).abs() < 1e-9);
}

#[test]
fn a_second_impression_of_a_finger_is_no_second_finger() {
    let [a, b, c] = [1, 2, 3].map(|take| finger_of(1, RightThumb, take));
    let best = score(std::slice::from_ref(&a), std::slice::from_ref(&b))
        .max(score(std::slice::from_ref(&a), std::slice::from_ref(&c)));
    // The better of two, less the 3 dB that choosing gains by chance.
    assert!((score(&[a], &[b, c]) - (best - 10.0 * 2f64.log10())).abs() < 1e-9);
}

#[test]
fn a_record_without_fingers_matches_nobody() {
    assert_eq!(score(&[], &[finger_of(1, RightIndex, 1)]), 0.0);
    assert_eq!(score(&[], &[]), 0.0);
}

#[test]
fn templates_of_extractors_that_cannot_be_compared_are_refused() {
    let a = finger_of(1, RightIndex, 1);
    let (side, minutiae) = (usize::from(a.width()), a.minutiae().to_vec());
    let other = Template::new(side, side, RightIndex, ExtractorVersion(9), 80, minutiae).expect("the same minutiae");
    let versions = MatchError::Versions { a: ExtractorVersion::CURRENT.0, b: 9 };
    let records = [record(1, 1, std::slice::from_ref(&a)), record(2, 2, std::slice::from_ref(&other))];
    let refused = |error: crate::Error| matches!(&error, crate::Error::Match(e) if *e == versions);
    let options = IdentifyOptions::default();
    assert!(identify(&Record::probe([&a]), records.as_slice(), &options, &quiet).is_err_and(refused));
    assert!(dedup(records.as_slice(), &DedupOptions::default(), &quiet).is_err_and(refused));
    let fingers = [a, other].map(|t| PreparedFinger::new(&t));
    assert_eq!(matrix(&fingers, &quiet), Err(versions));
}

fn of_extractor(t: Template, version: u16) -> Template {
    let (width, height) = (usize::from(t.width()), usize::from(t.height()));
    Template::new(width, height, t.position(), ExtractorVersion(version), t.quality(), t.minutiae().to_vec())
        .expect("as it was")
}

#[test]
fn templates_of_another_extractor_are_searched_only_where_that_is_asked_for() {
    let old = |t| of_extractor(t, 700);
    let records: Vec<Record> = (1..=4).map(|p| record(p, p.into(), &two_of(p, 1).map(old))).collect();
    let probe = Record::probe(&two_of(3, 2));
    let options = IdentifyOptions { threshold: sure(), ..Default::default() };
    let refused = identify(&probe, records.as_slice(), &options, &quiet).unwrap_err();
    assert_eq!(refused.kind(), crate::ErrorKind::Incompatible);
    assert!(refused.to_string().contains("across extractors"), "{refused}");
    let options = IdentifyOptions { across_extractors: true, ..options };
    let found = identify(&probe, records.as_slice(), &options, &quiet).expect("asked for");
    assert_eq!(found.iter().map(|c| c.key.subject).collect::<Vec<_>>(), [SubjectId(3)]);
}

#[test]
fn duplicates_of_two_extractors_are_found_only_where_that_is_asked_for() {
    let old = |t| of_extractor(t, 700);
    let mut records: Vec<Record> = (1..=4).map(|p| record(p, p.into(), &two_of(p, 1).map(old))).collect();
    records.push(record(33, 9, &two_of(3, 2)));
    records.push(record(34, 10, &two_of(3, 3).map(old)));
    let options = DedupOptions { threshold: sure(), ..Default::default() };
    let refused = dedup(records.as_slice(), &options, &quiet).unwrap_err();
    assert_eq!(refused.kind(), crate::ErrorKind::Incompatible);
    let options = DedupOptions { across_extractors: true, ..options };
    let found = dedup(records.as_slice(), &options, &quiet).expect("asked for");
    let mut pairs: Vec<_> = found.pairs.iter().map(|p| p.keys.map(|k| k.subject.0)).collect();
    pairs.sort_unstable();
    assert_eq!(pairs, [[3, 33], [3, 34], [33, 34]]);
}
