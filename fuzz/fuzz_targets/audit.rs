#![no_main]
//! A file of an audit chain, and heads.
use libfuzzer_sys::fuzz_target;
use vantay::audit::{Head, check};

fuzz_target!(|bytes: &[u8]| {
    let dir = std::env::temp_dir().join(format!("vantay-fuzz-audit-{}", std::process::id()));
    let _ = std::fs::create_dir(&dir);
    std::fs::write(dir.join("chain.audit"), bytes).expect("room");
    let heads: Vec<Head> = String::from_utf8_lossy(bytes).lines().filter_map(|l| l.parse().ok()).collect();
    let _ = check(&dir, &[], &mut |_| {});
    let _ = check(&dir, &heads, &mut |_| {});
});
