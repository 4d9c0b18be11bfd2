use super::audit::AuditOptions;
use super::enrolment::Enrolment;
use super::exit::Failure;
use super::fingers::{ManifestOptions, read_lines};
use super::lines::grouped;
use super::output::{print, print_json, tell};
use super::tally::{Enrolled, Tally};
use std::path::{Path, PathBuf};
use vantay::gallery::{Snapshot, Writer};

/// A manifest → a gallery.
///
/// Each line is an encounter of its subject; lines of one subject that name the same `encounter` are one. Subjects that
/// are decimal numbers keep them, other texts become a number (the top bit set, the rest from a hash).
///
/// Some 1,024 images at a time are extracted and stored: what is stored stays when the command is broken off, and enrolling
/// the manifest again goes on from there. Encounters that are in the gallery already are passed over, and their images not
/// looked at, unless --update asks for it. An encounter of which a line cannot be used is left out, unless --incomplete asks
/// for the rest of it. What --strict ends leaves what was stored before.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// JSON Lines: subject, finger, impression, ppi, path.
    pub manifest: PathBuf,
    /// The gallery's folder; made where it is not there.
    #[arg(long, value_name = "DIR")]
    gallery: PathBuf,
    /// Extract encounters that are here already too, and replace those whose content is another one now. Tags, blob and
    /// missing fingers, of which a manifest tells nothing, stay; the subject cannot change, and what was deleted stays so.
    #[arg(long)]
    pub update: bool,
    /// Store an encounter of which a line cannot be used without that line; where it replaces one, only if that has not
    /// more fingers.
    #[arg(long)]
    pub incomplete: bool,
    /// Refuse fingers of a lower quality; 0 refuses none. A finger without minutiae is always refused.
    #[arg(long, value_name = "Q", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub min_quality: u8,
    #[command(flatten)]
    pub manifest_options: ManifestOptions,
    #[command(flatten)]
    audit: AuditOptions,
}

/// Extracts and stores.
pub fn run(options: &Options, json: bool) -> Result<(), Failure> {
    let read = read_lines(&options.manifest, options.manifest_options.strict)?;
    let mut told = Tally { options, counts: Enrolled { failed: read.rejected.len(), ..Enrolled::default() } };
    let groups = told.whole(grouped(&options.manifest, read.entries), &read.torn)?;
    let groups = told.of_one_person(groups)?;
    if groups.is_empty() && told.counts.failed > 0 && !is_gallery(&options.gallery) {
        return finish(&told.counts, json);
    }
    let writer = open(&options.gallery)?;
    let log = options.audit.begin(writer.gallery())?;
    let mut enrolment = Enrolment { options, snapshot: writer.snapshot()?, writer, log, told };
    enrolment.all(groups).inspect_err(|_| enrolment.told.broken_off())?;
    let Enrolment { writer, told: Tally { mut counts, .. }, .. } = enrolment;
    counts.encounters = writer.snapshot()?.encounter_count();
    finish(&counts, json)
}

fn finish(counts: &Enrolled, json: bool) -> Result<(), Failure> {
    match json {
        true => print_json(counts)?,
        false => report(counts)?,
    }
    Failure::partial(counts.failed)
}

fn report(counts: &Enrolled) -> Result<(), Failure> {
    let Enrolled { inserted, updated, repeated, left_out, encounters, .. } = counts;
    if *left_out > 0 {
        tell(&format!(
            "{left_out} encounters are left out, since a line of theirs cannot be used: mend it and enroll again, or store \
             them without it by --incomplete"
        ));
    }
    let updated = if *updated > 0 { format!("{updated} replaced, ") } else { String::new() };
    print(&format!(
        "{inserted} encounters enrolled, {updated}{repeated} were here already; the gallery now has {encounters}"
    ))
}

fn is_gallery(folder: &Path) -> bool {
    folder.join("MANIFEST").exists()
}

/// Opens a gallery to write, or makes it where there is nothing.
pub fn open(folder: &Path) -> Result<Writer, Failure> {
    let there = is_gallery(folder);
    let writer = Writer::open_or_create(folder)?;
    if !there {
        tell(&format!("made a gallery in {}", folder.display()));
    }
    Ok(writer)
}

/// Opens a gallery to read.
pub fn snapshot(folder: &Path) -> Result<Snapshot, Failure> {
    Ok(Snapshot::open(folder)?)
}
