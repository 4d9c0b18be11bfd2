//! The built command, from made-up images to what it prints and how it exits.

use simd_json::OwnedValue;
use simd_json::prelude::*;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use vantay::formats::finger_images;
use vantay::image::GrayImage;
use vantay::template::{FingerPosition, Template};

/// What a run gave.
struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Run {
    fn lines(&self) -> Vec<OwnedValue> {
        self.out.lines().map(json).collect()
    }

    fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self
    }
}

fn json(text: &str) -> OwnedValue {
    simd_json::to_owned_value(&mut text.as_bytes().to_vec()).unwrap_or_else(|e| panic!("{e}: {text}"))
}

fn vantay<A: AsRef<std::ffi::OsStr>>(arguments: &[A]) -> Run {
    run(Command::new(env!("CARGO_BIN_EXE_vantay")).args(arguments))
}

fn run(command: &mut Command) -> Run {
    let Output { status, stdout, stderr } = command.output().expect("the command starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Run { code: status.code(), out: text(stdout), err: text(stderr) }
}

/// Six made-up people, two fingers, two impressions of each: images and manifest.jsonl, made once.
fn people() -> &'static Path {
    static PEOPLE: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = PEOPLE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let out = folder.path().to_str().expect("UTF-8");
        vantay(&["synth", "--people", "6", "--seed", "11", "--out", out]).ok();
        folder
    });
    folder.path()
}

fn manifest() -> PathBuf {
    people().join("manifest.jsonl")
}

/// The image of a person's finger.
fn image(person: u32, finger: u32, impression: u32) -> PathBuf {
    people().join(format!("{person:06}_{finger:02}_{impression}.png"))
}

/// A manifest in a folder of its own: for each line the subject, the encounter, and whose finger and impression it is.
fn write_manifest(folder: &Path, lines: &[(&str, &str, u32, u32, u32)]) -> PathBuf {
    let line = |&(subject, encounter, person, finger, impression): &(&str, &str, u32, u32, u32)| {
        let path = image(person, finger, impression);
        format!(
            "{{\"subject\": \"{subject}\", \"encounter\": \"{encounter}\", \"finger\": {finger}, \"ppi\": 500, \
             \"path\": {:?}}}\n",
            path.to_str().expect("UTF-8")
        )
    };
    let path = folder.join("list.jsonl");
    std::fs::write(&path, lines.iter().map(line).collect::<String>()).expect("written");
    path
}

/// Everybody once, as 1 to 6, by two fingers; the second again as 20, the third again as "C".
fn register(folder: &Path) -> PathBuf {
    let names = ["1", "2", "3", "4", "5", "6"];
    let mut lines = Vec::new();
    for (person, name) in (1..).zip(names) {
        lines.extend([(name, name, person, 2, 1), (name, name, person, 7, 1)]);
    }
    lines.extend([("20", "20", 2, 2, 2), ("20", "20", 2, 7, 2), ("C", "C", 3, 2, 2), ("C", "C", 3, 7, 2)]);
    write_manifest(folder, &lines)
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn number(value: &OwnedValue, name: &str) -> f64 {
    value.get(name).and_then(ValueAsScalar::cast_f64).unwrap_or_else(|| panic!("{name} in {value:?}"))
}

/// The matrix of a NumPy file of float64.
fn read_npy(path: &Path) -> Vec<Vec<f64>> {
    let bytes = std::fs::read(path).expect("a file");
    let data = &bytes[10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]))..];
    let values: Vec<f64> = data.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().expect("eight"))).collect();
    let n = values.len().isqrt();
    assert_eq!(n * n, values.len());
    values.chunks(n).map(<[f64]>::to_vec).collect()
}

#[test]
fn verify_prints_the_very_number_that_matrix_writes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("m.npy");
    vantay(&["matrix", text(&manifest()), "--out", text(&out)]).ok();
    let scores = read_npy(&out);
    assert_eq!(scores.len(), 24);
    // The manifest's first four lines: two fingers of the first person, two impressions of each.
    let images = [image(1, 2, 1), image(1, 2, 2), image(1, 7, 1), image(1, 7, 2)];
    for (i, a) in images.iter().enumerate() {
        for (j, b) in images.iter().enumerate() {
            let verified = vantay(&["verify", text(a), text(b), "--ppi", "500", "--json"]).ok();
            assert_eq!(number(&json(&verified.out), "score"), scores[i][j], "{i} {j}");
        }
    }
    assert!(scores[0][1] > 40.0 && scores[2][3] > 40.0);
}

#[test]
fn verify_calls_a_mate_a_match_and_exits_with_1_on_request_alone() {
    let [a, mate, other] = [image(1, 2, 1), image(1, 2, 2), image(2, 2, 1)];
    let matched = vantay(&["verify", text(&a), text(&mate), "--exit-code", "--json"]).ok();
    assert_eq!(json(&matched.out).get("match").and_then(ValueAsScalar::as_bool), Some(true));
    vantay(&["verify", text(&a), text(&other), "--threshold", "90"]).ok();
    assert_eq!(vantay(&["verify", text(&a), text(&other), "--threshold", "90", "--exit-code"]).code, Some(1));
}

#[test]
fn verify_leaves_to_an_adjudicator_what_lies_between_its_two_thresholds() {
    let [a, mate] = [image(1, 2, 1), image(1, 2, 2)];
    let verify = |options: &[&str]| {
        json(&vantay(&[["verify", text(&a), text(&mate), "--json"].as_slice(), options].concat()).ok().out)
    };
    let score = number(&verify(&[]), "score");
    let [below, above] = [(score - 1.0).to_string(), (score + 1.0).to_string()];
    let decided = |options: &[&str]| verify(options).get_str("decision").map(str::to_owned);
    assert_eq!(decided(&["--threshold", &below]).as_deref(), Some("match"));
    assert_eq!(decided(&["--threshold", &above, "--adjudicate", &below]).as_deref(), Some("adjudicate"));
    assert_eq!(decided(&["--threshold", &above, "--adjudicate", &above]).as_deref(), Some("no match"));
    assert_eq!(vantay(&["verify", text(&a), text(&mate), "--threshold", &below, "--adjudicate", &above]).code, Some(2));
}

#[test]
fn a_threshold_is_a_number_of_decibels_and_a_search_may_find_somebody() {
    let (a, other) = (image(1, 2, 1), image(2, 2, 1));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let gallery = folder.path().join("gallery");
    let list = write_manifest(folder.path(), &[("1", "1", 1, 2, 1), ("2", "2", 2, 2, 1)]);
    vantay(&["enroll", text(&list), "--gallery", text(&gallery)]).ok();
    for wrong in ["nan", "-5", "inf"] {
        for option in ["--threshold", "--adjudicate"] {
            let run = vantay(&["verify", text(&a), text(&other), &format!("{option}={wrong}")]);
            assert_eq!(run.code, Some(2), "{option} {wrong}: {}", run.out);
            assert!(run.err.contains("0 or more decibels"), "{}", run.err);
        }
        let search = ["identify", text(&a), "--gallery", text(&gallery)];
        for option in ["--threshold", "--match"] {
            let option = format!("{option}={wrong}");
            assert_eq!(vantay(&[search.as_slice(), &[&option]].concat()).code, Some(2), "{option}");
        }
        assert_eq!(vantay(&["dedup", "--gallery", text(&gallery), &format!("--threshold={wrong}")]).code, Some(2));
    }
    let run = vantay(&["identify", text(&a), "--gallery", text(&gallery), "--limit", "0"]);
    assert_eq!(run.code, Some(2), "{}", run.out);
    assert!(run.err.contains("the limit is 0"), "{}", run.err);
    for wrong in ["--skill=nan", "--age=-3", "--hardship=7", "--people=0"] {
        let made = folder.path().join("made");
        assert_eq!(vantay(&["synth", "--out", text(&made), wrong]).code, Some(2), "{wrong}");
        assert!(!made.exists());
    }
}

#[test]
fn a_record_of_several_fingers_is_searched_with_all_of_them() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (gallery, card) = (folder.path().join("gallery"), folder.path().join("card.fir"));
    let lines = [("1", "1", 1, 2, 1), ("1", "1", 1, 7, 1), ("2", "2", 2, 2, 1), ("2", "2", 2, 7, 1)];
    vantay(&["enroll", text(&write_manifest(folder.path(), &lines)), "--gallery", text(&gallery)]).ok();
    let view = |finger: FingerPosition| {
        let image = GrayImage::open(image(2, finger.code().into(), 2), None).expect("an image");
        finger_images::View::encode(&image, finger, finger_images::Compression::Png).expect("a view")
    };
    let views = [view(FingerPosition::RightIndex), view(FingerPosition::LeftIndex)];
    let record = finger_images::write(finger_images::Standard::Iso2011, &views).expect("a record");
    std::fs::write(&card, record).expect("a file");
    let found = json(&vantay(&["identify", text(&card), "--gallery", text(&gallery), "--json"]).ok().out);
    let candidates = found.get_array("candidates").expect("candidates");
    let one = ["identify", text(&card), "--gallery", text(&gallery), "--fingers", "2", "--json"];
    let by_one = json(&vantay(&one).ok().out);
    let by_one = by_one.get_array("candidates").expect("candidates");
    assert_eq!(candidates.iter().map(|c| number(c, "subject")).collect::<Vec<_>>(), [2.0]);
    assert!(number(&candidates[0], "score") > number(&by_one[0], "score"));
    let mate = image(2, 7, 1);
    let verify = ["verify", text(&card), text(&mate)];
    assert!(vantay(&verify).err.contains("no finger is asked for (--finger); it holds 2, 7"));
    assert!(vantay(&[verify.as_slice(), &["--finger", "7"]].concat()).ok().out.contains(": match"));
}

#[test]
fn nothing_that_is_extracted_replaces_anything() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (a, other) = (folder.path().join("x.png"), folder.path().join("x.vtyt"));
    std::fs::copy(image(1, 2, 1), &a).expect("a copy");
    vantay(&["extract", text(&a), "--out", text(&other)]).ok();
    let run = vantay(&["extract", text(&a), text(&other), "--templates", text(folder.path())]);
    assert_eq!(run.code, Some(2), "{}", run.out);
    assert!(run.err.contains("would be written to one file"), "{}", run.err);
    let run = vantay(&["extract", text(&a), "--out", text(&a)]);
    assert_eq!(run.code, Some(2), "{}", run.out);
    assert_eq!(std::fs::read(&a).expect("a file"), std::fs::read(image(1, 2, 1)).expect("a file"));
    let run = vantay(&["extract", text(&manifest()), "--ppi", "500"]);
    assert!(run.code == Some(2) && run.err.contains("a manifest tells them"), "{}", run.err);
}

#[test]
fn explain_draws_what_it_tells_and_tells_the_score_of_verify() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ([a, mate], drawn) = ([image(1, 2, 1), image(1, 2, 2)], folder.path().join("match.svg"));
    let told = json(&vantay(&["explain", text(&a), text(&mate), "-o", text(&drawn), "--json"]).ok().out);
    let verified = json(&vantay(&["verify", text(&a), text(&mate), "--json"]).ok().out);
    assert_eq!(number(&told, "score"), number(&verified, "score"));
    let pairs = told.get_array("pairs").expect("pairs").len();
    assert_eq!(pairs as f64, number(told.get("evidence").expect("evidence"), "pairs"));
    let minutiae: usize = [&a, &mate]
        .map(|path| {
            json(&vantay(&["extract", text(path), "--json"]).ok().out).get_array("minutiae").expect("minutiae").len()
        })
        .iter()
        .sum();
    let picture = std::fs::read_to_string(&drawn).expect("a picture");
    let count = |what: &str| picture.matches(what).count();
    assert_eq!((count("<image"), count("class=\"pair\"")), (2, pairs));
    assert_eq!((count("class=\"paired\""), count("class=\"unpaired\"")), (2 * pairs, minutiae - 2 * pairs));
    assert!(picture.contains(&format!("score {:.1} dB", number(&told, "score"))));
}

#[test]
fn enrolling_again_adds_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (list, gallery) = (register(folder.path()), folder.path().join("gallery"));
    let enroll = || json(&vantay(&["enroll", text(&list), "--gallery", text(&gallery), "--json"]).ok().out);
    let (first, second) = (enroll(), enroll());
    assert_eq!((number(&first, "inserted"), number(&first, "repeated")), (8.0, 0.0));
    assert_eq!((number(&second, "inserted"), number(&second, "repeated")), (0.0, 8.0));
    let info = json(&vantay(&["info", text(&gallery), "--json"]).ok().out);
    assert_eq!(["subjects", "encounters", "fingers"].map(|n| number(&info, n)), [8.0, 8.0, 16.0]);
}

#[test]
fn who_stands_in_it_twice_is_found_in_a_manifest_and_in_a_gallery() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (list, gallery) = (register(folder.path()), folder.path().join("gallery"));
    let kinds = |lines: &[OwnedValue]| -> Vec<String> {
        lines.iter().filter_map(|l| l.get_str("type").map(str::to_owned)).collect()
    };
    let pairs = |lines: &[OwnedValue]| -> Vec<String> {
        let pairs = lines.iter().filter(|l| l.get_str("type") == Some("pair"));
        let mut pairs: Vec<String> = pairs.map(|l| l.get("subjects").expect("subjects").encode()).collect();
        pairs.sort();
        pairs
    };

    let lines = vantay(&["dedup", text(&list), "--threshold", "80", "--json"]).ok().lines();
    assert_eq!(kinds(&lines), ["pair", "pair", "group", "group", "summary"]);
    assert_eq!(pairs(&lines), ["[\"2\",\"20\"]", "[\"3\",\"C\"]"]);

    vantay(&["enroll", text(&list), "--gallery", text(&gallery)]).ok();
    let lines = vantay(&["dedup", "--gallery", text(&gallery), "--threshold", "80", "--json"]).ok().lines();
    assert_eq!(kinds(&lines), ["pair", "pair", "group", "group", "summary"]);
    let hashed = vantay::gallery::SubjectId::from_text("C");
    assert_eq!(pairs(&lines), ["[2,20]".to_owned(), format!("[3,{hashed}]")]);
}

#[test]
fn an_enrolled_person_is_identified_and_a_stranger_is_nobody() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let gallery = folder.path().join("gallery");
    let lines = [("1", "1", 1, 2, 1), ("1", "1", 1, 7, 1), ("2", "2", 2, 2, 1), ("2", "2", 2, 7, 1)];
    vantay(&["enroll", text(&write_manifest(folder.path(), &lines)), "--gallery", text(&gallery)]).ok();
    let identify = |person: u32| {
        let images = [image(person, 2, 2), image(person, 7, 2)];
        let [a, b] = [text(&images[0]), text(&images[1])];
        let options = ["--fingers", "2,7", "--threshold", "80", "--exit-code", "--json"];
        vantay(&[["identify", a, b, "--gallery", text(&gallery)].as_slice(), options.as_slice()].concat())
    };
    let found = json(&identify(2).ok().out);
    let candidates = found.get_array("candidates").expect("candidates");
    assert_eq!(candidates.iter().map(|c| number(c, "subject")).collect::<Vec<_>>(), [2.0]);
    let nobody = identify(5);
    assert_eq!(nobody.code, Some(1), "{}", nobody.err);
    assert!(json(&nobody.out).get_array("candidates").is_some_and(|c| c.is_empty()));
}

#[test]
fn minutiae_written_as_text_are_read_as_the_same_minutiae() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [csv, templates, out] = ["csv", "templates", "m.npy"].map(|name| folder.path().join(name));
    vantay(&["extract", text(&manifest()), "--csv", text(&csv), "--templates", text(&templates)]).ok();
    for path in [image(1, 2, 1), image(6, 7, 2)] {
        let file = |folder: &Path, extension| folder.join(path.file_name().expect("a name")).with_extension(extension);
        let native = std::fs::read(file(&templates, "vtyt")).expect("a template");
        let native = Template::from_bytes(&native).expect("a template");
        let read = Template::from_csv(&std::fs::read_to_string(file(&csv, "csv")).expect("a text")).expect("minutiae");
        assert!(native.minutiae().len() > 10);
        assert_eq!(
            (read.minutiae(), read.width(), read.height()),
            (native.minutiae(), native.width(), native.height())
        );
    }
    vantay(&["matrix", text(&manifest()), "--out", text(&out), "--minutiae", text(&csv)]).ok();
    assert!(read_npy(&out)[0][1] > 40.0);
}

#[test]
fn a_template_file_is_taken_where_an_image_is() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (file, svg) = (folder.path().join("a.vtyt"), folder.path().join("a.svg"));
    let [a, b] = [image(1, 2, 1), image(1, 2, 2)];
    let extracted = vantay(&["extract", text(&a), "--out", text(&file), "--svg", text(&svg), "--json"]).ok();
    let minutiae = json(&extracted.out).get_array("minutiae").map_or(0, |m| m.len());
    assert!(minutiae > 10, "{minutiae}");
    let drawing = std::fs::read_to_string(&svg).expect("a drawing");
    assert_eq!(drawing.matches("<path").count(), minutiae);
    let verify = |a: &Path| vantay(&["verify", text(a), text(&b), "--json"]).ok().out;
    assert_eq!(verify(&file), verify(&a));
    assert_eq!(number(&json(&vantay(&["info", text(&file), "--json"]).ok().out), "minutiae"), minutiae as f64);
}

#[test]
fn eval_tells_all_its_figures() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let empty = write_manifest(folder.path(), &[]);
    let run = vantay(&["eval", text(&empty)]);
    assert!(run.code == Some(2) && run.err.contains("there are no samples"), "{:?} {}", run.code, run.err);
    let plot = folder.path().join("det.svg");
    let run = vantay(&["eval", text(&manifest()), "--json", "--plot", text(&plot)]).ok();
    // One set, and all pairs.
    assert_eq!(std::fs::read_to_string(plot).expect("a picture").matches("<polyline").count(), 2);
    let report = json(&run.out);
    assert_eq!(number(&report, "mated_pairs"), 12.0);
    // 12 fingers of 2 impressions: 24 · 23 / 2 pairs less the mated.
    assert_eq!(number(&report, "all_non_mated_pairs"), 264.0);
    assert_eq!(number(&report, "probes"), 12.0);
    for rate in ["mean_eer", "mean_fmr1000", "same_sensor_fnmr_1e3", "all_pairs_fnmr_1e4", "fnir_at_fpir_1e2"] {
        let estimate = report.get(rate).unwrap_or_else(|| panic!("{rate}"));
        let [value, low, high] = ["value", "low", "high"].map(|n| number(estimate, n));
        assert!(0.0 <= low && low <= value && value <= high && high <= 0.2, "{rate} {value} {low} {high}");
    }
    assert!(number(&report, "extraction_ms_per_image") > 0.0 && number(&report, "comparisons_per_second") > 0.0);
    let run = vantay(&["eval", text(&manifest()), "--json", "--by", "finger", "--by", "nosuch"]).ok();
    let by = json(&run.out);
    let by = by.get("by").expect("figures by group");
    let groups = |field: &str| by.get(field).and_then(|f| f.get_array("groups")).cloned().expect("groups");
    let fingers = groups("finger").iter().map(|g| number(g, "fingers")).sum::<f64>();
    assert_eq!((fingers, groups("nosuch").len()), (12.0, 1));
    assert_eq!(groups("nosuch")[0].get_str("group"), Some("absent"));
    let unknown = vantay(&["eval", text(&manifest()), "--sets", "nosuch"]);
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.err.contains("there are: synth"), "{}", unknown.err);
}

#[test]
fn eval_turns_and_grows_every_second_finger_and_mates_still_match() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let npy = folder.path().join("scores.npy");
    let scores = |switches: &[&str]| {
        vantay(&[&["eval", text(&manifest()), "--scores", text(&npy)][..], switches].concat()).ok();
        read_npy(&npy)
    };
    let plain = scores(&[]);
    let count = plain.len();
    // Impressions of a finger follow each other, so that of every mated pair the second is turned.
    let mated = |scores: &[Vec<f64>]| (0..count).step_by(2).map(|i| scores[i][i + 1]).collect::<Vec<_>>();
    let matched = |scores: &[Vec<f64>]| mated(scores).iter().filter(|&&s| s > 30.0).count();
    let moves: [(&[&str], usize); 3] =
        [(&["--turn"], 11), (&["--scale", "1.1"], 11), (&["--turn", "--scale", "0.9"], 10)];
    for (switches, least) in moves {
        let moved = scores(switches);
        assert_ne!(mated(&moved), mated(&plain), "{switches:?}");
        assert!(matched(&moved) >= least, "{switches:?}: {:?}", mated(&moved));
        for (i, j) in (0..count).step_by(2).flat_map(|i| (0..count).step_by(2).map(move |j| (i, j))) {
            assert_eq!(moved[i][j].to_bits(), plain[i][j].to_bits(), "{switches:?}: {i} and {j} stand as they were");
        }
    }
    let large = scores(&["--scale", "2"]);
    assert!(matched(&large) < matched(&plain) / 2, "mates of twice the size: {:?}", mated(&large));
    for wrong in ["0.4", "2.1", "NaN", "large"] {
        let run = vantay(&["eval", text(&manifest()), "--scale", wrong]);
        assert!(run.code == Some(2) && run.err.contains("0.5 to 2"), "{wrong}: {}", run.err);
    }
}

#[test]
fn a_wrong_line_is_named_and_stops_the_others_only_if_strict() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let list = write_manifest(folder.path(), &[("1", "1", 1, 2, 1), ("2", "2", 2, 2, 1)]);
    let mut lines = std::fs::read_to_string(&list).expect("a manifest");
    lines.push_str("{\"subject\": \"3\", \"finger\": 11, \"path\": \"x.png\"}\n");
    lines.push_str("{\"subject\": \"4\", \"finger\": 2, \"ppi\": 500, \"path\": \"nosuch.png\"}\n");
    std::fs::write(&list, lines).expect("written");
    let extracted = vantay(&["extract", text(&list), "--json"]);
    assert_eq!((extracted.code, extracted.out.lines().count()), (Some(3), 2));
    assert!(extracted.err.contains("list.jsonl:3:"), "{}", extracted.err);
    assert!(extracted.err.contains("list.jsonl:4:") && extracted.err.contains("nosuch.png"), "{}", extracted.err);
    let strict = vantay(&["extract", text(&list), "--json", "--strict"]);
    assert_eq!((strict.code, strict.out.as_str()), (Some(3), ""));
}

#[test]
fn two_texts_of_one_subject_are_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let list = write_manifest(folder.path(), &[("7", "1", 1, 2, 1), ("007", "2", 2, 2, 1), ("8", "3", 3, 2, 1)]);
    let run = vantay(&["dedup", text(&list)]).ok();
    assert!(run.err.contains(":2: subject 007 is one with 7: leading zeros do not count"), "{}", run.err);
    assert_eq!(run.err.matches("is one with").count(), 1);
}

#[test]
fn exit_codes_tell_what_kind_of_trouble_it_was() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("noise.png");
    std::fs::write(&file, b"no image at all").expect("written");
    let a = image(1, 2, 1);
    let code = |arguments: &[&str]| {
        let run = vantay(arguments);
        assert!(!run.err.is_empty() && run.out.is_empty(), "{arguments:?}: {}{}", run.out, run.err);
        run.code
    };
    assert_eq!(code(&["nosuch"]), Some(2));
    assert_eq!(code(&["dedup"]), Some(2));
    assert_eq!(code(&["identify", text(&a), "--fingers", "1,2", "--gallery", text(folder.path())]), Some(5));
    assert_eq!(code(&["verify", text(&a), text(&file)]), Some(3));
    assert_eq!(code(&["verify", text(&a), text(&folder.path().join("nosuch.png"))]), Some(5));
    assert_eq!(code(&["info", text(&file)]), Some(2));
    vantay(&["--help"]).ok();
    vantay(&["eval", "--help"]).ok();
}

#[test]
fn a_damaged_gallery_and_one_that_is_written_to_are_told_apart_from_bad_input() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let list = write_manifest(folder.path(), &[("1", "1", 1, 2, 1)]);
    let gallery = folder.path().join("gallery");
    let enroll = || vantay(&["enroll", text(&list), "--gallery", text(&gallery)]);
    enroll().ok();
    let writer = vantay::gallery::Writer::open(&gallery).expect("a gallery");
    assert_eq!(enroll().code, Some(4));
    writer.close();
    for entry in std::fs::read_dir(&gallery).expect("a folder") {
        let path = entry.expect("an entry").path();
        let mut bytes = std::fs::read(&path).expect("a file");
        bytes.iter_mut().for_each(|b| *b ^= 0x55);
        std::fs::write(&path, bytes).expect("written");
    }
    let damaged = vantay(&["info", text(&gallery)]);
    assert_eq!(damaged.code, Some(4), "{}{}", damaged.out, damaged.err);
}

#[test]
fn an_unknown_cpu_level_is_refused_and_a_known_one_is_told() {
    let with_level =
        |level: &str| run(Command::new(env!("CARGO_BIN_EXE_vantay")).args(["info", "--json"]).env("VANTAY_CPU", level));
    assert_eq!(with_level("fast").code, Some(2));
    let scalar = json(&with_level("scalar").ok().out);
    assert_eq!(scalar.get_str("cpu_level"), Some("scalar"));
}

#[test]
fn the_demo_finds_what_it_planted_and_prints_nothing_else() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let outcome = vantay(&["demo", "--json", "--seed", "4", "--out", text(folder.path())]).ok().lines();
    assert_eq!(outcome.len(), 1);
    let pairs = |name: &str| outcome[0].get_array(name).expect("pairs").clone();
    assert_eq!(pairs("planted").len(), 10);
    assert_eq!(pairs("planted"), pairs("found"));
    let report = std::fs::read_to_string(folder.path().join("report.html")).expect("a report");
    assert_eq!(report.matches("planted and found").count(), 10);
    assert_eq!(report.matches("<figure>").count(), 80);
    assert!(!report.contains("href=\"http") && !report.contains("src="), "the report needs nothing else");
}

/// A reader that goes away, as `head` does.
#[cfg(unix)]
#[test]
fn a_closed_pipe_ends_the_command_quietly() {
    use std::io::Read;
    use std::process::Stdio;
    let mut command = Command::new(env!("CARGO_BIN_EXE_vantay"));
    command.args(["extract", text(&manifest()), "--json"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    drop(child.stdout.take());
    let mut told = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut told).expect("UTF-8");
    assert_eq!((child.wait().expect("it ends").code(), told.as_str()), (Some(0), ""));
}
