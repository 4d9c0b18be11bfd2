//! Extraction by stage, at every CPU level that this machine has: `cargo bench --bench extract`.
//!
//! The image is a made-up finger of 388 × 374 pixels. Times are the best of many short runs, so that what else a machine does
//! counts little. Beside them stands the core's peak at that level, measured in the same run by the kernel's own instructions on
//! registers alone, and the network's share of it.

use rayon::prelude::*;
use std::time::{Duration, Instant};
use vantay::extract::{Extractor, stages};
use vantay::image::GrayImage;
use vantay::simd::Level;
use vantay::synth::{Capture, Master, Sensor};
use vantay::template::FingerPosition;

/// How long a stage is run for, and how many times at least.
const LENGTH: Duration = Duration::from_millis(700);
const LEAST: usize = 5;

/// Seconds of the fastest run.
fn best(mut run: impl FnMut()) -> f64 {
    let (start, mut best, mut runs) = (Instant::now(), f64::MAX, 0);
    while runs < LEAST || start.elapsed() < LENGTH {
        let start = Instant::now();
        run();
        (best, runs) = (best.min(start.elapsed().as_secs_f64()), runs + 1);
    }
    best
}

/// Multiply-adds a second of one core.
fn peak(level: Level) -> f64 {
    const STEPS: usize = 20_000;
    let mut count = 0;
    let seconds = best(|| count = stages::peak(level, STEPS));
    count as f64 / seconds
}

fn by_stage(level: Level, image: &GrayImage) {
    let mut s = stages::Stages::new(level, image.clone());
    let row = |name: &str, seconds: f64| println!("{:>9} {name:<11} {:>9.3} ms", level.name(), seconds * 1e3);
    row("normalise", best(|| s.normalize()));
    row("stem", best(|| s.stem()));
    row("fine", best(|| s.fine()));
    row("down", best(|| s.down()));
    row("context", best(|| s.context()));
    row("up", best(|| s.up()));
    row("head", best(|| s.head()));
    let before = peak(level);
    let network = best(|| s.network());
    let peak = before.max(peak(level));
    row("network", network);
    row("peaks", best(|| drop(std::hint::black_box(s.peaks()))));
    row("ridges", best(|| _ = std::hint::black_box(s.ridges())));
    let minutiae = s.minutiae();
    let descriptors = best(|| drop(std::hint::black_box(s.descriptors())));
    row("descriptors", descriptors);
    let mut extractor = Extractor::with_level(level);
    row("whole", best(|| drop(std::hint::black_box(extractor.extract(image, FingerPosition::Unknown)))));
    let rate = s.multiply_adds() as f64 / network;
    println!(
        "{:>9} {:.0} M multiply-adds: {:.1} G/s, {:.0} % of the {:.1} G/s that the core does",
        level.name(),
        s.multiply_adds() as f64 / 1e6,
        rate / 1e9,
        100.0 * rate / peak,
        peak / 1e9,
    );
    println!(
        "{:>9} {minutiae} descriptors: {:.2} µs each, {:.1} G multiply-adds/s\n",
        level.name(),
        descriptors * 1e6 / minutiae as f64,
        stages::Stages::descriptor_multiply_adds(minutiae) as f64 / descriptors / 1e9,
    );
}

/// Resampling alone, from the smallest resolution that is taken and from that of archives.
fn resampling(level: Level) {
    for (side, ppi) in [(800, 250.0), (1600, 1000.0)] {
        let pixels = (0..side * side).map(|i| (i * 7919 % 251) as u8).collect();
        let image = GrayImage::from_vec(pixels, side, side, ppi).expect("a square image");
        let seconds = best(|| drop(std::hint::black_box(image.to_standard_ppi())));
        println!("{:>9} {side} × {side} px at {ppi} ppi to 500 {:>9.3} ms", level.name(), seconds * 1e3);
    }
}

/// Images a second on all cores, an extractor a thread.
fn on_all_cores(image: &GrayImage) {
    const IMAGES: usize = 200;
    let seconds = best(|| {
        let done =
            (0..IMAGES).into_par_iter().map_init(Extractor::new, |e, _| e.extract(image, FingerPosition::Unknown));
        assert_eq!(done.filter(Result::is_ok).count(), IMAGES);
    });
    println!(
        "{:.0} images/s on {} threads, {}",
        IMAGES as f64 / seconds,
        rayon::current_num_threads(),
        Level::current()
    );
}

fn main() {
    let image = Master::new(1, FingerPosition::RightIndex).impression(1, &Capture::of(Sensor::Optical)).image;
    println!("{} × {} pixels\n", image.width(), image.height());
    for level in Level::available().into_iter().rev() {
        by_stage(level, &image);
    }
    resampling(Level::current());
    on_all_cores(&image);
}
