use super::population::{FingerRef, Key, Population};
use crate::Result;
use crate::gallery::Snapshot;

/// A gallery is searched where it lies: nothing of it is copied.
impl Population for Snapshot {
    fn record_count(&self) -> usize {
        self.encounter_count()
    }

    fn key(&self, record: usize) -> Key {
        let (subject, encounter) = self.encounter_key(record);
        Key { subject, encounter }
    }

    fn fingers(&self, record: usize) -> Result<Vec<FingerRef<'_>>> {
        let fingers = self.fingers_of(record)?;
        let view = |k| {
            let finger = self.finger(k)?;
            Ok(FingerRef { position: finger.position, extractor: finger.extractor, prepared: self.prepared(k)? })
        };
        fingers.map(view).collect()
    }

    fn tags(&self, record: usize) -> u16 {
        Snapshot::tags(self, record)
    }

    fn check(&self, record: usize) -> Result<()> {
        Ok(Snapshot::check(self, record)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::Score;
    use crate::gallery::{Encounter, EncounterId, Exception, Finger, SubjectId, Writer};
    use crate::search::{DedupOptions, IdentifyOptions, Record, TagFilter, Threshold, dedup, identify, quiet};
    use crate::template::{ExtractorVersion, FingerPosition, Minutia, MinutiaKind, Template};

    fn template(seed: u16, position: FingerPosition) -> Template {
        let minutia = |i: u16| Minutia {
            x: (i.wrapping_mul(7919) % 2399).wrapping_mul(seed) % 2400,
            y: 40 * i,
            direction: i.wrapping_mul(7321).wrapping_mul(seed),
            kind: MinutiaKind::Ending,
            quality: 50,
        };
        Template::new(320, 320, position, ExtractorVersion::CURRENT, 70, (0..40).map(minutia).collect()).unwrap()
    }

    #[test]
    fn a_gallery_is_searched_as_its_records_in_memory_are() {
        let missing = Finger::Missing { position: FingerPosition::LeftThumb, exception: Exception::Amputated };
        let encounters: Vec<Encounter> = (1..6u16)
            .map(|n| {
                let fingers = [FingerPosition::RightIndex, FingerPosition::LeftIndex];
                let mut fingers: Vec<Finger> = fingers.map(|p| Finger::Captured(template(n, p))).into();
                fingers.insert(1, missing.clone());
                Encounter::new(SubjectId(n.into()), EncounterId(n.into()), fingers)
            })
            .collect();
        let dir = tempfile::tempdir().unwrap();
        let mut writer = Writer::create(dir.path().join("gallery")).unwrap();
        writer.append(&encounters).unwrap();
        let snapshot = writer.snapshot().unwrap();

        assert_eq!(snapshot.record_count(), encounters.len());
        for record in 0..snapshot.record_count() {
            let key = snapshot.key(record);
            let wanted = Record::new(encounters.iter().find(|e| e.id == key.encounter).unwrap());
            assert_eq!(key, wanted.key);
            let found = snapshot.fingers(record).unwrap();
            assert_eq!(found.len(), wanted.fingers.len());
            for (found, wanted) in found.iter().zip(wanted.views()) {
                assert_eq!((found.position, found.extractor), (wanted.position, wanted.extractor));
                let mut matcher = crate::matching::Matcher::new();
                let itself = matcher.compare(wanted.prepared, wanted.prepared);
                assert_eq!(matcher.compare(found.prepared, wanted.prepared), itself);
            }
        }
    }

    fn gallery(dir: &std::path::Path) -> Writer {
        let encounter = |n: u16| {
            let fingers = vec![Finger::Captured(template(n, FingerPosition::RightIndex))];
            Encounter { tags: 1 << n, ..Encounter::new(SubjectId(n.into()), EncounterId(n.into()), fingers) }
        };
        let mut writer = Writer::create(dir).unwrap();
        writer.append(&(1..6).map(encounter).collect::<Vec<_>>()).unwrap();
        writer
    }

    fn search(snapshot: &Snapshot, tags: TagFilter) -> Result<Vec<u64>> {
        let probe = Record::probe([&template(3, FingerPosition::RightIndex)]);
        let options = IdentifyOptions { threshold: Threshold::Fixed(Score::from_db(60.0)), tags, ..Default::default() };
        Ok(identify(&probe, snapshot, &options, &quiet)?.iter().map(|c| c.key.subject.0).collect())
    }

    #[test]
    fn only_records_that_the_tags_admit_are_searched() {
        let dir = tempfile::tempdir().unwrap();
        let snapshot = gallery(dir.path()).snapshot().unwrap();
        for (all, none, expected) in
            [(0, 0, vec![3]), (8, 0, vec![3]), (8, 4, vec![3]), (4, 0, vec![]), (0, 8, vec![]), (12, 0, vec![])]
        {
            assert_eq!(search(&snapshot, TagFilter { all, none }).unwrap(), expected, "all {all}, none {none}");
        }
        assert_eq!(TagFilter { all: 8, none: 0 }.count(&snapshot), 1);
        assert_eq!(TagFilter { all: 0, none: 8 }.count(&snapshot), 4);
    }

    #[test]
    fn a_damaged_record_is_never_told_as_a_candidate_or_a_duplicate() {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = gallery(dir.path());
        let fingers = vec![Finger::Captured(template(3, FingerPosition::RightIndex))];
        writer.append(&[Encounter::new(SubjectId(33), EncounterId(33), fingers)]).unwrap();
        writer.compact().unwrap();
        let name = |name: &std::ffi::OsStr| name.to_string_lossy().ends_with(".segment");
        let path = std::fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap()).find(|e| name(&e.file_name())).unwrap();
        let mut bytes = std::fs::read(path.path()).unwrap();
        // Where the third record's time of capture stands: nothing that the matcher reads.
        let id =
            bytes.windows(24).position(|w| w == [[3, 0, 0, 0, 0, 0, 0, 0].as_slice(), &3u128.to_le_bytes()].concat());
        bytes[id.unwrap() + 24] ^= 1;
        std::fs::write(path.path(), bytes).unwrap();
        let snapshot = Snapshot::open(dir.path()).unwrap();
        let damaged = |e: crate::Error| assert_eq!(e.kind(), crate::ErrorKind::Damaged, "{e}");
        damaged(search(&snapshot, TagFilter::default()).unwrap_err());
        let options = DedupOptions { threshold: Threshold::Fixed(Score::from_db(60.0)), ..Default::default() };
        damaged(dedup(&snapshot, &options, &quiet).unwrap_err());
    }
}
