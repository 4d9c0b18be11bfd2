//! `vantay convert` and the formats of other systems, from file to file.
#![cfg(feature = "cli")]

use std::path::Path;
use std::process::{Command, Output};
use vantay::formats::{finger_images, minutiae};
use vantay::image::GrayImage;
use vantay::template::FingerPosition;

fn vantay(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vantay")).args(arguments).output().expect("the command runs")
}

fn convert(from: &Path, to: &Path, kind: &str, more: &[&str]) -> Result<String, String> {
    let (from, to) = (from.to_str().unwrap(), to.to_str().unwrap());
    let out = vantay(&[&["convert", from, to, "--to", kind], more].concat());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if out.status.success() { Ok(text(&out.stdout)) } else { Err(text(&out.stderr)) }
}

/// A made-up finger at 500 ppi, as PNG.
fn finger(folder: &Path) -> std::path::PathBuf {
    let (w, h) = (300usize, 320usize);
    let pixels = (0..w * h).map(|i| {
        let (x, y) = ((i % w) as f64 - 140.0, (i / w) as f64 - 200.0);
        (128.0 + 100.0 * ((x * x + y * y).sqrt() * 0.7 + (x * 0.02).sin() * 3.0).cos()) as u8
    });
    let image = GrayImage::from_vec(pixels.collect(), w, h, 500.0).unwrap();
    let path = folder.join("finger.png");
    std::fs::write(&path, image.to_png().unwrap()).unwrap();
    path
}

#[test]
fn an_image_goes_through_every_image_format_and_back() {
    let dir = tempfile::tempdir().unwrap();
    let png = finger(dir.path());
    let original = GrayImage::open(&png, None).unwrap();
    for kind in ["wsq", "iso-image2005", "iso-image2011", "incits-image2004", "an2"] {
        let (there, back) = (dir.path().join(kind), dir.path().join(format!("{kind}.png")));
        convert(&png, &there, kind, &["--finger", "2"]).unwrap();
        convert(&there, &back, "png", &[]).unwrap();
        let image = GrayImage::open(&back, None).unwrap();
        assert_eq!((image.width(), image.height()), (300, 320), "{kind}");
        let apart: u32 = image.pixels().iter().zip(original.pixels()).map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
        assert!(apart < 8 * 300 * 320, "{kind}: {apart}");
    }
}

#[test]
fn a_template_goes_through_every_minutiae_format() {
    let dir = tempfile::tempdir().unwrap();
    let png = finger(dir.path());
    let native = dir.path().join("finger.vtyt");
    convert(&png, &native, "vtyt", &["--finger", "7"]).unwrap();
    let template = vantay::template::Template::from_bytes(&std::fs::read(&native).unwrap()).unwrap();
    for kind in ["iso2005", "iso2011", "incits2004", "incits2009"] {
        let there = dir.path().join(kind);
        convert(&native, &there, kind, &[]).unwrap();
        let record = minutiae::read(&std::fs::read(&there).unwrap()).unwrap();
        assert_eq!(record.standard.name(), kind);
        assert_eq!(record.views[0].template.minutiae().len(), template.minutiae().len());
        assert_eq!(record.views[0].template.position(), template.position());
    }
    for (kind, bytes) in [("card-normal", 5), ("card-compact", 3)] {
        let there = dir.path().join(kind);
        convert(&native, &there, kind, &["--most", "20"]).unwrap();
        assert_eq!(std::fs::read(&there).unwrap().len(), bytes * template.minutiae().len().min(20));
    }
}

#[test]
fn what_cannot_be_converted_is_said_with_its_exit_code() {
    let dir = tempfile::tempdir().unwrap();
    let png = finger(dir.path());
    let out = dir.path().join("out");
    let record = dir.path().join("record");
    convert(&png, &record, "iso-image2011", &["--finger", "2"]).unwrap();
    let e = convert(&record, &out, "png", &["--finger", "3"]).unwrap_err();
    assert!(e.contains("holds no image of such a finger"), "{e}");
    let e = convert(&record, &out, "png", &["--ppi", "1000"]).unwrap_err();
    assert!(e.contains("the record says ppi 500, the caller 1000"), "{e}");
    std::fs::write(&record, b"FMR\x00 20\0broken").unwrap();
    let output = vantay(&["convert", record.to_str().unwrap(), out.to_str().unwrap(), "--to", "iso2011"]);
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn info_tells_what_a_record_holds() {
    let dir = tempfile::tempdir().unwrap();
    let png = finger(dir.path());
    let info = |path: &Path, more: &[&str]| {
        let out = vantay(&[&["info", path.to_str().unwrap()], more].concat());
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    };
    let shown = info(&png, &[]);
    assert!(shown.contains("300 × 320") && shown.contains("PNG") && shown.contains("500"), "{shown}");
    for (kind, parts) in [
        ("an2", &["ANSI/NIST-ITL, version 0500", "1–13, 999", "right index", "WSQ"][..]),
        ("iso-image2005", &["finger images, iso-image2005", "right index", "300 × 320", "WSQ"]),
        ("iso2011", &["minutiae, iso2011", "right index", "300 × 320"]),
        ("incits2004", &["minutiae, incits2004", "right index"]),
    ] {
        let path = dir.path().join(kind);
        convert(&png, &path, kind, &["--finger", "2"]).unwrap();
        let shown = info(&path, &[]);
        assert!(parts.iter().all(|part| shown.contains(part)) && !shown.contains("problem"), "{kind}: {shown}");
    }
    // What is wrong with one image of a record is told beside the rest.
    let path = dir.path().join("iso-image2005");
    let mut bytes = std::fs::read(&path).unwrap();
    let end = bytes.len();
    bytes[end - 2..].copy_from_slice(&[0, 0]);
    std::fs::write(&path, &bytes).unwrap();
    let shown = info(&path, &["--json"]);
    assert!(shown.contains("\"problems\":[\"") && shown.contains("\"positions\":[2]"), "{shown}");
}

#[test]
fn an_image_of_a_transaction_is_taken_by_its_designation() {
    let dir = tempfile::tempdir().unwrap();
    let png = finger(dir.path());
    let (card, back) = (dir.path().join("card.an2"), dir.path().join("back.png"));
    convert(&png, &card, "an2", &["--finger", "2"]).unwrap();
    convert(&card, &back, "png", &["--idc", "1"]).unwrap();
    assert_eq!(GrayImage::open(&back, None).unwrap().width(), 300);
    let e = convert(&card, &back, "png", &["--idc", "7"]).unwrap_err();
    assert!(e.contains("holds no image with IDC 7"), "{e}");
    // Four fingers at once are an image, but no finger.
    convert(&png, &card, "an2", &["--finger", "10"]).unwrap();
    let mut bytes = std::fs::read(&card).unwrap();
    let at = bytes.windows(9).position(|w| w == b"14.013:10").unwrap();
    bytes[at + 8] = b'4';
    std::fs::write(&card, bytes).unwrap();
    convert(&card, &back, "wsq", &["--idc", "1"]).unwrap();
    for kind in ["an2", "iso-image2011", "vtyt", "iso2005"] {
        let e = convert(&card, &back, kind, &["--idc", "1"]).unwrap_err();
        assert!(e.contains("IDC 1 is of position 14, no single finger"), "{kind}: {e}");
    }
}

#[test]
fn impressions_and_fingers_go_along() {
    let dir = tempfile::tempdir().unwrap();
    let png = finger(dir.path());
    let image = GrayImage::open(&png, None).unwrap();
    let rolled = |position, impression| {
        let view = finger_images::View::encode(&image, position, finger_images::Compression::Png).unwrap();
        finger_images::View { impression, ..view }
    };
    let views = [rolled(FingerPosition::RightIndex, 3), rolled(FingerPosition::LeftThumb, 0)];
    let (record, out) = (dir.path().join("record"), dir.path().join("out"));
    std::fs::write(&record, finger_images::write(finger_images::Standard::Iso2011, &views).unwrap()).unwrap();
    let told = |kind| {
        convert(&record, &out, kind, &[]).unwrap();
        let out = vantay(&["--json", "info", out.to_str().unwrap()]);
        let text = String::from_utf8(out.stdout).unwrap();
        let codes = text
            .split("\"impression\":")
            .skip(1)
            .map(|rest| rest.trim_start().split([',', '}']).next().unwrap().to_owned());
        codes.collect::<Vec<_>>()
    };
    for kind in ["iso-image2005", "iso-image2011", "incits-image2004", "an2", "iso2005", "iso2011", "an2-minutiae"] {
        assert_eq!(told(kind), ["3", "0"], "{kind}");
    }
    // Of minutiae of several fingers all are extracted, and no finger is taken for another.
    convert(&record, &out, "iso2011", &[]).unwrap();
    let lines = |more: &[&str]| {
        let out = vantay(&[&["extract", out.to_str().unwrap()], more].concat());
        (String::from_utf8(out.stdout).unwrap(), String::from_utf8(out.stderr).unwrap())
    };
    assert_eq!(lines(&[]).0.lines().count(), 2);
    assert!(lines(&["--finger", "5"]).1.contains("finger 5 is asked for; it holds 2, 6"));
    let one = dir.path().join("one.vtyt");
    convert(&out, &one, "vtyt", &["--finger", "2"]).unwrap();
    let e = convert(&one, &out, "iso2005", &["--finger", "5"]).unwrap_err();
    assert!(e.contains("the record says finger right index, the caller right little"), "{e}");
    // A template that does not tell its finger gets the caller's.
    let (unknown, known) = (dir.path().join("unknown.iso"), dir.path().join("known.iso"));
    convert(&png, &unknown, "iso2005", &[]).unwrap();
    convert(&unknown, &known, "iso2011", &["--finger", "5"]).unwrap();
    let record = minutiae::read(&std::fs::read(&known).unwrap()).unwrap();
    assert_eq!(record.views[0].template.position(), FingerPosition::RightLittle);
}
