//! An entry ⇄ its line.

use super::Event;
use super::event::Action;
use crate::gallery::{EncounterId, SubjectId};
use blake3::{Hash, Hasher};
use serde::{Deserialize, Serialize};

/// No line is longer: a reader refuses more before it keeps it.
pub(super) const MAX: usize = 1024;

/// The JSON of an entry, its fields in the order of the format.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    number: u64,
    time: u64,
    operator: u32,
    action: String,
    gallery: String,
    subject: Option<u64>,
    encounter: Option<String>,
    count: u64,
}

/// What stands before the first line.
pub(super) fn origin(name: &str) -> Hash {
    let mut hasher = Hasher::new();
    hasher.update(b"vantay audit 0 ").update(name.as_bytes());
    hasher.finalize()
}

/// The line of an entry, with its line feed, and its hash.
pub(super) fn encode(before: Hash, number: u64, time: u64, event: &Event) -> Result<(String, Hash), String> {
    let fields = Fields {
        number,
        time,
        operator: event.operator,
        action: event.action.name().into(),
        gallery: hex(u128::from_be_bytes(event.gallery)),
        subject: event.subject.map(|s| s.0),
        encounter: event.encounter.map(|e| hex(e.0)),
        count: event.count,
    };
    let json = simd_json::to_string(&fields).map_err(|e| e.to_string())?;
    let hash = link(before, json.as_bytes());
    Ok((format!("{} {json}\n", hash.to_hex()), hash))
}

/// The reverse, of a line with its line feed: number, event and hash, or why it is none.
pub(super) fn decode(before: Hash, line: &[u8]) -> Result<(u64, Event, Hash), String> {
    let (told, json) = line.split_at_checked(65).ok_or("the line is too short")?;
    let told = told.strip_suffix(b" ").and_then(|t| std::str::from_utf8(t).ok()).and_then(|t| Hash::from_hex(t).ok());
    let told = told.ok_or("no hash stands at its start")?;
    let json = json.strip_suffix(b"\n").ok_or("no line feed stands at its end")?;
    if link(before, json) != told {
        return Err("its hash does not fit the line before and its own bytes".into());
    }
    let fields: Fields = simd_json::from_slice(&mut json.to_vec()).map_err(|e| format!("not an entry: {e}"))?;
    let id = |text: &str| u128::from_str_radix(text, 16).map_err(|e| format!("{text:?} is no id: {e}"));
    let event = Event {
        operator: fields.operator,
        action: Action::from_name(&fields.action).ok_or_else(|| format!("no action is named {:?}", fields.action))?,
        gallery: id(&fields.gallery)?.to_be_bytes(),
        subject: fields.subject.map(SubjectId),
        encounter: fields.encounter.as_deref().map(id).transpose()?.map(EncounterId),
        count: fields.count,
    };
    if encode(before, fields.number, fields.time, &event)?.0.as_bytes() != line {
        return Err("it is not written as an entry is".into());
    }
    Ok((fields.number, event, told))
}

fn link(before: Hash, json: &[u8]) -> Hash {
    let mut hasher = Hasher::new();
    hasher.update(before.as_bytes()).update(json);
    hasher.finalize()
}

fn hex(id: u128) -> String {
    format!("{id:032x}")
}
