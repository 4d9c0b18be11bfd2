//! Extraction by stage, at every CPU level that this machine has: `cargo bench --bench extract`.
//!
//! The image is a made-up finger of 388 × 374 pixels. Throughput of the network is in multiply-adds a second.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use vantay::extract::{Extractor, stages::Stages};
use vantay::simd::Level;
use vantay::synth::{Capture, Master, Sensor};
use vantay::template::FingerPosition;

fn extract(c: &mut Criterion) {
    let image = Master::new(1, FingerPosition::RightIndex).impression(1, &Capture::of(Sensor::Optical)).image;
    for level in Level::available() {
        let mut group = c.benchmark_group(format!("extract/{level}"));
        // The scalar level takes a second an image where it has no fused multiply-add.
        group.sample_size(10);
        let mut stages = Stages::new(level, image.clone());
        group.bench_function("normalize", |b| b.iter(|| stages.normalize()));
        group.bench_function("stem", |b| b.iter(|| stages.stem()));
        group.bench_function("fine block", |b| b.iter(|| stages.fine_block()));
        group.bench_function("down", |b| b.iter(|| stages.down()));
        group.bench_function("coarse block", |b| b.iter(|| stages.coarse_block()));
        group.bench_function("head", |b| b.iter(|| stages.head()));
        group.throughput(Throughput::Elements(stages.multiply_adds()));
        group.bench_function("network", |b| b.iter(|| stages.network()));
        group.throughput(Throughput::Elements(1));
        group.bench_function("peaks", |b| b.iter(|| stages.peaks()));
        let mut extractor = Extractor::with_level(level);
        group.bench_function("whole", |b| b.iter(|| extractor.extract(&image, FingerPosition::Unknown)));
        group.finish();
    }
}

criterion_group!(benches, extract);
criterion_main!(benches);
