//! What a gallery promises in one process.

#[path = "../src/gallery/made_up.rs"]
#[allow(dead_code)]
mod made_up;

use made_up::{encounter, encounters, id, scratch};
use vantay::gallery::{Encounter, GalleryError, Options, Snapshot, SubjectId, Writer, verify};
use vantay::matching::Prepared;

fn check_all(dir: &std::path::Path, expected: &[Encounter]) {
    let snapshot = Snapshot::open(dir).unwrap();
    assert_eq!(snapshot.encounter_count(), expected.len());
    let mut fingers = 0;
    for (i, e) in expected.iter().enumerate() {
        assert_eq!(&snapshot.encounter(i).unwrap(), e);
        assert_eq!(snapshot.encounter_key(i), (e.subject, e.id));
        assert_eq!(snapshot.tags(i), e.tags);
        assert_eq!(snapshot.by_encounter(e.id).unwrap(), Some(i));
        assert!(snapshot.by_subject(e.subject).unwrap().contains(&i));
        let range = snapshot.fingers_of(i).unwrap();
        assert_eq!(range.start, fingers);
        for (k, template) in range.clone().zip(e.templates()) {
            let view = snapshot.finger(k).unwrap();
            assert_eq!((view.encounter, view.position), (i, template.position()));
            assert_eq!((view.quality, view.extractor), (template.quality(), template.extractor()));
            let prepared = Prepared::new(template);
            assert_eq!(format!("{:?}", snapshot.prepared(k).unwrap()), format!("{:?}", prepared.view()));
        }
        fingers = range.end;
    }
    assert_eq!(snapshot.finger_count(), fingers);
    let report = verify(dir).unwrap();
    assert_eq!((report.torn, report.strays.len()), (0, 0));
    assert_eq!(report.info.encounters as usize, expected.len());
}

#[test]
fn what_was_appended_is_read_back_by_another_opening() {
    let dir = scratch();
    let mut writer = Writer::create(dir.path()).unwrap();
    check_all(dir.path(), &[]);
    let all = encounters(0..20, 3);
    writer.append(&all[..5]).unwrap();
    check_all(dir.path(), &all[..5]);
    writer.append(&all[5..]).unwrap();
    check_all(dir.path(), &all);
    writer.close();
    check_all(dir.path(), &all);
    let mut writer = Writer::open(dir.path()).unwrap();
    writer.append(&[encounter(20, 10)]).unwrap();
    check_all(dir.path(), &encounters(0..20, 3).into_iter().chain([encounter(20, 10)]).collect::<Vec<_>>());
}

#[test]
fn many_at_once_and_few_at_a_time_give_the_same_gallery() {
    let all = encounters(0..700, 10);
    let dir = scratch();
    let mut writer = Writer::create(dir.path().join("bulk")).unwrap();
    writer.append(&all).unwrap();
    check_all(&dir.path().join("bulk"), &all);
    let mut writer = Writer::create(dir.path().join("few")).unwrap();
    for few in all.chunks(30) {
        writer.append(few).unwrap();
    }
    check_all(&dir.path().join("few"), &all);
    assert!(Snapshot::open(dir.path().join("few")).unwrap().info().files.len() > 2, "the log never became a segment");
}

#[test]
fn a_repeated_insert_is_no_second_record() {
    let dir = scratch();
    let mut writer = Writer::create(dir.path()).unwrap();
    let all = encounters(0..4, 2);
    assert_eq!(writer.append(&all[..3]).unwrap().inserted, 3);
    let again = writer.append(&all).unwrap();
    assert_eq!((again.inserted, again.repeated), (1, 3));
    let twice = [encounter(9, 1), encounter(9, 1)];
    let once = writer.append(&twice).unwrap();
    assert_eq!((once.inserted, once.repeated), (1, 1));
    assert_eq!(Snapshot::open(dir.path()).unwrap().encounter_count(), 5);
}

#[test]
fn an_id_with_other_content_is_refused_and_nothing_of_the_call_is_inserted() {
    let dir = scratch();
    let mut writer = Writer::create(dir.path()).unwrap();
    writer.append(&encounters(0..2, 2)).unwrap();
    let other = Encounter { station: 12345, ..encounter(1, 2) };
    let error = writer.append(&[encounter(2, 2), other]).unwrap_err();
    assert!(matches!(error, GalleryError::Conflict { id: i, .. } if i == id(1)), "{error}");
    let within = [encounter(3, 2), Encounter { operator: 7, ..encounter(3, 2) }];
    assert!(matches!(writer.append(&within), Err(GalleryError::Conflict { .. })));
    check_all(dir.path(), &encounters(0..2, 2));
}

#[test]
fn an_encounter_that_cannot_be_stored_is_named() {
    let dir = scratch();
    let mut writer = Writer::create(dir.path()).unwrap();
    let bare = Encounter::new(SubjectId(1), id(1), Vec::new());
    let error = writer.append(&[encounter(0, 1), bare]).unwrap_err();
    assert!(matches!(error, GalleryError::Encounter { index: 1, .. }), "{error}");
    let blob = Encounter { blob: vec![0; Encounter::MAX_BLOB + 1], ..encounter(2, 1) };
    assert!(matches!(writer.append(&[blob]), Err(GalleryError::Encounter { index: 0, .. })));
    check_all(dir.path(), &[]);
}

#[test]
fn a_snapshot_never_changes_under_its_holder() {
    let dir = scratch();
    let mut writer = Writer::create(dir.path()).unwrap();
    writer.append(&encounters(0..3, 2)).unwrap();
    let snapshot = Snapshot::open(dir.path()).unwrap();
    writer.append(&encounters(3..500, 10)).unwrap();
    writer.delete_subject(SubjectId(1000)).unwrap();
    writer.append(&encounters(500..1000, 10)).unwrap();
    assert_eq!(snapshot.encounter_count(), 3);
    for i in 0..3 {
        assert_eq!(snapshot.encounter(i).unwrap(), encounter(i as u64, 2));
    }
}

#[test]
fn a_second_writer_is_refused_and_a_closed_one_does_not_block() {
    let dir = scratch();
    let writer = Writer::create(dir.path()).unwrap();
    assert!(matches!(Writer::open(dir.path()), Err(GalleryError::Locked { .. })));
    writer.close();
    Writer::open(dir.path()).unwrap();
    assert!(matches!(Writer::create(dir.path()), Err(GalleryError::Exists { .. })));
}

#[test]
fn a_directory_without_a_gallery_says_so() {
    let dir = scratch();
    assert!(matches!(Snapshot::open(dir.path()), Err(GalleryError::NotAGallery { .. })));
    assert!(matches!(Writer::open(dir.path()), Err(GalleryError::NotAGallery { .. })));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "a refused opening leaves nothing behind");
}

#[test]
fn a_deleted_encounter_is_gone_and_a_repeated_insert_does_not_bring_it_back() {
    let dir = scratch();
    let mut writer = Writer::create(dir.path()).unwrap();
    // Some in a segment, some in the log.
    writer.append(&encounters(0..500, 10)).unwrap();
    writer.append(&encounters(500..504, 10)).unwrap();
    for gone in [3, 4, 250, 499, 501] {
        assert!(writer.delete_encounter(id(gone)).unwrap());
        assert!(!writer.delete_encounter(id(gone)).unwrap());
        assert!(matches!(writer.append(&[encounter(gone, 10)]), Err(GalleryError::Deleted { .. })));
    }
    assert!(writer.delete_subject(SubjectId(1050)).unwrap());
    let kept = |n: &u64| ![3, 4, 100, 101, 250, 499, 501].contains(n);
    let mut all: Vec<_> = (0..504).filter(kept).map(|n| encounter(n, 10)).collect();
    check_all(dir.path(), &all);
    // Into segments with all of it.
    writer.append(&encounters(600..1100, 10)).unwrap();
    all.extend(encounters(600..1100, 10));
    check_all(dir.path(), &all);
    assert!(matches!(writer.append(&[encounter(250, 10)]), Err(GalleryError::Deleted { .. })));
}

#[test]
fn an_updated_encounter_takes_the_place_of_the_old_one() {
    let dir = scratch();
    let mut writer = Writer::create(dir.path()).unwrap();
    writer.append(&encounters(0..4, 2)).unwrap();
    let new = Encounter { station: 99, ..encounter(1, 3) };
    writer.update(std::slice::from_ref(&new)).unwrap();
    check_all(dir.path(), &[encounter(0, 2), encounter(2, 2), encounter(3, 2), new.clone()]);
    assert_eq!(writer.append(std::slice::from_ref(&new)).unwrap().repeated, 1);
    writer.delete_encounter(id(1)).unwrap();
    writer.update(std::slice::from_ref(&new)).unwrap();
    check_all(dir.path(), &[encounter(0, 2), encounter(2, 2), encounter(3, 2), new]);
}

#[test]
fn compaction_leaves_no_byte_of_what_was_deleted() {
    let dir = scratch();
    let mut writer = Writer::create_with(dir.path(), Options::default().log_limit(20_000)).unwrap();
    let secret = |n: u64| format!("photo {n} of the deleted").into_bytes();
    for n in 0..40 {
        writer.append(&[Encounter { blob: secret(n), ..encounter(n, 2) }]).unwrap();
    }
    let gone = [0, 7, 20, 39];
    for n in gone {
        writer.delete_encounter(id(n)).unwrap();
    }
    let changed = Encounter { blob: b"new".to_vec(), ..encounter(12, 2) };
    writer.update(std::slice::from_ref(&changed)).unwrap();
    let bytes_of_all = || {
        let files = std::fs::read_dir(dir.path()).unwrap();
        files.flat_map(|f| std::fs::read(f.unwrap().path()).unwrap()).collect::<Vec<u8>>()
    };
    let holds = |all: &[u8], n: u64| {
        let template = encounter(n, 2).templates().next().unwrap().to_bytes();
        let text = secret(n);
        all.windows(template.len()).any(|w| w == template) || all.windows(text.len()).any(|w| w == text)
    };
    assert!(holds(&bytes_of_all(), 7));
    writer.compact().unwrap();
    let all = bytes_of_all();
    for n in gone {
        assert!(!holds(&all, n), "encounter {n} is still in the files");
    }
    assert!(!all.windows(22).any(|w| w == &secret(12)[..22]), "the old content of an updated encounter is still there");
    assert!(holds(&all, 8));
    let mut expected: Vec<_> = (0..40)
        .filter(|n| !gone.contains(n) && *n != 12)
        .map(|n| Encounter { blob: secret(n), ..encounter(n, 2) })
        .collect();
    expected.push(changed);
    check_all(dir.path(), &expected);
    assert_eq!(verify(dir.path()).unwrap().info.removed, 0);
    assert!(matches!(writer.append(&[encounter(7, 2)]), Err(GalleryError::Deleted { .. })));
}

#[test]
fn removed_encounters_leave_the_files_by_themselves_within_the_bound() {
    let dir = scratch();
    let options = Options::default().log_limit(50_000).removed_bound(5).background(false);
    let mut writer = Writer::create_with(dir.path(), options).unwrap();
    writer.append(&encounters(0..200, 2)).unwrap();
    for n in 0..60 {
        writer.delete_encounter(id(3 * n)).unwrap();
        let removed = verify(dir.path()).unwrap().info.removed;
        assert!(removed <= 6, "{removed} removed encounters are still there");
    }
    check_all(dir.path(), &(0..200).filter(|n| n % 3 != 0 || *n >= 180).map(|n| encounter(n, 2)).collect::<Vec<_>>());
}

#[test]
fn segments_are_merged_in_the_background_while_changes_go_on() {
    let dir = scratch();
    let mut writer = Writer::create_with(dir.path(), Options::default().log_limit(5_000).removed_bound(10)).unwrap();
    let mut expected = Vec::new();
    for n in 0..400 {
        writer.append(&[encounter(n, 2)]).unwrap();
        expected.push(n);
        if n % 5 == 4 {
            writer.delete_encounter(id(n / 2)).unwrap();
            expected.retain(|&e| e != n / 2);
        }
    }
    // However slow the other thread is: it comes to it in the end, or says why not.
    let files = || Snapshot::open(dir.path()).unwrap().info().files.len();
    for n in 400..5_000 {
        if files() < 60 {
            break;
        }
        writer.append(&[encounter(n, 2)]).unwrap();
        expected.push(n);
        std::thread::yield_now();
    }
    assert!(writer.take_trouble().is_none());
    assert!(files() < 60, "{} files: nothing was merged", files());
    drop(writer);
    check_all(dir.path(), &expected.iter().map(|&n| encounter(n, 2)).collect::<Vec<_>>());
}
