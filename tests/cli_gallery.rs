//! The commands that keep galleries, on made-up templates.

#[path = "../src/gallery/made_up.rs"]
#[allow(dead_code)]
mod made_up;

use made_up::{encounter, encounters, id, scratch};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use vantay::gallery::{Encounter, EncounterId, Finger, Snapshot, SubjectId, Writer};
use vantay::template::{ExtractorVersion, Template};

/// Standard output of a command that ends with a code; panics where it ends with another one.
fn vantay(folder: &Path, code: i32, arguments: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vantay"));
    let Output { status, stdout, stderr } =
        command.args(arguments.split(' ')).current_dir(folder).output().expect("the command starts");
    let (out, err) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert_eq!(status.code(), Some(code), "vantay {arguments}\n{out}{err}");
    out.into_owned()
}

fn count(folder: &Path, gallery: &str) -> usize {
    Snapshot::open(folder.join(gallery)).unwrap().encounter_count()
}

/// A gallery of ten encounters and a key.
fn make(folder: &Path) {
    Writer::create(folder.join("gallery")).unwrap().append(&encounters(0..10, 2)).unwrap();
    fs::write(folder.join("key"), format!("{}\n", "5a".repeat(32))).unwrap();
}

#[test]
fn a_gallery_is_backed_up_and_restored_exported_and_imported_by_commands() {
    let scratch = scratch();
    let folder = scratch.path();
    make(folder);
    vantay(folder, 0, "backup gallery --out backup --key key");
    vantay(folder, 5, "backup gallery --out backup --key key");
    let told = vantay(folder, 0, "restore backup --gallery back --key key --json");
    assert_eq!(told.trim(), "{\"encounters\":10,\"fingers\":19}");
    assert_eq!(count(folder, "back"), 10);
    fs::write(folder.join("other"), "00".repeat(32)).unwrap();
    vantay(folder, 4, "restore backup --gallery third --key other");
    fs::write(folder.join("short"), "00").unwrap();
    vantay(folder, 2, "restore backup --gallery third --key short");

    vantay(folder, 2, "export gallery --out lines");
    vantay(folder, 0, "export gallery --out lines --plain");
    vantay(folder, 0, "export gallery --out sealed --key key");
    vantay(folder, 0, "import lines --gallery in");
    vantay(folder, 2, "import sealed --gallery in");
    let told = vantay(folder, 0, "import sealed --gallery in --key key --json");
    assert_eq!(told.trim(), "{\"inserted\":0,\"repeated\":10}");
    assert_eq!(fs::read_to_string(folder.join("lines")).unwrap().lines().count(), 10);
}

#[test]
fn a_deleted_person_is_gone_after_compaction_and_a_merge_does_not_bring_them_back() {
    let scratch = scratch();
    let folder = scratch.path();
    make(folder);
    vantay(folder, 0, "merge gallery --into nation");
    assert_eq!(count(folder, "nation"), 10);
    let subject = encounter(4, 2).subject;
    vantay(folder, 0, &format!("delete --gallery nation --subject {subject}"));
    vantay(folder, 0, &format!("delete --gallery nation --encounter {}", id(0)));
    vantay(folder, 2, "delete --gallery nation --encounter 12");
    vantay(folder, 2, "delete --gallery nation");
    vantay(folder, 0, "merge gallery --into nation");
    assert_eq!(count(folder, "nation"), 7);
    assert!(vantay(folder, 0, "verify nation --json").contains("\"removed\":3"));
    vantay(folder, 0, "compact nation");
    assert!(vantay(folder, 0, "verify nation --json").contains("\"removed\":0"));
    let bytes: Vec<u8> =
        fs::read_dir(folder.join("nation")).unwrap().flat_map(|e| fs::read(e.unwrap().path()).unwrap()).collect();
    let Finger::Captured(template) = &encounter(4, 2).fingers[0] else { panic!("it was captured") };
    let (kept, gone) = (encounter(6, 2), template.to_bytes());
    let has = |wanted: &[u8]| bytes.windows(wanted.len()).any(|w| w == wanted);
    assert!(!has(&gone), "the bytes of a deleted finger are still in a file");
    assert!(has(&kept.templates().next().unwrap().to_bytes()));
    vantay(folder, 2, "verify key");
}

#[test]
fn what_was_asked_is_recorded_and_a_changed_record_is_found() {
    let scratch = scratch();
    let folder = scratch.path();
    make(folder);
    let template = encounter(4, 2).templates().next().unwrap().to_bytes();
    fs::write(folder.join("probe.vtyt"), template).unwrap();
    fs::write(folder.join("one.jsonl"), "{\"subject\":\"77\",\"finger\":1,\"path\":\"probe.vtyt\"}\n").unwrap();
    let audit = "--audit audit --audit-operator 42";
    let found = vantay(folder, 0, &format!("identify probe.vtyt --gallery gallery --threshold 60 --json {audit}"));
    assert!(found.contains(&format!("\"subject\":{}", encounter(4, 2).subject)), "{found}");
    vantay(folder, 0, &format!("enroll one.jsonl --gallery gallery {audit}"));
    vantay(folder, 0, &format!("delete --gallery gallery --subject 77 {audit}"));
    vantay(folder, 0, &format!("dedup --gallery gallery --threshold 60 {audit}"));
    let heads = vantay(folder, 0, "audit audit");
    assert_eq!(heads.lines().count(), 4, "a chain each run: {heads}");
    fs::write(folder.join("heads"), &heads).unwrap();
    vantay(folder, 0, "audit audit --heads heads");

    let mut chains: Vec<PathBuf> = fs::read_dir(folder.join("audit")).unwrap().map(|e| e.unwrap().path()).collect();
    chains.sort();
    let all: String = chains.iter().map(|c| fs::read_to_string(c).unwrap()).collect();
    for wanted in ["identify", "candidate", "enroll", "delete-subject", "dedup"] {
        assert!(all.contains(&format!("\"operator\":42,\"action\":\"{wanted}\"")), "{wanted} in {all}");
    }
    assert!(all.contains("\"subject\":77"));
    // Of an import each encounter is recorded.
    vantay(folder, 0, "export gallery --out lines --plain");
    vantay(folder, 0, "import lines --gallery in --audit imported");
    let imported = fs::read_dir(folder.join("imported")).unwrap().next().unwrap().unwrap().path();
    let imported = fs::read_to_string(imported).unwrap();
    for e in encounters(0..10, 2) {
        let entry = format!("\"subject\":{},\"encounter\":\"{}\",\"count\":1}}", e.subject, e.id);
        assert!(imported.lines().any(|l| l.contains("\"import\"") && l.ends_with(&entry)), "{entry} in {imported}");
    }

    let first = fs::read_to_string(&chains[0]).unwrap();
    fs::write(&chains[0], first.replace("\"operator\":42", "\"operator\":43")).unwrap();
    vantay(folder, 4, "audit audit");
    // Cut to its first entry it holds by itself, but not against the head that was kept.
    fs::write(&chains[0], first.split_inclusive('\n').next().unwrap()).unwrap();
    vantay(folder, 0, "audit audit");
    vantay(folder, 4, "audit audit --heads heads");
}

#[test]
fn a_gallery_of_an_older_extractor_is_extracted_again_and_searched_meanwhile() {
    let scratch = scratch();
    let folder = scratch.path();
    let by = |extractor: ExtractorVersion, t: &Template| {
        let (width, height) = (usize::from(t.width()), usize::from(t.height()));
        Template::new(width, height, t.position(), extractor, t.quality(), t.minutiae().to_vec()).unwrap()
    };
    let mut lines = String::new();
    let mut all = Vec::new();
    for n in [10, 11, 12] {
        let new = encounter(n, 1);
        let template = new.templates().next().unwrap();
        fs::write(folder.join(format!("{n}.vtyt")), by(ExtractorVersion::CURRENT, template).to_bytes()).unwrap();
        lines += &format!("{{\"subject\":\"{n}\",\"encounter\":\"e{n}\",\"finger\":1,\"path\":\"{n}.vtyt\"}}\n");
        let fingers = vec![Finger::Captured(by(ExtractorVersion(700), template))];
        all.push(Encounter { subject: SubjectId(n), id: EncounterId::from_text(&format!("e{n}")), fingers, ..new });
    }
    Writer::create(folder.join("gallery")).unwrap().append(&all).unwrap();
    fs::write(folder.join("two.jsonl"), lines.lines().take(2).collect::<Vec<_>>().join("\n")).unwrap();
    fs::write(folder.join("all.jsonl"), &lines).unwrap();

    vantay(folder, 3, "identify 12.vtyt --gallery gallery --threshold 60");
    let told = vantay(folder, 0, "reextract two.jsonl --gallery gallery --json");
    assert!(told.contains("\"updated\":2") && told.contains("\"left\":1"), "{told}");
    // Both extractors' templates are in it now.
    vantay(folder, 3, "identify 12.vtyt --gallery gallery --threshold 60");
    let across = "--gallery gallery --threshold 60 --across-extractors --json";
    for n in [10, 12] {
        assert!(vantay(folder, 0, &format!("identify {n}.vtyt {across}")).contains(&format!("\"subject\":{n}")));
    }
    let told = vantay(folder, 0, "reextract all.jsonl --gallery gallery --json");
    assert!(told.contains("\"updated\":1,\"current\":2") && told.contains("\"left\":0"), "{told}");
    vantay(folder, 0, "identify 12.vtyt --gallery gallery --threshold 60");
    let snapshot = Snapshot::open(folder.join("gallery")).unwrap();
    for was in &all {
        let is = snapshot.encounter(snapshot.by_encounter(was.id).unwrap().unwrap()).unwrap();
        assert_eq!(
            (is.subject, is.tags, &is.blob, is.captured_at),
            (was.subject, was.tags, &was.blob, was.captured_at)
        );
        assert!(is.templates().all(|t| t.extractor() == ExtractorVersion::CURRENT));
    }
}
