use super::*;
use proptest::prelude::*;
use std::path::PathBuf;

/// Rings of ridges about 9 px apart, lighter to the border.
fn rings(width: usize, height: usize) -> GrayImage {
    let pixels: Vec<u8> = (0..width * height)
        .map(|i| {
            let (x, y) = ((i % width) as f64 - width as f64 * 0.45, (i / width) as f64 - height as f64 * 0.55);
            let r = (x * x + y * y).sqrt();
            (150.0 + 80.0 * (r * 0.7).cos() + r * 0.1).clamp(0.0, 255.0) as u8
        })
        .collect();
    GrayImage::from_vec(pixels, width, height, 500.0).unwrap()
}

/// Mean and greatest difference.
fn differences(a: &[u8], b: &[u8]) -> (f64, u8) {
    assert_eq!(a.len(), b.len());
    let each = || a.iter().zip(b).map(|(&a, &b)| a.abs_diff(b));
    (each().map(f64::from).sum::<f64>() / a.len() as f64, each().max().unwrap_or(0))
}

#[test]
fn real_files_decode_as_nbis_decodes_them() {
    let data = std::env::var_os("VANTAY_DATA").map_or(PathBuf::from("../shared/data"), PathBuf::from).join("wsq");
    if !data.exists() {
        println!("skipped: {} is not there", data.display());
        return;
    }
    for name in ["jnbis_sample", "libbiomeval_img", "sourceafis_wsq-original"] {
        let ours = decode(&std::fs::read(data.join(format!("{name}.wsq"))).unwrap()).unwrap();
        let theirs = GrayImage::open(data.join(format!("{name}.nbis.png")), Some(500.0)).unwrap();
        assert_eq!((ours.width, ours.height, ours.ppi), (theirs.width(), theirs.height(), Some(500.0)), "{name}");
        let (mean, most) = differences(&ours.pixels, theirs.pixels().as_slice().unwrap());
        println!("{name}: mean difference {mean:.5}, greatest {most}");
        assert!(mean < 0.5 && most <= 2, "{name}: mean {mean}, greatest {most}");
    }
}

#[test]
fn what_is_encoded_decodes_close_to_what_it_was() {
    for (rate, most_bytes, most_error) in [(STANDARD_RATE, 0.13, 6.0), (HIGH_RATE, 0.33, 1.5)] {
        let image = rings(400, 480);
        let bytes = encode(&image, rate).unwrap();
        let decoded = decode(&bytes).unwrap();
        assert_eq!((decoded.width, decoded.height, decoded.ppi), (400, 480, Some(500.0)));
        let (mean, _) = differences(&decoded.pixels, image.pixels().as_slice().unwrap());
        let ratio = bytes.len() as f64 / (400.0 * 480.0);
        assert!(ratio < most_bytes && mean < most_error, "{rate} bpp: {ratio} bytes a pixel, mean difference {mean}");
    }
}

#[test]
fn filters_of_even_length_decode_to_what_it_was() {
    let image = rings(181, 160);
    for filters in wavelet::even_pairs() {
        let bytes = encode_with(&image, HIGH_RATE, &filters);
        let decoded = decode(&bytes).unwrap();
        let (mean, _) = differences(&decoded.pixels, image.pixels().as_slice().unwrap());
        // Haar's high subbands, which WSQ does not send, hold more than those of the usual pair.
        assert!(mean < 6.0, "{filters:?}: {mean}");
    }
}

/// Made-up rings by the test above, with 6 and 2 taps; the picture is what NBIS makes of it.
#[test]
fn filters_of_even_length_decode_as_nbis_decodes_them() {
    let ours = decode(include_bytes!("../../../tests/data/even_filters.wsq")).unwrap();
    let theirs = GrayImage::decode(include_bytes!("../../../tests/data/even_filters.nbis.png"), Some(500.0)).unwrap();
    let (mean, most) = differences(&ours.pixels, theirs.pixels().as_slice().unwrap());
    assert!(mean < 0.001 && most <= 1, "mean {mean}, greatest {most}");
}

#[test]
fn filters_that_make_no_pair_are_refused() {
    let bytes = encode(&rings(80, 70), STANDARD_RATE).unwrap();
    let table = bytes.windows(2).position(|w| w == [0xff, 0xa4]).unwrap();
    for lengths in [[9, 6], [0, 0], [33, 7], [8, 32]] {
        let mut wrong = bytes.clone();
        wrong[table + 4..table + 6].copy_from_slice(&lengths);
        assert!(decode(&wrong).unwrap_err().to_string().contains("two odd or two even lengths"), "{lengths:?}");
    }
}

#[test]
fn odd_and_tiny_images_and_constant_ones_survive() {
    for (w, h) in [(1, 1), (1, 9), (5, 1), (7, 13), (33, 31), (65, 64)] {
        let image = rings(w, h);
        let decoded = decode(&encode(&image, HIGH_RATE).unwrap()).unwrap();
        assert_eq!((decoded.width, decoded.height), (w, h));
    }
    let flat = GrayImage::from_vec(vec![77; 90 * 80], 90, 80, 500.0).unwrap();
    assert_eq!(decode(&encode(&flat, STANDARD_RATE).unwrap()).unwrap().pixels, vec![77; 90 * 80]);
}

#[test]
fn a_rate_that_makes_no_sense_is_refused() {
    for rate in [0.0, -1.0, f64::NAN, 9.0] {
        assert!(matches!(encode(&rings(64, 64), rate), Err(FormatError::Write { .. })), "{rate}");
    }
}

#[test]
fn a_file_cut_anywhere_is_an_error() {
    let bytes = encode(&rings(80, 70), STANDARD_RATE).unwrap();
    for cut in 0..bytes.len() {
        assert!(decode(&bytes[..cut]).is_err(), "cut at {cut} of {}", bytes.len());
    }
}

#[test]
fn errors_name_offset_field_and_value() {
    let bytes = encode(&rings(80, 70), STANDARD_RATE).unwrap();
    let frame = bytes.windows(2).position(|w| w == [0xff, 0xa2]).unwrap();
    let mut large = bytes.clone();
    large[frame + 6..frame + 10].copy_from_slice(&[0x1f, 0x40, 0x1f, 0x40]);
    let e = decode(&large).unwrap_err().to_string();
    assert!(e.contains("8000 and 8000 in") && e.contains("at most 4096 pixels a byte"), "{e}");
    large[frame + 6] = 0xff;
    let e = decode(&large).unwrap_err().to_string();
    assert_eq!(e, format!("WSQ, offset {}: height and width is 65344 and 8000; 1 to 8000 is taken", frame + 6));
    let e = decode(b"\xff\xd8\xff\xe0").unwrap_err().to_string();
    assert_eq!(e, "WSQ, offset 0: marker is ffd8; ffa0, start of image, is taken");
}

proptest! {
    #[test]
    fn flipped_bytes_never_panic(flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = encode(&rings(40, 36), STANDARD_RATE).unwrap();
        for (at, v) in flips {
            let at = at.index(bytes.len());
            bytes[at] = v;
        }
        let _ = decode(&bytes);
    }

    #[test]
    fn any_image_of_any_size_comes_back_with_its_size(
        width in 1usize..90, height in 1usize..90, seed in any::<u64>(), rate in 0.1f64..8.0,
    ) {
        let pixels: Vec<u8> = (0..width * height).map(|i| (seed.rotate_left(i as u32 % 64) >> (i % 5)) as u8).collect();
        let image = GrayImage::from_vec(pixels, width, height, 500.0).unwrap();
        let decoded = decode(&encode(&image, rate).unwrap()).unwrap();
        prop_assert_eq!((decoded.width, decoded.height), (width, height));
    }
}
