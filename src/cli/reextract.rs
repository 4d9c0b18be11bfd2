use super::audit::{AuditOptions, Log};
use super::exit::Failure;
use super::fingers::{ManifestOptions, read_manifest};
use super::lines::{Extracted, Lines, extract_in_steps, grouped};
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

/// Extracts and updates.
pub fn run(options: &Options, json: bool) -> Result<(), Failure> {
    let (entries, failed) = read_manifest(&options.manifest, options.manifest_options.strict)?;
    let mut writer = Writer::open(&options.gallery)?;
    let snapshot = writer.snapshot()?;
    let mut log = options.audit.begin(snapshot.info().gallery)?;
    let mut told = Reextracted { updated: 0, current: 0, missing: 0, different: 0, left: 0, failed };
    let mut wanted = Vec::new();
    for lines in grouped(&options.manifest, entries) {
        if is_wanted(&snapshot, &lines, &mut told)? {
            wanted.push(lines);
        }
    }
    told.failed += extract_in_steps(&options.manifest, wanted, &options.manifest_options, |step| {
        update(&mut writer, &snapshot, step, &mut log, &mut told)
    })?;
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

/// Whether an encounter's images are to be extracted: it is here, of this subject, and by another extractor.
fn is_wanted(snapshot: &Snapshot, lines: &Lines, told: &mut Reextracted) -> Result<bool, Failure> {
    let Some(index) = snapshot.by_encounter(lines.id)? else {
        told.missing += 1;
        return Ok(false);
    };
    let old = snapshot.encounter(index)?;
    if old.templates().all(|t| t.extractor() == ExtractorVersion::CURRENT) {
        told.current += 1;
        return Ok(false);
    }
    if old.subject != lines.subject {
        told.differs(&old);
        return Ok(false);
    }
    Ok(true)
}

/// Updates what was extracted in a step.
fn update(
    writer: &mut Writer,
    snapshot: &Snapshot,
    step: Vec<Extracted>,
    log: &mut Log,
    told: &mut Reextracted,
) -> Result<(), Failure> {
    let mut batch = Vec::new();
    for Extracted { lines, templates } in step {
        let Some(index) = snapshot.by_encounter(lines.id)? else { continue };
        let (old, new) = (snapshot.encounter(index)?, lines.encounter(templates.into_iter().flatten()));
        if positions(&old) == positions(&new) {
            batch.push(renewed(old, &new));
        } else {
            told.differs(&old);
        }
    }
    if batch.is_empty() {
        return Ok(());
    }
    let events: Vec<_> = batch.iter().map(|e| log.event(Action::Reextract, 1).of(e.subject, e.id)).collect();
    log.record(events)?;
    writer.update(&batch)?;
    told.updated += batch.len();
    Ok(())
}

impl Reextracted {
    fn differs(&mut self, old: &Encounter) {
        tell(&format!("warning: encounter {}: the manifest has other fingers of it, or another subject", old.id));
        self.different += 1;
    }
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
