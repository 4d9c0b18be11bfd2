use super::state::{State, read_mark};
use super::storage::{Storage, disk};
use super::{GalleryError, Info, Snapshot, manifest};
use std::path::Path;
use std::sync::Arc;

/// What [`verify`] found in a gallery that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// What the gallery is made of.
    pub info: Info,
    /// Bytes at the log's end that belong to no change that was acknowledged: what a crash left. The next writer removes
    /// them.
    pub torn: u64,
    /// Files that no manifest names: what a crash left, or a reader on Windows kept from being removed. The next writer
    /// removes them. While a writer is at work, they may be its new ones.
    pub strays: Vec<String>,
}

/// Reads and checks every byte of a gallery: all checksums, all templates, every index. Takes as long as reading it takes.
///
/// # Errors
/// The first damage found, with file and offset.
pub fn verify(dir: impl AsRef<Path>) -> Result<Report, GalleryError> {
    verify_in(dir.as_ref(), &disk())
}

pub(super) fn verify_in(dir: &Path, storage: &Arc<dyn Storage>) -> Result<Report, GalleryError> {
    let state = State::load(dir, storage)?;
    read_mark(dir, storage)?;
    for part in &state.parts {
        part.segment.file().verify()?;
        if let Some(file) = part.removed.file() {
            file.verify()?;
        }
        part.segment.tombstones()?;
    }
    let snapshot = Snapshot::of(&state)?;
    for index in 0..snapshot.encounter_count() {
        check(&snapshot, index)?;
    }
    let keep = state.manifest.numbers();
    let names = storage.list(dir).map_err(GalleryError::io(dir))?;
    let stray = |name: &String| manifest::number(name).is_some_and(|n| !keep.contains(&n)) || name == manifest::NEXT;
    let strays = names.into_iter().filter(stray).collect();
    Ok(Report { info: snapshot.info().clone(), torn: state.log.torn, strays })
}

/// One encounter: its record, its fingers, and that both indexes find it.
fn check(snapshot: &Snapshot, index: usize) -> Result<(), GalleryError> {
    snapshot.check(index)?;
    let encounter = snapshot.encounter(index)?;
    let fingers = snapshot.fingers_of(index)?;
    let rows: Vec<_> = fingers.clone().map(|finger| snapshot.finger(finger)).collect::<Result<_, _>>()?;
    let agree = rows.len() == encounter.templates().count()
        && rows.iter().zip(encounter.templates()).all(|(row, template)| {
            (row.encounter, row.position, row.quality, row.extractor)
                == (index, template.position(), template.quality(), template.extractor())
        });
    if !agree {
        return Err(snapshot.contradiction(index, "its fingers' rows are not those of its templates"));
    }
    for finger in fingers {
        snapshot.prepared(finger)?;
    }
    let found = snapshot.by_encounter(encounter.id)? == Some(index)
        && snapshot.by_subject(encounter.subject)?.binary_search(&index).is_ok();
    if found { Ok(()) } else { Err(snapshot.contradiction(index, "an index does not lead to it")) }
}
