//! Writes the small corpora that fuzzing starts from: made-up files, one or a few a format.

use std::path::Path;
use vantay::extract::Extractor;
use vantay::formats::ansi_nist::{Outgoing, write as write_transaction};
use vantay::formats::finger_images::{self, Compression};
use vantay::formats::minutiae::card::{Limits, Size, write as write_card};
use vantay::formats::minutiae::{self, Standard, View};
use vantay::formats::wsq;
use vantay::image::GrayImage;
use vantay::synth::{Capture, Person, Sensor};
use vantay::template::{ExtractorVersion, FingerPosition, Minutia, MinutiaKind, Template};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let put = |target: &str, name: &str, bytes: &[u8]| -> std::io::Result<()> {
        std::fs::create_dir_all(corpus.join(target))?;
        std::fs::write(corpus.join(target).join(name), bytes)
    };
    let image = stripes()?;
    let view = View::new(template()?);

    put("image", "png", &image.to_png()?)?;
    put("image", "pgm", &image.to_pgm())?;
    for rate in [wsq::STANDARD_RATE, wsq::HIGH_RATE] {
        put("wsq", &format!("rate_{rate}"), &wsq::encode(&image, rate)?)?;
    }
    put("image", "wsq", &wsq::encode(&image, wsq::STANDARD_RATE)?)?;
    let codestream = include_bytes!("../../tests/data/ramp_8x8.j2k");
    put("jpeg2000", "codestream", codestream)?;
    put("image", "codestream", codestream)?;
    for standard in [Standard::Iso2005, Standard::Iso2011, Standard::Incits2004, Standard::Incits2009] {
        let bytes = minutiae::write(standard, &[view.clone(), view.clone()])?;
        put("minutiae", standard.name(), &bytes)?;
        put("cbeff", standard.name(), &bytes)?;
    }
    for (name, size) in [("normal", Size::Normal), ("compact", Size::Compact)] {
        put("card", name, &write_card(&view.template, size, Limits::default())?)?;
    }
    for (name, standard) in [
        ("iso2005", finger_images::Standard::Iso2005),
        ("iso2011", finger_images::Standard::Iso2011),
        ("incits2004", finger_images::Standard::Incits2004),
    ] {
        let one = finger_images::View::encode(&image, FingerPosition::RightThumb, Compression::Png)?;
        put("finger_images", name, &finger_images::write(standard, &[one])?)?;
    }
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/galleries/0");
    let mut files = std::fs::read_dir(&kept)?.map(|e| Ok(e?.path())).collect::<std::io::Result<Vec<_>>>()?;
    files.sort();
    for (which, path) in (0u8..).zip(&files) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        put("gallery", &name, &[&[which], std::fs::read(path)?.as_slice()].concat())?;
    }
    let lines = corpus.join("import/lines");
    std::fs::create_dir_all(corpus.join("import"))?;
    let _ = std::fs::remove_file(&lines);
    vantay::gallery::export(&vantay::gallery::Snapshot::open(&kept)?, &lines, None)?;
    let out = Outgoing {
        transaction: "AMN".into(),
        date: "20260101".into(),
        destination: "D".into(),
        origin: "O".into(),
        control: "1".into(),
        user_fields: vec![(3, "x".into())],
        type_4: vec![(image.clone(), FingerPosition::RightThumb, 1)],
        type_14: vec![(image, FingerPosition::LeftThumb, 0)],
        minutiae: vec![view.clone()],
    };
    put("ansi_nist", "types_4_9_14", &write_transaction(&out)?)?;
    put("ansi_nist", "types_9_13_14_15", &tagged_transaction())?;
    let record = minutiae::write(Standard::Iso2005, &[view])?;
    let length = u8::try_from(record.len())?;
    put("cbeff", "tlv", &[&[0x7f, 0x2e, 0x81, length + 3, 0x81, 0x81, length], &record[..]].concat())?;
    let one = [&[0x7f, 0x60, 0x81, length + 7, 0xa1, 1, 0, 0x5f, 0x2e, 0x81, length], &record[..]].concat();
    let inside = [&[0x02, 1, 2][..], &one, &one].concat();
    let all = [&[0x7f, 0x61, 0x82][..], &u16::try_from(inside.len())?.to_be_bytes(), &inside].concat();
    put("cbeff", "group", &all)?;
    put("template", "minutiae", &template()?.to_bytes())?;
    let finger = Person::new(1, 7).finger(FingerPosition::RightIndex).impression(1, &Capture::of(Sensor::Optical));
    let whole = Extractor::new().extract(&finger.image, FingerPosition::RightIndex)?;
    put("template", "map_and_descriptors", &whole.to_bytes())?;
    put(
        "manifest",
        "two_lines",
        b"{\"subject\": 1, \"path\": \"a\"}\n{\"subject\": \"b\", \"finger\": 2, \"ppi\": 5e2, \"path\": \"c\"}",
    )?;
    Ok(())
}

/// Extended features, a latent, an amputated finger and a palm, as their fields stand in a file.
fn tagged_transaction() -> Vec<u8> {
    const IMAGE: &str = "6:2/7:3/8:1/9:500/10:500/11:NONE/12:8";
    let records = [
        (9, "3:4/4:U/300:2000|3000|100|200/302:8|FV1/331:154|308|90|E;0|0|359|B|13|20;7|7|0|X".to_owned()),
        (13, format!("3:4/{IMAGE}/13:2;3/999:ghijkl")),
        (14, "3:1/13:2/18:2|XX".to_owned()),
        (15, format!("3:10/{IMAGE}/13:21/999:abcdef")),
    ];
    let content: String = records.iter().map(|(kind, _)| format!(";{kind}|00")).collect();
    let mut bytes = tagged(1, &format!("2:0501/3:1|{}{content}", records.len()));
    for (kind, fields) in &records {
        bytes.extend(tagged(*kind, &format!("2:00/{fields}")));
    }
    bytes
}

/// A record from `number:value` pairs; `|` stands for the unit separator, `;` for the record separator.
fn tagged(kind: u8, fields: &str) -> Vec<u8> {
    let field = |text: &str| format!("\u{1d}{kind}.{text}").replace('|', "\u{1f}").replace(';', "\u{1e}");
    let body: String = fields.split('/').map(field).collect();
    let rest = format!("{body}\u{1c}");
    let tag = format!("{kind}.001:");
    // The length counts its own three digits.
    format!("{tag}{:03}{rest}", tag.len() + 3 + rest.len()).into_bytes()
}

fn stripes() -> Result<GrayImage, vantay::image::ImageError> {
    let pixels = (0..70 * 66).map(|i| if i % 70 / 4 % 2 == 0 { 40 } else { 210 }).collect();
    GrayImage::from_vec(pixels, 70, 66, 500.0)
}

fn template() -> Result<Template, vantay::template::TemplateError> {
    let minutia =
        |i: u32| Minutia::from_pixels(f64::from(i * 7), f64::from(i * 6), f64::from(i), MinutiaKind::Ending, 0.5);
    Template::new(70, 66, FingerPosition::RightIndex, ExtractorVersion::FOREIGN, 50, (0..9).map(minutia).collect())
}
