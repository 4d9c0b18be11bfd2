//! Who is enrolled, under which numbers.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use vantay::gallery::SubjectId;

/// People of the demo.
const PEOPLE: usize = 30;
/// How many of them stand in the register under a second number.
const TWICE: usize = 8;
/// How many of those under a third.
const THRICE: usize = 1;
/// How many numbers have a second encounter, as when a card is renewed: these are no duplicates.
const RENEWED: usize = 6;
/// The first subject number.
const FIRST_NUMBER: u64 = 1001;

/// The register of a demo, before anything is captured.
pub struct Plan {
    pub seed: u64,
    pub people: usize,
    /// In the order of enrolment.
    pub encounters: Vec<Planned>,
    /// Pairs of numbers that are one person, the smaller first, sorted.
    pub planted: Vec<[u64; 2]>,
}

/// One encounter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// The person's number in the made-up population.
    pub person: u64,
    pub subject: SubjectId,
}

impl Plan {
    /// The plan of a seed: always the same.
    pub fn new(seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut people: Vec<u64> = (1..=PEOPLE as u64).collect();
        shuffle(&mut people, &mut random);
        let mut registrations = people.clone();
        registrations.extend(&people[..TWICE]);
        registrations.extend(&people[..THRICE]);
        shuffle(&mut registrations, &mut random);
        let numbered = |(i, &person): (usize, &u64)| Planned { person, subject: SubjectId(FIRST_NUMBER + i as u64) };
        let first: Vec<Planned> = registrations.iter().enumerate().map(numbered).collect();
        let mut renewed = first.clone();
        shuffle(&mut renewed, &mut random);
        renewed.truncate(RENEWED);
        let planted = planted(&first);
        Plan { seed, people: PEOPLE, encounters: [first, renewed].concat(), planted }
    }
}

fn planted(registrations: &[Planned]) -> Vec<[u64; 2]> {
    let mut planted = Vec::new();
    for (i, a) in registrations.iter().enumerate() {
        for b in registrations[i + 1..].iter().filter(|b| b.person == a.person) {
            planted.push([a.subject.0.min(b.subject.0), a.subject.0.max(b.subject.0)]);
        }
    }
    planted.sort_unstable();
    planted
}

/// Fisher and Yates.
fn shuffle<T>(items: &mut [T], random: &mut ChaCha8Rng) {
    for last in (1..items.len()).rev() {
        let chosen = (u64::from(random.next_u32()) * (last as u64 + 1)) >> 32;
        items.swap(last, chosen as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_seed_plants_eight_people_twice_and_one_of_them_thrice() {
        for seed in [0, 1, 2, u64::MAX] {
            let plan = Plan::new(seed);
            // Seven people under two numbers are a pair each, one under three numbers is three pairs.
            assert_eq!(plan.planted.len(), 7 + 3);
            assert_eq!(plan.encounters.len(), 39 + 6);
            assert!(plan.planted.iter().all(|[a, b]| a < b));
            let mut subjects: Vec<u64> = plan.encounters.iter().map(|e| e.subject.0).collect();
            subjects.sort_unstable();
            subjects.dedup();
            assert_eq!(subjects.len(), 39);
        }
        assert_ne!(Plan::new(1).planted, Plan::new(2).planted);
    }
}
