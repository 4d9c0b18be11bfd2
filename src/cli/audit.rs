use super::exit::Failure;
use super::output::{print, print_json};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use vantay::audit::{self, Action, Audit, Event, Head};

/// Does the audit chain hold?
///
/// Computes every hash of every chain in a folder again, and prints each one's head: file, number of entries, last hash. Keep
/// heads where the machine that writes cannot change them.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The folder that --audit named.
    folder: PathBuf,
    /// What an earlier run printed: all of it must still be there.
    #[arg(long, value_name = "FILE")]
    heads: Option<PathBuf>,
}

#[derive(Serialize)]
struct ChainJson {
    chain: String,
    entries: u64,
    hash: String,
    torn: u64,
}

/// Checks, prints.
pub fn run(options: &Options, json: bool) -> Result<(), Failure> {
    let heads = match &options.heads {
        None => Vec::new(),
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(Failure::io(path))?;
            text.lines().filter(|l| !l.trim().is_empty()).map(str::parse).collect::<Result<Vec<Head>, _>>()?
        }
    };
    let mut actions: BTreeMap<&str, u64> = BTreeMap::new();
    let chains = audit::check(&options.folder, &heads, &mut |event| {
        *actions.entry(event.action.name()).or_default() += 1;
    })?;
    for chain in &chains {
        let (name, entries) = (chain.head.name.clone(), chain.head.entries);
        let hash = chain.head.to_string().rsplit(' ').next().unwrap_or_default().to_string();
        match json {
            true => print_json(&ChainJson { chain: name, entries, hash, torn: chain.torn })?,
            false => print(&chain.head.to_string())?,
        }
    }
    let entries: u64 = actions.values().sum();
    super::output::tell(&format!("{} chains hold, {entries} entries: {actions:?}", chains.len()));
    Ok(())
}

/// Where to record who asked for what.
#[derive(Debug, Clone, clap::Args)]
pub struct AuditOptions {
    /// Record in this folder what is done, before it is done, and what is told, before it is told.
    #[arg(long, value_name = "DIR")]
    audit: Option<PathBuf>,
    /// Your code in the record.
    #[arg(long, value_name = "N", default_value_t = 0, requires = "audit")]
    audit_operator: u32,
}

/// The chain of this run, if one is wanted.
pub struct Log {
    chain: Option<Audit>,
    operator: u32,
    gallery: [u8; 16],
}

impl AuditOptions {
    /// Begins the chain, about one gallery.
    pub fn begin(&self, gallery: [u8; 16]) -> Result<Log, Failure> {
        let chain = self.audit.as_ref().map(Audit::create).transpose()?;
        Ok(Log { chain, operator: self.audit_operator, gallery })
    }
}

impl Log {
    /// An event about the gallery.
    pub fn event(&self, action: Action, count: usize) -> Event {
        Event::new(self.operator, action, self.gallery, count as u64)
    }

    /// Records events; returns when they are durable.
    pub fn record(&mut self, events: impl IntoIterator<Item = Event>) -> Result<(), Failure> {
        match &mut self.chain {
            Some(chain) => Ok(chain.record(&events.into_iter().collect::<Vec<_>>())?),
            None => Ok(()),
        }
    }
}
