#![no_main]
//! Lines of an export.
use libfuzzer_sys::fuzz_target;
use vantay::gallery::{Key, Writer, restore, verify};

fuzz_target!(|bytes: &[u8]| {
    let dir = std::env::temp_dir().join(format!("vantay-fuzz-import-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir(&dir).expect("a temporary directory");
    let file = dir.join("file");
    std::fs::write(&file, bytes).expect("room");
    let key = Key::from_bytes([7; 32]);
    let mut writer = Writer::create(dir.join("gallery")).expect("a new gallery");
    let _ = writer.import(&file, Some(&key));
    let _ = restore(&file, dir.join("restored"), &key);
    verify(dir.join("gallery")).expect("whatever came in is whole");
    let _ = std::fs::remove_dir_all(dir);
});
