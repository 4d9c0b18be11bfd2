//! What the kernel sees: each answer comes after the syncs that it needs. Where there is no `strace`, or it may not trace, these
//! tests say that they skip; the reading of traces is tested everywhere.
#![cfg(target_os = "linux")]

#[path = "../src/gallery/made_up.rs"]
#[allow(dead_code)]
mod made_up;

use made_up::{encounter, encounters, id};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use vantay::gallery::{Finger, Options, Writer};

const DIR: &str = "VANTAY_TEST_SYNCS";

/// The calls of a trace of `strace -f -y` that matter here. Writes and renames count from their start, syncs from their end.
#[derive(Debug, PartialEq)]
enum Call<'a> {
    Create(&'a str),
    Rename(&'a str, &'a str),
    /// `descriptor` is its number: 1 is standard output.
    Write {
        descriptor: &'a str,
        file: &'a str,
        text: &'a str,
    },
    Sync(&'a str),
}

fn calls(trace: &str) -> Vec<Call<'_>> {
    // The file of a sync that another thread's call came between, by the thread's number.
    let mut begun: BTreeMap<&str, &str> = BTreeMap::new();
    let mut calls = Vec::new();
    for line in trace.lines() {
        let Some((thread, rest)) = line.trim_start().split_once(' ') else { continue };
        let rest = rest.trim_start();
        if let Some(resumed) = rest.strip_prefix("<... ") {
            let synced = resumed.starts_with('f') && resumed.contains("sync resumed>") && resumed.contains("= 0");
            calls.extend(begun.remove(thread).filter(|_| synced).map(Call::Sync));
            continue;
        }
        let Some((name, arguments)) = rest.split_once('(') else { continue };
        // `3</the/file>`
        let (descriptor, file) = arguments.split_once('<').unwrap_or_default();
        let file = file.split('>').next().unwrap_or_default();
        let quoted = |i: usize| arguments.split('"').nth(2 * i + 1).unwrap_or_default();
        match name {
            "fsync" | "fdatasync" if rest.contains("unfinished") => drop(begun.insert(thread, file)),
            "fsync" | "fdatasync" if rest.contains("= 0") => calls.push(Call::Sync(file)),
            "write" | "pwrite64" | "writev" => calls.push(Call::Write { descriptor, file, text: quoted(0) }),
            "openat" if rest.contains("O_CREAT") && !rest.contains(" = -1 ") => calls.push(Call::Create(quoted(0))),
            "mkdir" if rest.contains("= 0") => calls.push(Call::Create(quoted(0))),
            "rename" => calls.push(Call::Rename(quoted(0), quoted(1))),
            _ => {}
        }
    }
    calls
}

/// What would be lost in a power cut.
#[derive(Debug, Default)]
struct Unsynced<'a> {
    files: BTreeSet<&'a str>,
    /// Directories in which names are new.
    names: BTreeSet<&'a str>,
}

impl<'a> Unsynced<'a> {
    fn after(&mut self, call: &Call<'a>) {
        let parent = |path: &'a str| path.rsplit_once('/').map_or("", |(parent, _)| parent);
        match *call {
            Call::Create(path) => drop(self.names.insert(parent(path))),
            Call::Rename(from, to) => {
                self.names.extend([parent(from), parent(to)]);
            }
            Call::Write { file, .. } => drop(self.files.insert(file)),
            Call::Sync(path) => {
                self.files.remove(path);
                self.names.remove(path);
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.files.is_empty() && self.names.is_empty()
    }
}

/// Counts the answers of a gallery's writer: each after everything in `dir` was synced, file by file, and the directory where
/// names are new in it; and so is each manifest before it takes the old one's place.
fn answers(trace: &str, dir: &str, answer: &str) -> Result<usize, String> {
    let (mut unsynced, mut found) = (Unsynced::default(), 0);
    // Both are no promise: nothing is lost with them.
    let promised = |path: &str| path.starts_with(dir) && !path.ends_with("/ACKNOWLEDGED") && !path.ends_with("/LOCK");
    for call in calls(trace) {
        match &call {
            Call::Write { text, .. } if text.contains(answer) => {
                found += 1;
                if !unsynced.is_empty() {
                    return Err(format!("{text:?} was told before the sync of {unsynced:?}"));
                }
            }
            Call::Rename(_, to) if promised(to) && !unsynced.is_empty() => {
                return Err(format!("{to} was renamed before the sync of {unsynced:?}"));
            }
            _ => {}
        }
        match call {
            Call::Create(path) | Call::Write { file: path, .. } if !promised(path) => {}
            call => unsynced.after(&call),
        }
    }
    Ok(found)
}

/// Runs a command under `strace` in a folder; its trace, or none where that does not work here.
fn traced(folder: &Path, command: &mut Command) -> Option<String> {
    let trace = folder.join("trace");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-y", "-s", "300", "-e", "trace=openat,mkdir,write,pwrite64,writev,fsync,fdatasync,rename"]);
    strace.arg("-o").arg(&trace).arg(command.get_program()).args(command.get_args());
    strace.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let done = strace.current_dir(folder).stdout(Stdio::piped()).stderr(Stdio::piped()).output();
    let Ok(done) = done else {
        println!("skipped: no strace here");
        return None;
    };
    let trace = fs::read_to_string(trace).unwrap_or_default();
    if !trace.contains("exited with") {
        println!("skipped: strace may not trace here: {}", String::from_utf8_lossy(&done.stderr));
        return None;
    }
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Some(trace)
}

/// A trace without the lines of a kind.
fn without(trace: &str, gone: impl Fn(&str) -> bool) -> String {
    trace.lines().filter(|line| !gone(line)).map(|line| format!("{line}\n")).collect()
}

fn is_sync(line: &str) -> bool {
    line.contains("fsync") || line.contains("fdatasync")
}

/// What the traced process does; nothing where none was asked for.
#[test]
fn child() {
    let Ok(dir) = std::env::var(DIR) else { return };
    // Small logs become segments often; merges wait, so that nothing is written beside.
    let options = Options::default().log_limit(6_000).removed_bound(3).background(false);
    let mut writer = Writer::create_with(&dir, options).unwrap();
    println!("acknowledged: made");
    for n in 0..30 {
        writer.append(&[encounter(n, 1)]).unwrap();
        println!("acknowledged: insert {n}");
        if n % 4 == 3 {
            writer.delete_encounter(id(n)).unwrap();
            println!("acknowledged: delete {n}");
        }
        if n % 10 == 6 {
            writer.update(&[encounter(n, 2)]).unwrap();
            println!("acknowledged: update {n}");
        }
    }
    writer.append(&encounters(100..110, 2)).unwrap();
    println!("acknowledged: bulk");
    writer.compact().unwrap();
    println!("acknowledged: compact");
}

#[test]
fn a_sync_precedes_each_acknowledgement() {
    let folder = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(folder.path()).unwrap();
    // Two directories are made, and their names are to be durable too.
    let (new, dir) = (root.join("new"), root.join("new/gallery"));
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "child", "--nocapture", "--test-threads=1"]).env(DIR, &dir);
    let Some(trace) = traced(&root, &mut child) else { return };
    let check = |trace: &str| answers(trace, new.to_str().unwrap(), "acknowledged: ");
    assert_eq!(check(&trace), Ok(1 + 30 + 7 + 3 + 2));
    // The same store, had it never synced, or left out one kind of sync.
    for (what, gone) in [
        ("syncs nothing", Box::new(is_sync) as Box<dyn Fn(&str) -> bool>),
        ("syncs no directory", Box::new(|line: &str| is_sync(line) && line.contains("/gallery>)"))),
        ("syncs no name of a new directory", Box::new(|line: &str| is_sync(line) && line.contains("/new>)"))),
        ("syncs no log", Box::new(|line: &str| is_sync(line) && line.contains(".log>)"))),
        ("syncs no segment", Box::new(|line: &str| is_sync(line) && line.contains(".segment>)"))),
        ("syncs no manifest", Box::new(|line: &str| is_sync(line) && line.contains("/MANIFEST"))),
    ] {
        let trace = without(&trace, gone);
        assert!(check(&trace).is_err(), "a store that {what} was not found");
    }
}

/// Whether in `folder` an entry of the audit chain was durable before anything was told on standard output, and before
/// anything went into a gallery's log.
fn recorded_first(trace: &str, folder: &str) -> Result<usize, String> {
    let (mut unsynced, mut entries, mut found) = (Unsynced::default(), 0, 0);
    for call in calls(trace) {
        if let Call::Write { descriptor, file, text } = &call {
            if *descriptor == "1" || text.starts_with("VTYB") {
                found += 1;
                if entries == 0 || !unsynced.is_empty() {
                    return Err(format!("{text:?} after {entries} entries and before the sync of {unsynced:?}"));
                }
            }
            entries += usize::from(file.ends_with(".audit"));
        }
        let path = match &call {
            Call::Create(path) | Call::Write { file: path, .. } | Call::Sync(path) | Call::Rename(_, path) => *path,
        };
        if path == folder || path.starts_with(folder) && (path.ends_with(".audit") || path.ends_with("/audit")) {
            unsynced.after(&call);
        }
    }
    Ok(found)
}

#[test]
fn an_audit_entry_is_durable_before_the_answer_and_before_the_change() {
    let folder = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(folder.path()).unwrap();
    Writer::create(root.join("gallery")).unwrap().append(&encounters(0..6, 2)).unwrap();
    let Finger::Captured(template) = &encounter(4, 2).fingers[0] else { panic!("it was captured") };
    fs::write(root.join("finger.vtyt"), template.to_bytes()).unwrap();
    for (name, command, least) in [
        ("identify", "identify /finger.vtyt --gallery /gallery --audit /audit --json", 1),
        ("export", "export /gallery --out /lines --plain --audit /audit", 1),
        ("import", "import /lines --gallery /other --audit /audit", 2),
    ] {
        let absolute = command.replace(" /", &format!(" {}/", root.display()));
        let mut vantay = Command::new(env!("CARGO_BIN_EXE_vantay"));
        let Some(trace) = traced(&root, vantay.args(absolute.split(' '))) else { return };
        let check = |trace: &str| recorded_first(trace, root.to_str().unwrap());
        let found = check(&trace);
        assert!(found.as_ref().is_ok_and(|&n| n >= least), "{name}: {found:?}");
        assert!(check(&without(&trace, is_sync)).is_err(), "{name}, had it never synced");
        let names = |line: &str| is_sync(line) && line.contains("/audit>)");
        assert!(check(&without(&trace, names)).is_err(), "{name}, had it synced no directory");
        let record = |line: &str| line.contains(".audit>, ");
        assert!(check(&without(&trace, record)).is_err(), "{name}, had it recorded nothing");
        fs::remove_dir_all(root.join("audit")).unwrap();
    }
}

const MADE: &str = r#"
7 openat(AT_FDCWD</>, "/g/2.log", O_WRONLY|O_CREAT|O_EXCL|O_APPEND|O_CLOEXEC, 0600) = 4</g/2.log>
7 write(4</g/2.log>, "VTYL", 64) = 64
7 fsync(4</g/2.log>)                 = 0
7 openat(AT_FDCWD</>, "/g/MANIFEST.next", O_WRONLY|O_CREAT|O_EXCL, 0600) = 5</g/MANIFEST.next>
7 write(5</g/MANIFEST.next>, "VTYM", 64) = 64
7 fsync(5</g/MANIFEST.next> <unfinished ...>
8 write(9</elsewhere>, "x", 1) = 1
7 <... fsync resumed>)               = 0
7 fsync(6</g>)                       = 0
7 rename("/g/MANIFEST.next", "/g/MANIFEST") = 0
7 fsync(6</g>)                       = 0
7 write(1<pipe:[12]>, "done 1\n", 7) = 7
7 write(4</g/2.log>, "VTYB", 64)     = 64
7 fdatasync(4</g/2.log>)             = 0
7 write(7</g/ACKNOWLEDGED>, "VTYA", 64) = 64
7 write(1<pipe:[12]>, "done 2\n", 7) = 7
"#;

#[test]
fn a_trace_without_any_one_of_its_syncs_is_refused() {
    assert_eq!(answers(MADE, "/g", "done"), Ok(2));
    let lines: Vec<&str> = MADE.lines().collect();
    let syncs: Vec<usize> =
        (0..lines.len()).filter(|&i| is_sync(lines[i]) && !lines[i].contains("unfinished")).collect();
    assert_eq!(syncs.len(), 5);
    for at in syncs {
        let trace = [&lines[..at], &lines[at + 1..]].concat().join("\n");
        assert!(answers(&trace, "/g", "done").is_err(), "without {}", lines[at]);
    }
    assert!(answers(&MADE.replace("resumed>)               = 0", "resumed>) = -1 EIO"), "/g", "done").is_err());
}
