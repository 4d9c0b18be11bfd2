//! A manifest's encounters into a gallery, a step at a time.

use super::audit::Log;
use super::enroll::Options;
use super::exit::Failure;
use super::lines::{Extracted, Lines, extract_in_steps};
use super::tally::Tally;
use vantay::audit::Action;
use vantay::gallery::{Encounter, Finger, GalleryError, Snapshot, Writer};
use vantay::manifest::Entry;
use vantay::template::Template;

/// A run of `vantay enroll`.
pub struct Enrolment<'a> {
    pub options: &'a Options,
    pub writer: Writer,
    /// The gallery as it was before.
    pub snapshot: Snapshot,
    pub log: Log,
    pub told: Tally<'a>,
}

impl Enrolment<'_> {
    /// Stores the encounters that are not here yet.
    pub fn all(&mut self, groups: Vec<Lines>) -> Result<(), Failure> {
        let mut wanted = Vec::new();
        for group in groups {
            if self.is_wanted(&group)? {
                wanted.push(group);
            }
        }
        let (manifest, options) = (&self.options.manifest, &self.options.manifest_options);
        let failed = extract_in_steps(manifest, wanted, options, |step| self.store(step))?;
        self.told.counts.failed += failed;
        Ok(())
    }

    fn here(&self, lines: &Lines) -> Result<Option<Encounter>, Failure> {
        let index = self.snapshot.by_encounter(lines.id)?;
        Ok(index.map(|index| self.snapshot.encounter(index)).transpose()?)
    }

    /// Whether an encounter is to be extracted, by what the gallery has of it.
    fn is_wanted(&mut self, lines: &Lines) -> Result<bool, Failure> {
        let (Some(old), Some(first)) = (self.here(lines)?, lines.entries.first()) else { return Ok(true) };
        if old.subject != lines.subject {
            self.told.refuse_all(first, &format!("it is here already, of subject {}: name it anew", old.subject))?;
        } else if self.options.update {
            return Ok(true);
        } else if lines.agree(&old) {
            self.told.counts.repeated += 1;
        } else {
            let why = "it is here already with other fingers, time, station or operator: --update replaces it";
            self.told.refuse_all(first, why)?;
        }
        Ok(false)
    }

    /// Stores what was extracted.
    fn store(&mut self, step: Vec<Extracted>) -> Result<(), Failure> {
        let (mut new, mut changed) = (Batch::default(), Batch::default());
        for Extracted { lines, templates } in step {
            let Some(encounter) = self.usable(&lines, templates)? else { continue };
            let Some(first) = lines.entries.first() else { continue };
            match self.here(&lines)? {
                None => new.add(encounter, first),
                Some(old) => match renewed(&old, encounter, first) {
                    Some(encounter) => changed.add(encounter, first),
                    None => self.told.counts.repeated += 1,
                },
            }
        }
        let append = |writer: &mut Writer, new: &[Encounter]| Ok(writer.append(new)?.inserted);
        self.told.counts.inserted += self.put(new, Action::Enroll, append)?;
        let update = |writer: &mut Writer, changed: &[Encounter]| writer.update(changed).map(|()| changed.len());
        self.told.counts.updated += self.put(changed, Action::Update, update)?;
        Ok(())
    }

    /// The encounter, if it is to be stored; lines that cannot be used are named.
    fn usable(&mut self, lines: &Lines, templates: Vec<Option<Template>>) -> Result<Option<Encounter>, Failure> {
        let mut usable = Vec::new();
        for (entry, template) in lines.entries.iter().zip(templates) {
            let Some(template) = template else { continue };
            match self.told.unusable(&template) {
                Some(why) => self.told.refuse(entry, format!("{}: {why}", entry.path.display()))?,
                None => usable.push(template),
            }
        }
        if usable.is_empty() {
            return Ok(None);
        }
        let whole = lines.whole && usable.len() == lines.entries.len();
        let fewer = |old: Encounter| usable.len() < old.templates().count();
        if whole || (self.options.incomplete && !self.here(lines)?.is_some_and(fewer)) {
            return Ok(Some(lines.encounter(usable)));
        }
        self.told.counts.left_out += 1;
        Ok(None)
    }

    /// Stores a batch without the encounters that the gallery refuses; each of those is named. Returns how many were stored,
    /// as `store` does; the others are here already.
    fn put(
        &mut self,
        mut batch: Batch,
        action: Action,
        store: impl Fn(&mut Writer, &[Encounter]) -> Result<usize, GalleryError>,
    ) -> Result<usize, Failure> {
        if batch.encounters.is_empty() {
            return Ok(0);
        }
        let events: Vec<_> = batch.encounters.iter().map(|e| self.log.event(action, 1).of(e.subject, e.id)).collect();
        self.log.record(events)?;
        loop {
            let error = match store(&mut self.writer, &batch.encounters) {
                Ok(stored) => {
                    self.told.counts.repeated += batch.encounters.len() - stored;
                    return Ok(stored);
                }
                Err(error) => error,
            };
            let Some((first, why)) = batch.take_refused(&error) else { return Err(error.into()) };
            self.told.refuse_all(&first, &why)?;
        }
    }
}

/// Encounters to store in one step, and the first line of each.
#[derive(Default)]
struct Batch {
    encounters: Vec<Encounter>,
    firsts: Vec<Entry>,
}

impl Batch {
    fn add(&mut self, encounter: Encounter, first: &Entry) {
        self.encounters.push(encounter);
        self.firsts.push(first.clone());
    }

    /// Takes out the encounter that an error is about, if it is about one: its first line, and what is wrong with it.
    fn take_refused(&mut self, error: &GalleryError) -> Option<(Entry, String)> {
        let (id, why) = match error {
            GalleryError::Deleted { id } => {
                (id, "it was deleted, and enrolling does not bring it back: name it anew".into())
            }
            GalleryError::Encounter { id, why, .. } => (id, why.clone()),
            _ => return None,
        };
        let place = self.encounters.iter().position(|e| e.id == *id)?;
        self.encounters.remove(place);
        Some((self.firsts.remove(place), why))
    }
}

/// An encounter of the gallery with what the manifest has of it now; none where nothing is another.
fn renewed(old: &Encounter, new: Encounter, first: &Entry) -> Option<Encounter> {
    let captured = |finger: &Finger| matches!(finger, Finger::Captured(_));
    let missing = |finger: &&Finger| match finger {
        Finger::Captured(_) => false,
        Finger::Missing { position, .. } => new.templates().all(|t| t.position() != *position),
    };
    let kept: Vec<Finger> = old.fingers.iter().filter(missing).cloned().collect();
    let same = kept.len() + new.fingers.len() == old.fingers.len()
        && new.fingers.iter().eq(old.fingers.iter().filter(|f| captured(f)));
    let renewed = Encounter {
        captured_at: first.captured_at.unwrap_or(old.captured_at),
        station: first.station.unwrap_or(old.station),
        operator: first.operator.unwrap_or(old.operator),
        tags: old.tags,
        blob: old.blob.clone(),
        fingers: new.fingers.into_iter().chain(kept).collect(),
        ..new
    };
    let codes = |e: &Encounter| (e.captured_at, e.station, e.operator);
    (!same || codes(&renewed) != codes(old)).then_some(renewed)
}
