//! Made-up fingers are the same on every machine, and what they promise.

use vantay::image::GrayImage;
use vantay::manifest::Manifest;
use vantay::synth::{Capture, Fault, Master, Pattern, Person, Population, Sensor, Slap};
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

/// The first 64 bits of the BLAKE3 digest.
fn digest(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..16].into()
}

#[test]
fn masters_and_impressions_have_their_golden_bytes_on_every_machine() {
    let fingers = [FingerPosition::RightThumb, FingerPosition::LeftIndex].map(|p| Person::new(1, 2).finger(p));
    let ridges = fingers.each_ref().map(|f| digest(&f.ridges().iter().map(|&v| v as u8).collect::<Vec<u8>>()));
    assert_eq!(ridges, [MASTERS[0], MASTERS[1]]);
    let images = Sensor::ALL.map(|sensor| {
        let all_faults = Fault::ALL.map(|fault| (fault, 0.3)).to_vec();
        let captures = [Capture::of(sensor), Capture { faults: all_faults, age: 14.0, ..Capture::of(sensor) }];
        captures.map(|capture| {
            let made = fingers[1].impression(1, &capture);
            let mut bytes: Vec<u8> = made.image.pixels().iter().copied().collect();
            for m in &made.truth.minutiae {
                [m.x, m.y, m.direction].iter().for_each(|v| bytes.extend_from_slice(&v.to_le_bytes()));
            }
            made.truth.orientation.iter().for_each(|v| bytes.extend_from_slice(&v.to_le_bytes()));
            digest(&bytes)
        })
    });
    assert_eq!(images.concat(), IMPRESSIONS);
}

/// Ridges of two masters.
const MASTERS: [&str; 2] = ["dcf9631faac8c5c8", "27e07d9628cd5e34"];
/// Impressions with their truth: the four sensors, each without and with faults.
const IMPRESSIONS: [&str; 8] = [
    "26340eccf6b0293c",
    "4c70922dd3d7e194",
    "fb35b074c650afe5",
    "732f8aff0b79b84c",
    "3c91398042949784",
    "939d721941ecb09e",
    "74948ecb34a0846d",
    "6ccdfe06545bb104",
];

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
fn hardship_brings_faults_that_the_impression_tells() {
    let master = Master::new(1, FingerPosition::RightRing);
    let hard = Capture { hardship: 1.0, ..Capture::default() };
    let told: Vec<_> = (0..20).map(|seed| master.impression(seed, &hard).capture.faults).collect();
    assert!(told.iter().any(|faults| faults.len() > 1) && told.windows(2).any(|w| w[0] != w[1]), "{told:?}");
    // Repeated with the faults it told, an impression is the same but for what chance adds.
    let again = Capture { faults: told[3].clone(), ..Capture::default() };
    assert_eq!(master.impression(3, &again).image, master.impression(3, &hard).image);
}

#[test]
fn a_child_has_the_same_minutiae_closer_together() {
    let master = Master::new(5, FingerPosition::RightIndex);
    let at = |age| master.impression(9, &Capture { age, ..Capture::default() }).truth.minutiae;
    let (child, adult) = (at(8.0), at(25.0));
    let both: Vec<_> = child.iter().filter_map(|c| Some((c, adult.iter().find(|a| a.master == c.master)?))).collect();
    assert!(both.len() > 12, "{}", both.len());
    let spread = |points: Vec<(f32, f32)>| {
        let n = points.len() as f32;
        let (mx, my) = points.iter().fold((0.0, 0.0), |m, p| (m.0 + p.0 / n, m.1 + p.1 / n));
        (points.iter().map(|p| (p.0 - mx) * (p.0 - mx) + (p.1 - my) * (p.1 - my)).sum::<f32>() / n).sqrt()
    };
    let ratio =
        spread(both.iter().map(|p| (p.0.x, p.0.y)).collect()) / spread(both.iter().map(|p| (p.1.x, p.1.y)).collect());
    assert!((0.70..0.80).contains(&ratio), "{ratio}");
}

#[test]
fn a_slap_has_each_finger_in_its_order_with_its_own_minutiae() {
    let person = Person::new(6, 1);
    let missing = [FingerPosition::RightRing];
    let made = person.slap(Slap::RightFour, 1, &Capture::default(), &missing);
    assert_eq!((made.image.width(), made.image.height()), (1600, 1500));
    let codes: Vec<u8> = made.fingers.iter().map(|f| f.position.code()).collect();
    assert_eq!(codes, [2, 3, 5]);
    for finger in &made.fingers {
        let [left, top, right, bottom] = finger.outline;
        assert!(right > left + 120 && bottom > top + 150, "{:?}", finger.outline);
        assert!(finger.truth.minutiae.len() > 10, "{}", finger.position);
        for m in &finger.truth.minutiae {
            let within = (left as f32 - 8.0..right as f32 + 8.0).contains(&m.x);
            assert!(within && (top as f32 - 8.0..bottom as f32 + 8.0).contains(&m.y), "{m:?} {:?}", finger.outline);
        }
    }
    assert!(made.fingers.windows(2).all(|f| f[0].outline[0] < f[1].outline[0]));
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
        slaps: vec![Slap::Thumbs],
        capture: Capture { width: 200, height: 200, ..Capture::default() },
        truth: true,
    };
    let manifest = population.write(folder.path(), &|_| ()).expect("a population that is written");
    let manifest = Manifest::read(manifest, true).expect("a manifest without a wrong line");
    assert_eq!(manifest.entries.len(), 4);
    for entry in &manifest.entries {
        let image = GrayImage::open(&entry.path, None).expect("an image with its own ppi");
        assert_eq!((image.width(), image.height(), image.ppi().round()), (200, 200, 500.0));
    }
    let slaps = std::fs::read_to_string(folder.path().join(Population::SLAPS)).expect("a list of slaps");
    assert_eq!(slaps.lines().count(), 4);
    assert!(folder.path().join("000011_thumbs_2.truth.json").metadata().is_ok_and(|m| m.len() > 100));
    for ending in ["png", "csv", "truth.json", "maps.npy"] {
        let path = folder.path().join(format!("000011_02_2.{ending}"));
        assert!(path.metadata().is_ok_and(|m| m.len() > 100), "{ending}");
    }
}
