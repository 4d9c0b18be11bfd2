#![no_main]
//! Records of any kind, wrapped or not.
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(Some(content)) = vantay::formats::read(bytes) {
        let _ = content.minutiae();
        for position in content.positions().unwrap_or_default() {
            let _ = content.finger(position, None);
        }
    }
});
