use super::audit::AuditOptions;
use super::encounters::encounters;
use super::exit::Failure;
use super::fingers::{ManifestOptions, extract_manifest};
use super::output::{print, print_json, tell};
use serde::Serialize;
use std::path::PathBuf;
use vantay::audit::Action;
use vantay::gallery::{Encounter, Snapshot, Writer};
use vantay::template::{ExtractorVersion, FingerPosition};

/// A gallery of an older extractor → one of this build's, from the images.
///
/// Each encounter of the manifest that the gallery has gets new templates; all else of it stays. Encounters whose templates
/// are of this extractor are left alone, so that it can be broken off and made again. Meanwhile the gallery holds both:
/// `identify --across-extractors` searches all of it.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The manifest that the gallery was enrolled from, or one with the same encounters.
    manifest: PathBuf,
    /// The gallery's folder.
    #[arg(long, value_name = "DIR")]
    gallery: PathBuf,
    #[command(flatten)]
    manifest_options: ManifestOptions,
    #[command(flatten)]
    audit: AuditOptions,
}

#[derive(Serialize)]
struct Reextracted {
    updated: usize,
    current: usize,
    missing: usize,
    different: usize,
    left: usize,
    failed: usize,
}

/// Encounters a step: a broken run loses little work.
const BATCH: usize = 256;

/// Extracts and updates.
pub fn run(options: &Options, json: bool) -> Result<(), Failure> {
    let fingers = extract_manifest(&options.manifest, &options.manifest_options)?;
    let mut writer = Writer::open(&options.gallery)?;
    let snapshot = writer.snapshot()?;
    let mut log = options.audit.begin(snapshot.info().gallery)?;
    let mut told = Reextracted { updated: 0, current: 0, missing: 0, different: 0, left: 0, failed: fingers.failed };
    let mut new = Vec::new();
    for listed in encounters(&options.manifest, &fingers) {
        let Some(index) = snapshot.by_encounter(listed.encounter.id)? else {
            told.missing += 1;
            continue;
        };
        let old = snapshot.encounter(index)?;
        if old.templates().all(|t| t.extractor() == ExtractorVersion::CURRENT) {
            told.current += 1;
        } else if old.subject != listed.encounter.subject || positions(&old) != positions(&listed.encounter) {
            tell(&format!("warning: encounter {}: the manifest has other fingers of it, or another subject", old.id));
            told.different += 1;
        } else {
            new.push(renewed(old, &listed.encounter));
        }
    }
    for batch in new.chunks(BATCH) {
        let event = |e: &Encounter| log.event(Action::Reextract, 1).of(e.subject, e.id);
        let events: Vec<_> = batch.iter().map(event).collect();
        log.record(events)?;
        writer.update(batch)?;
        told.updated += batch.len();
    }
    told.left = old_ones(&writer.snapshot()?)?;
    match json {
        true => print_json(&told)?,
        false => print(&format!(
            "{} encounters extracted again, {} were of this extractor; {} still are of another one; {} are not in the gallery, {} \
             differ from the manifest",
            told.updated, told.current, told.left, told.missing, told.different
        ))?,
    }
    Failure::partial(told.failed + told.different)
}

/// The captured fingers, in an order of their own.
fn positions(encounter: &Encounter) -> Vec<FingerPosition> {
    let mut all: Vec<_> = encounter.templates().map(|t| t.position()).collect();
    all.sort_by_key(|p| p.code());
    all
}

/// The old encounter with the new templates.
fn renewed(old: Encounter, new: &Encounter) -> Encounter {
    let missing = old.fingers.into_iter().filter(|f| matches!(f, vantay::gallery::Finger::Missing { .. }));
    let fingers = new.fingers.iter().cloned().chain(missing).collect();
    Encounter { fingers, ..old }
}

/// How many encounters have a template of another extractor.
fn old_ones(snapshot: &Snapshot) -> Result<usize, Failure> {
    let mut left = 0;
    for index in 0..snapshot.encounter_count() {
        let mut old = false;
        for finger in snapshot.fingers_of(index)? {
            old |= snapshot.finger(finger)?.extractor != ExtractorVersion::CURRENT;
        }
        left += usize::from(old);
    }
    Ok(left)
}
