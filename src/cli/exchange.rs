use super::audit::AuditOptions;
use super::backup::read_key;
use super::exit::Failure;
use super::output::{print, print_json};
use serde::Serialize;
use std::path::PathBuf;
use vantay::audit::Action;
use vantay::gallery;

/// A gallery → JSON Lines with ISO/IEC 19794-2 records, for other systems.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("how").required(true)))]
pub struct Options {
    /// The gallery's folder.
    gallery: PathBuf,
    /// The file to write; there is none of that name yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Encrypt with the key in this file, 64 hexadecimal digits.
    #[arg(long, value_name = "FILE", group = "how")]
    key: Option<PathBuf>,
    /// Do not encrypt: everyone who reads the file has the fingers of everyone in it.
    #[arg(long, group = "how")]
    plain: bool,
    #[command(flatten)]
    audit: AuditOptions,
}

/// JSON Lines of `vantay export`, or of another system → a gallery.
#[derive(Debug, clap::Args)]
pub struct ImportOptions {
    /// The file.
    file: PathBuf,
    /// The gallery's folder; made where it is not there.
    #[arg(long, value_name = "DIR")]
    gallery: PathBuf,
    /// The key of an encrypted file.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    #[command(flatten)]
    audit: AuditOptions,
}

#[derive(Serialize)]
struct Exported {
    encounters: usize,
}

#[derive(Serialize)]
struct Imported {
    inserted: usize,
    repeated: usize,
}

/// Writes the file.
pub fn export(options: &Options, json: bool) -> Result<(), Failure> {
    let key = options.key.as_deref().map(read_key).transpose()?;
    let snapshot = super::enroll::snapshot(&options.gallery)?;
    let mut log = options.audit.begin(snapshot.info().gallery)?;
    log.record([log.event(Action::Export, snapshot.encounter_count())])?;
    let encounters = gallery::export(&snapshot, &options.out, key.as_ref())?;
    match json {
        true => print_json(&Exported { encounters }),
        false => print(&format!("{encounters} encounters written")),
    }
}

/// Inserts what is in the file.
pub fn import(options: &ImportOptions, json: bool) -> Result<(), Failure> {
    let key = options.key.as_deref().map(read_key).transpose()?;
    gallery::check_import(&options.file, key.as_ref())?;
    let mut writer = super::enroll::open(&options.gallery)?;
    let mut log = options.audit.begin(writer.gallery())?;
    let event = log.event(Action::Import, 0);
    log.record([event])?;
    let done = writer.import_told(&options.file, key.as_ref(), &mut |step| log.record(event.of_each(step)))?;
    match json {
        true => print_json(&Imported { inserted: done.inserted, repeated: done.repeated }),
        false => print(&format!("{} encounters inserted, {} were there already", done.inserted, done.repeated)),
    }
}
