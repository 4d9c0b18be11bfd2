#![no_main]
//! Any image file, with the caller's ppi and without.
use libfuzzer_sys::fuzz_target;
use vantay::image::GrayImage;

fuzz_target!(|bytes: &[u8]| {
    let _ = GrayImage::decode(bytes, None);
    if let Ok(image) = GrayImage::decode(bytes, Some(569.0)) {
        let _ = image.to_standard_ppi();
    }
});
