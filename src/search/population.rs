use crate::Result;
use crate::gallery::{Encounter, EncounterId, SubjectId};
use crate::matching::{Prepared, PreparedRef};
use crate::template::{ExtractorVersion, FingerPosition, Template};

/// Records that can be searched: a gallery's snapshot, or a list in memory (`[Record]`).
pub trait Population: Sync {
    /// How many records there are; they are numbered from 0.
    fn record_count(&self) -> usize;

    /// Whose record it is. `record` is below [`Population::record_count`].
    fn key(&self, record: usize) -> Key;

    /// The fingers of a record, as the matcher wants them; those that were not captured are left out.
    ///
    /// # Errors
    /// A stored finger that is damaged or of another version of the matcher.
    fn fingers(&self, record: usize) -> Result<Vec<FingerRef<'_>>>;

    /// The caller's sixteen bits of a record, for [`TagFilter`].
    fn tags(&self, record: usize) -> u16;

    /// Makes sure of a record before it is told to anyone: what lies in files is compared with its checksums.
    ///
    /// # Errors
    /// Damage.
    fn check(&self, _record: usize) -> Result<()> {
        Ok(())
    }
}

/// Which records are searched, by their tag bits. The default is all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TagFilter {
    /// Bits that a record must bear, all of them.
    pub all: u16,
    /// Bits that it must not bear, none of them.
    pub none: u16,
}

impl TagFilter {
    /// Whether a record of these tags is searched.
    pub fn admits(self, tags: u16) -> bool {
        tags & self.all == self.all && tags & self.none == 0
    }

    /// How many records of a population are searched: reads every key, unless all are.
    pub fn count<P: Population + ?Sized>(self, population: &P) -> usize {
        if self == TagFilter::default() {
            return population.record_count();
        }
        (0..population.record_count()).filter(|&record| self.admits(population.tags(record))).count()
    }
}

/// Whose record, and which of that person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The person.
    pub subject: SubjectId,
    /// The capture.
    pub encounter: EncounterId,
}

/// A finger that can be compared, borrowed from where it lies.
#[derive(Debug, Clone, Copy)]
pub struct FingerRef<'a> {
    /// Which finger.
    pub position: FingerPosition,
    /// Which extractor made its template.
    pub extractor: ExtractorVersion,
    /// What the matcher reads.
    pub prepared: PreparedRef<'a>,
}

/// A finger that can be compared, owned.
#[derive(Debug, Clone, PartialEq)]
pub struct PreparedFinger {
    /// Which finger.
    pub position: FingerPosition,
    /// Which extractor made its template.
    pub extractor: ExtractorVersion,
    /// What the matcher reads.
    pub prepared: Prepared,
}

/// One record in memory: a probe, or one of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Whose.
    pub key: Key,
    /// The caller's sixteen bits, for [`TagFilter`].
    pub tags: u16,
    /// In any order.
    pub fingers: Vec<PreparedFinger>,
}

impl PreparedFinger {
    /// Prepares a template.
    pub fn new(template: &Template) -> Self {
        PreparedFinger {
            position: template.position(),
            extractor: template.extractor(),
            prepared: Prepared::new(template),
        }
    }

    /// This finger, borrowed.
    pub fn view(&self) -> FingerRef<'_> {
        FingerRef { position: self.position, extractor: self.extractor, prepared: self.prepared.view() }
    }
}

impl Record {
    /// Prepares the captured fingers of an encounter.
    pub fn new(encounter: &Encounter) -> Self {
        let key = Key { subject: encounter.subject, encounter: encounter.id };
        Record { key, tags: encounter.tags, fingers: encounter.templates().map(PreparedFinger::new).collect() }
    }

    /// A probe of nobody known, from the fingers of one person.
    pub fn probe<'a>(templates: impl IntoIterator<Item = &'a Template>) -> Self {
        let key = Key { subject: SubjectId(0), encounter: EncounterId(0) };
        Record { key, tags: 0, fingers: templates.into_iter().map(PreparedFinger::new).collect() }
    }

    /// The fingers, borrowed.
    pub fn views(&self) -> Vec<FingerRef<'_>> {
        self.fingers.iter().map(PreparedFinger::view).collect()
    }
}

impl Population for [Record] {
    fn record_count(&self) -> usize {
        self.len()
    }

    fn key(&self, record: usize) -> Key {
        self[record].key
    }

    fn fingers(&self, record: usize) -> Result<Vec<FingerRef<'_>>> {
        Ok(self[record].views())
    }

    fn tags(&self, record: usize) -> u16 {
        self[record].tags
    }
}
