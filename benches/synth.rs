//! How long a master finger and an impression of it take, on one core.

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use vantay::synth::{Capture, Person, Sensor};
use vantay::template::FingerPosition;

fn masters(c: &mut Criterion) {
    let mut number = 0;
    c.bench_function("synth/master", |b| {
        b.iter(|| {
            number += 1;
            black_box(Person::new(1, number).finger(FingerPosition::RightIndex))
        })
    });
}

fn impressions(c: &mut Criterion) {
    let master = Person::new(1, 1).finger(FingerPosition::RightIndex);
    for sensor in Sensor::ALL {
        let capture = Capture::of(sensor);
        let mut seed = 0;
        c.bench_function(&format!("synth/impression/{}", sensor.name()), |b| {
            b.iter(|| {
                seed += 1;
                black_box(master.impression(seed, &capture))
            })
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = masters, impressions
}
criterion_main!(benches);
