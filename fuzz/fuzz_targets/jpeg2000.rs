#![no_main]
//! JPEG 2000, as file and as codestream.
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = vantay::formats::jpeg2000::decode(bytes);
});
