#![no_main]
//! WSQ; what decodes must encode and decode again to the same size.
use libfuzzer_sys::fuzz_target;
use vantay::formats::wsq;
use vantay::image::GrayImage;

fuzz_target!(|bytes: &[u8]| {
    let Ok(decoded) = wsq::decode(bytes) else { return };
    if decoded.pixels.len() > 1 << 16 {
        return;
    }
    let image = GrayImage::from_raw(&decoded.pixels, decoded.width, decoded.height, 500.0).expect("its own size");
    let again = wsq::decode(&wsq::encode(&image, wsq::STANDARD_RATE).expect("a usual rate")).expect("its own bytes");
    assert_eq!((again.width, again.height), (decoded.width, decoded.height));
});
