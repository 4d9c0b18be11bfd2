//! Lines of a manifest by their encounters, and extracting these a step at a time.

use super::encounters::id;
use super::exit::Failure;
use super::fingers::{Fingers, ManifestOptions, Move, extract_shown};
use super::progress::Bar;
use std::collections::HashMap;
use std::path::Path;
use vantay::gallery::{Encounter, EncounterId, Finger, SubjectId};
use vantay::manifest::Entry;
use vantay::template::{FingerPosition, Template};

/// The lines of one encounter, nothing extracted yet.
pub struct Lines {
    pub subject: SubjectId,
    pub id: EncounterId,
    /// At least one; the first gives time, station and operator.
    pub entries: Vec<Entry>,
    /// Not so where the manifest has another line of it that cannot be used.
    pub whole: bool,
}

/// What was extracted of an encounter's lines: a template each, none where the image cannot be used.
pub struct Extracted {
    pub lines: Lines,
    pub templates: Vec<Option<Template>>,
}

/// The lines of each encounter, wherever they stand, in the order of the first ones.
pub fn grouped(manifest: &Path, entries: Vec<Entry>) -> Vec<Lines> {
    let mut groups: Vec<Lines> = Vec::new();
    let mut places: HashMap<(SubjectId, EncounterId), usize> = HashMap::new();
    for entry in entries {
        let (subject, id) = (SubjectId::from_text(&entry.subject), id(manifest, &entry));
        let place = *places.entry((subject, id)).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.entries.push(entry),
            None => groups.push(Lines { subject, id, entries: vec![entry], whole: true }),
        }
    }
    groups
}

/// Images a step, an encounter's all in one: enough to share the cost of a sync, few enough to lose little work.
const STEP: usize = 1024;

/// Extracts encounters a step at a time, and stores each step before the next one begins. Returns how many images could
/// not be used; each was named.
pub fn extract_in_steps(
    manifest: &Path,
    groups: Vec<Lines>,
    options: &ManifestOptions,
    mut store: impl FnMut(Vec<Extracted>) -> Result<(), Failure>,
) -> Result<usize, Failure> {
    let images = groups.iter().map(|group| group.entries.len()).sum::<usize>() as u64;
    let (mut done, mut failed) = (0, 0);
    let mut groups = groups.into_iter().peekable();
    while groups.peek().is_some() {
        let (mut step, mut entries) = (Vec::new(), Vec::new());
        while let Some(mut group) =
            groups.next_if(|group| step.is_empty() || entries.len() + group.entries.len() <= STEP)
        {
            let own = std::mem::take(&mut group.entries);
            step.push((group, own.len()));
            entries.extend(own);
        }
        let bar = Bar::resumed("extracting", images, done);
        done += entries.len() as u64;
        let fingers = extract_shown(manifest, entries, 0, options, |_| Move::default(), bar)?;
        failed += fingers.failed;
        store(split(step, fingers))?;
    }
    Ok(failed)
}

/// Gives each encounter of a step its lines again, and its fingers.
fn split(step: Vec<(Lines, usize)>, fingers: Fingers) -> Vec<Extracted> {
    let (mut entries, mut templates) = (fingers.entries.into_iter(), fingers.templates.into_iter());
    let of_one = |(lines, count)| Extracted {
        lines: Lines { entries: entries.by_ref().take(count).collect(), ..lines },
        templates: templates.by_ref().take(count).collect(),
    };
    step.into_iter().map(of_one).collect()
}

impl Lines {
    /// What tells the encounter that a subject's lines name.
    pub fn key(subject: &str, encounter: &str) -> (SubjectId, EncounterId) {
        (SubjectId::from_text(subject), EncounterId::from_text(encounter))
    }

    /// The encounter, of these templates.
    pub fn encounter(&self, templates: impl IntoIterator<Item = Template>) -> Encounter {
        let fingers = templates.into_iter().map(Finger::Captured).collect();
        let mut encounter = Encounter::new(self.subject, self.id, fingers);
        if let Some(first) = self.entries.first() {
            encounter.captured_at = first.captured_at.unwrap_or(0);
            encounter.station = first.station.unwrap_or(0);
            encounter.operator = first.operator.unwrap_or(0);
        }
        encounter
    }

    /// Whether an encounter of the gallery is what the lines tell of it; images are not looked at.
    pub fn agree(&self, old: &Encounter) -> bool {
        let Some(first) = self.entries.first() else { return false };
        let mut held: Vec<_> = old.templates().map(Template::position).collect();
        let mut told: Vec<_> = self.entries.iter().map(|entry| entry.finger).collect();
        held.sort_unstable();
        told.sort_unstable();
        // A file may tell a position that the manifest does not.
        let unknown = told.contains(&FingerPosition::Unknown);
        (held == told || unknown && held.len() == told.len())
            && first.captured_at.is_none_or(|time| time == old.captured_at)
            && first.station.is_none_or(|code| code == old.station)
            && first.operator.is_none_or(|code| code == old.operator)
    }
}
