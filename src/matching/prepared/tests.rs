use super::*;
use crate::matching::testing::{finger, with_flow};

#[test]
fn a_block_is_read_as_it_lies_and_holds_the_best_minutiae() {
    for count in [0, 1, 36, 96, 120] {
        let template = finger(7, count);
        let prepared = Prepared::new(&template);
        let kept = count.min(MAX_MINUTIAE);
        assert_eq!(prepared.bytes().len(), (48 + 22 * kept).next_multiple_of(8) + 16 * kept);
        let view = PreparedRef::from_bytes(prepared.bytes()).unwrap();
        assert_eq!((view.len(), view.quality()), (count.min(MAX_MINUTIAE), template.quality()));
        assert_eq!(view.extractor(), template.extractor());
        assert!(view.xs().eq(template.minutiae().iter().take(MAX_MINUTIAE).map(|m| m.x)));
    }
    let bare = finger(7, 36).with_descriptors(Vec::new()).unwrap();
    let bytes = |template: &Template| Prepared::new(template).bytes().len();
    assert_eq!((bytes(&bare), bytes(&with_flow(&bare, 0.0))), (840, 840 + 520));
    assert_eq!(bytes(&with_flow(&finger(7, 36), 0.0)), 840 + 520 + 16 * 36);
}

#[test]
fn a_block_holds_the_map_of_ridges_as_it_is() {
    let template = with_flow(&finger(7, 36), 1.0);
    let prepared = Prepared::new(&template);
    assert_eq!(prepared.bytes()[840..840 + 520], template.ridges().unwrap().to_bytes());
    let view = PreparedRef::from_bytes(prepared.bytes()).unwrap();
    assert!(view.ridges().is_some() && Prepared::new(&finger(7, 36)).view().ridges().is_none());
    let mut broken = prepared.bytes().to_vec();
    for parts in [0, 1, 2, 4] {
        broken[10] = parts;
        assert!(matches!(PreparedRef::from_bytes(&broken), Err(MatchError::Damaged(_))), "parts {parts}");
    }
    let none = Prepared::new(&finger(7, 0));
    assert!(!none.view().is_described());
    let mut broken = none.into_bytes();
    broken[10] = DESCRIPTORS;
    assert!(matches!(PreparedRef::from_bytes(&broken), Err(MatchError::Damaged(_))));
}

#[test]
fn a_block_holds_the_descriptors_word_by_word() {
    let with_map = with_flow(&finger(7, 100), 1.0);
    for template in [&with_map, &with_map.clone().with_ridges(None)] {
        let prepared = Prepared::new(template);
        let view = PreparedRef::from_bytes(prepared.bytes()).unwrap();
        assert_eq!((view.ridges().is_some(), view.is_described()), (template.ridges().is_some(), true));
        for word in 0..2 {
            let held: Vec<u64> = view.descriptor_word(word).collect();
            assert_eq!(held, template.descriptors()[..96].iter().map(|d| d.0[word]).collect::<Vec<_>>());
        }
    }
    let map_alone = Prepared::new(&with_map.with_descriptors(Vec::new()).unwrap());
    assert!(map_alone.view().ridges().is_some() && !map_alone.view().is_described());
}

#[test]
fn every_broken_rule_is_an_error() {
    let good = Prepared::new(&finger(3, 5)).bytes().to_vec();
    let broken = |at: usize, value: u8| {
        let mut bytes = good.clone();
        bytes[at] = value;
        PreparedRef::from_bytes(&bytes).map(|_| ()).unwrap_err()
    };
    assert!(matches!(broken(0, b'X'), MatchError::Damaged(_)));
    assert_eq!(broken(4, 9), MatchError::PreparedVersion { found: 9, supported: VERSION });
    for (at, value) in [(8, 97), (8, 4), (9, 101), (12, 1), (48 + 20 * 5, 3 << 5), (48 + 22 * 5, 1)] {
        assert!(matches!(broken(at, value), MatchError::Damaged(_)), "offset {at}");
    }
    let with_map = Prepared::new(&with_flow(&finger(3, 5), 0.3)).into_bytes();
    for whole in [good, with_map] {
        for length in 0..whole.len() {
            assert!(PreparedRef::from_bytes(&whole[..length]).is_err(), "{length} bytes of {}", whole.len());
        }
    }
}
