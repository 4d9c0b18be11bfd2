//! Made-up encounters for tests and benches: anything goes that a template may be, no finger looks like it.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use std::path::Path;
use vantay::gallery::{Encounter, EncounterId, Exception, Finger, Options, SubjectId, Writer};
use vantay::template::{ExtractorVersion, FingerPosition, Minutia, MinutiaKind, Template};

/// The encounter of a number: always the same one, different numbers differ in all.
pub fn encounter(number: u64, fingers: usize) -> Encounter {
    let mut random = ChaCha8Rng::seed_from_u64(number);
    let mut below = |n: u32| random.next_u32() % n;
    let mut made = Vec::new();
    for i in 0..fingers {
        let position = FingerPosition::ALL[i % 10];
        made.push(if number % 7 == 3 && i == 1 {
            Finger::Missing { position, exception: Exception::Bandaged }
        } else {
            let minutiae = (0..30 + below(12)).map(|_| Minutia {
                x: below(300 * 8) as u16,
                y: below(400 * 8) as u16,
                direction: below(1 << 16) as u16,
                kind: MinutiaKind::from_code(below(3) as u8).unwrap_or(MinutiaKind::Unknown),
                quality: below(101) as u8,
            });
            let minutiae = minutiae.collect();
            // Always the same one: kept galleries hold it.
            let template = Template::new(300, 400, position, ExtractorVersion(1), below(101) as u8, minutiae);
            Finger::Captured(template.expect("made to be right"))
        });
    }
    Encounter {
        captured_at: 1_700_000_000 + number as i64,
        station: below(100),
        operator: below(1000),
        tags: below(1 << 16) as u16,
        blob: vec![number as u8; below(20) as usize],
        ..Encounter::new(SubjectId(1000 + number / 2), id(number), made)
    }
}

/// The id of the encounter of a number.
pub fn id(number: u64) -> EncounterId {
    EncounterId(u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))
}

/// The encounters of many numbers.
pub fn encounters(numbers: std::ops::Range<u64>, fingers: usize) -> Vec<Encounter> {
    numbers.map(|number| encounter(number, fingers)).collect()
}

/// A directory that goes when dropped: in memory where the system has such a place, since these tests sync often.
pub fn scratch() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.or_else(|_| tempfile::tempdir()).expect("a temporary directory can be made")
}

/// A small gallery with a file of every kind, made by every kind of change. Those that are kept under `tests/data` were made
/// by it: what it makes stays.
pub fn make_every_kind(dir: &Path) {
    let options = Options::default().background(false).removed_bound(1000).log_limit(3000);
    let mut writer = Writer::create_with(dir, options).unwrap();
    writer.append(&encounters(0..5, 2)).unwrap();
    writer.delete_encounter(id(1)).unwrap();
    writer.append(&encounters(5..12, 1)).unwrap();
    writer.append(&[encounter(20, 1)]).unwrap();
    writer.update(&[encounter(20, 2)]).unwrap();
    writer.delete_subject(SubjectId(1003)).unwrap();
}
