//! Planned encounters → images and templates.

use super::super::exit::Failure;
use super::plan::Plan;
use rayon::prelude::*;
use std::collections::BTreeMap;
use vantay::extract::Extractor;
use vantay::gallery::{Encounter, EncounterId, Finger};
use vantay::image::GrayImage;
use vantay::synth::{Capture, Person};
use vantay::template::{FingerPosition, Template};

/// The fingers that are captured at each encounter: as many as a card register asks of everybody.
const FINGERS: [FingerPosition; 4] =
    [FingerPosition::RightThumb, FingerPosition::RightIndex, FingerPosition::LeftThumb, FingerPosition::LeftIndex];

/// An encounter with the images that its templates come from, in the same order.
pub struct Captured {
    pub encounter: Encounter,
    pub images: Vec<GrayImage>,
}

/// Captures and extracts all encounters of a plan, in its order; each person's fingers are grown once.
pub fn capture(plan: &Plan, done: &(dyn Fn(u64) + Sync)) -> Result<Vec<Captured>, Failure> {
    let mut of_person: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (i, planned) in plan.encounters.iter().enumerate() {
        of_person.entry(planned.person).or_default().push(i);
    }
    let people: Vec<(u64, Vec<usize>)> = of_person.into_iter().collect();
    let captured = people.par_iter().map_init(Extractor::new, |extractor, (person, encounters)| {
        let captured = capture_person(plan, extractor, *person, encounters);
        done(encounters.len() as u64);
        captured
    });
    let mut captured: Vec<(usize, Captured)> =
        captured.collect::<Result<Vec<_>, Failure>>()?.into_iter().flatten().collect();
    captured.sort_by_key(|(i, _)| *i);
    Ok(captured.into_iter().map(|(_, captured)| captured).collect())
}

fn capture_person(
    plan: &Plan,
    extractor: &mut Extractor,
    person: u64,
    encounters: &[usize],
) -> Result<Vec<(usize, Captured)>, Failure> {
    let masters = FINGERS.map(|position| Person::new(plan.seed, person).finger(position));
    let usual = Capture::default();
    let capture_one = |&i: &usize| {
        let mut captured = Vec::new();
        for master in &masters {
            let image = master.impression(i as u64, &usual).image;
            let template = extractor.extract(&image, master.position())?;
            captured.push((image, template));
        }
        let (images, templates): (Vec<GrayImage>, Vec<Template>) = captured.into_iter().unzip();
        let fingers = templates.into_iter().map(Finger::Captured).collect();
        let id = EncounterId::from_text(&format!("demo/{}/{i}", plan.seed));
        Ok((i, Captured { encounter: Encounter::new(plan.encounters[i].subject, id, fingers), images }))
    };
    encounters.iter().map(capture_one).collect()
}
