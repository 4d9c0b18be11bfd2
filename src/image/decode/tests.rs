use super::super::GrayImage;
use super::*;
use image::{ExtendedColorType, ImageEncoder};
use proptest::prelude::*;

const W: usize = 70;
const H: usize = 66;

fn pattern() -> Vec<u8> {
    (0..W * H).map(|i| ((i * i / 7 + i * 3) % 256) as u8).collect()
}

/// `samples` written as `kind`.
fn encoded(kind: ImageFormat, samples: &[u8], color: ExtendedColorType) -> Vec<u8> {
    use image::codecs::{bmp, jpeg, png, pnm, tiff};
    let mut out = Cursor::new(Vec::new());
    let (w, h) = (W as u32, H as u32);
    match kind {
        ImageFormat::Png => png::PngEncoder::new(&mut out).write_image(samples, w, h, color),
        ImageFormat::Bmp => bmp::BmpEncoder::new(out.get_mut()).write_image(samples, w, h, color),
        ImageFormat::Pnm => pnm::PnmEncoder::new(&mut out).write_image(samples, w, h, color),
        ImageFormat::Tiff => tiff::TiffEncoder::new(&mut out).write_image(samples, w, h, color),
        _ => jpeg::JpegEncoder::new_with_quality(&mut out, 100).write_image(samples, w, h, color),
    }
    .unwrap();
    out.into_inner()
}

const LOSSLESS: [ImageFormat; 4] = [ImageFormat::Png, ImageFormat::Bmp, ImageFormat::Pnm, ImageFormat::Tiff];
const ALL: [ImageFormat; 5] =
    [ImageFormat::Png, ImageFormat::Bmp, ImageFormat::Pnm, ImageFormat::Tiff, ImageFormat::Jpeg];

#[test]
fn grey_of_8_bits_comes_back_exactly_from_every_lossless_format() {
    for kind in LOSSLESS {
        let image = GrayImage::decode(&encoded(kind, &pattern(), ExtendedColorType::L8), Some(500.0)).unwrap();
        assert_eq!((image.width(), image.height(), image.ppi()), (W, H, 500.0), "{kind:?}");
        assert_eq!(image.pixels().as_slice().unwrap(), pattern(), "{kind:?}");
    }
}

#[test]
fn jpeg_at_full_quality_comes_back_nearly() {
    let smooth: Vec<u8> = (0..W * H).map(|i| (i % W + i / W) as u8).collect();
    let image = GrayImage::decode(&encoded(ImageFormat::Jpeg, &smooth, ExtendedColorType::L8), Some(500.0)).unwrap();
    assert!(image.pixels().iter().zip(&smooth).all(|(&a, &b)| a.abs_diff(b) <= 2));
}

#[test]
fn colour_alpha_and_sixteen_bits_become_grey() {
    let rgb = [255, 0, 0].repeat(W * H);
    let rgba = [0, 0, 0, 128].repeat(W * H);
    // The encoders take 16-bit samples in the machine's own order.
    let wide = 40_000u16.to_ne_bytes().repeat(W * H);
    for (samples, color, grey) in [
        (&rgb, ExtendedColorType::Rgb8, 76),
        (&rgba, ExtendedColorType::Rgba8, 127),
        (&wide, ExtendedColorType::L16, 156),
    ] {
        for kind in [ImageFormat::Png, ImageFormat::Tiff] {
            let image = GrayImage::decode(&encoded(kind, samples, color), Some(500.0)).unwrap();
            assert!(image.pixels().iter().all(|&v| v == grey), "{kind:?} {color:?}: {}", image.pixels()[[0, 0]]);
        }
    }
}

/// A PNG with a palette of two colours, and a resolution in pixels per metre.
fn png_of(resolution: Option<(u32, u32, png::Unit)>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, W as u32, H as u32);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(vec![255, 255, 255, 0, 0, 255]);
    encoder.set_pixel_dims(resolution.map(|(xppu, yppu, unit)| png::PixelDimensions { xppu, yppu, unit }));
    let indices: Vec<u8> = (0..W * H).map(|i| (i % 2) as u8).collect();
    encoder.write_header().unwrap().write_image_data(&indices).unwrap();
    out
}

#[test]
fn a_png_palette_is_applied() {
    let image = GrayImage::decode(&png_of(None), Some(500.0)).unwrap();
    assert_eq!((image.pixels()[[0, 0]], image.pixels()[[0, 1]]), (255, 29));
}

#[test]
fn no_ppi_at_all_is_an_error_that_says_what_to_do() {
    for kind in [ImageFormat::Png, ImageFormat::Pnm, ImageFormat::Bmp, ImageFormat::Jpeg] {
        let e = GrayImage::decode(&encoded(kind, &pattern(), ExtendedColorType::L8), None);
        let e = e.unwrap_err().to_string();
        assert!(e.contains("give it (ppi)"), "{kind:?}: {e}");
    }
    let aspect_only = png_of(Some((1, 1, png::Unit::Unspecified)));
    assert!(matches!(GrayImage::decode(&aspect_only, None), Err(ImageError::NoPpi { .. })));
}

#[test]
fn the_ppi_of_the_tag_counts_where_the_caller_gives_none() {
    let near = |bytes: &[u8], ppi: f64| {
        let found = GrayImage::decode(bytes, None).unwrap().ppi();
        assert!((found - ppi).abs() < 0.1, "{found} for {ppi}");
        assert_eq!(GrayImage::decode(bytes, Some(600.0)).unwrap().ppi(), 600.0, "the caller's wins");
    };
    near(&png_of(Some((19685, 19685, png::Unit::Meter))), 500.0);

    let mut bmp = encoded(ImageFormat::Bmp, &pattern(), ExtendedColorType::L8);
    bmp[38..42].copy_from_slice(&39370u32.to_le_bytes());
    bmp[42..46].copy_from_slice(&39370u32.to_le_bytes());
    near(&bmp, 1000.0);

    let mut jpeg = Vec::new();
    let mut encoder = image::codecs::jpeg::JpegEncoder::new(&mut jpeg);
    encoder.set_pixel_density(image::codecs::jpeg::PixelDensity::dpi(569));
    encoder.write_image(&pattern(), W as u32, H as u32, ExtendedColorType::L8).unwrap();
    near(&jpeg, 569.0);

    near(&tiff_of(8, 1, None, Some((500, 1, 2))), 500.0);
    near(&tiff_of(8, 1, None, Some((1969, 10, 3))), 500.1);
    near(&tiff_of(4, 3, Some(16), Some((500, 1, 2))), 500.0);
}

#[test]
fn pixels_that_are_not_square_are_refused_unless_the_caller_knows_better() {
    let bytes = png_of(Some((19685, 9843, png::Unit::Meter)));
    let e = GrayImage::decode(&bytes, None).unwrap_err();
    assert!(e.to_string().contains("500.0 ppi across and 250.0 ppi down"), "{e}");
    assert!(GrayImage::decode(&bytes, Some(500.0)).is_ok());
}

#[test]
fn a_meaningless_tag_is_refused_with_its_value() {
    let e = GrayImage::decode(&tiff_of(8, 1, None, Some((72, 1, 2))), None).unwrap_err();
    assert!(e.to_string().starts_with("a resolution of 72 ppi; 250 to 2000 are taken"), "{e}");
}

/// A classic little-endian TIFF of one strip, its samples packed from the highest bits; sample (x, y) is `(x + y) mod 2^bits`.
fn tiff_of(bits: u16, photometric: u16, colours: Option<usize>, resolution: Option<(u32, u32, u16)>) -> Vec<u8> {
    let mut strip = Vec::new();
    for y in 0..H {
        let mut row = vec![0u8; (W * usize::from(bits)).div_ceil(8)];
        for x in 0..W {
            let sample = ((x + y) % (1 << bits)) as u8;
            let bit = x * usize::from(bits);
            row[bit / 8] |= sample << (8 - usize::from(bits) - bit % 8);
        }
        strip.extend(row);
    }
    let mut out = b"II\x2a\0\0\0\0\0".to_vec();
    let strip_at = out.len() as u32;
    out.extend(&strip);
    let map_at = out.len() as u32;
    // Red runs with the index, green is none, blue runs against it.
    let n = colours.unwrap_or(0);
    for plane in 0..3 {
        for i in 0..n {
            let v = [i * 65535 / (n - 1), 0, (n - 1 - i) * 65535 / (n - 1)][plane];
            out.extend((v as u16).to_le_bytes());
        }
    }
    let resolution_at = out.len() as u32;
    if let Some((n, d, _)) = resolution {
        out.extend(n.to_le_bytes());
        out.extend(d.to_le_bytes());
    }
    const SHORT: u16 = 3;
    const LONG: u16 = 4;
    const RATIONAL: u16 = 5;
    let mut entries = vec![
        (256u16, SHORT, 1u32, W as u32),
        (257, SHORT, 1, H as u32),
        (258, SHORT, 1, bits.into()),
        (259, SHORT, 1, 1),
        (262, SHORT, 1, photometric.into()),
        (273, LONG, 1, strip_at),
        (277, SHORT, 1, 1),
        (278, SHORT, 1, H as u32),
        (279, LONG, 1, strip.len() as u32),
    ];
    if let Some((_, _, unit)) = resolution {
        entries.extend([
            (282, RATIONAL, 1, resolution_at),
            (283, RATIONAL, 1, resolution_at),
            (296, SHORT, 1, unit.into()),
        ]);
    }
    if n > 0 {
        entries.push((320, SHORT, 3 * n as u32, map_at));
    }
    let directory = out.len() as u32;
    out.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        out.extend(tag.to_le_bytes());
        out.extend(kind.to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend(value.to_le_bytes());
    }
    out.extend([0; 4]);
    out[4..8].copy_from_slice(&directory.to_le_bytes());
    out
}

#[test]
fn tiff_palettes_and_few_bits_are_read() {
    for bits in [1u16, 2, 4, 8] {
        let colours = 1usize << bits;
        let last = colours - 1;
        let grey = |i: usize| ((i * 255 + last / 2) / last) as u8;
        let coloured = |i: usize| {
            let (r, b) = ((i * 65535 / last) as u32, ((last - i) * 65535 / last) as u32);
            ((((299 * r + 114 * b + 500) / 1000) + 128) / 257) as u8
        };
        type Level<'a> = &'a dyn Fn(usize) -> u8;
        let white_is_zero = |i: usize| 255 - grey(i);
        let cases: [(u16, Option<usize>, Level<'_>); 3] =
            [(1, None, &grey), (0, None, &white_is_zero), (3, Some(colours), &coloured)];
        for (photometric, map, level) in cases {
            let image = GrayImage::decode(&tiff_of(bits, photometric, map, None), Some(500.0)).unwrap();
            for y in [0, 1, H - 1] {
                for x in 0..W {
                    let (found, wanted) = (image.pixels()[[y, x]], level((x + y) % colours));
                    assert!(
                        found.abs_diff(wanted) <= 1,
                        "{bits} bits, {photometric}: {found} for {wanted} at {x}, {y}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_tiff_compressed_by_lzw_is_read() {
    use ::tiff::encoder::{Compression, TiffEncoder, colortype::Gray8};
    let mut out = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut out).unwrap().with_compression(Compression::Lzw);
    encoder.write_image::<Gray8>(W as u32, H as u32, &pattern()).unwrap();
    let image = GrayImage::decode(out.get_ref(), Some(500.0)).unwrap();
    assert_eq!(image.pixels().as_slice().unwrap(), pattern());
}

#[test]
fn a_file_cut_anywhere_is_an_error_and_never_a_panic() {
    let mut files: Vec<Vec<u8>> = ALL.iter().map(|&k| encoded(k, &pattern(), ExtendedColorType::L8)).collect();
    files.push(tiff_of(4, 3, Some(16), None));
    files.push(png_of(None));
    for file in files {
        for cut in 0..file.len().min(900) {
            let _ = GrayImage::decode(&file[..cut], Some(500.0));
        }
        for part in [0.02, 0.3, 0.6, 0.9] {
            let cut = (file.len() as f64 * part) as usize;
            assert!(GrayImage::decode(&file[..cut], Some(500.0)).is_err(), "{:02x?} cut at {cut}", &file[..4]);
        }
    }
}

#[test]
fn a_small_file_cannot_ask_for_gigabytes() {
    let mut png = encoded(ImageFormat::Png, &pattern(), ExtendedColorType::L8);
    png[16..20].copy_from_slice(&1_000_000u32.to_be_bytes());
    png[20..24].copy_from_slice(&1_000_000u32.to_be_bytes());
    assert!(GrayImage::decode(&png, Some(500.0)).is_err());
    let pgm = b"P5 60000 60000 255\n0123456789";
    let e = GrayImage::decode(pgm, Some(500.0)).unwrap_err();
    assert!(e.to_string().contains("60000 × 60000 px; 1 to 8000 px a side are taken"), "{e}");
    let ppm = b"P6 8000 8000 65535\n0123456789";
    let e = GrayImage::decode(ppm, Some(500.0)).unwrap_err();
    assert!(e.to_string().contains("384000000 bytes to decode"), "{e}");
}

#[test]
fn what_is_no_image_is_said_to_be_none() {
    let e = GrayImage::decode(b"hello, world", Some(500.0)).unwrap_err();
    assert!(e.to_string().starts_with("not an image that is read: it starts with [68, 65"), "{e}");
    assert!(matches!(GrayImage::decode(b"", Some(500.0)), Err(ImageError::UnknownFormat { .. })));
    // GIF is an image, but not one that is read.
    assert!(matches!(GrayImage::decode(b"GIF89a\x10\0\x10\0", Some(500.0)), Err(ImageError::UnknownFormat { .. })));
}

proptest! {
    #[test]
    fn random_bytes_never_panic(
        start in prop::sample::select(vec![
            &b""[..], b"\x89PNG\r\n\x1a\n", b"BM", b"P5 ", b"P2 70 66 255\n", b"II\x2a\0\x08\0\0\0", b"MM\0\x2a\0\0\0\x08", b"\xff\xd8\xff\xe0",
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let _ = GrayImage::decode(&[start, &rest].concat(), Some(500.0));
        let _ = GrayImage::decode(&[start, &rest].concat(), None);
    }

    #[test]
    fn flipped_bytes_never_panic(
        kind in 0usize..7,
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut file = match kind {
            5 => tiff_of(4, 3, Some(16), Some((500, 1, 2))),
            6 => png_of(Some((19685, 19685, png::Unit::Meter))),
            k => encoded(ALL[k], &pattern(), ExtendedColorType::L8),
        };
        for (at, v) in flips {
            // Half of the flips hit the headers.
            let at = if v % 2 == 0 { at.index(file.len()) } else { at.index(file.len().min(200)) };
            file[at] = v;
        }
        let _ = GrayImage::decode(&file, Some(500.0));
        let _ = GrayImage::decode(&file, None);
    }
}
