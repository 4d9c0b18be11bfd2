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
const MASTERS: [&str; 2] = ["89c4126ace6d6f77", "7d2ff1e215b70528"];
/// Impressions with their truth: the four sensors, each without and with faults.
const IMPRESSIONS: [&str; 8] = [
    "0cdc4c4c854e5d3f",
    "de163af6a1b6022f",
    "bace5d5d5065928d",
    "681776c5dae09e6c",
    "66014cd8cb77c9ae",
    "752d1e9a3ab3b9d4",
    "b9c7108caa4f7348",
    "2ce322c2b58a4748",
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
    for (seed, age) in [(5, 8.0), (6, 14.0), (7, 14.0)] {
        grows_as_stature_does(&Master::new(seed, FingerPosition::RightIndex), age);
    }
}

fn grows_as_stature_does(master: &Master, age: f32) {
    let at = |age| master.impression(9, &Capture { age, ..Capture::default() }).truth.minutiae;
    let (child, adult) = (at(age), at(25.0));
    let both: Vec<_> = child.iter().filter_map(|c| Some((c, adult.iter().find(|a| a.master == c.master)?))).collect();
    assert!(both.len() > 12, "{}", both.len());
    let spread = |points: Vec<(f32, f32)>| {
        let n = points.len() as f32;
        let (mx, my) = points.iter().fold((0.0, 0.0), |m, p| (m.0 + p.0 / n, m.1 + p.1 / n));
        (points.iter().map(|p| (p.0 - mx) * (p.0 - mx) + (p.1 - my) * (p.1 - my)).sum::<f32>() / n).sqrt()
    };
    let ratio =
        spread(both.iter().map(|p| (p.0.x, p.0.y)).collect()) / spread(both.iter().map(|p| (p.1.x, p.1.y)).collect());
    assert!((ratio - master.scale(age)).abs() < 0.02 && ratio < 0.99, "{ratio} at {age}");
}

#[test]
fn a_ghost_darkens_the_ground_and_leaves_the_truth() {
    let master = Master::new(2, FingerPosition::LeftRing);
    let ground = |faults: Vec<(Fault, f32)>| {
        let made = master.impression(1, &Capture { faults, ..Capture::default() });
        let untouched = |(row, column): (usize, usize)| !made.truth.foreground[[row / 4, column / 4]];
        let (height, width) = (made.image.height() / 4 * 4, made.image.width() / 4 * 4);
        let dark = made
            .image
            .pixels()
            .indexed_iter()
            .filter(|&((r, c), &v)| r < height && c < width && v < 200 && untouched((r, c)));
        (dark.count(), made.truth.minutiae)
    };
    let (clean, truth) = ground(Vec::new());
    let (haunted, same) = ground(vec![(Fault::Ghost, 1.0)]);
    assert!(haunted > clean + 500, "{clean} dark pixels of ground, {haunted} with a ghost");
    assert_eq!(truth, same);
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
    const PEOPLE: u64 = 400;
    // Galton, Finger Prints (1892), chapter VIII: arches, loops and whorls, per cent, thumb to little finger.
    let right = [[3.0, 53.0, 44.0], [17.0, 53.0, 30.0], [7.0, 78.0, 15.0], [2.0, 53.0, 45.0], [1.0, 86.0, 13.0]];
    let left = [[5.0, 65.0, 30.0], [17.0, 55.0, 28.0], [8.0, 76.0, 16.0], [3.0, 66.0, 31.0], [2.0, 90.0, 8.0]];
    let mut ulnar_and_radial = [0, 0];
    for (position, natural) in FingerPosition::ALL.into_iter().zip([right, left].concat()) {
        let mut counts = [0.0; 3];
        for number in 0..PEOPLE {
            let pattern = Person::new(1, number).pattern(position);
            let class = match pattern {
                Pattern::Arch | Pattern::TentedArch => 0,
                Pattern::LeftLoop | Pattern::RightLoop => 1,
                Pattern::Whorl | Pattern::DoubleLoop => 2,
            };
            counts[class] += 100.0 / PEOPLE as f64;
            let on_right = position.code() <= 5;
            if class == 1 {
                ulnar_and_radial[usize::from((pattern == Pattern::LeftLoop) == on_right)] += 1;
            }
        }
        for (count, natural) in counts.into_iter().zip(natural) {
            assert!((count - natural).abs() < 10.0, "{position}: {counts:?}, not {natural:?}");
        }
    }
    let radial = f64::from(ulnar_and_radial[1]) / f64::from(ulnar_and_radial[0] + ulnar_and_radial[1]);
    assert!((0.03..0.15).contains(&radial), "{radial}");
}

#[test]
fn a_population_is_written_with_a_manifest_line_an_image() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let population = Population {
        seed: 4,
        people: 10..12,
        fingers: vec![FingerPosition::RightIndex, FingerPosition::LeftIndex],
        impressions: 2,
        slaps: vec![Slap::Thumbs],
        capture: Capture { width: 200, height: 200, ..Capture::default() },
        truth: true,
    };
    let manifest = population.write(folder.path(), &|_| ()).expect("a population that is written");
    let manifest = Manifest::read(manifest, true).expect("a manifest without a wrong line");
    let encounters: Vec<_> = manifest.entries.iter().map(|e| e.encounter.clone().unwrap_or_default()).collect();
    assert_eq!(encounters, ["10_1", "10_2", "10_1", "10_2", "11_1", "11_2", "11_1", "11_2"]);
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
