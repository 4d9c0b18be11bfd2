//! What a gallery promises between processes: writers that are killed, readers that look on.

#[path = "../src/gallery/made_up.rs"]
#[allow(dead_code)]
mod made_up;

use made_up::{encounter, id, scratch};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use vantay::gallery::{GalleryError, Options, Snapshot, Writer, verify};

const ROLE: &str = "VANTAY_TEST_ROLE";
const DIR: &str = "VANTAY_TEST_DIR";
const FIRST: &str = "VANTAY_TEST_FIRST";

/// This very test program as another process, which runs `child` in a role; a writer's encounters are numbered from `first` on.
fn spawn(role: &str, dir: &Path, first: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture", "--test-threads=1"])
        .env(ROLE, role)
        .env(DIR, dir)
        .env(FIRST, first.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// What the other processes do; nothing where none was asked for.
#[test]
fn child() {
    let (Ok(role), Ok(dir)) = (std::env::var(ROLE), std::env::var(DIR)) else { return };
    let options = Options::default().log_limit(6_000).removed_bound(3);
    match role.as_str() {
        // Inserts one after the other and tells each when it is acknowledged; deletes every fourth again.
        "writer" => {
            let mut writer = match Writer::open_with(&dir, options) {
                Ok(writer) => writer,
                Err(e) => return println!("error {e}"),
            };
            println!("open");
            // Each writer has numbers of its own: one that came again would be deleted again, under those who look on.
            let first = std::env::var(FIRST).ok().and_then(|n| n.parse().ok()).unwrap_or(0);
            for n in first.. {
                writer.append(&[encounter(n, 1)]).unwrap();
                println!("inserted {n}");
                if n % 4 == 3 {
                    println!("deleting {n}");
                    writer.delete_encounter(id(n)).unwrap();
                    println!("deleted {n}");
                }
            }
        }
        "holder" => {
            let _writer = Writer::open_with(&dir, options).unwrap();
            println!("open");
            loop {
                std::thread::park();
            }
        }
        other => panic!("{other}"),
    }
}

/// The lines that a child tells of this kind, as far as they came through whole.
struct Told {
    inserted: Vec<u64>,
    deleted: Vec<u64>,
    deleting: Option<u64>,
}

impl Told {
    /// Kills the writer when it has acknowledged so many changes.
    fn kill_after(mut child: Child, changes: usize) -> Told {
        let mut told = Told { inserted: Vec::new(), deleted: Vec::new(), deleting: None };
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut killed = false;
        // After the kill, what is still in the pipe was acknowledged too.
        while let Some(Ok(line)) = lines.next() {
            let number = line.split_once(' ').and_then(|(_, n)| n.parse().ok());
            match (line.split_once(' ').map(|(what, _)| what), number) {
                (Some("inserted"), Some(n)) => told.inserted.push(n),
                (Some("deleting"), Some(n)) => told.deleting = Some(n),
                (Some("deleted"), Some(n)) => told.deleted.push(n),
                (Some("error"), _) => panic!("{line}"),
                _ => {}
            }
            if !killed && told.inserted.len() + told.deleted.len() >= changes {
                child.kill().unwrap();
                killed = true;
            }
        }
        child.wait().unwrap();
        assert!(killed, "the writer ended by itself");
        told
    }
}

/// Kills of one gallery's writers, after which the next gallery begins.
const KILLS_A_GALLERY: usize = 200;

fn kills(count: u64) {
    let dir = scratch();
    let dir = dir.path().join("gallery");
    Writer::create(&dir).unwrap();
    let (mut there, mut gone) = (Vec::new(), Vec::new());
    for kill in 0..count {
        let child = spawn("writer", &dir, kill * 1_000_000);
        // A reader looks on meanwhile: every opening works, and shows what was acknowledged before.
        let watched = std::thread::spawn({
            let (dir, there) = (dir.clone(), there.clone());
            move || {
                for _ in 0..5 {
                    let snapshot = Snapshot::open(&dir).unwrap();
                    for &n in there.iter().rev().take(20) {
                        assert!(snapshot.by_encounter(id(n)).unwrap().is_some());
                    }
                    for i in 0..snapshot.encounter_count() {
                        snapshot.check(i).unwrap();
                    }
                }
            }
        });
        let told = Told::kill_after(child, (kill * 7 % 23) as usize + 1);
        watched.join().unwrap();
        let perhaps = told.deleting;
        there.extend(told.inserted.iter().filter(|n| !told.deleted.contains(n) && perhaps != Some(**n)));
        gone.extend(told.deleted);

        let snapshot = Snapshot::open(&dir).unwrap();
        for &n in &there {
            let i =
                snapshot.by_encounter(id(n)).unwrap().unwrap_or_else(|| panic!("kill {kill}: {n} was acknowledged"));
            assert_eq!(snapshot.encounter(i).unwrap(), encounter(n, 1));
        }
        for &n in &gone {
            assert_eq!(snapshot.by_encounter(id(n)).unwrap(), None, "kill {kill}: {n} was deleted");
        }
        // At most one that nobody was told of, each time.
        assert!(snapshot.encounter_count() <= there.len() + 2 * (kill as usize + 1));
    }
    verify(&dir).unwrap();
}

#[test]
fn an_acknowledged_append_survives_a_kill() {
    // `VANTAY_KILLS` says how often; `tests/run --long` asks for 10,000.
    let count = std::env::var("VANTAY_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(25);
    // Every kill looks at all that was ever acknowledged, so a gallery is not killed too often.
    for done in (0..count).step_by(KILLS_A_GALLERY) {
        kills((count - done).min(KILLS_A_GALLERY) as u64);
        println!("{} kills", (done + KILLS_A_GALLERY).min(count));
    }
}

#[test]
fn a_second_writer_in_another_process_is_refused_and_a_dead_one_does_not_block() {
    let dir = scratch();
    let dir = dir.path().join("gallery");
    Writer::create(&dir).unwrap();
    let mut holder = spawn("holder", &dir, 0);
    let mut lines = BufReader::new(holder.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().ends_with("open")), "the other process has it open");
    match Writer::open(&dir) {
        Err(GalleryError::Locked { .. }) => {}
        other => panic!("{other:?}"),
    }
    assert_eq!(Snapshot::open(&dir).unwrap().encounter_count(), 0, "readers are not kept out");
    holder.kill().unwrap();
    holder.wait().unwrap();
    Writer::open(&dir).unwrap();
}
