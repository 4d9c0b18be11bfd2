use super::audit::AuditOptions;
use super::exit::Failure;
use super::output::{print, print_json, tell};
use serde::Serialize;
use std::path::PathBuf;
use vantay::audit::Action;
use vantay::gallery::{Clashes, EncounterId, Merged, Snapshot};

/// Other galleries → into one.
///
/// Encounters keep where they came from; deletions are taken over, and no older copy brings a deleted one back. Subject
/// numbers that were given by different galleries are told and left out, since they may be different people. Merging again
/// changes nothing.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The galleries to take in.
    #[arg(required = true, value_name = "GALLERY")]
    from: Vec<PathBuf>,
    /// The gallery that takes them in; made where it is not there.
    #[arg(long, value_name = "DIR")]
    into: PathBuf,
    /// Take encounters of subject numbers that different galleries gave: where one authority gives all numbers.
    #[arg(long)]
    take_clashes: bool,
    #[command(flatten)]
    audit: AuditOptions,
}

#[derive(Serialize)]
struct MergedJson<'a> {
    from: &'a str,
    inserted: usize,
    updated: usize,
    kept: usize,
    dead: usize,
    deleted: usize,
    subject_clashes: Vec<Clash>,
    encounter_clashes: Vec<String>,
}

#[derive(Serialize)]
struct Clash {
    subject: u64,
    here: String,
    there: String,
}

/// Merges, prints.
pub fn run(options: &Options, json: bool) -> Result<(), Failure> {
    let count = |from: &PathBuf| Ok(Snapshot::open(from)?.encounter_count());
    let counts = options.from.iter().map(count).collect::<Result<Vec<_>, Failure>>()?;
    let mut writer = super::enroll::open(&options.into)?;
    let mut log = options.audit.begin(writer.gallery())?;
    let clashes = if options.take_clashes { Clashes::Take } else { Clashes::LeaveOut };
    let mut left_out = 0;
    for (from, count) in options.from.iter().zip(counts) {
        log.record([log.event(Action::Merge, count)])?;
        let merged = writer.merge(from, clashes)?;
        left_out += if options.take_clashes { 0 } else { merged.subject_clashes.len() };
        report(&from.to_string_lossy(), &merged, options.take_clashes, json)?;
    }
    Failure::partial(left_out)
}

fn report(from: &str, merged: &Merged, taken: bool, json: bool) -> Result<(), Failure> {
    let Merged { inserted, updated, kept, dead, deleted, .. } = *merged;
    let name = |gallery| EncounterId(u128::from_be_bytes(gallery)).to_string();
    if json {
        let clash = |c: &vantay::gallery::SubjectClash| Clash {
            subject: c.subject.0,
            here: name(c.here),
            there: name(c.there),
        };
        return print_json(&MergedJson {
            from,
            inserted,
            updated,
            kept,
            dead,
            deleted,
            subject_clashes: merged.subject_clashes.iter().map(clash).collect(),
            encounter_clashes: merged.encounter_clashes.iter().map(EncounterId::to_string).collect(),
        });
    }
    for clash in &merged.subject_clashes {
        let (subject, here, there) = (clash.subject, name(clash.here), name(clash.there));
        let so = if taken { "" } else { ": left out; --take-clashes takes it" };
        tell(&format!("warning: subject {subject} was given by gallery {here} and by {there}{so}"));
    }
    for id in &merged.encounter_clashes {
        tell(&format!("warning: encounter {id} is another one here, and stays"));
    }
    print(&format!(
        "{from}: {inserted} encounters new, {updated} newer, {kept} here already, {dead} deleted here, {deleted} deleted there"
    ))
}
