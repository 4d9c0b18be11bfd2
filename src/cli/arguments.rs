use super::{
    audit, backup, compact, convert, dedup, delete, demo, enroll, eval, exchange, exit, explain, extract, identify,
    info,
};
use super::{matrix, merge, reextract, synth, verify};
use clap::{Parser, Subcommand};

/// Fingerprints: extraction, comparison, identification, deduplication.
///
/// Scores are decibels of false-match rate: 40 is one false match in 10,000 comparisons.
#[derive(Debug, Parser)]
#[command(name = "vantay", version, after_help = exit::CODES, propagate_version = true)]
pub struct Arguments {
    /// Print JSON, one object a line, instead of tables.
    #[arg(long, global = true)]
    pub json: bool,
    /// Threads to use [default: all cores].
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// A score, decibels.
pub fn decibels(text: &str) -> Result<f64, String> {
    let db = text.parse().ok().filter(|db: &f64| db.is_finite() && *db >= 0.0);
    db.ok_or_else(|| "0 or more decibels are taken".into())
}

/// The commands, each with its options.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Images → minutiae.
    Extract(extract::Options),
    /// Two fingers → one score; a gallery → whether it is whole.
    Verify(verify::Options),
    /// Two fingers → why they score what they do, in words and as a picture.
    Explain(explain::Options),
    /// A manifest → a gallery.
    Enroll(enroll::Options),
    /// The fingers of one person → who of a gallery it may be.
    Identify(identify::Options),
    /// Who stands in a gallery or a manifest twice?
    Dedup(dedup::Options),
    /// The scores of all images of a manifest against all others, as a NumPy file.
    Matrix(matrix::Options),
    /// How good it is, on labelled images.
    Eval(eval::Options),
    /// Images and templates → the formats of other systems, and back.
    Convert(convert::Options),
    /// What this build is, or what a gallery or a template holds.
    Info(info::Options),
    /// A register of made-up people, some of them in it twice: are they found?
    Demo(demo::Options),
    /// Made-up people → images and a manifest.
    Synth(synth::Options),
    /// A subject or an encounter → gone.
    Delete(delete::Options),
    /// Writes a gallery's files anew without what was deleted or updated.
    Compact(compact::Options),
    /// Other galleries → into one.
    Merge(merge::Options),
    /// A gallery → one encrypted file, while others read and write.
    Backup(backup::Options),
    /// An encrypted backup → the gallery that it was made of.
    Restore(backup::RestoreOptions),
    /// A gallery → JSON Lines with ISO/IEC 19794-2 records, for other systems.
    Export(exchange::Options),
    /// JSON Lines of `export`, or of another system → a gallery.
    Import(exchange::ImportOptions),
    /// A gallery of an older extractor → one of this build's, from the images.
    Reextract(reextract::Options),
    /// Does the audit chain hold?
    Audit(audit::Options),
}
