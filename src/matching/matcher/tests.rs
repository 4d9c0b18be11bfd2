use super::*;
use crate::matching::Prepared;
use crate::matching::testing::{finger, grown_impression, impression, with_flow};
use crate::template::{ExtractorVersion, Template};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

#[test]
fn the_score_is_the_same_whichever_finger_comes_first() {
    let mut matcher = Matcher::new();
    for seed in 0..200 {
        let (a, b) = (finger(seed, 20 + seed as usize % 30), finger(seed + 1000, 20 + seed as usize % 30));
        for (a, b) in [(&a, &b), (&a, &impression(&a, seed)), (&a, &a)] {
            let (a, b) = (with_flow(a, 0.1 * seed as f64), with_flow(b, 0.2 * seed as f64));
            let (a, b) = (Prepared::new(&a), Prepared::new(&b));
            let there = matcher.evidence(a.view(), b.view());
            assert_eq!(there, matcher.evidence(b.view(), a.view()), "seed {seed}");
            assert_eq!(matcher.compare(a.view(), b.view()).db(), matcher.compare(b.view(), a.view()).db());
        }
    }
}

#[test]
fn every_level_gives_the_same_evidence_to_the_bit() {
    let mut matchers: Vec<_> = Level::available().into_iter().map(Matcher::at).collect();
    for seed in 0..200 {
        let count = [1, 2, 7, 8, 9, 36, 60, 96, 120][seed as usize % 9];
        let a = finger(seed, count);
        for b in [finger(seed + 1000, 36), impression(&a, seed)] {
            let (a, b) = (with_flow(&a, 0.1 * seed as f64), with_flow(&b, 0.2 * seed as f64));
            let (a, b) = (Prepared::new(&a), Prepared::new(&b));
            let expected = matchers[0].evidence(a.view(), b.view());
            for matcher in &mut matchers {
                let found = matcher.evidence(a.view(), b.view());
                assert_eq!(found.figures().map(f32::to_bits), expected.figures().map(f32::to_bits), "{matcher:?}");
            }
        }
    }
}

#[test]
fn impressions_of_one_finger_score_above_other_fingers_at_any_rotation() {
    let mut matcher = Matcher::new();
    let mut score = |a: &_, b: &_| matcher.compare(Prepared::new(a).view(), Prepared::new(b).view()).db();
    for seed in 0..50 {
        let a = finger(seed, 36);
        let mated = score(&a, &impression(&a, seed));
        let other = score(&a, &finger(seed + 1000, 36));
        assert!(mated > 40.0 && other < 25.0, "seed {seed}: mated {mated} dB, other {other} dB");
    }
}

#[test]
fn a_finger_that_grew_or_shrank_by_a_tenth_is_found_and_the_motion_tells_it() {
    let mut matcher = Matcher::new();
    for seed in 0..50 {
        let a = finger(seed, 36);
        for factor in [0.9f32, 1.1] {
            let b = grown_impression(&a, seed, factor.into());
            let found = matcher.explain(Prepared::new(&a).view(), Prepared::new(&b).view());
            assert!(found.score.db() > 40.0, "seed {seed}, {factor}: {}", found.score);
            let scale = found.alignment.unwrap().scale;
            assert!((scale * factor - 1.0).abs() < 0.05, "seed {seed}, {factor}: {scale}");
        }
    }
}

#[test]
fn the_same_minutiae_score_the_same_whatever_else_their_templates_tell() {
    let mut matcher = Matcher::new();
    for seed in 0..100 {
        let (a, b) = (finger(seed, 24), finger(seed + 1000, 24));
        let (side, position) = (b.width().into(), b.position());
        let other = Template::new(side, side, position, ExtractorVersion::FOREIGN, 1, b.minutiae().to_vec()).unwrap();
        let (a, b, other) = (Prepared::new(&a), Prepared::new(&b), Prepared::new(&other));
        assert_eq!(matcher.evidence(a.view(), b.view()), matcher.evidence(a.view(), other.view()), "seed {seed}");
        assert_eq!(matcher.evidence(a.view(), b.view()), matcher.evidence(other.view(), a.view()), "seed {seed}");
    }
}

#[test]
fn templates_of_two_extractors_are_compared_by_their_minutiae_alone() {
    let mut matcher = Matcher::new();
    for seed in 0..20 {
        let (a, b) = (finger(seed, 36), impression(&finger(seed, 36), seed));
        let map = |t: &Template| with_flow(t, 0.3);
        let other = Template::new(
            b.width().into(),
            b.height().into(),
            b.position(),
            ExtractorVersion(700),
            b.quality(),
            b.minutiae().to_vec(),
        )
        .and_then(|other| other.with_descriptors(b.descriptors().to_vec()))
        .unwrap();
        let mut evidence =
            |a: &Template, b: &Template| matcher.evidence(Prepared::new(a).view(), Prepared::new(b).view());
        assert_eq!(evidence(&map(&a), &map(&other)), evidence(&a, &b), "seed {seed}");
        assert_ne!(evidence(&map(&a), &map(&b)), evidence(&a, &b), "seed {seed}");
    }
}

#[test]
fn what_the_ridges_around_minutiae_look_like_counts_for_and_against() {
    let mut matcher = Matcher::new();
    let mut evidence = |a: &Template, b: &Template| {
        let prepared = |t: &_| Prepared::new(&with_flow(t, 0.3));
        matcher.evidence(prepared(a).view(), prepared(b).view())
    };
    for seed in 0..30 {
        let a = finger(seed, 36);
        let mate = impression(&a, seed);
        let strange = finger(seed + 1000, mate.minutiae().len()).descriptors().to_vec();
        let (same, other) = (evidence(&a, &mate), evidence(&a, &mate.clone().with_descriptors(strange).unwrap()));
        assert!(same.strength > 1.5 * other.strength, "seed {seed}: {same:?}, {other:?}");
    }
}

#[test]
fn a_map_and_descriptors_count_only_where_both_fingers_have_both() {
    let mut matcher = Matcher::new();
    let (a, b) = (finger(3, 36), impression(&finger(3, 36), 3));
    let parts = |template: &Template| {
        let bare = template.clone().with_descriptors(Vec::new()).unwrap();
        [with_flow(template, 0.3), with_flow(&bare, 0.3), template.clone(), bare].map(|t| Prepared::new(&t))
    };
    let (of_a, of_b) = (parts(&a), parts(&b));
    let bare = matcher.evidence(of_a[3].view(), of_b[3].view());
    for (i, x) in of_a.iter().enumerate() {
        for (j, y) in of_b.iter().enumerate() {
            let both = [matcher.evidence(x.view(), y.view()), matcher.evidence(y.view(), x.view())];
            assert_eq!(both[0], both[1], "{i}, {j}");
            assert_eq!(both[0] == bare, (i, j) != (0, 0), "{i}, {j}");
        }
    }
}

#[test]
fn an_explanation_names_the_pairs_and_the_motion_in_either_order() {
    let mut matcher = Matcher::new();
    for seed in 0..20 {
        let a = finger(seed, 36);
        let b = impression(&a, seed);
        let (pa, pb) = (Prepared::new(&a), Prepared::new(&b));
        let there = matcher.explain(pa.view(), pb.view());
        let back = matcher.explain(pb.view(), pa.view());
        assert_eq!(there.score, matcher.compare(pa.view(), pb.view()));
        assert_eq!((there.score, there.evidence, there.pairs.len()), (back.score, back.evidence, back.pairs.len()));
        assert!(there.pairs.iter().all(|p| back.pairs.iter().any(|q| (p.a, p.b) == (q.b, q.a))));
        let (motion, inverse) = (there.alignment.unwrap(), back.alignment.unwrap());
        let mut near = 0;
        for pair in &there.pairs {
            let (m, n) = (&a.minutiae()[pair.a], &b.minutiae()[pair.b]);
            let (x, y) = motion.apply(n.x_px(), n.y_px());
            near += usize::from((x - m.x_px()).hypot(y - m.y_px()) < 15.0);
            let (u, v) = inverse.apply(x, y);
            assert!((u - n.x_px()).hypot(v - n.y_px()) < 0.1, "seed {seed}: ({u}, {v})");
        }
        assert!(near * 10 >= there.pairs.len() * 9, "seed {seed}: {near} of {}", there.pairs.len());
    }
}

#[test]
fn fingers_with_next_to_nothing_on_them_compare_without_evidence() {
    let mut matcher = Matcher::new();
    for count in 0..3 {
        for other in [0, 1, 2, 36] {
            let (a, b) = (Prepared::new(&finger(1, count)), Prepared::new(&finger(2, other)));
            assert!(matcher.compare(a.view(), b.view()).db() < 10.0, "{count} against {other}");
        }
    }
}

/// A block with some of its bytes, or all, replaced by any that a reader takes.
fn damaged(block: &Prepared, random: &mut ChaCha8Rng, all: bool) -> Vec<u8> {
    let mut bytes = block.bytes().to_vec();
    let count = usize::from(bytes[8]);
    for byte in &mut bytes[16..] {
        if all || random.next_u32().is_multiple_of(16) {
            *byte = random.next_u32() as u8;
        }
    }
    for i in 0..count {
        // No kind 3.
        bytes[48 + 20 * count + 2 * i] &= !(1 << 5);
    }
    let minutiae_end = 48 + 22 * count;
    bytes[minutiae_end..minutiae_end.next_multiple_of(8)].fill(0);
    bytes
}

#[test]
fn damaged_blocks_that_a_reader_takes_have_one_score_in_either_order_and_at_every_level() {
    let mut matchers: Vec<_> = Level::available().into_iter().map(Matcher::at).collect();
    let mut random = ChaCha8Rng::seed_from_u64(1);
    for seed in 0..400 {
        let count = [1, 8, 36, 96][seed as usize % 4];
        let a = finger(seed, count);
        let (a, b) = (Prepared::new(&with_flow(&a, 0.3)), Prepared::new(&with_flow(&impression(&a, seed), 0.3)));
        let (a, b) = (damaged(&a, &mut random, false), damaged(&b, &mut random, seed % 3 == 0));
        let (a, b) = (PreparedRef::from_bytes(&a).unwrap(), PreparedRef::from_bytes(&b).unwrap());
        let score = matchers[0].compare(a, b).db();
        assert!((0.0..=f64::MAX).contains(&score), "seed {seed}: {score}");
        for matcher in &mut matchers {
            let scores = [matcher.compare(a, b).db(), matcher.compare(b, a).db()];
            assert_eq!(scores.map(f64::to_bits), [score.to_bits(); 2], "seed {seed}: {matcher:?}");
            assert!(matcher.evidence(a, b).figures().iter().all(|v| v.is_finite()), "seed {seed}: {matcher:?}");
        }
    }
}
