//! What galleries promise each other: merges, backups, exports.

#[path = "../src/gallery/made_up.rs"]
#[allow(dead_code)]
mod made_up;

use made_up::{encounter, encounters, id, scratch};
use std::fs;
use std::path::Path;
use vantay::ErrorKind;
use vantay::gallery::{
    Clashes, Encounter, GalleryError, Key, Options, Scrub, Snapshot, SubjectId, Writer, backup, export, restore, verify,
};

/// All encounters, by id.
fn content(dir: &Path) -> Vec<Encounter> {
    let snapshot = Snapshot::open(dir).unwrap();
    let mut all: Vec<Encounter> = (0..snapshot.encounter_count()).map(|i| snapshot.encounter(i).unwrap()).collect();
    all.sort_by_key(|e| e.id);
    all
}

fn sorted(mut all: Vec<Encounter>) -> Vec<Encounter> {
    all.sort_by_key(|e| e.id);
    all
}

/// An encounter of a subject of its own.
fn of(subject: u64, number: u64) -> Encounter {
    Encounter { subject: SubjectId(subject), ..encounter(number, 2) }
}

fn gallery_of(dir: &Path) -> [u8; 16] {
    Snapshot::open(dir).unwrap().info().gallery
}

#[test]
fn stations_are_merged_into_a_province_and_provinces_into_the_nation_and_each_record_tells_where_it_came_from() {
    let scratch = scratch();
    let [one, two, province, nation] = ["one", "two", "province", "nation"].map(|n| scratch.path().join(n));
    // Some in segments, some in logs.
    let mut writer = Writer::create(&one).unwrap();
    writer.append(&encounters(0..300, 10)).unwrap();
    writer.append(&encounters(300..310, 10)).unwrap();
    writer.delete_encounter(id(5)).unwrap();
    let mut writer = Writer::create(&two).unwrap();
    writer.append(&encounters(1000..1010, 2)).unwrap();
    let mut writer = Writer::create(&province).unwrap();
    assert_eq!(writer.merge(&one, Clashes::LeaveOut).unwrap().inserted, 309);
    assert_eq!(writer.merge(&two, Clashes::LeaveOut).unwrap().inserted, 10);
    let mut writer = Writer::create(&nation).unwrap();
    let merged = writer.merge(&province, Clashes::LeaveOut).unwrap();
    assert_eq!((merged.inserted, merged.subject_clashes.len(), merged.encounter_clashes.len()), (319, 0, 0));
    let again = writer.merge(&province, Clashes::LeaveOut).unwrap();
    assert_eq!((again.inserted, again.updated, again.kept), (0, 0, 319));
    let expected = encounters(0..310, 10).into_iter().filter(|e| e.id != id(5)).chain(encounters(1000..1010, 2));
    assert_eq!(content(&nation), sorted(expected.collect()));
    let snapshot = Snapshot::open(&nation).unwrap();
    for (number, gallery) in [(3, &one), (305, &one), (1004, &two)] {
        let index = snapshot.by_encounter(id(number)).unwrap().unwrap();
        assert_eq!(snapshot.provenance(index).unwrap().1, gallery_of(gallery));
    }
    verify(&nation).unwrap();
}

#[test]
fn an_older_copy_never_brings_a_deleted_person_back() {
    let scratch = scratch();
    let [station, old, nation] = ["station", "old", "nation"].map(|n| scratch.path().join(n));
    let mut writer = Writer::create(&station).unwrap();
    writer.append(&encounters(0..6, 2)).unwrap();
    // A copy of the station as it was, and the nation as it is.
    let key = Key::random();
    backup(&station, scratch.path().join("copy"), &key).unwrap();
    restore(scratch.path().join("copy"), &old, &key).unwrap();
    let mut nation_writer = Writer::create(&nation).unwrap();
    nation_writer.merge(&station, Clashes::LeaveOut).unwrap();

    // Deleted at the station: the next merge deletes it in the nation, whatever copies come afterwards.
    writer.delete_encounter(id(0)).unwrap();
    writer.delete_subject(encounter(2, 2).subject).unwrap();
    let merged = nation_writer.merge(&station, Clashes::LeaveOut).unwrap();
    assert_eq!(merged.deleted, 3, "one encounter, and the subject of numbers 2 and 3");
    let merged = nation_writer.merge(&old, Clashes::LeaveOut).unwrap();
    assert_eq!((merged.inserted, merged.dead), (0, 3));

    // Deleted in the nation: neither the station's copy nor the old one comes back, compacted or not.
    nation_writer.delete_subject(encounter(4, 2).subject).unwrap();
    for compact in [false, true] {
        if compact {
            nation_writer.compact().unwrap();
        }
        for copy in [&station, &old] {
            assert_eq!(nation_writer.merge(copy, Clashes::Take).unwrap().inserted, 0);
        }
        assert_eq!(content(&nation), sorted(vec![encounter(1, 2)]));
    }

    // A new capture after the deletion is another matter.
    writer.append(&[Encounter { subject: encounter(4, 2).subject, ..encounter(50, 2) }]).unwrap();
    assert_eq!(nation_writer.merge(&station, Clashes::LeaveOut).unwrap().inserted, 1);
}

#[test]
fn a_subject_number_of_two_galleries_is_told_and_left_out_unless_asked_for() {
    let scratch = scratch();
    let [one, two] = ["one", "two"].map(|n| scratch.path().join(n));
    let mut writer = Writer::create(&one).unwrap();
    writer.append(&[of(7, 1), of(8, 2)]).unwrap();
    Writer::create(&two).unwrap().append(&[of(7, 11), of(9, 12)]).unwrap();
    let merged = writer.merge(&two, Clashes::LeaveOut).unwrap();
    assert_eq!(merged.inserted, 1);
    let [clash] = merged.subject_clashes.as_slice() else { panic!("{merged:?}") };
    assert_eq!((clash.subject, clash.here, clash.there), (SubjectId(7), gallery_of(&one), gallery_of(&two)));
    assert_eq!(content(&one), sorted(vec![of(7, 1), of(8, 2), of(9, 12)]));
    let merged = writer.merge(&two, Clashes::Take).unwrap();
    assert_eq!((merged.inserted, merged.subject_clashes.len()), (1, 1));
    assert_eq!(content(&one).len(), 4);
}

#[test]
fn of_two_copies_the_later_counts_and_another_persons_encounter_of_the_same_id_is_told() {
    let scratch = scratch();
    let [one, two, other] = ["one", "two", "other"].map(|n| scratch.path().join(n));
    let mut here = Writer::create(&one).unwrap();
    here.append(&[of(1, 1), of(2, 2)]).unwrap();
    let mut there = Writer::create(&two).unwrap();
    there.merge(&one, Clashes::LeaveOut).unwrap();
    let later = Encounter { station: 77, ..of(1, 1) };
    there.update(std::slice::from_ref(&later)).unwrap();
    here.update(&[Encounter { station: 78, ..of(2, 2) }]).unwrap();
    let merged = here.merge(&two, Clashes::LeaveOut).unwrap();
    assert_eq!((merged.updated, merged.kept, merged.subject_clashes.len()), (1, 1, 0));
    assert_eq!(content(&one), sorted(vec![later.clone(), Encounter { station: 78, ..of(2, 2) }]));

    Writer::create(&other).unwrap().append(&[of(3, 1)]).unwrap();
    let merged = here.merge(&other, Clashes::Take).unwrap();
    assert_eq!((merged.updated, merged.encounter_clashes), (0, vec![id(1)]));
    assert!(content(&one).contains(&later), "the one that was here stays");
}

#[test]
fn a_damaged_gallery_is_not_merged() {
    let scratch = scratch();
    let [one, two] = ["one", "two"].map(|n| scratch.path().join(n));
    let mut writer = Writer::create(&one).unwrap();
    writer.append(&encounters(0..4, 2)).unwrap();
    writer.compact().unwrap();
    let segment =
        fs::read_dir(&one).unwrap().map(|e| e.unwrap().path()).find(|p| p.extension().is_some_and(|e| e == "segment"));
    let mut bytes = fs::read(segment.as_ref().unwrap()).unwrap();
    bytes[64 + 60] ^= 1;
    fs::write(segment.unwrap(), bytes).unwrap();
    let error = Writer::create(&two).unwrap().merge(&one, Clashes::LeaveOut).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Damaged, "{error}");
    assert_eq!(content(&two), []);
}

#[test]
fn a_backup_brings_everything_back_but_what_was_deleted() {
    let scratch = scratch();
    let [dir, back] = ["gallery", "back"].map(|n| scratch.path().join(n));
    let (file, key) = (scratch.path().join("file"), Key::random());
    let mut writer = Writer::create_with(&dir, Options::default().background(false).log_limit(3000)).unwrap();
    writer.append(&encounters(0..40, 2)).unwrap();
    writer.append(&encounters(40..43, 1)).unwrap();
    for gone in [3, 41] {
        writer.delete_encounter(id(gone)).unwrap();
    }
    let snapshot = Snapshot::open(&dir).unwrap();
    let info = backup(&dir, &file, &key).unwrap();
    assert_eq!(info.encounters, 41);
    // Online: the writer has gone on meanwhile, and the file has what was there.
    writer.append(&encounters(43..50, 1)).unwrap();
    let report = restore(&file, &back, &key).unwrap();
    assert_eq!((report.info.encounters, report.info.removed, report.info.gallery), (41, 0, info.gallery));
    let there: Vec<_> = (0..snapshot.encounter_count()).map(|i| snapshot.encounter(i).unwrap()).collect();
    assert_eq!(content(&back), sorted(there));
    // It goes on as the gallery that it is: what was deleted is still known as deleted.
    let mut writer = Writer::open(&back).unwrap();
    assert!(matches!(writer.append(&[encounter(3, 2)]), Err(GalleryError::Deleted { .. })));
    writer.append(&encounters(50..52, 1)).unwrap();
    verify(&back).unwrap();
}

#[test]
fn a_backup_tells_nothing_without_its_key_and_nothing_comes_back_from_a_changed_one() {
    let scratch = scratch();
    let [dir, back] = ["gallery", "back"].map(|n| scratch.path().join(n));
    let (file, key) = (scratch.path().join("file"), Key::random());
    let mut writer = Writer::create(&dir).unwrap();
    let blob = b"a reference that is easy to find".to_vec();
    let all: Vec<_> = (0..60).map(|n| Encounter { blob: blob.clone(), ..encounter(n, 10) }).collect();
    writer.append(&all).unwrap();
    backup(&dir, &file, &key).unwrap();
    assert!(matches!(backup(&dir, &file, &key), Err(GalleryError::Io { .. })), "a backup is never overwritten");
    let whole = fs::read(&file).unwrap();
    assert!(whole.len() > 3 * (64 << 10), "several chunks");
    assert!(!whole.windows(blob.len()).any(|w| w == blob));
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions()) & 0o777, 0o600);

    let refused = |bytes: &[u8], key: &Key| {
        fs::write(&file, bytes).unwrap();
        let error = restore(&file, &back, key).unwrap_err();
        assert!(matches!(error, GalleryError::Sealed { .. }), "{error}");
        assert!(error.to_string().contains("file: offset"), "{error}");
        let left: Vec<_> = fs::read_dir(&back).map_or(Vec::new(), |d| d.map(|e| e.unwrap().file_name()).collect());
        assert!(left.iter().all(|name| name == "LOCK"), "{left:?}");
    };
    refused(&whole, &Key::random());
    for at in [0, 20, 40, 70_000, whole.len() - 1] {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        refused(&changed, &key);
    }
    refused(&whole[..whole.len() - 1], &key);
    refused(&whole[..32 + 2 * ((64 << 10) + 16)], &key);
    fs::write(&file, &whole).unwrap();
    restore(&file, &back, &key).unwrap();
    assert_eq!(content(&back), sorted(all));
    assert!(matches!(restore(&file, &back, &key), Err(GalleryError::Exists { .. })));
}

#[test]
fn an_export_is_imported_as_the_same_encounters_encrypted_or_not() {
    let scratch = scratch();
    let dir = scratch.path().join("gallery");
    Writer::create(&dir).unwrap().append(&encounters(0..25, 4)).unwrap();
    let key = Key::random();
    for key in [None, Some(&key)] {
        let name = if key.is_some() { "sealed" } else { "plain" };
        let (file, other) = (scratch.path().join(name), scratch.path().join(name).with_extension("gallery"));
        assert_eq!(export(&Snapshot::open(&dir).unwrap(), &file, key).unwrap(), 25);
        let mut writer = Writer::create(&other).unwrap();
        if key.is_some() {
            assert!(matches!(writer.import(&file, None), Err(GalleryError::NoKey { .. })));
            assert!(matches!(writer.import(&file, Some(&Key::random())), Err(GalleryError::Sealed { .. })));
        }
        assert_eq!(writer.import(&file, key).unwrap().inserted, 25);
        assert_eq!(writer.import(&file, key).unwrap().repeated, 25);
        assert_eq!(content(&other), content(&dir));
    }
}

#[test]
fn another_systems_lines_are_imported_by_their_iso_records_and_a_wrong_line_is_named() {
    let scratch = scratch();
    let [dir, other] = ["gallery", "other"].map(|n| scratch.path().join(n));
    Writer::create(&dir).unwrap().append(&[encounter(0, 2)]).unwrap();
    let file = scratch.path().join("lines");
    export(&Snapshot::open(&dir).unwrap(), &file, None).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    // Without the native templates, as another system writes it.
    let native =
        |text: &str| text.find(",\"template\":\"").map(|at| (at, at + 13 + text[at + 13..].find('"').unwrap() + 1));
    let mut foreign = text.clone();
    while let Some((start, end)) = native(&foreign) {
        foreign.replace_range(start..end, "");
    }
    fs::write(&file, &foreign).unwrap();
    let mut writer = Writer::create(&other).unwrap();
    assert_eq!(writer.import(&file, None).unwrap().inserted, 1);
    let (was, is) = (encounter(0, 2), content(&other).remove(0));
    for (was, is) in was.templates().zip(is.templates()) {
        assert_eq!((was.minutiae().len(), was.position()), (is.minutiae().len(), is.position()));
        assert_eq!(is.extractor(), vantay::template::ExtractorVersion::FOREIGN);
    }
    for wrong in [
        "{",
        "[]",
        "{\"subject\":1}",
        "{\"subject\":1,\"encounter\":\"12\",\"fingers\":[]}",
        &foreign.replace("\"position\":1", "\"position\":11"),
        &foreign.replace("\"iso\":\"", "\"iso\":\"!"),
        &foreign.replace("\"iso\":\"Rk1S", "\"iso\":\"AAAA"),
    ] {
        fs::write(&file, format!("\n{wrong}\n")).unwrap();
        match writer.import(&file, None) {
            Err(GalleryError::Line { line: 2, .. }) => {}
            other => panic!("{wrong}: {other:?}"),
        }
    }
}

#[test]
fn a_scrub_in_the_background_finds_rot_in_what_searches_read_unchecked() {
    let scratch = scratch();
    let mut writer = Writer::create(scratch.path()).unwrap();
    writer.append(&encounters(0..30, 2)).unwrap();
    writer.compact().unwrap();
    let scrub = Scrub::start(scratch.path(), 100_000).unwrap();
    let round = (0..5000).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(2));
        scrub.rounds() > 0
    });
    assert!(round, "no round came to its end");
    assert!(scrub.take_damage().is_none());
    drop(scrub);
    let path = fs::read_dir(scratch.path()).unwrap().map(|e| e.unwrap().path());
    let path = path.into_iter().find(|p| p.extension().is_some_and(|e| e == "segment")).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    // The middle of the file is in the prepared blocks: they are by far the largest column.
    let middle = bytes.len() / 2;
    bytes[middle] ^= 16;
    fs::write(&path, bytes).unwrap();
    let scrub = Scrub::start(scratch.path(), 100_000).unwrap();
    let damage = (0..5000).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(2));
        scrub.take_damage()
    });
    assert_eq!(damage.expect("it was found").kind(), ErrorKind::Damaged);
}
