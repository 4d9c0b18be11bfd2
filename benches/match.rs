//! One comparison, mated and non-mated, by size of the fingers, at every CPU level; and the share of each step:
//! `cargo bench --bench match`. The fingers are made up: minutiae strewn at random, and ridges that run one way.

#[path = "../src/matching/testing.rs"]
mod testing;

use criterion::{Criterion, criterion_group, criterion_main};
use testing::{finger, impression, with_flow, with_period};
use vantay::matching::{Matcher, Prepared, STEPS};
use vantay::simd::Level;
use vantay::template;

/// How many pairs a figure is the mean of.
const PAIRS: u64 = 64;

/// What a finger is held against: so many impressions after its own.
const PAIRINGS: [(&str, usize); 2] = [("mated", 0), ("non-mated", 1)];

/// Fingers of so many minutiae, and an impression of each, with ridge maps.
fn fingers(count: usize) -> (Vec<Prepared>, Vec<Prepared>) {
    let fingers = (0..PAIRS).map(|seed| finger(seed, count));
    let prepare = |f: &template::Template| Prepared::new(&with_period(&with_flow(f, 0.3), 9.0));
    fingers.enumerate().map(|(i, f)| (prepare(&f), prepare(&impression(&f, i as u64)))).unzip()
}

fn compare(c: &mut Criterion) {
    for level in Level::available() {
        let mut matcher = Matcher::at(level);
        let mut group = c.benchmark_group(format!("compare/{level}"));
        for count in [20, 36, 60, 96] {
            let (a, b) = fingers(count);
            for (name, next) in PAIRINGS {
                let mut i = 0;
                group.bench_function(format!("{name}, {count} minutiae"), |bench| {
                    bench.iter(|| {
                        i = (i + 1) % a.len();
                        matcher.compare(a[i].view(), b[(i + next) % b.len()].view())
                    });
                });
            }
        }
        group.finish();
    }
}

/// The time up to and with each step, at 36 minutiae.
fn steps(c: &mut Criterion) {
    let (a, b) = fingers(36);
    for level in Level::available() {
        let mut matcher = Matcher::at(level);
        for (pairs, next) in PAIRINGS {
            let mut group = c.benchmark_group(format!("up to/{level}/{pairs}"));
            for (steps, name) in (1..).zip(STEPS) {
                let mut i = 0;
                group.bench_function(name, |bench| {
                    bench.iter(|| {
                        i = (i + 1) % a.len();
                        matcher.steps(steps, a[i].view(), b[(i + next) % b.len()].view());
                    });
                });
            }
            group.finish();
        }
    }
}

fn prepare(c: &mut Criterion) {
    for count in [20, 36, 60, 96] {
        let template = with_period(&with_flow(&finger(1, count), 0.3), 9.0);
        c.bench_function(&format!("prepare/{count} minutiae"), |bench| bench.iter(|| Prepared::new(&template)));
    }
}

criterion_group!(benches, compare, steps, prepare);
criterion_main!(benches);
