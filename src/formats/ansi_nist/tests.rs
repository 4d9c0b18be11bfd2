use super::*;
use crate::formats::minutiae::UNREPORTED;
use crate::image::GrayImage;
use crate::template::{ExtractorVersion, FingerPosition, Minutia, MinutiaKind, Template};
use proptest::prelude::*;
use std::path::PathBuf;

fn image(width: usize, height: usize, ppi: f64) -> GrayImage {
    let pixels = (0..width * height).map(|i| ((i / 4 % 2) * 150 + i % 90) as u8).collect();
    GrayImage::from_vec(pixels, width, height, ppi).unwrap()
}

fn view() -> View {
    let m = |x, y, d: f64, kind| Minutia::from_pixels(x, y, d.to_radians(), kind, 0.5);
    let minutiae = vec![m(10.0, 20.0, 90.0, MinutiaKind::Ending), m(50.0, 70.0, 358.0, MinutiaKind::Unknown)];
    let extractor = ExtractorVersion::FOREIGN;
    View::new(Template::new(80, 90, FingerPosition::RightIndex, extractor, 60, minutiae).unwrap())
}

fn outgoing() -> Outgoing {
    Outgoing {
        transaction: "AMN".into(),
        date: "20260101".into(),
        destination: "DAI000000".into(),
        origin: "ORG000000".into(),
        control: "0001".into(),
        user_fields: vec![(3, "made up".into())],
        type_4: vec![(image(80, 90, 500.0), FingerPosition::RightThumb, 1)],
        type_14: vec![(image(160, 180, 1000.0), FingerPosition::LeftLittle, 0)],
        minutiae: vec![view()],
    }
}

#[test]
fn what_is_written_is_read_back() {
    let bytes = write(&outgoing()).unwrap();
    let t = Transaction::read(&bytes).unwrap();
    assert_eq!((t.version.as_str(), t.forgiven.len()), ("0500", 0));
    assert_eq!(t.records.iter().map(|r| r.kind).collect::<Vec<_>>(), [1, 2, 4, 9, 14]);
    assert_eq!(t.records[1].field(3).unwrap().text(), "made up");
    assert_eq!(t.records[3].idc(), Some(2));
    let images = images(&t);
    let told = |i: &Image| (i.record, i.idc, i.finger().unwrap(), i.is_rolled(), i.ppi);
    assert_eq!(told(&images[0]), (4, 1, FingerPosition::RightThumb, true, 500.0));
    assert_eq!(told(&images[1]), (14, 3, FingerPosition::LeftLittle, false, 1000.0));
    assert_eq!(images[1].decode(None).unwrap().width(), 160);
    assert!(images[1].decode(Some(500.0)).unwrap_err().to_string().contains("says ppi 1000, the caller 500"));
    assert_eq!(t.minutiae().unwrap(), [view()]);
}

#[test]
fn the_length_of_a_record_counts_its_own_digits() {
    for length in [60, 75, 76, 77, 78, 79, 80, 81, 82, 970, 975, 976, 977, 978, 979, 980, 9990, 9974, 9975, 9976] {
        let out = Outgoing { user_fields: vec![(3, "x".repeat(length))], type_4: vec![], ..outgoing() };
        let t = Transaction::read(&write(&out).unwrap()).unwrap();
        assert_eq!((t.forgiven.len(), t.records.len()), (0, 4), "{length}");
        assert_eq!(t.records[1].field(3).unwrap().text().len(), length);
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let refused = |change: fn(&mut Outgoing)| {
        let mut out = outgoing();
        change(&mut out);
        write(&out).unwrap_err().to_string()
    };
    assert!(refused(|o| o.type_4[0].0 = image(80, 90, 1000.0)).contains("1000 ppi in a Type-4 record"));
    assert!(refused(|o| o.minutiae = vec![view(); 100]).contains("103 records"));
    assert!(refused(|o| o.origin = "a\u{1d}b".into()).contains("control character"));
    assert!(refused(|o| o.user_fields[0].0 = 1).contains("2.001"));
}

fn images(t: &Transaction) -> Vec<Image> {
    t.images().into_iter().map(|(_, image)| image.unwrap()).collect()
}

/// A transaction of tagged records, each a kind and its fields from .003 on; `|` stands for the unit separator, `;` for the
/// record separator.
fn transaction(records: &[(u8, &[(u32, &str)])]) -> Vec<u8> {
    let separated = |text: &str| text.replace('|', "\u{1f}").replace(';', "\u{1e}").into_bytes();
    let content: String = records.iter().map(|(kind, _)| format!(";{kind}|00")).collect();
    let mut bytes =
        write::tagged(1, &[(2, b"0501".to_vec()), (3, separated(&format!("1|{}{content}", records.len())))]);
    for (kind, fields) in records {
        let fields = fields.iter().map(|(n, text)| (*n, separated(text))).collect::<Vec<_>>();
        bytes.extend(write::tagged(*kind, &[vec![(2, b"00".to_vec())], fields].concat()));
    }
    bytes
}

/// Extended features, a palm and an amputated finger.
fn efs_and_palm() -> Vec<u8> {
    let efs = [(3, "4"), (300, "2000|3000|100|200"), (302, "8"), (331, "154|308|90|E;0|0|359|B|13|20")];
    let palm = [&TINY[..], &[(12, "8"), (13, "21"), (999, "abcdef")]].concat();
    transaction(&[(9, &efs), (15, &palm), (14, &[(3, "1"), (13, "2"), (18, "2|XX")])])
}

fn minutiae_of(fields: &[(u32, &str)]) -> Result<Vec<View>, crate::formats::FormatError> {
    Transaction::read(&transaction(&[(9, fields)])).unwrap().minutiae()
}

#[test]
fn extended_features_are_counted_from_the_region_of_interest() {
    // 2.54 mm are 50 px. The region begins 100 units from the left and 200 from the top.
    let region = (300, "2000|3000|100|200");
    let minutiae = (331, "154|308|90|E;0|0|359|B|13|20;2000|3000|0|X|50");
    let views = minutiae_of(&[(3, "4"), (4, "U"), region, (302, "8|FV1"), minutiae]).unwrap();
    let t = &views[0].template;
    // 2100 and 3200 units, the region's far corner, are 413.4 and 629.9 px.
    assert_eq!((t.position(), t.width(), t.height(), views[0].impression), (FingerPosition::LeftMiddle, 414, 630, 4));
    let found: Vec<_> =
        t.minutiae().iter().map(|m| (m.x_px().round(), m.y_px().round(), m.direction, m.kind)).collect();
    assert!(found.contains(&(50.0, 100.0, 0x4000, MinutiaKind::Ending)), "{found:?}");
    assert!(found.contains(&(20.0, 39.0, 65354, MinutiaKind::Bifurcation)), "{found:?}");
    assert!(found.contains(&(413.0, 630.0, 0, MinutiaKind::Unknown)), "{found:?}");
}

#[test]
fn extended_features_that_are_wrong_are_named() {
    let of = |fields: &[(u32, &str)]| minutiae_of(&[&[(3, "4"), (4, "U")], fields].concat());
    let e = |fields: &[(u32, &str)]| of(fields).unwrap_err().to_string();
    assert!(e(&[(300, "0x|5")]).contains("region of interest (9.300) is 0x"));
    assert!(e(&[(300, "100|60000")]).contains("up to 50000"));
    assert!(e(&[(300, "100|100|-5|0")]).contains("offsets up to 50000"));
    assert!(e(&[(300, "100|100|0|50001")]).contains("offsets up to 50000"));
    let at_corner = |region| of(&[(300, region), (331, "1|1|1|E")]).unwrap();
    assert_eq!(at_corner("100|100||"), at_corner("100|100"));
    assert!(e(&[(300, "100|100"), (331, "101|1|1|E")]).contains("101,1,1,E in minutia 1"));
    assert!(e(&[(300, "100|100"), (331, "1|1|1|E;1|1|360|E")]).contains("1,1,360,E in minutia 2"));
    assert!(e(&[(300, "100|100"), (331, "1|1|1|Q")]).contains("a minutia is"));
    // Several positions, or none: unknown. No minutiae: none.
    let views = of(&[(300, "100|100"), (302, "2;3"), (334, "Y")]).unwrap();
    assert_eq!((views[0].template.position(), views[0].template.minutiae().len()), (FingerPosition::Unknown, 0));
    assert_eq!(of(&[(300, "100|100")]).unwrap()[0].template.position(), FingerPosition::Unknown);
    // A palm is no finger.
    assert_eq!(of(&[(300, "100|100"), (302, "21"), (331, "1|1|1|E")]).unwrap(), []);
}

#[test]
fn a_finger_without_minutiae_survives() {
    let empty = Template::new(80, 90, FingerPosition::LeftRing, ExtractorVersion::FOREIGN, 9, Vec::new()).unwrap();
    let out = Outgoing { minutiae: vec![View::new(empty)], type_4: vec![], type_14: vec![], ..outgoing() };
    assert_eq!(Transaction::read(&write(&out).unwrap()).unwrap().minutiae().unwrap(), out.minutiae);
}

/// Fields of an image of 2 × 3 px, without the position and the pixels.
const TINY: [(u32, &str); 7] = [(3, "10"), (6, "2"), (7, "3"), (8, "1"), (9, "500"), (10, "500"), (11, "NONE")];

#[test]
fn amputated_fingers_have_no_image_and_are_told() {
    let missing = [(3, "1"), (13, "2"), (18, "2|XX")];
    let slap = [&TINY[..], &[(12, "8"), (13, "13"), (18, "2|XX;3|UP"), (999, "abcdef")]].concat();
    let t = Transaction::read(&transaction(&[(14, &missing), (14, &slap)])).unwrap();
    assert_eq!(images(&t).iter().map(|i| i.positions.clone()).collect::<Vec<_>>(), [[13]]);
    assert_eq!(t.missing(), [(2, "XX".into()), (2, "XX".into()), (3, "UP".into())]);
    let nothing = Transaction::read(&transaction(&[(14, &[(3, "1"), (13, "2")])])).unwrap();
    assert!(nothing.images()[0].1.as_ref().unwrap_err().to_string().contains("missing in Type 14"));
}

#[test]
fn latents_and_palms_are_images_but_no_fingers_to_enrol() {
    let palm = [&TINY[..], &[(12, "8"), (13, "21"), (999, "abcdef")]].concat();
    let latent = [&TINY[..], &[(12, "8"), (13, "2;3"), (999, "ghijkl")]].concat();
    let t = Transaction::read(&transaction(&[(15, &palm), (13, &latent)])).unwrap();
    let images = images(&t);
    assert_eq!(
        images.iter().map(|i| (i.record, &i.positions[..])).collect::<Vec<_>>(),
        [(15, &[21][..]), (13, &[2, 3])]
    );
    assert_eq!((images[0].finger(), images[1].finger(), t.fingers().unwrap().len()), (None, None, 0));
    assert_eq!(images[0].decode(None).unwrap().pixels().iter().copied().collect::<Vec<_>>(), *b"abcdef");
}

#[test]
fn every_code_of_a_rolled_finger_counts_as_rolled() {
    let rolled = |impression| {
        let fields = [&[(3, impression)], &TINY[1..], &[(12, "8"), (13, "2"), (999, "abcdef")]].concat();
        images(&Transaction::read(&transaction(&[(14, &fields)])).unwrap())[0].is_rolled()
    };
    assert!(["1", "3", "21", "23", "25", "27", "41"].into_iter().all(rolled));
    assert!(!["0", "2", "8", "20", "24", "28", "29", "42"].into_iter().any(rolled));
}

#[test]
fn errors_name_offset_and_field() {
    let e = |bytes: &[u8]| Transaction::read(bytes).unwrap_err().to_string();
    assert!(e(b"hello").starts_with("ANSI/NIST-ITL, offset 0: field number is a byte 68"));
    assert!(e(b"1.001:9999\x1d1.002:0400\x1c").contains("record takes 9999 bytes, 22 are left"));
    assert!(e(b"1.001:20\x1d1.002:0400\x1c1").contains("transaction content (1.003) is missing in Type 1"));
    let wrong_kind = b"1.001:37\x1d1.002:0400\x1d1.003:1\x1f1\x1e100\x1f00\x1c";
    assert!(e(wrong_kind).contains("\"100\"; a record type from 2 to 99"), "{}", e(wrong_kind));
}

#[test]
fn field_numbers_have_up_to_nine_digits() {
    let bytes = transaction(&[(2, &[(2010, "made up"), (999_999_999, "last")])]);
    let record = &Transaction::read(&bytes).unwrap().records[1];
    assert_eq!(record.fields.iter().map(|f| f.number).collect::<Vec<_>>(), [1, 2, 2010, 999_999_999]);
    assert_eq!(record.field(2010).unwrap().text(), "made up");
    let e = Transaction::read(&transaction(&[(2, &[(1_000_000_000, "")])])).unwrap_err().to_string();
    assert!(e.contains("a byte 30; the record type, a point, up to nine digits"), "{e}");
}

/// A raw image of 2 × 3 px with its position and depth, and with some fields changed.
fn tiny<'a>(changes: &[(u32, &'a str)]) -> Vec<(u32, &'a str)> {
    let fields = [&TINY[..], &[(12, "8"), (13, "2"), (999, "abcdef")]].concat();
    let changed = |(n, text)| changes.iter().find(|c| c.0 == n).copied().unwrap_or((n, text));
    fields.into_iter().map(changed).collect()
}

/// The error of the only image of a Type-14 record.
fn fault(changes: &[(u32, &str)]) -> String {
    let t = Transaction::read(&transaction(&[(14, &tiny(changes))])).unwrap();
    t.images().remove(0).1.unwrap_err().to_string()
}

#[test]
fn a_record_that_cannot_be_used_hides_no_other() {
    let (latent, palm, slap) = (tiny(&[(8, "0")]), tiny(&[(12, "16"), (13, "21")]), tiny(&[(12, "16"), (13, "13")]));
    let bytes = transaction(&[(13, &latent), (15, &palm), (14, &slap), (14, &tiny(&[]))]);
    let t = Transaction::read(&bytes).unwrap();
    assert_eq!(t.fingers().unwrap().iter().map(Image::finger).collect::<Vec<_>>(), [Some(FingerPosition::RightIndex)]);
    let told: Vec<_> = t.images().into_iter().map(|(r, image)| (r.kind, image.map_err(|e| e.to_string()))).collect();
    let e = |i: usize| told[i].1.as_ref().unwrap_err();
    assert_eq!(
        told.iter().map(|(kind, image)| (*kind, image.is_ok())).collect::<Vec<_>>(),
        [(13, false), (15, false), (14, false), (14, true)]
    );
    assert!(e(0).contains("scale units (SLC, .008) is 0 in Type 13, which tells no resolution"), "{}", e(0));
    assert!(e(1).contains("bits per pixel (BPX, .012) is 16; 8 is taken"), "{}", e(1));
    // A finger that cannot be used is told.
    let bad = Transaction::read(&transaction(&[(14, &tiny(&[(12, "16")]))])).unwrap();
    assert!(bad.fingers().unwrap_err().to_string().contains("bits per pixel"));
}

#[test]
fn codes_that_are_none_are_refused() {
    let e = fault(&[(3, "257")]);
    assert!(e.contains("impression type (IMP, .003) is \"257\"; a code from 0 to 255"), "{e}");
    for wrong in ["1;xx", "xx;1", "256", "", "1;"] {
        let e = fault(&[(13, wrong)]);
        assert!(e.contains("position (FGP or PLP, .013) is") && e.contains("codes from 0 to 255"), "{wrong}: {e}");
        let t = Transaction::read(&transaction(&[(14, &tiny(&[(13, wrong)]))])).unwrap();
        assert!(t.fingers().is_err(), "{wrong}");
    }
    let e = minutiae_of(&m1(&[(3, "257")])).unwrap_err().to_string();
    assert!(e.contains("impression type (9.003) is \"257\"; a code from 0 to 255"), "{e}");
    let e = minutiae_of(&m1(&[(134, "258")])).unwrap_err().to_string();
    assert!(e.contains("finger position (9.134) is \"258\""), "{e}");
    let e = minutiae_of(&[(3, "4"), (300, "100|100"), (302, "xx")]).unwrap_err().to_string();
    assert!(e.contains("position (9.302) is \"xx\""), "{e}");
}

/// INCITS M1 fields with two minutiae, and with some fields changed.
fn m1<'a>(changes: &[(u32, &'a str)]) -> Vec<(u32, &'a str)> {
    let fields = [
        (3, "0"),
        (128, "80"),
        (129, "90"),
        (130, "2"),
        (131, "197"),
        (132, "197"),
        (133, "3"),
        (134, "2"),
        (135, "60"),
        (136, "2"),
        (137, "1|10|20|45|1|0;2|50|70|0|2|100"),
    ];
    let changed = |(n, text)| changes.iter().find(|c| c.0 == n).copied().unwrap_or((n, text));
    fields.map(changed).to_vec()
}

#[test]
fn a_minutias_quality_of_0_is_unreported_and_never_written() {
    let quality = |views: &[View]| views[0].template.minutiae().iter().map(|m| m.quality).collect::<Vec<_>>();
    let mut found = quality(&minutiae_of(&m1(&[])).unwrap());
    found.sort_unstable();
    assert_eq!(found, [UNREPORTED, 100]);
    let poor = Minutia { quality: 0, ..view().template.minutiae()[0] };
    let poor = Template::new(80, 90, FingerPosition::LeftRing, ExtractorVersion::FOREIGN, 9, vec![poor]).unwrap();
    let out = Outgoing { minutiae: vec![View::new(poor)], type_4: vec![], type_14: vec![], ..outgoing() };
    assert_eq!(quality(&Transaction::read(&write(&out).unwrap()).unwrap().minutiae().unwrap()), [1]);
}

#[test]
fn the_view_number_survives() {
    assert_eq!(minutiae_of(&m1(&[])).unwrap()[0].number, 3);
    assert!(minutiae_of(&m1(&[(133, "x")])).unwrap_err().to_string().contains("finger view (9.133) is \"x\""));
    let views = [0, 15, 255].map(|number| View { number, ..view() });
    let out = Outgoing { minutiae: views.to_vec(), ..outgoing() };
    assert_eq!(Transaction::read(&write(&out).unwrap()).unwrap().minutiae().unwrap(), views);
}

#[test]
fn counts_that_disagree_are_forgiven_and_told() {
    let forgiven = |bytes: &[u8]| Transaction::read(bytes).unwrap().forgiven;
    let bytes = transaction(&[(9, &m1(&[]))]);
    assert_eq!(forgiven(&bytes), [""; 0]);
    let told = forgiven(&transaction(&[(9, &m1(&[(136, "3")]))]));
    assert!(told[0].contains("counts 3 minutiae (9.136) and lists 2"), "{told:?}");
    let at = bytes.windows(4).position(|w| w == b"1\x1f1\x1e").unwrap();
    let told = forgiven(&[&bytes[..at + 2], b"7", &bytes[at + 3..]].concat());
    assert_eq!(told, ["field 1.003 counts 7 records behind the first and lists 1, which were read"]);
}

#[test]
fn a_record_is_at_least_as_long_as_its_first_field() {
    for length in ["00", "08"] {
        let bytes = format!("1.001:{length}\u{1d}1.002:0400\u{1d}1.003:1\u{1f}0\u{1c}");
        let e = Transaction::read(bytes.as_bytes()).unwrap_err().to_string();
        assert!(e.contains("record length is ") && e.contains("counts at least its own field"), "{e}");
    }
}

#[test]
fn short_texts_before_the_data_are_left_out_and_told() {
    let fields = [&tiny(&[])[..9], &[(999, "011011"), (999, "47"), (999, "abcdef")]].concat();
    let t = Transaction::read(&transaction(&[(14, &fields)])).unwrap();
    assert!(t.forgiven[0].contains("has 3 fields 999: the last was read"), "{:?}", t.forgiven);
    assert_eq!(images(&t)[0].data, b"abcdef");
    // The separator of groups alone makes no field.
    let t = Transaction::read(&transaction(&[(14, &tiny(&[(999, "ab\u{1d}cde")]))])).unwrap();
    assert_eq!((images(&t)[0].data.as_slice(), t.forgiven.len()), (&b"ab\x1dcde"[..], 0));
}

/// Files where each record would look through all others.
#[test]
fn time_grows_with_the_length_alone() {
    let start = std::time::Instant::now();
    let bytes = many_minutiae_records(20_000);
    assert_eq!(Transaction::read(&bytes).unwrap().minutiae().unwrap().len(), 20_000);
    let bytes = many_type_4_records(100_000);
    assert_eq!(Transaction::read(&bytes).unwrap().images().len(), 100_000);
    // A tenth of what looking through all takes.
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}

/// Type-9 records of the legacy layout behind as many images that belong to none of them.
fn many_minutiae_records(count: usize) -> Vec<u8> {
    let legacy = [(3, "0"), (6, "2"), (10, "1"), (12, "1|00100010045|0|A")];
    let record = |kind, idc: &str, fields: &[(u32, &str)]| {
        let value = |text: &str| text.replace('|', "\u{1f}").into_bytes();
        let fields = fields.iter().map(|(n, text)| (*n, value(text))).collect::<Vec<_>>();
        write::tagged(kind, &[vec![(2, value(idc))], fields].concat()).repeat(count)
    };
    let content = format!("1\u{1f}{}{}{}", 2 * count, "\u{1e}14".repeat(count), "\u{1e}9".repeat(count));
    let first = write::tagged(1, &[(2, b"0501".to_vec()), (3, content.into_bytes())]);
    [first, record(14, "01", &tiny(&[])), record(9, "00", &legacy)].concat()
}

/// Type-4 records that ask for the resolution of a Type-1 record of as many fields.
fn many_type_4_records(count: usize) -> Vec<u8> {
    let content = format!("1\u{1f}{count}{}", "\u{1e}4\u{1f}00".repeat(count)).into_bytes();
    let other = vec![(500, b"x".to_vec()); count];
    let fields = [vec![(2, b"0501".to_vec()), (3, content)], other, vec![(11, b"19.69".to_vec())]].concat();
    let mut bytes = write::tagged(1, &fields);
    for _ in 0..count {
        bytes.extend([0, 0, 0, 18, 0, 1, 2, 255, 255, 255, 255, 255, 1, 0, 2, 0, 3, 0]);
    }
    bytes
}

fn data() -> Option<PathBuf> {
    let data = std::env::var_os("VANTAY_DATA").map_or(PathBuf::from("../shared/data"), PathBuf::from);
    let folder = data.join("ansi_nist");
    if !folder.exists() {
        println!("skipped: {} is not there", folder.display());
        return None;
    }
    Some(folder)
}

fn open(folder: &std::path::Path, name: &str) -> Transaction {
    Transaction::read(&std::fs::read(folder.join(name)).unwrap()).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The reference files; what is forgiven in them, and which images cannot be used, and why.
const REFERENCE: [(&str, &[&str], &[&str]); 11] = [
    ("type-13-14-latent-match.an2", &[], &[]),
    ("type-14-tpcard-nqm.an2", &[], &[]),
    ("type-4-14-slaps.an2", &[], &[]),
    ("type-4-tpcard.an2", &[], &[]),
    ("type-9-14-m1.an2", &[], &[]),
    ("type-9-14-std.an2", &[], &[]),
    ("type-9-4-iafis.an2", &[], &[]),
    ("valid1.1.an2", &[], &[]),
    (
        "valid1.11.an2",
        &[
            "the Type-10 record at offset 15211 has 2 fields 999",
            "the Type-14 record at offset 99523 has 4 fields 999",
            "the Type-15 record at offset 160102 has 2 fields 999",
            "the Type-16 record at offset 298506 has 2 fields 999",
        ],
        &["Type 13, IDC 3: a resolution of 100 ppi; 250 to 2000 are taken"],
    ),
    ("valid1.4.an2", &[], &["Type 13, IDC 1: a resolution of 100 ppi; 250 to 2000 are taken"]),
    ("valid1.9.an2", &[], &["Type 14, IDC 10: a resolution of 96 ppi; 250 to 2000 are taken"]),
];

#[test]
fn reference_files_are_read_whole() {
    let Some(folder) = data() else { return };
    for (name, forgiven, faults) in REFERENCE {
        let t = open(&folder, name);
        let fault = |(record, image): (&Record, Result<Image, FormatError>)| {
            let e = image.and_then(|i| i.decode(None)).err()?;
            Some(format!("Type {}, IDC {}: {e}", record.kind, record.idc().unwrap()))
        };
        let all_begin = |told: &[String], wanted: &[&str]| {
            told.len() == wanted.len() && told.iter().zip(wanted).all(|(t, w)| t.starts_with(w))
        };
        let found: Vec<String> = t.images().into_iter().filter_map(fault).collect();
        assert!(all_begin(&t.forgiven, forgiven), "{name}: {:?}", t.forgiven);
        assert!(all_begin(&found, faults), "{name}: {found:?}");
    }
}

#[test]
fn a_ten_print_card_gives_its_ten_rolled_fingers_and_keeps_its_slaps() {
    let Some(folder) = data() else { return };
    for name in ["type-4-tpcard.an2", "type-14-tpcard-nqm.an2"] {
        let t = open(&folder, name);
        let rolled: Vec<u8> = t
            .fingers()
            .unwrap()
            .iter()
            .filter(|i| i.is_rolled())
            .filter_map(|i| i.finger())
            .map(|f| f.code())
            .collect();
        assert_eq!(rolled, (1..=10).collect::<Vec<u8>>(), "{name}");
        let images = images(&t);
        assert_eq!(images.len(), 14);
        for image in images {
            let decoded = image.decode(None).unwrap();
            assert_eq!((decoded.width(), decoded.height(), decoded.ppi()), (image.width, image.height, 500.0));
        }
    }
}

#[test]
fn one_latents_minutiae_are_the_same_in_three_layouts() {
    let Some(folder) = data() else { return };
    let template = |name| open(&folder, name).minutiae().unwrap().remove(0).template;
    let m1 = template("type-9-14-m1.an2");
    assert_eq!((m1.minutiae().len(), m1.position()), (48, FingerPosition::LeftMiddle));
    for name in ["type-9-14-std.an2", "type-9-4-iafis.an2"] {
        let other = template(name);
        assert_eq!((other.minutiae().len(), other.position()), (48, FingerPosition::LeftMiddle), "{name}");
        for m in m1.minutiae() {
            let near = |n: &&Minutia| {
                let turned = n.direction.wrapping_sub(m.direction) as i16;
                // One pixel, and 2° of rounding in both.
                n.x.abs_diff(m.x) <= 10 && n.y.abs_diff(m.y) <= 14 && turned.unsigned_abs() < 550
            };
            assert!(other.minutiae().iter().any(|n| near(&n)), "{name}: nothing near {m:?}");
        }
    }
}

proptest! {
    #[test]
    fn random_and_damaged_bytes_never_panic(
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
        tagged in any::<bool>(),
    ) {
        let small = Outgoing { type_14: vec![(image(20, 20, 500.0), FingerPosition::Unknown, 0)], type_4: vec![], ..outgoing() };
        let mut bytes = if tagged { efs_and_palm() } else { write(&small).unwrap() };
        for (at, v) in flips {
            let at = if v % 2 == 0 { at.index(bytes.len()) } else { at.index(bytes.len().min(400)) };
            bytes[at] = v;
        }
        for bytes in [&bytes[..], &bytes[..cut.index(bytes.len())]] {
            if let Ok(t) = Transaction::read(bytes) {
                let _ = t.minutiae();
                let _ = t.fingers();
                for (_, image) in t.images() {
                    let _ = image.and_then(|i| i.decode(None));
                }
            }
        }
    }
}
