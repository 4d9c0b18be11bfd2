//! The commands that keep galleries, on made-up templates.

#[path = "../src/gallery/made_up.rs"]
#[allow(dead_code)]
mod made_up;

use made_up::{encounter, encounters, id, scratch};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use vantay::gallery::{Encounter, EncounterId, Exception, Finger, Snapshot, SubjectId, Writer};
use vantay::template::{ExtractorVersion, FingerPosition, Template};

/// Standard output of a command that ends with a code; panics where it ends with another one.
fn vantay(folder: &Path, code: i32, arguments: &str) -> String {
    both(folder, code, arguments).0
}

/// Standard output and standard error.
fn both(folder: &Path, code: i32, arguments: &str) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vantay"));
    let Output { status, stdout, stderr } =
        command.args(arguments.split(' ')).current_dir(folder).output().expect("the command starts");
    let (out, err) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert_eq!(status.code(), Some(code), "vantay {arguments}\n{out}{err}");
    (out.into_owned(), err.into_owned())
}

/// A manifest's line about a template's file.
fn line(subject: &str, encounter: &str, path: &str) -> String {
    format!("{{\"subject\":\"{subject}\",\"encounter\":\"{encounter}\",\"finger\":1,\"path\":\"{path}\"}}\n")
}

/// A template that has a number's minutiae.
fn template(number: u64, extractor: ExtractorVersion, quality: u8) -> Template {
    let made = encounter(number, 1);
    let minutiae = made.templates().next().unwrap().minutiae().to_vec();
    Template::new(300, 400, FingerPosition::RightThumb, extractor, quality, minutiae).unwrap()
}

/// Files `1.vtyt` to `5.vtyt`.
fn write_templates(folder: &Path) {
    for n in 1..=5 {
        let bytes = template(n, ExtractorVersion::CURRENT, 80).to_bytes();
        fs::write(folder.join(format!("{n}.vtyt")), bytes).unwrap();
    }
}

/// The fingers of an encounter that a manifest names; none where it is not there.
fn fingers(folder: &Path, encounter: &str) -> Option<usize> {
    let snapshot = Snapshot::open(folder.join("gallery")).unwrap();
    let index = snapshot.by_encounter(EncounterId::from_text(encounter)).unwrap()?;
    Some(snapshot.encounter(index).unwrap().fingers.len())
}

/// Kills a command that waits for the pipe `wait.vtyt`, when the gallery is as wanted.
#[cfg(unix)]
fn kill(folder: &Path, arguments: &str, wanted: impl Fn(&Snapshot) -> bool) {
    let pipe = folder.join("wait.vtyt");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut command = Command::new(env!("CARGO_BIN_EXE_vantay"));
    let mut child = command.args(arguments.split(' ')).current_dir(folder).spawn().expect("the command starts");
    let begun = std::time::Instant::now();
    let is_there = || Snapshot::open(folder.join("gallery")).is_ok_and(|snapshot| wanted(&snapshot));
    let mut there = is_there();
    while !there && begun.elapsed().as_secs() < 60 {
        std::thread::sleep(std::time::Duration::from_millis(20));
        there = is_there();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(there, "nothing is stored before the last image is extracted");
    fs::remove_file(pipe).unwrap();
}

#[cfg(unix)]
#[test]
fn an_enrolment_that_was_killed_keeps_what_was_stored_and_goes_on() {
    let scratch = scratch();
    let folder = scratch.path();
    write_templates(folder);
    let mut lines: Vec<String> = (0..1100).map(|n| line(&n.to_string(), &format!("e{n}"), "1.vtyt")).collect();
    lines[1090] = line("1090", "e1090", "wait.vtyt");
    // The second finger of the first encounter, far from the first one.
    lines.push(line("0", "e0", "2.vtyt"));
    fs::write(folder.join("m.jsonl"), lines.concat()).unwrap();
    kill(folder, "enroll m.jsonl --gallery gallery", |snapshot| snapshot.encounter_count() == 1023);
    assert_eq!(fingers(folder, "e0"), Some(2));
    fs::copy(folder.join("3.vtyt"), folder.join("wait.vtyt")).unwrap();
    let told = vantay(folder, 0, "enroll m.jsonl --gallery gallery --json");
    assert!(told.contains("\"inserted\":77,\"updated\":0,\"repeated\":1023,"), "{told}");
    assert_eq!(count(folder, "gallery"), 1100);
    // Nothing is extracted again: not even a missing image is seen.
    fs::remove_file(folder.join("1.vtyt")).unwrap();
    assert!(vantay(folder, 0, "enroll m.jsonl --gallery gallery").contains("1100 were here already"));
}

#[cfg(unix)]
#[test]
fn a_reextraction_that_was_killed_keeps_what_was_stored() {
    let scratch = scratch();
    let folder = scratch.path();
    write_templates(folder);
    let all: Vec<Encounter> = (0..1100)
        .map(|n| {
            let fingers = vec![Finger::Captured(template(1, ExtractorVersion(700), 80))];
            Encounter::new(SubjectId(n), EncounterId::from_text(&format!("e{n}")), fingers)
        })
        .collect();
    Writer::create(folder.join("gallery")).unwrap().append(&all).unwrap();
    let path = |n| if n == 1090 { "wait.vtyt" } else { "1.vtyt" };
    let lines: String = (0..1100).map(|n| line(&n.to_string(), &format!("e{n}"), path(n))).collect();
    fs::write(folder.join("m.jsonl"), lines).unwrap();
    kill(folder, "reextract m.jsonl --gallery gallery", |snapshot| {
        let index = snapshot.by_encounter(EncounterId::from_text("e1023")).unwrap().unwrap();
        snapshot.encounter(index).unwrap().templates().all(|t| t.extractor() == ExtractorVersion::CURRENT)
    });
    fs::copy(folder.join("1.vtyt"), folder.join("wait.vtyt")).unwrap();
    let told = vantay(folder, 0, "reextract m.jsonl --gallery gallery --json");
    assert!(told.contains("\"updated\":76,\"current\":1024,"), "{told}");
}

#[test]
fn an_encounter_that_is_refused_is_named_and_does_not_stop_the_others() {
    let scratch = scratch();
    let folder = scratch.path();
    write_templates(folder);
    fs::write(folder.join("first.jsonl"), line("anna", "e2", "2.vtyt") + &line("ben", "e3", "3.vtyt")).unwrap();
    vantay(folder, 0, "enroll first.jsonl --gallery gallery");
    let deleted = EncounterId::from_text("e3");
    vantay(folder, 0, &format!("delete --gallery gallery --encounter {deleted}"));
    let lines = [
        line("a", "e1", "1.vtyt"),
        line("b", "e2", "2.vtyt"),
        line("ben", "e3", "3.vtyt"),
        line("d", "e5", "5.vtyt"),
        line("e", "e5", "5.vtyt"),
        line("f", "e6", "1.vtyt"),
        line("c", "e4", "4.vtyt").repeat(256),
    ];
    fs::write(folder.join("m.jsonl"), lines.concat()).unwrap();
    for update in ["", " --update"] {
        let (out, err) = both(folder, 3, &format!("enroll m.jsonl --gallery gallery --json{update}"));
        assert!(out.contains("\"failed\":4,\"encounters\":4"), "{out}{err}");
        for wanted in [
            "m.jsonl:2: subject b, encounter e2: it is here already, of subject ",
            "m.jsonl:3: subject ben, encounter e3: it was deleted",
            "m.jsonl:5: subject e, encounter e5: line 4 has this encounter of another subject",
            "m.jsonl:7: subject c, encounter e4: it has 256 fingers",
            "4 of the inputs could not be used",
        ] {
            assert!(err.contains(wanted), "{wanted}: {err}");
        }
    }
    assert_eq!(
        ["e1", "e2", "e3", "e4", "e5", "e6"].map(|e| fingers(folder, e)),
        [1, 1, 0, 0, 1, 1].map(|n| (n > 0).then_some(n))
    );
    let (_, err) = both(folder, 3, "enroll m.jsonl --gallery gallery --strict");
    assert!(err.contains("error: m.jsonl:5: "), "{err}");
}

#[test]
fn an_encounter_is_stored_whole_or_where_that_is_asked_for_and_completed_by_an_update() {
    let scratch = scratch();
    let folder = scratch.path();
    write_templates(folder);
    let lines = [line("anna", "e1", "1.vtyt"), line("ben", "e2", "2.vtyt"), line("anna", "e1", "missing.vtyt")];
    fs::write(folder.join("m.jsonl"), lines.concat()).unwrap();
    let (out, err) = both(folder, 3, "enroll m.jsonl --gallery gallery");
    assert!(err.contains("m.jsonl:3: missing.vtyt") && err.contains("1 encounters are left out"), "{err}");
    assert!(out.starts_with("1 encounters enrolled, 0 were here already"), "{out}");
    assert_eq!(fingers(folder, "e1"), None);
    let out = vantay(folder, 3, "enroll m.jsonl --gallery gallery --incomplete --json");
    assert!(out.contains("\"inserted\":1,\"updated\":0,\"repeated\":1,\"left_out\":0,\"failed\":1,"), "{out}");
    assert_eq!(fingers(folder, "e1"), Some(1));

    fs::copy(folder.join("3.vtyt"), folder.join("missing.vtyt")).unwrap();
    let (_, err) = both(folder, 3, "enroll m.jsonl --gallery gallery");
    assert!(err.contains("m.jsonl:1: subject anna, encounter e1: it is here already with other fingers"), "{err}");
    let out = vantay(folder, 0, "enroll m.jsonl --gallery gallery --update --audit audit");
    assert!(out.starts_with("0 encounters enrolled, 1 replaced, 1 were here already"), "{out}");
    assert_eq!(fingers(folder, "e1"), Some(2));
    let audit = fs::read_dir(folder.join("audit")).unwrap().next().unwrap().unwrap().path();
    assert!(fs::read_to_string(audit).unwrap().contains("\"action\":\"update\""));

    // A wrong line tears its encounter too.
    let wrong = "{\"subject\":\"dan\",\"encounter\":\"e4\",\"finger\":12,\"path\":\"1.vtyt\"}\n";
    fs::write(folder.join("torn.jsonl"), line("dan", "e4", "4.vtyt") + wrong + &line("eve", "e5", "5.vtyt")).unwrap();
    let out = vantay(folder, 3, "enroll torn.jsonl --gallery gallery --json");
    assert!(out.contains("\"inserted\":1,") && out.contains("\"left_out\":1,\"failed\":1,"), "{out}");
    assert_eq!(fingers(folder, "e4"), None);
    vantay(folder, 3, "enroll torn.jsonl --gallery gallery --incomplete");
    assert_eq!(fingers(folder, "e4"), Some(1));

    // What an image has now is seen by an update alone, and no update takes a finger away.
    fs::copy(folder.join("4.vtyt"), folder.join("2.vtyt")).unwrap();
    fs::remove_file(folder.join("missing.vtyt")).unwrap();
    let out = vantay(folder, 3, "enroll m.jsonl --gallery gallery --update --incomplete --json");
    assert!(out.contains("\"updated\":1,\"repeated\":0,\"left_out\":1,"), "{out}");
    assert_eq!(fingers(folder, "e1"), Some(2));
    let torn = line("anna", "e1", "1.vtyt") + wrong.replace("dan", "anna").replace("e4", "e1").as_str();
    fs::write(folder.join("torn.jsonl"), torn).unwrap();
    vantay(folder, 3, "enroll torn.jsonl --gallery gallery --update --incomplete");
    assert_eq!(fingers(folder, "e1"), Some(2));
}

#[test]
fn an_update_keeps_what_a_manifest_does_not_tell() {
    let scratch = scratch();
    let folder = scratch.path();
    write_templates(folder);
    let missing = Finger::Missing { position: FingerPosition::LeftThumb, exception: Exception::Amputated };
    let captured = Finger::Captured(template(1, ExtractorVersion::CURRENT, 80));
    let mut old = Encounter::new(SubjectId(7), EncounterId::from_text("e1"), vec![missing.clone(), captured]);
    (old.tags, old.blob, old.captured_at, old.station) = (5, vec![1, 2], 99, 3);
    Writer::create(folder.join("gallery")).unwrap().append(&[old.clone()]).unwrap();
    fs::write(folder.join("m.jsonl"), line("7", "e1", "1.vtyt")).unwrap();
    for update in ["", " --update"] {
        let out = vantay(folder, 0, &format!("enroll m.jsonl --gallery gallery --json{update}"));
        assert!(out.contains("\"updated\":0,\"repeated\":1,"), "{out}");
    }
    fs::write(folder.join("m.jsonl"), line("7", "e1", "2.vtyt")).unwrap();
    vantay(folder, 0, "enroll m.jsonl --gallery gallery --update");
    let new = Snapshot::open(folder.join("gallery")).unwrap().encounter(0).unwrap();
    let fingers = vec![Finger::Captured(template(2, ExtractorVersion::CURRENT, 80)), missing];
    assert_eq!(new, Encounter { fingers, ..old });
}

#[test]
fn what_has_no_minutiae_or_too_low_a_quality_or_is_a_slap_is_refused() {
    let scratch = scratch();
    let folder = scratch.path();
    write_templates(folder);
    let empty = Template::new(300, 400, FingerPosition::RightThumb, ExtractorVersion::CURRENT, 0, Vec::new()).unwrap();
    fs::write(folder.join("empty.vtyt"), empty.to_bytes()).unwrap();
    fs::write(folder.join("low.vtyt"), template(6, ExtractorVersion::CURRENT, 19).to_bytes()).unwrap();
    let slap = "{\"subject\":\"d\",\"slap\":\"right-four\",\"path\":\"1.vtyt\",\"fingers\":[]}\n";
    fs::write(folder.join("slaps.jsonl"), slap).unwrap();
    let lines = [line("a", "e1", "1.vtyt"), line("b", "e2", "empty.vtyt"), line("c", "e3", "low.vtyt"), slap.into()];
    fs::write(folder.join("m.jsonl"), lines.concat()).unwrap();

    let (_, err) = both(folder, 3, "enroll slaps.jsonl --gallery gallery");
    assert!(err.contains("slaps.jsonl:1: a slap is several fingers"), "{err}");
    assert!(!folder.join("gallery").exists());
    let (out, err) = both(folder, 3, "enroll m.jsonl --gallery gallery --min-quality 20 --json");
    assert!(out.contains("\"inserted\":1,") && out.contains("\"failed\":3,"), "{out}");
    assert!(err.contains("m.jsonl:2: empty.vtyt: no minutiae are found"), "{err}");
    assert!(err.contains("m.jsonl:3: low.vtyt: the quality is 19, --min-quality wants 20"), "{err}");
    assert!(err.contains("m.jsonl:4: a slap is several fingers"), "{err}");
    let out = vantay(folder, 3, "enroll m.jsonl --gallery gallery --json");
    assert!(out.contains("\"inserted\":1,") && out.contains("\"failed\":2,"), "{out}");
    vantay(folder, 2, "enroll m.jsonl --gallery gallery --min-quality 101");
}

#[test]
fn a_gallery_is_made_where_one_was_begun_and_nowhere_over_other_files() {
    let scratch = scratch();
    let folder = scratch.path();
    make(folder);
    write_templates(folder);
    fs::write(folder.join("m.jsonl"), line("a", "e1", "1.vtyt")).unwrap();
    let has = |name: &str| folder.join("begun").join(name).exists();
    fs::create_dir_all(folder.join("begun/lost+found")).unwrap();
    for name in ["LOCK", "MANIFEST.next", "0000000001.log"] {
        fs::write(folder.join("begun").join(name), "").unwrap();
    }
    vantay(folder, 0, "enroll m.jsonl --gallery begun");
    assert!(has("MANIFEST") && has("lost+found") && !has("MANIFEST.next"));

    // A restore that failed leaves a lock.
    fs::write(folder.join("other"), "00".repeat(32)).unwrap();
    vantay(folder, 0, "backup gallery --out backup --key key");
    fs::create_dir_all(folder.join("back/lost+found")).unwrap();
    let whole = fs::read(folder.join("backup")).unwrap();
    fs::write(folder.join("cut"), &whole[..whole.len() - 40]).unwrap();
    vantay(folder, 4, "restore cut --gallery back --key key");
    vantay(folder, 0, "restore backup --gallery back --key key");
    vantay(folder, 4, "restore cut --gallery third --key key");
    vantay(folder, 0, "enroll m.jsonl --gallery third");

    fs::create_dir(folder.join("full")).unwrap();
    fs::write(folder.join("full/notes"), "mine").unwrap();
    let (_, err) = both(folder, 2, "enroll m.jsonl --gallery full");
    assert!(err.contains("full is not empty and holds no gallery: choose another directory"), "{err}");
    assert_eq!(fs::read_dir(folder.join("full")).unwrap().count(), 1);

    // Without its manifest a gallery's files are no leftovers.
    fs::remove_file(folder.join("gallery/MANIFEST")).unwrap();
    let files = || fs::read_dir(folder.join("gallery")).unwrap().count();
    let before = files();
    let (_, err) = both(folder, 4, "enroll m.jsonl --gallery gallery");
    assert!(err.contains("gallery has files of a gallery and no MANIFEST"), "{err}");
    assert_eq!(files(), before);
}

#[test]
fn input_that_is_none_leaves_no_gallery() {
    let scratch = scratch();
    let folder = scratch.path();
    make(folder);
    vantay(folder, 0, "export gallery --out sealed --key key");
    fs::write(folder.join("image.png"), b"\x89PNG\r\n\x1a\n\xff\n\xfe\n").unwrap();
    let (_, err) = both(folder, 3, "enroll image.png --gallery new");
    assert!(err.contains("image.png:1: not JSON") && err.contains("a manifest is expected"), "{err}");
    assert_eq!(err.lines().count(), 1, "{err}");
    vantay(folder, 5, "enroll missing.jsonl --gallery new");
    vantay(folder, 5, "import missing --gallery new");
    vantay(folder, 2, "import sealed --gallery new");
    vantay(folder, 4, "import image.png --gallery new");
    vantay(folder, 5, "merge gallery missing --into new");
    assert!(!folder.join("new").exists());
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_told_with_how_much_is_stored() {
    let scratch = scratch();
    let folder = scratch.path();
    write_templates(folder);
    let lines: String = (0..5000).map(|n| line(&n.to_string(), &format!("e{n}"), "1.vtyt")).collect();
    fs::write(folder.join("m.jsonl"), lines).unwrap();
    // No file may become longer than 3 MiB: signal 25 would tell so, and is not wanted.
    let script = "trap '' 25; ulimit -f 6144; exec \"$0\" enroll m.jsonl --gallery gallery";
    let run =
        Command::new("sh").args(["-c", script, env!("CARGO_BIN_EXE_vantay")]).current_dir(folder).output().unwrap();
    let err = String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(5), "{err}");
    let stored = count(folder, "gallery");
    assert!(
        stored > 0 && err.contains(&format!("\n{stored} encounters of this run are stored and stay")),
        "{stored}: {err}"
    );
    let told = vantay(folder, 0, "enroll m.jsonl --gallery gallery --json");
    assert!(told.contains(&format!("\"inserted\":{},\"updated\":0,\"repeated\":{stored},", 5000 - stored)), "{told}");
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
