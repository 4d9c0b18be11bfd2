use super::audit::AuditOptions;
use super::encounters::encounters;
use super::exit::Failure;
use super::fingers::{ManifestOptions, extract_entries, read_manifest};
use super::output::{print, print_json, tell};
use serde::Serialize;
use std::path::{Path, PathBuf};
use vantay::audit::Action;
use vantay::gallery::{Encounter, Snapshot, Writer};

/// A manifest → a gallery.
///
/// Each line is an encounter of its subject; lines of one subject that name the same `encounter` are one. Subjects that
/// are decimal numbers keep them, other texts become a number (the top bit set, the rest from a hash). Enrolling a
/// manifest again adds nothing.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// JSON Lines: subject, finger, impression, ppi, path.
    manifest: PathBuf,
    /// The gallery's folder; made where it is not there.
    #[arg(long, value_name = "DIR")]
    gallery: PathBuf,
    #[command(flatten)]
    manifest_options: ManifestOptions,
    #[command(flatten)]
    audit: AuditOptions,
}

#[derive(Serialize)]
struct Enrolled {
    inserted: usize,
    repeated: usize,
    failed: usize,
    encounters: usize,
}

/// Encounters a call: enough to share the cost of a sync, few enough to lose little work on an error.
const BATCH: usize = 1024;

/// Extracts and appends.
pub fn run(options: &Options, json: bool) -> Result<(), Failure> {
    let (entries, rejected) = read_manifest(&options.manifest, options.manifest_options.strict)?;
    let mut writer = open(&options.gallery)?;
    let mut log = options.audit.begin(writer.snapshot()?.info().gallery)?;
    let fingers = extract_entries(&options.manifest, entries, rejected, &options.manifest_options)?;
    let listed = encounters(&options.manifest, &fingers);
    let encounters: Vec<Encounter> = listed.into_iter().map(|l| l.encounter).collect();
    let (mut inserted, mut repeated) = (0, 0);
    for batch in encounters.chunks(BATCH) {
        let events: Vec<_> = batch.iter().map(|e| log.event(Action::Enroll, 1).of(e.subject, e.id)).collect();
        log.record(events)?;
        let appended = writer.append(batch)?;
        inserted += appended.inserted;
        repeated += appended.repeated;
    }
    let encounters = writer.snapshot()?.encounter_count();
    let failed = fingers.failed;
    match json {
        true => print_json(&Enrolled { inserted, repeated, failed, encounters })?,
        false => print(&format!(
            "{inserted} encounters enrolled, {repeated} were there already; the gallery now has {encounters}"
        ))?,
    }
    Failure::partial(failed)
}

/// Opens a gallery to write, or makes it where there is nothing.
pub fn open(folder: &Path) -> Result<Writer, Failure> {
    let empty = std::fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
    if !empty {
        return Ok(Writer::open(folder)?);
    }
    tell(&format!("making a gallery in {}", folder.display()));
    Ok(Writer::create(folder)?)
}

/// Opens a gallery to read.
pub fn snapshot(folder: &Path) -> Result<Snapshot, Failure> {
    Ok(Snapshot::open(folder)?)
}
