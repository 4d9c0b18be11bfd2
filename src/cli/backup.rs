use super::audit::AuditOptions;
use super::exit::Failure;
use super::output::{print, print_json, tell};
use serde::Serialize;
use std::path::{Path, PathBuf};
use vantay::audit::Action;
use vantay::gallery::{self, Key};

/// A gallery → one encrypted file, while others read and write.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The gallery's folder.
    gallery: PathBuf,
    /// The file to write; there is none of that name yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    key: KeyOptions,
    #[command(flatten)]
    audit: AuditOptions,
}

/// An encrypted backup → the gallery that it was made of.
#[derive(Debug, clap::Args)]
pub struct RestoreOptions {
    /// What `vantay backup` wrote.
    file: PathBuf,
    /// An empty folder, or one that is made.
    #[arg(long, value_name = "DIR")]
    gallery: PathBuf,
    #[command(flatten)]
    key: KeyOptions,
    #[command(flatten)]
    audit: AuditOptions,
}

/// Which key.
#[derive(Debug, Clone, clap::Args)]
pub struct KeyOptions {
    /// A file with the key, 64 hexadecimal digits: `openssl rand -hex 32` makes one. Keep it elsewhere than the file.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

#[derive(Serialize)]
struct Kept {
    encounters: u64,
    fingers: u64,
}

impl KeyOptions {
    /// The key.
    pub fn read(&self) -> Result<Key, Failure> {
        read_key(&self.key)
    }
}

/// The key in a file.
pub fn read_key(path: &Path) -> Result<Key, Failure> {
    let text = std::fs::read_to_string(path).map_err(Failure::io(path))?;
    let wrong = || Failure::Usage(format!("{}: a key is 64 hexadecimal digits", path.display()));
    Key::from_hex(&text).ok_or_else(wrong)
}

/// Writes the backup.
pub fn run(options: &Options, json: bool) -> Result<(), Failure> {
    let key = options.key.read()?;
    let info = super::enroll::snapshot(&options.gallery)?.info().clone();
    let mut log = options.audit.begin(info.gallery)?;
    log.record([log.event(Action::Backup, info.encounters as usize)])?;
    let info = gallery::backup(&options.gallery, &options.out, &key)?;
    told(info.encounters, info.fingers, json)
}

/// Brings it back.
pub fn restore(options: &RestoreOptions, json: bool) -> Result<(), Failure> {
    let key = options.key.read()?;
    let report = gallery::restore(&options.file, &options.gallery, &key)?;
    let mut log = options.audit.begin(report.info.gallery)?;
    log.record([log.event(Action::Restore, report.info.encounters as usize)])?;
    tell("every byte was checked");
    told(report.info.encounters, report.info.fingers, json)
}

fn told(encounters: u64, fingers: u64, json: bool) -> Result<(), Failure> {
    match json {
        true => print_json(&Kept { encounters, fingers }),
        false => print(&format!("{encounters} encounters with {fingers} fingers")),
    }
}
