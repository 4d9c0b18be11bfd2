//! 1:N and N:N over made-up minutiae: one finger against 10,000, and 200 records against each other. At the
//! current CPU level; `VANTAY_CPU=avx2 cargo bench --bench search` lowers it.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use std::hint::black_box;
use vantay::gallery::{Encounter, EncounterId, Finger, SubjectId};
use vantay::search::{DedupOptions, IdentifyOptions, Record, dedup, identify, quiet};
use vantay::simd::Level;
use vantay::template::{ExtractorVersion, FingerPosition, Minutia, MinutiaKind, Template};

/// Minutiae a template: the mean of the FVC sets.
const MINUTIAE: usize = 36;

/// Minutiae strewn over 388 × 374 px: searches by strangers cost what they cost on real fingers within some per cent.
fn template(seed: u64) -> Template {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut below = |n: u32| ((u64::from(random.next_u32()) * u64::from(n)) >> 32) as u16;
    let minutiae = (0..MINUTIAE).map(|_| Minutia {
        x: below(388 * 8),
        y: below(374 * 8),
        direction: below(65536),
        kind: if below(2) == 0 { MinutiaKind::Ending } else { MinutiaKind::Bifurcation },
        quality: 40 + below(60) as u8,
    });
    Template::new(388, 374, FingerPosition::Unknown, ExtractorVersion::CURRENT, 80, minutiae.collect())
        .expect("minutiae inside the image")
}

fn record(number: u64) -> Record {
    let fingers = vec![Finger::Captured(template(number))];
    Record::new(&Encounter::new(SubjectId(number), EncounterId(number.into()), fingers))
}

fn searches(c: &mut Criterion) {
    let level = Level::current();
    let threads = rayon::current_num_threads();
    let gallery: Vec<Record> = (0..10_000).map(record).collect();
    let probe = Record::probe([&template(77_777)]);
    let mut group = c.benchmark_group(format!("search/{level}/{threads} threads"));
    group.sample_size(10);
    group.throughput(Throughput::Elements(gallery.len() as u64));
    group.bench_function("identify 1 in 10,000", |b| {
        let options = IdentifyOptions::default();
        b.iter(|| black_box(identify(&probe, gallery.as_slice(), &options, &quiet).expect("one extractor")))
    });
    group.throughput(Throughput::Elements(200 * 199 / 2));
    group.bench_function("dedup 200", |b| {
        let options = DedupOptions::default();
        b.iter(|| black_box(dedup(&gallery[..200], &options, &quiet).expect("one extractor")))
    });
    group.finish();
}

criterion_group!(benches, searches);
criterion_main!(benches);
