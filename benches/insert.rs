//! Inserting: in bulk, from many threads at once, and while others search. Prints figures of one run each, on the disk of
//! the temporary directory (`TMPDIR` names another).

#[path = "../src/gallery/made_up.rs"]
#[allow(dead_code)]
mod made_up;

use made_up::{encounter, encounters};
use rayon::prelude::*;
use std::hint::black_box;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use vantay::gallery::{Clashes, SharedWriter, Snapshot, Writer};
use vantay::matching::Prepared;
use vantay::search::{IdentifyOptions, Record, identify, quiet};

fn main() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    println!("{} threads of the CPU, disk {}", rayon::current_num_threads(), dir.path().display());
    bulk(&dir.path().join("bulk"));
    bulk_from_two(&dir.path().join("two"));
    merge(&dir.path().join("bulk"), &dir.path().join("merged"));
    in_flight(&dir.path().join("shared"));
    searching(&dir.path().join("bulk"));
}

fn bulk(dir: &Path) {
    let mut writer = Writer::create(dir).expect("a new gallery");
    let batches: Vec<_> = (0..10).map(|b| encounters(b * 2000..(b + 1) * 2000, 10)).collect();
    let templates: usize = batches.iter().flatten().map(|e| e.templates().count()).sum();
    let began = Instant::now();
    for batch in &batches {
        writer.append(batch).expect("room");
    }
    let took = began.elapsed().as_secs_f64();
    println!("bulk: {templates} templates in {took:.2} s, {:.0} a second, durable", templates as f64 / took);
    let began = Instant::now();
    batches.par_iter().flatten().for_each(|e| e.templates().for_each(|t| drop(black_box(Prepared::new(t)))));
    println!("  of which preparing them for the matcher takes {:.2} s", began.elapsed().as_secs_f64());
}

/// The same from two threads: one prepares while the other's step is written and synced.
fn bulk_from_two(dir: &Path) {
    let writer = SharedWriter::new(Writer::create(dir).expect("a new gallery"));
    let batches: Vec<_> = (0..20).map(|b| encounters(b * 1000..(b + 1) * 1000, 10)).collect();
    let templates: usize = batches.iter().flatten().map(|e| e.templates().count()).sum();
    let next = AtomicUsize::new(0);
    let began = Instant::now();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                    writer.append(batch).expect("room");
                }
            });
        }
    });
    let took = began.elapsed().as_secs_f64();
    println!(
        "bulk from two threads: {templates} templates in {took:.2} s, {:.0} a second, durable",
        templates as f64 / took
    );
}

/// What the store itself takes, on one core: the fingers are prepared already.
fn merge(from: &Path, into: &Path) {
    let mut writer = Writer::create(into).expect("a new gallery");
    let templates = Snapshot::open(from).expect("whole").finger_count();
    let began = Instant::now();
    writer.merge(from, Clashes::LeaveOut).expect("room");
    let took = began.elapsed().as_secs_f64();
    println!("merge: {templates} templates in {took:.2} s, {:.0} a second, durable", templates as f64 / took);
}

fn in_flight(dir: &Path) {
    const EACH: u64 = 50;
    for threads in [1, 8, 64] {
        let dir = dir.join(threads.to_string());
        std::fs::create_dir_all(&dir).expect("room");
        let writer = SharedWriter::new(Writer::create(&dir).expect("a new gallery"));
        let all: Vec<Vec<_>> = (0..threads).map(|t| encounters(t * EACH..(t + 1) * EACH, 10)).collect();
        let began = Instant::now();
        thread::scope(|scope| {
            for own in &all {
                let writer = &writer;
                scope.spawn(move || {
                    for e in own {
                        writer.append(std::slice::from_ref(e)).expect("room");
                    }
                });
            }
        });
        let (inserts, took) = (threads * EACH, began.elapsed().as_secs_f64());
        println!(
            "{threads} in flight: {inserts} inserts of ten fingers, {:.0} a second, {} commits: {:.1} a commit",
            inserts as f64 / took,
            writer.commits(),
            inserts as f64 / writer.commits() as f64
        );
    }
}

/// Searches on one core, alone and while another thread inserts at full speed. Meant for two cores or more.
fn searching(dir: &Path) {
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let probe = Record::new(&encounter(1 << 40, 1));
    let snapshot = Snapshot::open(dir).expect("whole");
    let search = || {
        let began = Instant::now();
        one.install(|| identify(&probe, &snapshot, &IdentifyOptions::default(), &quiet)).expect("whole");
        began.elapsed()
    };
    let mean = |n: u32| (0..n).map(|_| search()).sum::<Duration>().as_secs_f64() / f64::from(n);
    mean(2);
    let (stop, inserted) = (AtomicBool::new(false), AtomicU64::new(0));
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    let mut writer = Writer::open(dir).expect("whole");
    let mut next = 1 << 30;
    for _ in 0..5 {
        alone.push(mean(2));
        stop.store(false, Ordering::Relaxed);
        beside.push(thread::scope(|scope| {
            scope.spawn(|| {
                let own = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
                while !stop.load(Ordering::Relaxed) {
                    own.install(|| writer.append(&[encounter(next, 10)])).expect("room");
                    next += 1;
                    inserted.fetch_add(1, Ordering::Relaxed);
                }
            });
            let mean = mean(2);
            stop.store(true, Ordering::Relaxed);
            mean
        }));
    }
    let median = |times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2] * 1e3
    };
    let (alone, beside) = (median(&mut alone), median(&mut beside));
    println!(
        "searching {} encounters: {alone:.0} ms alone, {beside:.0} ms beside a writer ({:+.1} %), {} inserts meanwhile",
        snapshot.encounter_count(),
        100.0 * (beside / alone - 1.0),
        inserted.load(Ordering::Relaxed)
    );
}
