//! Lines of a manifest → encounters: one a line, or one for all lines of a subject that name the same encounter.

use super::fingers::{Fingers, relative};
use std::collections::HashMap;
use std::path::Path;
use vantay::gallery::{Encounter, EncounterId, Finger, SubjectId};
use vantay::manifest::Entry;

/// An encounter to be searched, and the lines that it was made of.
pub struct Listed {
    pub encounter: Encounter,
    /// Indices into the manifest's entries.
    pub entries: Vec<usize>,
}

/// The encounters of a manifest, in the order of their first usable line. Lines without a template are left out.
pub fn encounters(manifest: &Path, fingers: &Fingers) -> Vec<Listed> {
    let mut listed: Vec<Listed> = Vec::new();
    let mut places: HashMap<(SubjectId, EncounterId), usize> = HashMap::new();
    for (index, (entry, template)) in fingers.entries.iter().zip(&fingers.templates).enumerate() {
        let Some(template) = template else { continue };
        let (subject, id) = (SubjectId::from_text(&entry.subject), id(manifest, entry));
        let finger = Finger::Captured(template.clone());
        match places.get(&(subject, id)).and_then(|&place| listed.get_mut(place)) {
            Some(same) if same.encounter.fingers.len() < Encounter::MAX_FINGERS => {
                same.encounter.fingers.push(finger);
                same.entries.push(index);
            }
            _ => {
                places.insert((subject, id), listed.len());
                let encounter = Encounter::new(subject, id, vec![finger]);
                listed.push(Listed { encounter, entries: vec![index] });
            }
        }
    }
    listed
}

/// The id that the line tells, or one made of what it says: enrolling the same manifest again adds nothing.
pub fn id(manifest: &Path, entry: &Entry) -> EncounterId {
    match &entry.encounter {
        Some(encounter) => EncounterId::from_text(encounter),
        None => {
            let path = relative(manifest, &entry.path).to_string_lossy().replace('\\', "/");
            let finger = entry.finger.code();
            EncounterId::from_text(&format!("{}/{finger}/{}/{path}", entry.subject, entry.impression))
        }
    }
}
