use super::*;
use crate::template::{ExtractorVersion, FingerPosition, Minutia, MinutiaKind, Template};
use proptest::prelude::*;
use std::path::PathBuf;

const ALL: [Standard; 4] = [Standard::Iso2005, Standard::Iso2011, Standard::Incits2004, Standard::Incits2009];

fn two_views() -> Vec<View> {
    let m = |x, y, d: f64, kind, q| Minutia::from_pixels(x, y, d.to_radians(), kind, q);
    let minutiae = vec![
        m(10.0, 20.0, 90.0, MinutiaKind::Ending, 0.9),
        m(299.0, 399.0, 359.9, MinutiaKind::Bifurcation, 0.5),
        m(150.0, 200.0, 180.0, MinutiaKind::Unknown, 0.01),
    ];
    let template =
        |position| Template::new(300, 400, position, ExtractorVersion::FOREIGN, 66, minutiae.clone()).unwrap();
    vec![
        View::new(template(FingerPosition::RightIndex)),
        View { impression: 1, number: 1, ..View::new(template(FingerPosition::LeftLittle)) },
    ]
}

#[test]
fn whole_pixels_and_steps_survive_every_standard() {
    for standard in ALL {
        let bytes = write(standard, &two_views()).unwrap();
        assert_eq!(Standard::of(&bytes), Some(standard));
        let record = read(&bytes).unwrap();
        assert_eq!((record.standard, record.forgiven.len()), (standard, 0));
        for (found, wanted) in record.views.iter().zip(two_views()) {
            assert_eq!((found.impression, found.number), (wanted.impression, wanted.number));
            let (a, b) = (&found.template, &wanted.template);
            assert_eq!((a.width(), a.height(), a.position(), a.quality()), (300, 400, b.position(), 66));
            for (m, n) in a.minutiae().iter().zip(b.minutiae()) {
                assert_eq!((m.x, m.y, m.kind, m.quality), (n.x, n.y, n.kind, n.quality), "{standard:?}");
                // Half a step of 2° is 182.
                let turned = m.direction.wrapping_sub(n.direction) as i16;
                assert!(turned.unsigned_abs() <= 183, "{standard:?}: {} for {}", m.direction, n.direction);
            }
        }
    }
}

#[test]
fn a_record_of_2005_stands_byte_by_byte_as_the_standard_says() {
    let bytes = iso2005::write(&two_views()[..1]).unwrap();
    let wanted = [
        &b"FMR\0 20\0"[..],
        &[0, 0, 0, 48, 0, 0, 0x01, 0x2c, 0x01, 0x90, 0, 197, 0, 197, 1, 0],
        &[2, 0x00, 66, 3],
        &[0x40, 10, 0, 20, 64, 90],
        &[0x81, 0x2b, 0x01, 0x8f, 0, 50],
        &[0x00, 150, 0, 200, 128, 1],
        &[0, 0],
    ]
    .concat();
    assert_eq!(bytes, wanted);
}

#[test]
fn a_record_of_incits_2009_stands_byte_by_byte_as_the_standard_says() {
    let bytes = incits2009::write(&two_views()[1..]).unwrap();
    let wanted = [
        &b"FMR\x00030\0"[..],
        &[0, 0, 0, 58, 0x01, 0x03, 0, 0, 0, 0, 0, 1, 0],
        &[10, 1, 1, 66, 0x01, 0x03, 0, 1, 0x01, 0x2c, 0x01, 0x90, 0, 197, 0, 197, 3],
        &[0x40, 10, 0, 20, 45, 90],
        &[0x81, 0x2b, 0x01, 0x8f, 0, 50],
        &[0x00, 150, 0, 200, 90, 1],
        &[0, 0],
    ]
    .concat();
    assert_eq!(bytes, wanted);
}

#[test]
fn the_amended_version_of_incits_2009_is_read() {
    let mut bytes = incits2009::write(&two_views()).unwrap();
    let plain = read(&bytes).unwrap();
    bytes[6] = b'5';
    assert_eq!(read(&bytes).unwrap(), plain);
    bytes[6] = b'6';
    assert!(read(&bytes).is_err());
}

#[test]
fn a_record_of_2011_without_minutia_quality_but_with_blocks_is_read() {
    let mut rep = vec![0xff; 9];
    rep.extend([0, 0, 1, 0, 2]);
    rep.extend([2, 254, 0, 1, 0, 2, 77, 0, 1, 0, 3]);
    rep.extend([1, 1, 2, 3]);
    rep.extend([6, 0, 0x01, 0x8a, 0x01, 0x8a, 0, 0x02, 0x58, 0x03, 0x20, 0x51, 1]);
    rep.extend([0x40, 100, 0, 200, 32]);
    rep.extend([0, 3, 9, 9, 9]);
    let mut bytes = b"FMR\x00030\0".to_vec();
    bytes.extend((15 + 4 + rep.len() as u32).to_be_bytes());
    bytes.extend([0, 1, 1]);
    bytes.extend((4 + rep.len() as u32).to_be_bytes());
    bytes.extend(rep);
    let record = read(&bytes).unwrap();
    assert_eq!((record.standard, record.forgiven.len()), (Standard::Iso2011, 0));
    let t = &record.views[0].template;
    // 394 px/cm are 1000 ppi: everything is halved.
    assert_eq!((t.width(), t.height(), t.quality(), t.position()), (300, 400, 77, FingerPosition::LeftThumb));
    let m = t.minutiae()[0];
    assert_eq!((m.x_px(), m.y_px(), m.direction, m.quality), (50.0, 100.0, 32 << 8, UNREPORTED));
}

#[test]
fn impressions_and_view_numbers_that_do_not_fit_are_mapped_or_refused() {
    let with = |impression, number| vec![View { impression, number, ..two_views().remove(0) }];
    for (standard, later) in ALL.map(|s| (s, matches!(s, Standard::Iso2011 | Standard::Incits2009))) {
        for (code, older) in [(21, 1), (24, 0), (41, 1), (3, 3), (8, 8)] {
            let record = read(&write(standard, &with(code, 0)).unwrap()).unwrap();
            assert_eq!(record.views[0].impression, if later { code } else { older }, "{standard:?}");
        }
        let refused = [write(standard, &with(28, 0)), write(standard, &with(0, 16))];
        assert_eq!(refused.map(|r| r.is_err()), [!later; 2], "{standard:?}");
    }
    let e = write(Standard::Iso2005, &with(28, 0)).unwrap_err().to_string();
    assert!(e.contains("an impression of the code 28; 0 to 15 fit"), "{e}");
    let e = write(Standard::Incits2004, &with(0, 16)).unwrap_err().to_string();
    assert!(e.contains("INCITS 378-2004 cannot hold this: view 16 of the right index; 0 to 15 fit"), "{e}");
}

#[test]
fn long_records_are_told_apart() {
    let minutia = |i: usize| Minutia::from_pixels(i as f64, 20.0, 0.0, MinutiaKind::Ending, 0.5);
    let template = |position| {
        let minutiae = (0..250).map(minutia).collect();
        Template::new(300, 400, position, ExtractorVersion::FOREIGN, 66, minutiae).unwrap()
    };
    let views: Vec<View> = (0..50)
        .map(|i| View { number: i / 10, ..View::new(template(FingerPosition::from_code(1 + i % 10).unwrap())) })
        .collect();
    for standard in ALL {
        let bytes = write(standard, &views).unwrap();
        assert!(bytes.len() > usize::from(u16::MAX));
        let record = read(&bytes).unwrap();
        assert_eq!((record.standard, record.views.len()), (standard, 50));
    }
    // A device of INCITS 378-2009 that could be the length of a representation.
    let mut bytes = write(Standard::Incits2009, &two_views()).unwrap();
    bytes[18] = 50;
    assert_eq!(read(&bytes).unwrap().standard, Standard::Incits2009);
}

#[test]
fn known_breaches_are_forgiven_and_named() {
    let whole = iso2005::write(&two_views()).unwrap();
    // Bytes behind the record.
    let longer = [&whole[..], b"padding"].concat();
    assert_eq!(read(&longer).unwrap().forgiven, ["7 bytes behind the end of the record were left out"]);
    // The length of the last extended data is missing.
    let mut shorter = whole[..whole.len() - 2].to_vec();
    let length = (shorter.len() as u32).to_be_bytes();
    shorter[8..12].copy_from_slice(&length);
    assert!(read(&shorter).unwrap().forgiven[0].contains("extended data is missing"));
    // An image smaller than its minutiae.
    let mut small = whole.clone();
    small[14..18].copy_from_slice(&[0, 200, 0, 0]);
    let record = read(&small).unwrap();
    assert_eq!((record.views[0].template.width(), record.views[0].template.height()), (300, 400));
    assert!(record.forgiven[0].contains("outside the image of 200 × 0 px"), "{:?}", record.forgiven);
}

#[test]
fn errors_name_offset_field_value_and_what_is_allowed() {
    let whole = iso2005::write(&two_views()).unwrap();
    let with = |at: usize, value: u8| {
        let mut bytes = whole.clone();
        bytes[at] = value;
        read(&bytes).unwrap_err().to_string()
    };
    let name = "ISO/IEC 19794-2:2005, offset";
    assert!(with(28, 0xc0).starts_with(&format!("{name} 28: minutia type is 3; 0, 1 or 2")));
    assert!(with(33, 101).starts_with(&format!("{name} 33: minutia quality is 101; 0 to 100")));
    assert!(with(24, 11).contains("finger position is 11; 0 to 10"));
    assert!(with(19, 10).contains("horizontal resolution is 10; 99 to 787"));
    assert!(with(11, 200).contains("record length is 200, and there are 72 bytes"));
    let mut incits = incits2004::write(&two_views()).unwrap();
    incits[34] = 180;
    assert!(read(&incits).unwrap_err().to_string().contains("offset 34: minutia angle is 180; 0 to 179"));
    assert!(read(b"FMR\0 10\0aaaa").unwrap_err().to_string().contains("format identifier and version"));
    assert!(matches!(write(Standard::Iso2005, &[]), Err(FormatError::Write { .. })));
}

#[test]
fn a_long_incits_record_has_its_length_in_six_bytes() {
    let minutiae = (0..255).map(|i| Minutia::from_pixels(f64::from(i), 7.0, 0.0, MinutiaKind::Ending, 0.5)).collect();
    let t = Template::new(300, 300, FingerPosition::Unknown, ExtractorVersion::FOREIGN, 50, minutiae).unwrap();
    let views = vec![View::new(t); 60];
    let bytes = incits2004::write(&views).unwrap();
    assert!(bytes.len() > 65535 && bytes[8..10] == [0, 0]);
    assert_eq!(read(&bytes).unwrap().views, views);
}

#[test]
fn a_vendors_records_are_read_and_lie_where_leaders_minutiae_lie() {
    let data = std::env::var_os("VANTAY_DATA").map_or(PathBuf::from("../shared/data"), PathBuf::from);
    let folder = data.join("iso_templates");
    if !folder.exists() {
        println!("skipped: {} is not there", folder.display());
        return;
    }
    let mut records = 0;
    for set in std::fs::read_dir(&folder).unwrap() {
        for file in std::fs::read_dir(set.unwrap().path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            let record = read(&bytes).unwrap();
            assert_eq!((record.standard, record.views.len()), (Standard::Iso2005, 1));
            records += 1;
        }
    }
    assert_eq!(records, 640);

    // FVC2004 DB4 is the set that the vendor did not scale: at the same place, most directions must agree.
    let (mut same, mut near) = (0, 0);
    for finger in 101..=110 {
        for impression in 1..=8 {
            let bytes = std::fs::read(folder.join(format!("fvc2004_db4_b/{finger}_{impression}.iso"))).unwrap();
            let vendor = read(&bytes).unwrap().views.remove(0).template;
            let text = std::fs::read_to_string(data.join(format!("leader/2004_4_{finger}_{impression}.csv"))).unwrap();
            for line in text.lines().filter(|l| !l.starts_with('#')) {
                let v: Vec<f64> = line.split([' ', ',']).map(|v| v.parse().unwrap()).collect();
                let leader = Minutia::from_pixels(v[0], v[1], v[2], MinutiaKind::Unknown, 1.0);
                for m in vendor.minutiae() {
                    if m.x.abs_diff(leader.x) < 32 && m.y.abs_diff(leader.y) < 32 {
                        near += 1;
                        let turned = m.direction.wrapping_sub(leader.direction) as i16;
                        same += u32::from(turned.unsigned_abs() < 5461);
                    }
                }
            }
        }
    }
    println!("{same} of {near} directions agree within 30°");
    assert!(near > 200 && same * 10 > near * 8, "{same} of {near}");
}

fn any_template() -> impl Strategy<Value = Template> {
    let minutia =
        (0u16..4000, 0u16..4000, any::<u16>(), 0u8..3, 0u8..=100).prop_map(|(x, y, direction, kind, quality)| {
            Minutia { x, y, direction, kind: MinutiaKind::from_code(kind).unwrap(), quality }
        });
    (prop::collection::vec(minutia, 0..40), 0u8..=10, 0u8..=100).prop_map(|(minutiae, position, quality)| {
        let position = FingerPosition::from_code(position).unwrap();
        Template::new(500, 500, position, ExtractorVersion::FOREIGN, quality, minutiae).unwrap()
    })
}

proptest! {
    #[test]
    fn a_second_round_trip_changes_nothing(template in any_template(), standard in prop::sample::select(&ALL[..])) {
        let once = read(&write(standard, &[View::new(template.clone())]).unwrap()).unwrap();
        prop_assert!(once.forgiven.is_empty());
        let twice = read(&write(standard, &once.views).unwrap()).unwrap();
        prop_assert_eq!(&once, &twice);
        prop_assert_eq!(once.views[0].template.minutiae().len(), template.minutiae().len());
    }

    #[test]
    fn random_and_damaged_bytes_never_panic(
        standard in prop::sample::select(&ALL[..]),
        template in any_template(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
        noise in prop::collection::vec(any::<u8>(), 0..80),
    ) {
        let mut bytes = write(standard, &[View::new(template)]).unwrap();
        for (at, v) in flips {
            let at = at.index(bytes.len());
            bytes[at] = v;
        }
        let _ = read(&bytes);
        let _ = read(&bytes[..cut.index(bytes.len())]);
        let _ = read(&[&b"FMR\0 20\0"[..], &noise].concat());
        let _ = read(&[&b"FMR\x00030\0"[..], &noise].concat());
        for size in [card::Size::Normal, card::Size::Compact] {
            let _ = card::read(&noise, size, FingerPosition::Unknown);
        }
    }
}
