//! Galleries that earlier versions wrote, kept for ever: every later version opens them. Their fingers are made up.

#[path = "../src/gallery/made_up.rs"]
#[allow(dead_code)]
mod made_up;

use made_up::{encounter, encounters, id, make_every_kind, scratch};
use std::fs;
use std::path::{Path, PathBuf};
use vantay::gallery::{Encounter, GalleryError, Snapshot, SubjectId, Writer, verify};

fn kept(version: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/galleries").join(version)
}

/// What it holds.
fn expected() -> Vec<Encounter> {
    let all = encounters(0..5, 2).into_iter().chain(encounters(5..12, 1)).chain([encounter(20, 2)]);
    all.filter(|e| e.id != id(1) && e.subject != SubjectId(1003)).collect()
}

/// Makes a gallery to be kept, when a format version is released: `VANTAY_KEEP=tests/data/galleries/N cargo test --test gallery_kept -- --ignored`.
#[test]
#[ignore = "makes a gallery to be kept; wants VANTAY_KEEP"]
fn keep() {
    let Ok(dir) = std::env::var("VANTAY_KEEP") else { return println!("skipped: VANTAY_KEEP names no directory") };
    make_every_kind(Path::new(&dir));
    fs::remove_file(Path::new(&dir).join("LOCK")).unwrap();
}

#[test]
fn a_gallery_of_each_format_version_opens_in_this_one() {
    for version in ["0"] {
        let scratch = scratch();
        for entry in fs::read_dir(kept(version)).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, scratch.path().join(path.file_name().unwrap())).unwrap();
        }
        let report = verify(scratch.path()).unwrap();
        assert_eq!(report.info.format.to_string(), version);
        let snapshot = Snapshot::open(scratch.path()).unwrap();
        assert_eq!(snapshot.encounter_count(), expected().len());
        for e in expected() {
            let index = snapshot.by_encounter(e.id).unwrap().unwrap();
            assert_eq!(snapshot.encounter(index).unwrap(), e);
            for finger in snapshot.fingers_of(index).unwrap() {
                snapshot.prepared(finger).unwrap();
            }
        }
        // And it is written to.
        let mut writer = Writer::open(scratch.path()).unwrap();
        assert!(matches!(writer.append(&[encounter(1, 2)]), Err(GalleryError::Deleted { .. })));
        let again = writer.append(&expected()).unwrap();
        assert_eq!((again.inserted, again.repeated), (0, expected().len()), "what an older version wrote is the same");
        writer.append(&[encounter(30, 2)]).unwrap();
        writer.compact().unwrap();
        assert_eq!(verify(scratch.path()).unwrap().info.encounters as usize, expected().len() + 1);
    }
}
