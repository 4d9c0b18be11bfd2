//! What an enrolment did, and naming what it could not.

use super::enroll::Options;
use super::exit::Failure;
use super::lines::Lines;
use super::output::tell;
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use vantay::manifest::{Entry, ManifestError};
use vantay::template::Template;

/// What was done, in encounters; `failed` are lines, or encounters that the gallery refuses.
#[derive(Default, Serialize)]
pub struct Enrolled {
    pub inserted: usize,
    pub updated: usize,
    pub repeated: usize,
    pub left_out: usize,
    pub failed: usize,
    pub encounters: usize,
}

/// What was done so far, and what names that which cannot be.
pub struct Tally<'a> {
    pub options: &'a Options,
    pub counts: Enrolled,
}

impl Tally<'_> {
    /// Names a line that cannot be used; with `--strict` that is the end.
    pub fn refuse(&mut self, entry: &Entry, reason: String) -> Result<(), Failure> {
        let error = ManifestError::Line { path: self.options.manifest.clone(), line: entry.line, reason };
        if self.options.manifest_options.strict {
            return Err(error.into());
        }
        tell(&format!("warning: {error}"));
        self.counts.failed += 1;
        Ok(())
    }

    /// Refuses an encounter, by its first line.
    pub fn refuse_all(&mut self, first: &Entry, why: &str) -> Result<(), Failure> {
        let encounter = first.encounter.as_ref().map(|name| format!(", encounter {name}")).unwrap_or_default();
        self.refuse(first, format!("subject {}{encounter}: {why}", first.subject))
    }

    /// Refuses lines of slaps, and leaves out what is not whole without them or without the wrong lines of `torn`.
    pub fn whole(&mut self, groups: Vec<Lines>, torn: &[(String, String)]) -> Result<Vec<Lines>, Failure> {
        let torn: HashSet<_> = torn.iter().map(|(subject, encounter)| Lines::key(subject, encounter)).collect();
        let mut kept = Vec::new();
        for group in groups {
            let (slaps, entries): (Vec<_>, Vec<_>) = group.entries.into_iter().partition(is_slap);
            for slap in &slaps {
                self.refuse(slap, "a slap is several fingers: cut it, and give each finger a line of its own".into())?;
            }
            let whole = group.whole && slaps.is_empty() && !torn.contains(&(group.subject, group.id));
            match (entries.is_empty(), whole || self.options.incomplete) {
                (true, _) => {}
                (false, true) => kept.push(Lines { entries, whole, ..group }),
                (false, false) => self.counts.left_out += 1,
            }
        }
        Ok(kept)
    }

    /// Refuses encounters whose id an earlier line gives another subject's.
    pub fn of_one_person(&mut self, groups: Vec<Lines>) -> Result<Vec<Lines>, Failure> {
        let mut firsts = HashMap::new();
        let mut kept: Vec<Lines> = Vec::new();
        for group in groups {
            match (firsts.get(&group.id), group.entries.first()) {
                (Some(line), Some(first)) => {
                    let why = format!("line {line} has this encounter of another subject: name it anew");
                    self.refuse_all(first, &why)?;
                }
                (_, first) => {
                    firsts.insert(group.id, first.map_or(0, |first| first.line));
                    kept.push(group);
                }
            }
        }
        Ok(kept)
    }

    /// Why a template is none to enrol, if so.
    pub fn unusable(&self, template: &Template) -> Option<String> {
        let (quality, wanted) = (template.quality(), self.options.min_quality);
        if template.minutiae().is_empty() {
            return Some("no minutiae are found: nothing of a finger is seen".into());
        }
        (quality < wanted).then(|| format!("the quality is {quality}, --min-quality wants {wanted}"))
    }

    /// Says what is kept of a run that an error ends.
    pub fn broken_off(&self) {
        match self.counts.inserted + self.counts.updated {
            0 => tell("nothing of this run is stored"),
            n => tell(&format!("{n} encounters of this run are stored and stay; enroll the manifest again to go on")),
        }
    }
}

/// Whether a line is of an image of several fingers, as `vantay synth` lists them.
fn is_slap(entry: &Entry) -> bool {
    entry.fields.get("slap").is_some_and(|value| value != "null")
}
