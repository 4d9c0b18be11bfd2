use super::*;
use proptest::prelude::*;
use std::path::PathBuf;

const ALL: [Standard; 3] = [Standard::Iso2005, Standard::Iso2011, Standard::Incits2004];

fn image(width: usize, height: usize, ppi: f64) -> GrayImage {
    let pixels = (0..width * height).map(|i| ((i / 4 % 2) * 150 + i % 90) as u8).collect();
    GrayImage::from_vec(pixels, width, height, ppi).unwrap()
}

#[test]
fn images_survive_every_standard_and_compression() {
    for standard in ALL {
        for compression in [Compression::None, Compression::Png, Compression::Wsq] {
            let original = image(80, 70, 500.0);
            let mut views = vec![
                View::encode(&original, FingerPosition::RightThumb, compression).unwrap(),
                View::encode(&original, FingerPosition::LeftIndex, compression).unwrap(),
            ];
            views[1].impression = 1;
            views[0].quality = Some(81);
            let record = read(&write(standard, &views).unwrap()).unwrap();
            assert_eq!((record.standard, record.forgiven.len(), record.views.len()), (standard, 0, 2));
            for (found, wanted) in record.views.iter().zip(&views) {
                assert_eq!(
                    (found.position, found.impression, found.quality),
                    (wanted.position, wanted.impression, wanted.quality)
                );
                assert_eq!((found.compression, &found.data, found.ppi), (wanted.compression, &wanted.data, 500.0));
            }
            assert_eq!(record.views[1].finger(), Some(FingerPosition::LeftIndex));
            let back = record.views[0].decode(None).unwrap();
            assert_eq!((back.width(), back.height(), back.ppi()), (80, 70, 500.0));
            if compression != Compression::Wsq {
                assert_eq!(back, original);
            }
        }
    }
}

#[test]
fn view_numbers_survive_and_the_largest_does_not_overflow() {
    let mut view = View::encode(&image(80, 70, 500.0), FingerPosition::Unknown, Compression::None).unwrap();
    for (number, back) in [(0, 0), (3, 3), (255, 254)] {
        view.number = number;
        let bytes = write(Standard::Iso2005, std::slice::from_ref(&view)).unwrap();
        assert_eq!(read(&bytes).unwrap().views[0].number, back);
    }
}

#[test]
fn a_ppi_that_contradicts_the_record_is_an_error() {
    let view = View::encode(&image(80, 70, 1000.0), FingerPosition::Unknown, Compression::None).unwrap();
    assert!(view.decode(Some(1000.0)).is_ok());
    let e = view.decode(Some(500.0)).unwrap_err();
    assert!(e.to_string().contains("the record says ppi 1000, the caller 500"), "{e}");
    assert_eq!(e.kind(), crate::ErrorKind::Argument);
}

#[test]
fn an_impression_of_later_standards_is_mapped_or_refused() {
    let mut view = View::encode(&image(80, 70, 500.0), FingerPosition::RightIndex, Compression::None).unwrap();
    for (code, older) in [(21, Some(1)), (24, Some(0)), (3, Some(3)), (28, None)] {
        view.impression = code;
        for standard in ALL {
            let written = write(standard, std::slice::from_ref(&view)).ok();
            let back = written.map(|bytes| read(&bytes).unwrap().views[0].impression);
            assert_eq!(back, if standard == Standard::Iso2011 { Some(code) } else { older }, "{standard:?}");
        }
    }
}

#[test]
fn sides_that_differ_from_the_data_are_an_error() {
    let mut view = View::encode(&image(80, 70, 500.0), FingerPosition::Unknown, Compression::Png).unwrap();
    view.width = 79;
    assert!(view.decode(None).unwrap_err().to_string().contains("80 × 70 px, its header says 79 × 70"));
    view.compression = Compression::None;
    assert!(view.decode(None).is_err());
}

#[test]
fn wrong_fields_are_named_with_their_offset() {
    let view = View::encode(&image(80, 70, 500.0), FingerPosition::Unknown, Compression::None).unwrap();
    let whole = write(Standard::Iso2011, &[view]).unwrap();
    let with = |at: usize, value: u8| {
        let mut bytes = whole.clone();
        bytes[at] = value;
        read(&bytes).unwrap_err().to_string()
    };
    assert_eq!(with(42, 9), "finger image record, offset 42: scale units is 9; 1 (inch) or 2 (centimetre) is taken");
    assert_eq!(with(40, 99), "finger image record, offset 40: position is 99; 0 to 50 is taken");
    assert_eq!(with(51, 1), "finger image record, offset 51: pixel depth is 1; 8 is taken");
    assert_eq!(with(52, 7), "finger image record, offset 52: compression is 7; 0 to 5, or 6 in 2011, is taken");
    assert!(with(59, 0xff).contains("image data takes"));
    // The layout that gets further is the record's, and tells what is wrong.
    for standard in [Standard::Iso2005, Standard::Incits2004] {
        let view = View::encode(&image(80, 70, 500.0), FingerPosition::RightIndex, Compression::None).unwrap();
        let mut bytes = write(standard, &[view]).unwrap();
        let at = if standard == Standard::Iso2005 { 36 } else { 40 };
        assert_eq!(bytes[at], 2);
        bytes[at] = 45;
        assert_eq!(read(&bytes).unwrap().views[0].finger(), None);
        bytes[at] = 99;
        let e = read(&bytes).unwrap_err().to_string();
        assert!(e.contains(&format!("offset {at}: position is 99")), "{e}");
    }
    assert!(read(b"FIR\x00030\0").is_err() && read(b"FMR\x00020\0").is_err() && read(b"").is_err());
}

#[test]
fn pixels_per_centimetre_become_ppi() {
    let view = View::encode(&image(80, 70, 500.0), FingerPosition::Unknown, Compression::None).unwrap();
    let mut bytes = write(Standard::Iso2005, &[view]).unwrap();
    bytes[19] = 2;
    for at in [20, 22, 24, 26] {
        bytes[at..at + 2].copy_from_slice(&197u16.to_be_bytes());
    }
    assert_eq!(read(&bytes).unwrap().views[0].ppi, 500.0);
    // What was told in whole pixels per centimetre is written so, what is within half a pixel of either is rounded.
    for (ppi, back) in [(299.72, 299.72), (500.38, 500.0), (1000.2, 1000.0), (400.0, 400.0), (393.7, 393.7)] {
        let view = View::encode(&image(80, 70, ppi), FingerPosition::Unknown, Compression::None).unwrap();
        for standard in ALL {
            let found = read(&write(standard, std::slice::from_ref(&view)).unwrap()).unwrap().views[0].ppi;
            assert!((found - back).abs() < 1e-9, "{found} for {ppi}");
        }
    }
    bytes[25] = 200;
    assert!(read(&bytes).unwrap_err().to_string().contains("image resolution is 200 and 197"));
}

#[test]
fn made_up_fingers_of_another_system_are_read_whole() {
    let data = std::env::var_os("VANTAY_DATA").map_or(PathBuf::from("../shared/data"), PathBuf::from);
    let folder = data.join("iso19794-4");
    if !folder.exists() {
        println!("skipped: {} is not there", folder.display());
        return;
    }
    let mut count = 0;
    for file in std::fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        let record = read(&std::fs::read(&path).unwrap()).unwrap();
        assert_eq!((record.standard, record.views.len()), (Standard::Iso2011, 1), "{}", path.display());
        let view = &record.views[0];
        let image = view.decode(None).unwrap();
        println!(
            "{}: {:?}, {} × {}, {:?}",
            path.display(),
            view.finger(),
            image.width(),
            image.height(),
            record.forgiven
        );
        assert!(image.to_standard_ppi().is_ok());
        let name = path.file_name().unwrap().to_string_lossy().to_lowercase();
        let finger = view.finger().unwrap().to_string().replace(' ', "_");
        assert!(name.contains(&finger), "{name}: {finger}");
        count += 1;
    }
    assert_eq!(count, 4);
}

proptest! {
    #[test]
    fn random_and_damaged_bytes_never_panic(
        standard in prop::sample::select(&ALL[..]),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let view = View::encode(&image(20, 10, 500.0), FingerPosition::RightRing, Compression::Png).unwrap();
        let mut bytes = write(standard, &[view.clone(), view]).unwrap();
        for (at, v) in flips {
            let at = if v % 2 == 0 { at.index(bytes.len()) } else { at.index(70) };
            bytes[at] = v;
        }
        if let Ok(record) = read(&bytes) {
            for view in record.views {
                let _ = view.decode(None);
            }
        }
        let _ = read(&bytes[..cut.index(bytes.len())]);
    }
}
