#![no_main]
//! Manifests; what reads must be written and read again the same.
use libfuzzer_sys::fuzz_target;
use std::path::Path;
use vantay::manifest::Manifest;

fuzz_target!(|bytes: &[u8]| {
    let path = Path::new("m.jsonl");
    let manifest = Manifest::parse(bytes.to_vec(), path, false).expect("not strict");
    for entry in &manifest.entries {
        let line = entry.to_json(Path::new("")).into_bytes();
        let again = Manifest::parse(line, path, true).expect("its own line");
        assert_eq!(again.entries.first().map(|e| &e.subject), Some(&entry.subject));
    }
});
