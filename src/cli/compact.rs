use super::audit::AuditOptions;
use super::exit::Failure;
use super::output::{print, print_json};
use serde::Serialize;
use std::path::PathBuf;
use vantay::audit::Action;
use vantay::gallery::Writer;

/// Writes a gallery's files anew without what was deleted or updated.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The gallery's folder.
    gallery: PathBuf,
    #[command(flatten)]
    audit: AuditOptions,
}

#[derive(Serialize)]
struct Compacted {
    removed: u64,
    bytes_before: u64,
    bytes: u64,
}

/// Compacts, prints.
pub fn run(options: &Options, json: bool) -> Result<(), Failure> {
    let mut writer = Writer::open(&options.gallery)?;
    let before = writer.snapshot()?.info().clone();
    let mut log = options.audit.begin(before.gallery)?;
    log.record([log.event(Action::Compact, before.removed as usize)])?;
    writer.compact()?;
    let (removed, bytes_before, bytes) = (before.removed, before.bytes(), writer.snapshot()?.info().bytes());
    match json {
        true => print_json(&Compacted { removed, bytes_before, bytes }),
        false => {
            print(&format!("{removed} removed encounters are out of the files; {bytes} bytes, {bytes_before} before"))
        }
    }
}
