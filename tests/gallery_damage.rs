//! Damaged, cut, foreign and newer files: found, named, and never a panic.

#[path = "../src/gallery/made_up.rs"]
#[allow(dead_code)]
mod made_up;

use made_up::{encounters, id, make_every_kind, scratch};
use std::fs;
use std::path::Path;
use vantay::gallery::{GalleryError, Snapshot, SubjectId, Writer, verify};
use vantay::{Error, ErrorKind};

/// A small gallery with a file of every kind: two segments, one with a removal list, a log with all kinds of changes.
fn make(dir: &Path) {
    make_every_kind(dir);
    let kinds: Vec<String> = files(dir).into_iter().filter_map(|f| f.split('.').nth(1).map(str::to_string)).collect();
    for kind in ["segment", "removed", "log"] {
        assert!(kinds.iter().any(|k| k == kind), "no {kind} in {:?}", files(dir));
    }
}

fn files(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(dir).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name != "LOCK");
    names.sort();
    names
}

/// Everything that can be asked of a snapshot, whatever comes of it.
fn read_all(dir: &Path) {
    let Ok(snapshot) = Snapshot::open(dir) else { return };
    for i in 0..snapshot.encounter_count() {
        let (subject, id) = snapshot.encounter_key(i);
        let _ = (snapshot.encounter(i), snapshot.check(i), snapshot.by_subject(subject), snapshot.by_encounter(id));
        for k in snapshot.fingers_of(i).into_iter().flatten() {
            let _ = (snapshot.finger(k), snapshot.prepared(k));
        }
    }
    for k in 0..snapshot.finger_count() {
        let _ = (snapshot.finger(k), snapshot.prepared(k));
    }
    let _ = (snapshot.subject_count(), snapshot.by_encounter(id(2)), snapshot.by_subject(SubjectId(1001)));
}

#[test]
fn every_flipped_byte_is_found_by_verify_and_nothing_panics() {
    let dir = scratch();
    let dir = dir.path().join("gallery");
    make(&dir);
    assert_eq!(verify(&dir).unwrap().info.encounters, 10);
    for name in files(&dir) {
        let path = dir.join(&name);
        let whole = fs::read(&path).unwrap();
        for offset in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[offset] ^= 1 << (offset % 8) | 1;
            fs::write(&path, &damaged).unwrap();
            match verify(&dir) {
                Ok(_) => panic!("{name}: a flip at {offset} of {} was not found", whole.len()),
                Err(e) => assert!(matches!(e.kind(), ErrorKind::Damaged), "{name}, {offset}: {e}"),
            }
            read_all(&dir);
        }
        fs::write(&path, &whole).unwrap();
    }
    verify(&dir).unwrap();
}

#[test]
fn a_file_cut_at_any_length_is_found_on_opening() {
    let dir = scratch();
    let dir = dir.path().join("gallery");
    make(&dir);
    for name in files(&dir) {
        let path = dir.join(&name);
        let whole = fs::read(&path).unwrap();
        for length in (0..whole.len()).chain([whole.len() + 1]) {
            let mut cut = whole.clone();
            cut.resize(length, 0);
            fs::write(&path, &cut).unwrap();
            if name == "ACKNOWLEDGED" {
                // Without it all is there; only what a cut log has lost could not be told any more.
                assert!(length == 0 || verify(&dir).is_err(), "{length}");
                assert_eq!(Snapshot::open(&dir).unwrap().encounter_count(), 10);
            } else if length > whole.len() && name.ends_with(".log") {
                // A byte behind the last batch: nobody was told of it.
                assert_eq!(verify(&dir).unwrap().torn, 1);
            } else {
                let error = Snapshot::open(&dir).expect_err("a cut file was opened");
                assert!(matches!(error.kind(), ErrorKind::Damaged), "{name}, {length}: {error}");
                assert!(error.to_string().contains(&name), "{name}, {length}: {error}");
                assert!(verify(&dir).is_err() && Writer::open(&dir).is_err());
            }
        }
        fs::write(&path, &whole).unwrap();
    }
}

#[test]
fn a_missing_file_is_named() {
    let dir = scratch();
    let dir = dir.path().join("gallery");
    make(&dir);
    for name in files(&dir).into_iter().filter(|n| n.contains('.')) {
        let whole = fs::read(dir.join(&name)).unwrap();
        fs::remove_file(dir.join(&name)).unwrap();
        match Snapshot::open(&dir) {
            Err(GalleryError::Missing { path }) => assert!(path.ends_with(&name)),
            other => panic!("{name}: {other:?}"),
        }
        fs::write(dir.join(&name), whole).unwrap();
    }
}

#[test]
fn another_gallerys_files_are_refused() {
    let dir = scratch();
    let (one, other) = (dir.path().join("one"), dir.path().join("other"));
    make(&one);
    make(&other);
    for name in files(&one).into_iter().filter(|n| n.contains('.')) {
        let whole = fs::read(one.join(&name)).unwrap();
        fs::copy(other.join(&name), one.join(&name)).unwrap();
        let error = Snapshot::open(&one).expect_err("another gallery's file was taken");
        assert!(error.to_string().contains(&name) && error.kind() == ErrorKind::Damaged, "{error}");
        fs::write(one.join(&name), whole).unwrap();
    }
}

#[test]
fn a_file_of_a_newer_format_says_so() {
    let dir = scratch();
    let dir = dir.path().join("gallery");
    make(&dir);
    for name in files(&dir).into_iter().filter(|n| n != "ACKNOWLEDGED") {
        let whole = fs::read(dir.join(&name)).unwrap();
        let mut newer = whole.clone();
        newer[4] = 7;
        fs::write(dir.join(&name), newer).unwrap();
        let error = Snapshot::open(&dir).expect_err("a newer file was taken");
        assert!(matches!(error, GalleryError::Version { found: 7, .. }), "{name}: {error}");
        fs::write(dir.join(&name), whole).unwrap();
    }
}

#[test]
fn maliciously_long_files_are_refused_before_they_are_read() {
    let dir = scratch();
    let dir = dir.path().join("gallery");
    make(&dir);
    for name in files(&dir) {
        let path = dir.join(&name);
        let length = fs::metadata(&path).unwrap().len();
        // Sparse: it takes no room.
        fs::File::options().write(true).open(&path).unwrap().set_len(1 << 40).unwrap();
        if name == "ACKNOWLEDGED" {
            assert_eq!(Snapshot::open(&dir).unwrap().encounter_count(), 10);
            assert!(verify(&dir).is_err());
        } else {
            let error: Error = Snapshot::open(&dir).expect_err("a file of a terabyte was taken").into();
            assert!(error.to_string().contains(&name), "{error}");
        }
        fs::File::options().write(true).open(&path).unwrap().set_len(length).unwrap();
    }
    verify(&dir).unwrap();
}

#[test]
fn a_candidates_damage_is_found_by_its_own_check() {
    let dir = scratch();
    let mut writer = Writer::create(dir.path()).unwrap();
    writer.append(&encounters(0..3, 2)).unwrap();
    writer.compact().unwrap();
    let name = files(dir.path()).into_iter().find(|n| n.ends_with(".segment")).unwrap();
    let path = dir.path().join(name);
    let whole = fs::read(&path).unwrap();
    // The first record stands behind the header.
    for offset in [64, 64 + 40, 64 + 200] {
        let mut damaged = whole.clone();
        damaged[offset] ^= 4;
        fs::write(&path, damaged).unwrap();
        let snapshot = Snapshot::open(dir.path()).unwrap();
        assert!(snapshot.encounter(0).is_err() && snapshot.check(0).is_err());
        assert!(snapshot.encounter(1).is_ok() && snapshot.check(1).is_ok());
    }
}
