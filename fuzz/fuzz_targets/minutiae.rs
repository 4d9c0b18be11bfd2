#![no_main]
//! Finger minutiae records; what reads must be written and read again the same.
use libfuzzer_sys::fuzz_target;
use vantay::formats::minutiae;

fuzz_target!(|bytes: &[u8]| {
    let Ok(record) = minutiae::read(bytes) else { return };
    let Ok(once) = minutiae::write(record.standard, &record.views) else { return };
    let once = minutiae::read(&once).expect("its own bytes");
    let twice = minutiae::read(&minutiae::write(once.standard, &once.views).expect("again")).expect("again");
    assert_eq!(once.views, twice.views);
});
