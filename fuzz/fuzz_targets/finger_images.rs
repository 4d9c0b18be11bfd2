#![no_main]
//! Finger image records and the images in them.
use libfuzzer_sys::fuzz_target;
use vantay::formats::finger_images;

fuzz_target!(|bytes: &[u8]| {
    let Ok(record) = finger_images::read(bytes) else { return };
    for view in &record.views {
        let _ = view.decode(None);
    }
    let _ = finger_images::write(record.standard, &record.views);
});
