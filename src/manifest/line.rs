//! One line of JSON → [`Entry`], or the reason why not.

use super::Entry;
use crate::template::FingerPosition;
use simd_json::OwnedValue;
use simd_json::owned::Object;
use simd_json::prelude::*;
use std::path::Path;

/// Values may be nested so deep; deeper ones would only exhaust the stack.
const MAX_DEPTH: usize = 32;

/// Why a line is none.
pub struct Wrong {
    pub reason: String,
    /// Its subject and encounter, where it tells both.
    pub of: Option<(String, String)>,
}

/// `text` is used as scratch memory.
pub fn entry(text: &mut [u8], line: usize, base: &Path) -> Result<Entry, Wrong> {
    let fields = object(text).map_err(|reason| Wrong { reason, of: None })?;
    let named = |field: &str| fields.get(field).cloned().and_then(|value| name(field, value).ok());
    let of = named("subject").zip(named("encounter"));
    entry_of(fields, line, base).map_err(|reason| Wrong { reason, of })
}

fn object(text: &mut [u8]) -> Result<Object, String> {
    check_depth(text)?;
    let value = simd_json::to_owned_value(text).map_err(|e| format!("not JSON: {e}"))?;
    let OwnedValue::Object(fields) = value else {
        return Err("a line is an object: {\"subject\": …, \"path\": …}".into());
    };
    let mut names: Vec<&str> = fields.keys().map(String::as_str).collect();
    names.sort_unstable();
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(format!("{} stands twice", OwnedValue::from(twice[0]).encode()));
    }
    Ok(*fields)
}

fn entry_of(mut fields: Object, line: usize, base: &Path) -> Result<Entry, String> {
    let mut take = |name: &str| fields.remove(name).filter(|v| !v.is_null());

    let subject = take("subject").ok_or("no subject")?;
    let subject = name("subject", subject)?;
    let path = take("path").ok_or("no path")?;
    let path = path.as_str().filter(|p| !p.is_empty()).ok_or_else(|| wrong("path", &path, "text"))?;
    let mut entry = Entry::new(subject, FingerPosition::Unknown, 1, base.join(path));
    entry.line = line;
    if let Some(v) = take("finger") {
        let code = v.as_u8().and_then(FingerPosition::from_code);
        entry.finger = code.ok_or_else(|| wrong("finger", &v, "a position from 0 (unknown) to 10"))?;
    }
    if let Some(v) = take("impression") {
        entry.impression = v.as_u32().ok_or_else(|| wrong("impression", &v, "a whole number below 2³²"))?;
    }
    if let Some(v) = take("ppi") {
        let ppi = v.cast_f64().filter(|ppi| ppi.is_finite() && *ppi > 0.0);
        entry.ppi = Some(ppi.ok_or_else(|| wrong("ppi", &v, "a number above 0"))?);
    }
    entry.set = take("set").map(|v| name("set", v)).transpose()?;
    entry.person = take("person").map(|v| name("person", v)).transpose()?;
    entry.encounter = take("encounter").map(|v| name("encounter", v)).transpose()?;
    let code = |field, v: OwnedValue| v.as_u32().ok_or_else(|| wrong(field, &v, "a whole number below 2³²"));
    entry.station = take("station").map(|v| code("station", v)).transpose()?;
    entry.operator = take("operator").map(|v| code("operator", v)).transpose()?;
    let seconds = |v: OwnedValue| v.as_i64().ok_or_else(|| wrong("captured_at", &v, "seconds since 1970-01-01 UTC"));
    entry.captured_at = take("captured_at").map(seconds).transpose()?;
    entry.fields = fields.into_iter().map(|(k, v)| (k, v.encode())).collect();
    Ok(entry)
}

/// A name: a text that is not empty, or a whole number, written out.
fn name(field: &str, value: OwnedValue) -> Result<String, String> {
    let text = match &value {
        OwnedValue::String(s) if !s.is_empty() => Some(s.clone()),
        v => v.as_u64().map(|n| n.to_string()).or_else(|| v.as_i64().map(|n| n.to_string())),
    };
    text.ok_or_else(|| wrong(field, &value, "text or a whole number"))
}

fn wrong(field: &str, value: &OwnedValue, wanted: &str) -> String {
    let mut value = value.encode();
    if let Some((end, _)) = value.char_indices().nth(80) {
        value.truncate(end);
        value.push('…');
    }
    format!("{field} is {value}; {wanted} is wanted")
}

fn check_depth(text: &[u8]) -> Result<(), String> {
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for &b in text {
        match (in_string, b) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_string = !in_string,
            (false, b'{' | b'[') => depth += 1,
            (false, b'}' | b']') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(format!("values nested deeper than {MAX_DEPTH}"));
        }
    }
    Ok(())
}
