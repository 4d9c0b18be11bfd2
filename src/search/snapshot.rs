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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gallery::{Encounter, EncounterId, Exception, Finger, SubjectId, Writer};
    use crate::search::Record;
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
}
