//! Opening a gallery: what it costs does not depend on its size.

#[path = "../src/gallery/made_up.rs"]
#[allow(dead_code)]
mod made_up;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use made_up::{encounters, id};
use std::hint::black_box;
use vantay::gallery::{Snapshot, SubjectId, Writer};

fn open(c: &mut Criterion) {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let mut group = c.benchmark_group("gallery");
    for fingers in [1_000, 10_000, 100_000] {
        let path = dir.path().join(fingers.to_string());
        let mut writer = Writer::create(&path).expect("a new gallery");
        // Ten fingers an encounter; the last hundred encounters stay in the log.
        let all = encounters(0..fingers / 10, 10);
        let (bulk, newest) = all.split_at(all.len().saturating_sub(100));
        for bulk in bulk.chunks(2_000) {
            writer.append(bulk).expect("room");
        }
        for few in newest.chunks(10) {
            writer.append(few).expect("room");
        }
        let name = |what| BenchmarkId::new(what, format!("{fingers} fingers"));
        group.bench_function(name("open"), |b| b.iter(|| Snapshot::open(black_box(&path)).expect("whole")));
        let snapshot = Snapshot::open(&path).expect("whole");
        group.bench_function(name("by encounter"), |b| {
            let mut n = 0;
            b.iter(|| {
                n = (n + 7919) % (fingers / 10);
                snapshot.by_encounter(id(n)).expect("whole")
            });
        });
        group.bench_function(name("by subject"), |b| {
            let mut n = 0;
            b.iter(|| {
                n = (n + 7919) % (fingers / 20);
                snapshot.by_subject(SubjectId(1000 + n)).expect("whole")
            });
        });
    }
    group.finish();
}

criterion_group!(benches, open);
criterion_main!(benches);
