//! [`Entry`] → a line of JSON; entries → a manifest.

use super::{Entry, ManifestError};
use simd_json::OwnedValue;
use simd_json::prelude::*;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Writes a manifest of `entries`. Images below the manifest's folder get paths relative to it.
///
/// # Errors
/// What the operating system says.
pub fn write<'a>(path: impl AsRef<Path>, entries: impl IntoIterator<Item = &'a Entry>) -> Result<(), ManifestError> {
    let path = path.as_ref();
    let base = path.parent().unwrap_or(Path::new(""));
    let all = || -> std::io::Result<()> {
        let mut out = BufWriter::new(std::fs::File::create(path)?);
        for entry in entries {
            writeln!(out, "{}", entry.to_json(base))?;
        }
        out.flush()
    };
    all().map_err(|source| ManifestError::Io { path: path.into(), source })
}

impl Entry {
    /// The line of this entry in a manifest whose folder is `base`, without a line break. A path that is no Unicode is
    /// written with replacement characters.
    pub fn to_json(&self, base: &Path) -> String {
        let path = self.path.strip_prefix(base).unwrap_or(&self.path).to_string_lossy().replace('\\', "/");
        let text = |s: &str| OwnedValue::from(s).encode();
        let mut fields = Vec::new();
        let mut put = |name: &str, value: Option<String>| fields.extend(value.map(|v| format!("{}: {v}", text(name))));
        put("set", self.set.as_deref().map(text));
        put("subject", Some(text(&self.subject)));
        put("person", self.person.as_deref().map(text));
        put("finger", Some(self.finger.code().to_string()));
        put("impression", Some(self.impression.to_string()));
        put("ppi", self.ppi.map(|v| v.to_string()));
        put("path", Some(text(&path)));
        put("encounter", self.encounter.as_deref().map(text));
        put("station", self.station.map(|v| v.to_string()));
        put("operator", self.operator.map(|v| v.to_string()));
        put("captured_at", self.captured_at.map(|v| v.to_string()));
        for (name, value) in &self.fields {
            put(name, Some(value.clone()));
        }
        format!("{{{}}}", fields.join(", "))
    }
}
