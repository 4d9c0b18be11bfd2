use super::audit::AuditOptions;
use super::exit::Failure;
use super::output::{print, print_json};
use serde::Serialize;
use std::path::PathBuf;
use vantay::audit::Action;
use vantay::gallery::{EncounterId, SubjectId, Writer};

/// A subject or an encounter → gone.
///
/// It is out of all answers at once, and out of the bytes when `vantay compact` has ended.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("what").required(true)))]
pub struct Options {
    /// The gallery's folder.
    #[arg(long, value_name = "DIR")]
    gallery: PathBuf,
    /// A subject, as `identify` and `dedup` print it, or as a manifest names it: all its encounters go.
    #[arg(long, value_name = "SUBJECT", group = "what")]
    subject: Option<String>,
    /// An encounter, by the 32 hexadecimal digits that `identify` and `dedup` print.
    #[arg(long, value_name = "ID", group = "what", value_parser = encounter)]
    encounter: Option<EncounterId>,
    #[command(flatten)]
    audit: AuditOptions,
}

#[derive(Serialize)]
struct Deleted {
    deleted: bool,
}

fn encounter(text: &str) -> Result<EncounterId, String> {
    EncounterId::from_hex(text).ok_or_else(|| "32 hexadecimal digits are wanted".into())
}

/// Subjects that are printed have their top bit set where they came from a text: those numbers are taken as they are.
pub fn subject(text: &str) -> SubjectId {
    text.parse().map_or_else(|_| SubjectId::from_text(text), SubjectId)
}

/// Deletes, prints.
pub fn run(options: &Options, json: bool) -> Result<(), Failure> {
    let mut writer = Writer::open(&options.gallery)?;
    let mut log = options.audit.begin(writer.gallery())?;
    let deleted = match (&options.subject, options.encounter) {
        (Some(text), _) => {
            let subject = subject(text);
            let event = log.event(Action::DeleteSubject, 1);
            log.record([vantay::audit::Event { subject: Some(subject), ..event }])?;
            writer.delete_subject(subject)?
        }
        (None, Some(id)) => {
            let event = log.event(Action::DeleteEncounter, 1);
            log.record([vantay::audit::Event { encounter: Some(id), ..event }])?;
            writer.delete_encounter(id)?
        }
        (None, None) => return Err(Failure::Usage("give --subject or --encounter".into())),
    };
    match json {
        true => print_json(&Deleted { deleted }),
        false => print(if deleted {
            "deleted"
        } else {
            "it was not there; copies that are older than now will not be merged in"
        }),
    }
}
