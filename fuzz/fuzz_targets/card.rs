#![no_main]
//! Minutiae of cards; what reads must be written and read again with as many minutiae.
use libfuzzer_sys::fuzz_target;
use vantay::formats::minutiae::card::{Limits, Size, read, write};
use vantay::template::FingerPosition;

fuzz_target!(|bytes: &[u8]| {
    for size in [Size::Normal, Size::Compact] {
        let Ok(template) = read(bytes, size, FingerPosition::Unknown) else { continue };
        let limits = Limits { max: 255, ..Limits::default() };
        let written = write(&template, size, limits).expect("it fits");
        assert_eq!(written.len(), bytes.len());
        let again = read(&written, size, FingerPosition::Unknown).expect("its own bytes");
        assert_eq!(again.minutiae().len(), template.minutiae().len());
    }
});
