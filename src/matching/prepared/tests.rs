use super::*;
use crate::matching::testing::{finger, with_flow};

#[test]
fn a_block_is_read_as_it_lies_and_holds_the_best_minutiae() {
    for count in [0, 1, 36, 96, 120] {
        let template = finger(7, count);
        let prepared = Prepared::new(&template);
        assert_eq!(prepared.bytes().len(), (48 + 22 * count.min(MAX_MINUTIAE)).next_multiple_of(8));
        let view = PreparedRef::from_bytes(prepared.bytes()).unwrap();
        assert_eq!((view.len(), view.quality()), (count.min(MAX_MINUTIAE), template.quality()));
        assert_eq!(view.extractor(), template.extractor());
        assert!(view.xs().eq(template.minutiae().iter().take(MAX_MINUTIAE).map(|m| m.x)));
    }
    assert_eq!(Prepared::new(&finger(7, 36)).bytes().len(), 840);
    assert_eq!(Prepared::new(&with_flow(&finger(7, 36), 0.0)).bytes().len(), 840 + 520 + 16 * 36);
}

#[test]
fn a_block_holds_the_map_of_ridges_as_it_is() {
    let template = with_flow(&finger(7, 36), 1.0);
    let prepared = Prepared::new(&template);
    assert_eq!(prepared.bytes()[840..840 + 520], template.ridges().unwrap().to_bytes());
    let view = PreparedRef::from_bytes(prepared.bytes()).unwrap();
    assert!(view.ridges().is_some() && Prepared::new(&finger(7, 36)).view().ridges().is_none());
    let mut broken = prepared.bytes().to_vec();
    for maps in [0, 2] {
        broken[10] = maps;
        assert!(matches!(PreparedRef::from_bytes(&broken), Err(MatchError::Damaged(_))), "{maps} maps");
    }
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
