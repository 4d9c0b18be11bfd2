//! Made-up fingers are the same on every machine, and what they promise.

use vantay::synth::{Capture, Fault, Master, Pattern, Person, Population, Sensor};
use vantay::template::FingerPosition;

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_gives_others() {
    let master = Master::new(7, FingerPosition::RightIndex);
    let again = Master::new(7, FingerPosition::RightIndex);
    assert_eq!(master.ridges(), again.ridges());
    assert_ne!(master.ridges(), Master::new(8, FingerPosition::RightIndex).ridges());
    assert_ne!(master.ridges(), Master::new(7, FingerPosition::RightMiddle).ridges());
    let capture = Capture::default();
    let image = |seed| master.impression(seed, &capture).image;
    assert_eq!(image(1), again.impression(1, &capture).image);
    assert_ne!(image(1), image(2));
}

#[test]
fn every_impression_has_truths_within_its_foreground() {
    let master = Person::new(3, 5).finger(FingerPosition::LeftThumb);
    for sensor in Sensor::ALL {
        let capture = Capture::of(sensor).with_fault(Fault::OffCentre, 0.8);
        for seed in 0..3 {
            let made = master.impression(seed, &capture);
            let (rows, columns) = made.truth.foreground.dim();
            assert!(made.truth.minutiae.len() > 5, "{sensor:?}");
            for m in &made.truth.minutiae {
                assert!((0.0..made.image.width() as f32).contains(&(m.x + 0.5)), "{m:?}");
                assert!((0.0..made.image.height() as f32).contains(&(m.y + 0.5)), "{m:?}");
                let (i, j) = ((m.x / 4.0) as usize, (m.y / 4.0) as usize);
                let near = (j.saturating_sub(2)..(j + 3).min(rows))
                    .any(|j| (i.saturating_sub(2)..(i + 3).min(columns)).any(|i| made.truth.foreground[[j, i]]));
                assert!(near, "{sensor:?}: {m:?}");
            }
        }
    }
}

#[test]
fn all_patterns_are_drawn_near_their_natural_share() {
    let mut counts = [0; 6];
    for number in 0..400 {
        let person = Person::new(1, number);
        for position in FingerPosition::ALL {
            let pattern = person.pattern(position);
            counts[Pattern::ALL.iter().position(|&p| p == pattern).expect("a class of the list")] += 1;
        }
    }
    let share = |k: usize| f64::from(counts[k]) / 40.0;
    // Wilson, Candela and Watson: 3.7, 2.9, 33.8, 31.7, 27.9 per cent.
    assert!((1.5..7.0).contains(&share(0)) && (0.8..5.0).contains(&share(1)), "{counts:?}");
    assert!((26.0..40.0).contains(&share(2)) && (26.0..40.0).contains(&share(3)), "{counts:?}");
    assert!((20.0..40.0).contains(&(share(4) + share(5))), "{counts:?}");
}

#[test]
fn a_population_is_written_with_a_manifest_line_an_image() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let population = Population {
        seed: 4,
        people: 10..12,
        fingers: vec![FingerPosition::RightIndex],
        impressions: 2,
        capture: Capture { width: 200, height: 200, ..Capture::default() },
        truth: true,
    };
    let manifest = population.write(folder.path(), &|_| ()).expect("a population that is written");
    let text = std::fs::read_to_string(manifest).expect("a manifest");
    assert_eq!(text.lines().count(), 4);
    assert!(text.lines().all(|l| l.contains("\"ppi\":500")));
    for ending in ["png", "csv", "truth.json", "maps.npy"] {
        let path = folder.path().join(format!("000011_02_2.{ending}"));
        assert!(path.metadata().is_ok_and(|m| m.len() > 100), "{ending}");
    }
}
