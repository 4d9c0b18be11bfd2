//! Random histories of changes on a disk that fails and loses power: every acknowledged change is there, nothing else is.

use super::entry::Deleted;
use super::faults::{Event, Fault, FaultyDisk, Platter};
use super::state::State;
use super::storage::Storage;
use super::{Encounter, EncounterId, Finger, GalleryError, Options, Snapshot, SubjectId, Writer, verify};
use crate::template::{ExtractorVersion, FingerPosition, Minutia, MinutiaKind, Template};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// How many histories a test runs; `VANTAY_HISTORIES` says otherwise.
fn histories() -> u64 {
    std::env::var("VANTAY_HISTORIES").ok().and_then(|n| n.parse().ok()).unwrap_or(60)
}

/// What a gallery should hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Model {
    there: BTreeMap<EncounterId, Encounter>,
    deleted: BTreeSet<EncounterId>,
}

#[derive(Debug, Clone)]
enum Step {
    Append(Vec<Encounter>),
    Update(Vec<Encounter>),
    DeleteEncounter(EncounterId),
    DeleteSubject(SubjectId),
    Compact,
    Reopen,
}

/// How many encounters the histories are about.
const NUMBERS: u32 = 24;

/// One of [`NUMBERS`] encounters of 8 subjects, in one of its editions.
fn encounter(number: u32, edition: u32) -> Encounter {
    let minutia = |i: u16| Minutia { x: i * 99, y: i * 77, direction: i, kind: MinutiaKind::Ending, quality: 50 };
    let template =
        Template::new(200, 200, FingerPosition::RightThumb, ExtractorVersion(1), 70, (1..4).map(minutia).collect());
    let fingers = vec![Finger::Captured(template.expect("made to be right"))];
    Encounter {
        station: edition,
        blob: vec![7; (number * 37 % 300) as usize],
        ..Encounter::new(SubjectId(u64::from(number % 8)), EncounterId(u128::from(number) << 70 | 5), fingers)
    }
}

fn steps(random: &mut ChaCha8Rng, count: usize) -> Vec<Step> {
    let mut edition = 0;
    let mut below = |n: u32| random.next_u32() % n;
    let mut step = || match below(16) {
        0..=7 => Step::Append((0..1 + below(3)).map(|_| encounter(below(NUMBERS), 0)).collect()),
        8..=9 => {
            edition += 1;
            Step::Update(vec![encounter(below(NUMBERS), edition)])
        }
        10..=11 => Step::DeleteEncounter(encounter(below(NUMBERS), 0).id),
        12 => Step::DeleteSubject(SubjectId(below(8).into())),
        13..=14 => Step::Compact,
        _ => Step::Reopen,
    };
    (0..count).map(|_| step()).collect()
}

impl Model {
    /// What is right after a step, or which error.
    fn after(&self, step: &Step) -> Result<Self, &'static str> {
        let mut next = self.clone();
        match step {
            Step::Append(all) => {
                for e in all {
                    match next.there.get(&e.id) {
                        Some(there) if there == e => {}
                        Some(_) => return Err("conflict"),
                        None if next.deleted.contains(&e.id) => return Err("deleted"),
                        None => drop(next.there.insert(e.id, e.clone())),
                    }
                }
            }
            Step::Update(all) => all.iter().for_each(|e| drop(next.there.insert(e.id, e.clone()))),
            Step::DeleteEncounter(id) => {
                next.there.remove(id);
                next.deleted.insert(*id);
            }
            Step::DeleteSubject(subject) => {
                // A deleted subject's encounters may come back only by an update.
                let gone: Vec<_> = next.there.values().filter(|e| e.subject == *subject).map(|e| e.id).collect();
                for id in gone {
                    next.there.remove(&id);
                    next.deleted.insert(id);
                }
            }
            Step::Compact | Step::Reopen => {}
        }
        Ok(next)
    }
}

fn dir() -> &'static Path {
    Path::new("/gallery")
}

fn options(random: &mut ChaCha8Rng) -> Options {
    let log_limit = [200, 1500, 4000][random.next_u32() as usize % 3];
    Options::default().background(false).log_limit(log_limit).removed_bound(u64::from(random.next_u32() % 4))
}

/// Does a step; `Ok(false)` where it was rightly refused.
fn run(
    writer: &mut Option<Writer>,
    disk: &Arc<dyn Storage>,
    options: &Options,
    step: &Step,
) -> Result<bool, GalleryError> {
    let refused = |e| match e {
        GalleryError::Conflict { .. } | GalleryError::Deleted { .. } => Ok(false),
        e => Err(e),
    };
    if matches!(step, Step::Reopen) || writer.is_none() {
        *writer = None;
        *writer = Some(Writer::open_in(dir(), disk, options.clone())?);
    }
    let Some(writer) = writer else { return Ok(false) };
    match step {
        Step::Append(all) => writer.append(all).map(|_| true).or_else(refused),
        Step::Update(all) => writer.update(all).map(|()| true),
        Step::DeleteEncounter(id) => writer.delete_encounter(*id).map(|_| true),
        Step::DeleteSubject(subject) => writer.delete_subject(*subject).map(|_| true),
        Step::Compact => writer.compact().map(|()| true),
        Step::Reopen => Ok(true),
    }
}

/// What a gallery holds.
fn content(snapshot: &Snapshot) -> BTreeMap<EncounterId, Encounter> {
    let all = (0..snapshot.encounter_count()).map(|i| snapshot.encounter(i).expect("a whole record"));
    all.map(|e| (e.id, e)).collect()
}

/// What a gallery holds, and what it knows as deleted.
fn observe(disk: &Arc<dyn Storage>) -> Result<Model, GalleryError> {
    let state = State::load(dir(), disk)?;
    let deleted = (0..NUMBERS).map(|n| encounter(n, 0).id);
    let deleted = deleted.filter(|&id| state.find_tombstone(Deleted::Encounter(id)).is_some()).collect();
    Ok(Model { there: content(&Snapshot::of(&state)?), deleted })
}

/// Opens what a disk holds, to read and to write: what it holds.
fn open_all(image: &BTreeMap<String, Vec<u8>>, options: &Options) -> Result<Model, GalleryError> {
    let disk: Arc<dyn Storage> = Arc::new(FaultyDisk::of(image));
    let read = observe(&disk)?;
    let mut writer = Writer::open_in(dir(), &disk, options.clone())?;
    assert_eq!(content(&writer.snapshot()?), read.there, "a writer sees something else than a reader");
    let report = verify::verify_in(dir(), &disk)?;
    assert_eq!((report.torn, report.strays.len()), (0, 0), "the writer did not clean up");
    // And it goes on from there.
    let new = Encounter { id: EncounterId(1), ..encounter(0, 0) };
    writer.append(std::slice::from_ref(&new))?;
    let mut more = content(&Snapshot::open_in(dir(), &disk)?);
    assert_eq!(more.remove(&new.id), Some(new));
    assert_eq!(more, read.there);
    Ok(read)
}

/// Runs a history and looks at the disk after a power cut at every point of it. How many power cuts, or what was wrong.
fn power_cuts(seed: u64, forgetful: bool) -> Result<usize, String> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let options = options(&mut random);
    let disk = FaultyDisk::default();
    if forgetful {
        disk.forget_syncs();
    }
    let storage: Arc<dyn Storage> = Arc::new(disk.clone());
    let mut writer = Some(Writer::create_in(dir(), &storage, options.clone()).expect("a new gallery"));
    let mut models = vec![Model::default()];
    disk.acknowledge(0);
    for step in steps(&mut random, 10) {
        let before = models[models.len() - 1].clone();
        let expected = before.after(&step);
        let done = run(&mut writer, &storage, &options, &step).map_err(|e| format!("{step:?}: {e}"))?;
        if done != expected.is_ok() {
            return Err(format!("{step:?}: done: {done}, expected: {expected:?}"));
        }
        models.push(expected.unwrap_or(before));
        disk.acknowledge(models.len() - 1);
    }
    let (mut platter, mut acknowledged, mut cuts) = (Platter::default(), None, 0);
    for (at, event) in disk.events().iter().enumerate() {
        platter.follow(event);
        if let Event::Acknowledged(steps) = event {
            acknowledged = Some(*steps);
        }
        // Before the gallery was created nothing was promised.
        let Some(steps) = acknowledged else { continue };
        for chance in [0, 64, 128, 192, 256] {
            let image = platter.after_power_cut(&mut random, chance);
            let context =
                || format!("seed {seed}, after event {at} {event:?}, chance {chance}, {steps} steps acknowledged");
            let found = open_all(&image, &options).map_err(|e| format!("{}: {e}", context()))?;
            let under_way = models.get(steps + 1).unwrap_or(&models[steps]);
            if found != models[steps] && found != *under_way {
                return Err(format!("{}: {found:?}", context()));
            }
            cuts += 1;
        }
    }
    Ok(cuts)
}

#[test]
fn every_acknowledged_change_survives_a_power_cut_and_nothing_else_is_there() {
    let cuts: usize =
        (0..histories()).into_par_iter().map(|seed| power_cuts(seed, false).unwrap_or_else(|e| panic!("{e}"))).sum();
    println!("{} histories, {cuts} power cuts", histories());
    assert!(cuts as u64 > 100 * histories());
}

#[test]
fn a_store_that_never_syncs_is_caught() {
    let caught = (0..10).filter(|&seed| power_cuts(seed, true).is_err()).count();
    assert_eq!(caught, 10, "the test above cannot tell a store that syncs from one that does not");
}

#[test]
fn a_failing_disk_gives_an_error_and_the_store_is_whole() {
    let failures = |seed: u64| {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let options = options(&mut random);
        let steps = steps(&mut random, 8);
        let mut seen = 0;
        for after in 0.. {
            let fault = if (seed + after).is_multiple_of(2) { Fault::Space } else { Fault::Io };
            let disk = FaultyDisk::default();
            let storage: Arc<dyn Storage> = Arc::new(disk.clone());
            let mut writer = Some(Writer::create_in(dir(), &storage, options.clone()).expect("a new gallery"));
            disk.fail(after as usize, fault);
            let mut model = Model::default();
            for step in &steps {
                let expected = model.after(step);
                match (run(&mut writer, &storage, &options, step), expected) {
                    (Ok(true), Ok(next)) => model = next,
                    (Ok(false), Err(_)) => {}
                    (Err(e), expected) => {
                        assert!(disk.has_failed(), "{e}");
                        seen += 1;
                        // Nobody was told that it is done: it is there, or it is not, and it stays so.
                        writer = None;
                        let now = observe(&storage).expect("the store is whole");
                        let mut possible = [Some(model.clone()), expected.ok()].into_iter().flatten();
                        let context = format!("seed {seed}, fault {fault:?} after {after}, {step:?}: {e}");
                        model = possible.rfind(|m| *m == now).expect(&context);
                        verify::verify_in(dir(), &storage).expect(&context);
                    }
                    (done, expected) => panic!("{step:?}: {done:?}, expected {expected:?}"),
                }
            }
            let now = observe(&storage).expect("the store is whole");
            assert_eq!(now, model, "seed {seed}, fault {fault:?} after {after}");
            if !disk.has_failed() {
                return seen;
            }
        }
        seen
    };
    let seen: usize = (0..histories() / 4).into_par_iter().map(failures).sum();
    println!("{} histories, {seen} failures", histories() / 4);
    assert!(seen as u64 > histories());
}
