use super::*;
use crate::template::FingerPosition;
use proptest::prelude::*;

fn parse(text: &str) -> Manifest {
    Manifest::parse(text.into(), Path::new("lists/m.jsonl"), false).unwrap()
}

fn reason(line: &str) -> String {
    let manifest = parse(line);
    assert_eq!((manifest.entries.len(), manifest.rejected.len()), (0, 1), "{line}");
    manifest.rejected[0].to_string()
}

#[test]
fn a_whole_line_is_read_and_unknown_fields_are_kept() {
    let m = parse(
        r#"{"set": "s", "subject": "anna", "person": 7, "finger": 2, "impression": 3, "ppi": 569.5, "path": "a/b.png",
        "encounter": "e1", "station": 4, "operator": 5, "captured_at": -6, "note": {"x": [1, "é"]}}"#
            .replace('\n', " ")
            .as_str(),
    );
    let e = &m.entries[0];
    assert_eq!((e.subject.as_str(), e.finger, e.impression), ("anna", FingerPosition::RightIndex, 3));
    assert_eq!((e.ppi, e.path.as_path()), (Some(569.5), Path::new("lists/a/b.png")));
    assert_eq!((e.set.as_deref(), e.person.as_deref(), e.encounter.as_deref()), (Some("s"), Some("7"), Some("e1")));
    assert_eq!((e.station, e.operator, e.captured_at, e.line), (Some(4), Some(5), Some(-6), 1));
    assert_eq!(e.fields["note"], r#"{"x":[1,"é"]}"#);
}

#[test]
fn what_is_absent_or_null_has_its_default() {
    let e = &parse(r#"{"subject": 12, "path": "x.png", "ppi": null}"#).entries[0];
    assert_eq!((e.subject.as_str(), e.finger, e.impression, e.ppi), ("12", FingerPosition::Unknown, 1, None));
}

#[test]
fn a_wrong_line_is_named_and_does_not_stop_the_others() {
    let text = "{\"subject\": 1, \"path\": \"a\"}\n\nnonsense\n{\"subject\": 2, \"path\": \"b\"}\n{\"path\": \"c\"}";
    let m = parse(text);
    assert_eq!(m.entries.iter().map(|e| (e.subject.as_str(), e.line)).collect::<Vec<_>>(), [("1", 1), ("2", 4)]);
    let messages: Vec<String> = m.rejected.iter().map(ToString::to_string).collect();
    assert!(messages[0].starts_with("lists/m.jsonl:3: not JSON: "), "{}", messages[0]);
    assert_eq!(messages[1], "lists/m.jsonl:5: no subject");
    let e = Manifest::parse(text.into(), Path::new("lists/m.jsonl"), true).unwrap_err();
    assert!(e.to_string().starts_with("lists/m.jsonl:3: not JSON"), "{e}");
}

#[test]
fn a_wrong_line_tells_whose_encounter_it_tears() {
    let torn = |line: &str| parse(line).torn;
    let of_seven = [("7".to_string(), "e".to_string())];
    assert_eq!(torn(r#"{"subject": 7, "encounter": "e", "finger": 11, "path": "a"}"#), of_seven);
    assert_eq!(torn(r#"{"subject": 7, "encounter": "e"}"#), of_seven);
    for other in
        [r#"{"subject": 7, "finger": 11, "path": "a"}"#, "nonsense", r#"{"subject": 7, "encounter": "e", "path": "a"}"#]
    {
        assert!(torn(other).is_empty(), "{other}");
    }
}

#[test]
fn reasons_name_the_field_its_value_and_what_is_wanted() {
    let with = |more: &str| reason(&format!("{{\"subject\": 1, \"path\": \"a\", {more}}}"));
    assert!(with("\"finger\": 11").ends_with("finger is 11; a position from 0 (unknown) to 10 is wanted"));
    assert!(with("\"finger\": \"thumb\"").contains("finger is \"thumb\""));
    assert!(with("\"ppi\": 0").contains("ppi is 0; a number above 0 is wanted"));
    assert!(with("\"ppi\": \"500\"").contains("ppi is \"500\""));
    assert!(with("\"impression\": -1").contains("impression is -1"));
    assert!(with("\"impression\": 1.5").contains("impression is 1.5"));
    assert!(with("\"station\": 4294967296").contains("station is 4294967296"));
    assert!(with(&format!("\"set\": [\"{}\"]", "é".repeat(500))).len() < 300);
    assert!(reason("{\"subject\": 1}").ends_with("no path"));
    assert!(reason("{\"subject\": \"\", \"path\": \"a\"}").contains("subject is \"\""));
    assert!(reason("{\"subject\": 1, \"path\": \"\"}").contains("path is \"\""));
    assert!(with("\"path\": \"b\"").ends_with("\"path\" stands twice"));
    assert!(reason("[1]").contains("a line is an object"));
    assert!(reason(&"[".repeat(100_000)).contains("nested deeper than 32"));
}

#[test]
fn empty_lines_a_byte_order_mark_and_crlf_are_allowed() {
    let m = parse("\u{feff}{\"subject\": 1, \"path\": \"a\"}\r\n\r\n  \n{\"subject\": 2, \"path\": \"b\"}\r\n");
    assert_eq!((m.entries.len(), m.rejected.len(), m.entries[1].line), (2, 0, 4));
    assert!(parse("").entries.is_empty());
}

#[test]
fn what_is_written_reads_back_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("m.jsonl");
    let mut a = Entry::new("a \"quoted\" \\ name", FingerPosition::LeftLittle, 9, dir.path().join("images/1.png"));
    a.ppi = Some(1000.25);
    a.captured_at = Some(i64::MIN);
    a.fields.insert("note \"n\"".into(), "[1,null]".into());
    let mut b = Entry::new("5", FingerPosition::Unknown, 1, "/elsewhere/2.png");
    (b.set, b.person, b.encounter) = (Some("s\u{1}".into()), Some("p".into()), Some("e".into()));
    (b.station, b.operator) = (Some(1), Some(u32::MAX));
    write(&path, [&a, &b]).unwrap();
    let read = Manifest::read(&path, true).unwrap();
    (a.line, b.line) = (1, 2);
    assert_eq!(read.entries, [a, b]);
    assert!(std::fs::read_to_string(&path).unwrap().contains("\"path\": \"images/1.png\""));
}

#[test]
fn a_manifest_that_is_not_there_is_named() {
    let e = Manifest::read("no/such.jsonl", false).unwrap_err();
    assert!(e.to_string().starts_with("no/such.jsonl: "), "{e}");
}

#[test]
fn the_manifests_of_the_public_sets_are_read_whole() {
    let data = std::env::var_os("VANTAY_DATA").map_or(PathBuf::from("../shared/data"), PathBuf::from);
    for (name, count) in [("fvc.jsonl", 640), ("fcj2020.jsonl", 0), ("more.jsonl", 0)] {
        let path = data.join(name);
        if !path.exists() {
            println!("skipped: {} is not there", path.display());
            continue;
        }
        let m = Manifest::read(&path, true).unwrap();
        assert!(!m.entries.is_empty() && (count == 0 || m.entries.len() == count), "{name}: {}", m.entries.len());
        assert!(m.entries.iter().all(|e| e.path.exists() && e.ppi.is_some() && e.set.is_some()), "{name}");
    }
}

proptest! {
    #[test]
    fn random_text_never_panics(text in "[\\[\\]{}\",:a-z0-9\\\\ .\n-]{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        parse(&text);
        parse(&format!("{{\"subject\": 1, \"path\": \"a\", {text}}}"));
        let _ = Manifest::parse(bytes, Path::new("m"), false).unwrap();
    }
}
