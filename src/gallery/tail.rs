//! What the log leaves: the encounters that are in no segment yet, and what it takes from the segments.

use super::entry::{Deleted, Entry, Tombstone};
use super::log::Operation;
use super::{EncounterId, SubjectId};
use std::collections::{BTreeMap, HashMap};

/// The log's changes, applied in order.
#[derive(Debug, Default)]
pub(super) struct Tail {
    /// In order of arrival; `None` where updated or deleted since.
    entries: Vec<Option<Entry>>,
    by_id: HashMap<EncounterId, usize>,
    by_subject: HashMap<SubjectId, Vec<usize>>,
    /// What is deleted up to which version.
    tombstones: BTreeMap<Deleted, u64>,
    /// Updates and deletes.
    pub removals: usize,
    /// The highest version.
    pub clock: u64,
}

impl Tail {
    pub fn apply(&mut self, operation: Operation) {
        match operation {
            Operation::Insert(entry) => self.put(entry),
            Operation::Update(entry) => {
                self.removals += 1;
                self.put(entry);
            }
            Operation::Delete(tombstone) => {
                self.removals += 1;
                self.clock = self.clock.max(tombstone.version);
                let slots = match tombstone.of {
                    Deleted::Encounter(id) => self.by_id.get(&id).copied().into_iter().collect(),
                    Deleted::Subject(subject) => self.by_subject.get(&subject).cloned().unwrap_or_default(),
                };
                for slot in slots {
                    self.take(slot, tombstone.version);
                }
                let version = self.tombstones.entry(tombstone.of).or_default();
                *version = tombstone.version.max(*version);
            }
        }
    }

    fn put(&mut self, entry: Entry) {
        self.clock = self.clock.max(entry.record().version());
        if let Some(&slot) = self.by_id.get(&entry.id()) {
            self.take(slot, u64::MAX);
        }
        let slot = self.entries.len();
        self.by_id.insert(entry.id(), slot);
        self.by_subject.entry(entry.subject()).or_default().push(slot);
        self.entries.push(Some(entry));
    }

    /// Takes an entry out if its version is not above `version`.
    fn take(&mut self, slot: usize, version: u64) {
        let Some(entry) = self.entries.get_mut(slot).and_then(|e| e.take_if(|e| e.record().version() <= version))
        else {
            return;
        };
        self.by_id.remove(&entry.id());
        if let Some(slots) = self.by_subject.get_mut(&entry.subject()) {
            slots.retain(|&s| s != slot);
        }
    }

    pub fn find(&self, id: EncounterId) -> Option<&Entry> {
        self.entries.get(*self.by_id.get(&id)?)?.as_ref()
    }

    pub fn encounters_of(&self, subject: SubjectId) -> Vec<EncounterId> {
        let slots = self.by_subject.get(&subject).into_iter().flatten();
        slots.filter_map(|&slot| self.entries.get(slot)?.as_ref()).map(Entry::id).collect()
    }

    /// The version up to which something was deleted, as far as the log knows.
    pub fn find_tombstone(&self, of: Deleted) -> Option<u64> {
        self.tombstones.get(&of).copied()
    }

    /// The encounters that are left, in order of arrival.
    pub fn entries(&self) -> Vec<&Entry> {
        self.entries.iter().flatten().collect()
    }

    /// In their order.
    pub fn tombstones(&self) -> Vec<Tombstone> {
        let mut all: Vec<_> = self.tombstones.iter().map(|(&of, &version)| Tombstone { of, version }).collect();
        all.sort_unstable_by_key(Tombstone::encode);
        all
    }

    /// How many of the log's own encounters were updated or deleted since: their bytes are in the log.
    pub fn removed(&self) -> usize {
        self.entries.len() - self.by_id.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty() && self.tombstones.is_empty()
    }
}
