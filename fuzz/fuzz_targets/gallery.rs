#![no_main]
//! A gallery of which one file is the input: opened, verified, searched through and written to. The first byte says which file.
use libfuzzer_sys::fuzz_target;
use std::path::{Path, PathBuf};
use vantay::gallery::{Snapshot, Writer, verify};

/// The kept gallery of this format version, in memory where there is such a place.
fn gallery() -> (PathBuf, Vec<(PathBuf, Vec<u8>)>) {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/galleries/0");
    let memory = Path::new("/dev/shm");
    let base = if memory.is_dir() { memory.to_path_buf() } else { std::env::temp_dir() };
    let dir = base.join(format!("vantay-fuzz-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir(&dir).expect("a temporary directory");
    let mut files: Vec<_> = std::fs::read_dir(kept)
        .expect("the kept gallery")
        .map(|e| e.expect("an entry").path())
        .map(|path| (dir.join(path.file_name().expect("a name")), std::fs::read(&path).expect("a file")))
        .collect();
    files.sort();
    (dir, files)
}

fuzz_target!(|bytes: &[u8]| {
    let Some((which, bytes)) = bytes.split_first() else { return };
    let (dir, files) = gallery();
    for (i, (path, whole)) in files.iter().enumerate() {
        let content = if i == usize::from(*which) % files.len() { bytes } else { whole };
        std::fs::write(path, content).expect("room");
    }
    let _ = verify(&dir);
    if let Ok(snapshot) = Snapshot::open(&dir) {
        for index in 0..snapshot.encounter_count() {
            let (subject, id) = snapshot.encounter_key(index);
            let _ = (snapshot.encounter(index), snapshot.check(index), snapshot.provenance(index));
            let _ = (snapshot.by_subject(subject), snapshot.by_encounter(id));
            for finger in snapshot.fingers_of(index).into_iter().flatten() {
                let _ = (snapshot.finger(finger), snapshot.prepared(finger));
            }
        }
    }
    if let Ok(mut writer) = Writer::open(&dir) {
        let _ = writer.compact();
    }
    let _ = std::fs::remove_dir_all(dir);
});
