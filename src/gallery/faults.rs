//! A disk in memory that remembers in which order it was told what, fails when told to, and can be looked at as a power
//! cut would have left it. For tests.

use super::map::{AlignedBytes, Bytes};
use super::storage::{Sink, Storage};
use rand_chacha::ChaCha8Rng;
use rand_core::Rng;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a disk was told, in order. Files go by a number, names come and go.
#[derive(Debug, Clone)]
pub(super) enum Event {
    Create(String, usize),
    Write(usize, u64, Vec<u8>),
    Cut(usize, u64),
    Sync(usize),
    Rename(String, String),
    Remove(String),
    SyncDir,
    /// So many steps of a history were acknowledged.
    Acknowledged(usize),
}

/// How the disk fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// No space: a write writes half and then fails.
    Space,
    /// An operation of any kind fails, without effect.
    Io,
    /// The thread that asks panics.
    Panic,
}

#[derive(Debug, Default)]
struct Inner {
    files: BTreeMap<usize, Vec<u8>>,
    names: BTreeMap<String, usize>,
    events: Vec<Event>,
    locked: BTreeSet<String>,
    next: usize,
    clock: u64,
    operations: usize,
    fault: Option<(usize, Fault)>,
    /// A store that never syncs.
    forgetful: bool,
    /// How long a sync takes.
    sync_time: std::time::Duration,
}

/// The disk.
#[derive(Debug, Clone, Default)]
pub(super) struct FaultyDisk(Arc<Mutex<Inner>>);

impl FaultyDisk {
    /// A disk that holds these files, all durable.
    pub fn of(image: &BTreeMap<String, Vec<u8>>) -> Self {
        let disk = FaultyDisk::default();
        let mut inner = disk.inner();
        for (i, (name, bytes)) in image.iter().enumerate() {
            inner.names.insert(name.clone(), i);
            inner.files.insert(i, bytes.clone());
        }
        inner.next = image.len();
        drop(inner);
        disk
    }

    /// Syncs do nothing from now on.
    pub fn forget_syncs(&self) {
        self.inner().forgetful = true;
    }

    /// Each sync takes so long.
    pub fn sync_slowly(&self, time: std::time::Duration) {
        self.inner().sync_time = time;
    }

    /// The operation that is `after` ones away fails, once.
    pub fn fail(&self, after: usize, fault: Fault) {
        let mut inner = self.inner();
        inner.fault = Some((inner.operations + after, fault));
    }

    /// Whether the fault of [`FaultyDisk::fail`] has come.
    pub fn has_failed(&self) -> bool {
        self.inner().fault.is_none()
    }

    pub fn acknowledge(&self, steps: usize) {
        self.inner().events.push(Event::Acknowledged(steps));
    }

    pub fn events(&self) -> Vec<Event> {
        self.inner().events.clone()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Counts an operation; an error where it is the one to fail.
    fn count(&mut self) -> Result<(), Fault> {
        self.operations += 1;
        match self.fault {
            Some((at, fault)) if self.operations > at => {
                self.fault = None;
                assert!(fault != Fault::Panic, "a panic was asked for");
                Err(fault)
            }
            _ => Ok(()),
        }
    }

    fn io(&mut self) -> io::Result<()> {
        self.count().map_err(error)
    }

    fn find(&self, path: &Path) -> io::Result<usize> {
        self.names.get(&name(path)).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn write(&mut self, file: usize, offset: u64, bytes: &[u8]) {
        self.events.push(Event::Write(file, offset, bytes.to_vec()));
        write_at(self.files.entry(file).or_default(), offset, bytes);
    }
}

fn error(fault: Fault) -> io::Error {
    match fault {
        Fault::Space => io::ErrorKind::StorageFull.into(),
        Fault::Io | Fault::Panic => io::Error::other("the disk failed"),
    }
}

fn name(path: &Path) -> String {
    path.file_name().map_or(String::new(), |n| n.to_string_lossy().into_owned())
}

fn write_at(file: &mut Vec<u8>, offset: u64, bytes: &[u8]) {
    let end = offset as usize + bytes.len();
    if file.len() < end {
        file.resize(end, 0);
    }
    file[offset as usize..end].copy_from_slice(bytes);
}

#[derive(Debug)]
struct Open {
    disk: FaultyDisk,
    file: usize,
}

impl Write for Open {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut inner = self.disk.inner();
        let end = inner.files.get(&self.file).map_or(0, Vec::len) as u64;
        if let Err(fault) = inner.count() {
            if fault == Fault::Space {
                inner.write(self.file, end, &bytes[..bytes.len() / 2]);
            }
            return Err(error(fault));
        }
        inner.write(self.file, end, bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink for Open {
    fn sync(&mut self) -> io::Result<()> {
        let time = self.disk.inner().sync_time;
        std::thread::sleep(time);
        let mut inner = self.disk.inner();
        inner.io()?;
        if !inner.forgetful {
            inner.events.push(Event::Sync(self.file));
        }
        Ok(())
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        let mut inner = self.disk.inner();
        inner.io()?;
        inner.events.push(Event::Cut(self.file, length));
        inner.files.entry(self.file).or_default().truncate(length as usize);
        Ok(())
    }
}

#[derive(Debug)]
struct Lock(FaultyDisk, String);

impl Drop for Lock {
    fn drop(&mut self) {
        self.0.inner().locked.remove(&self.1);
    }
}

impl Storage for FaultyDisk {
    fn create_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn Sink>> {
        let mut inner = self.inner();
        inner.io()?;
        let file = inner.next;
        inner.next += 1;
        if inner.names.contains_key(&name(path)) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        inner.names.insert(name(path), file);
        inner.files.insert(file, Vec::new());
        inner.events.push(Event::Create(name(path), file));
        Ok(Box::new(Open { disk: self.clone(), file }))
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn Sink>> {
        Ok(Box::new(Open { disk: self.clone(), file: self.inner().find(path)? }))
    }

    fn read(&self, path: &Path, _: u64) -> io::Result<Vec<u8>> {
        let inner = self.inner();
        Ok(inner.files[&inner.find(path)?].clone())
    }

    fn map(&self, path: &Path) -> io::Result<Bytes> {
        let mut bytes = AlignedBytes::default();
        bytes.write_all(&self.read(path, u64::MAX)?)?;
        Ok(Bytes::Heap(bytes))
    }

    fn overwrite(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let file = self.inner().find(path);
        let file = match file {
            Ok(file) => file,
            Err(_) => {
                self.create(path)?;
                self.inner().find(path)?
            }
        };
        let mut inner = self.inner();
        inner.io()?;
        inner.write(file, 0, bytes);
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut inner = self.inner();
        inner.io()?;
        let file = inner.find(from)?;
        inner.names.remove(&name(from));
        inner.names.insert(name(to), file);
        inner.events.push(Event::Rename(name(from), name(to)));
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut inner = self.inner();
        inner.io()?;
        inner.find(path)?;
        inner.names.remove(&name(path));
        inner.events.push(Event::Remove(name(path)));
        Ok(())
    }

    fn list(&self, _: &Path) -> io::Result<Vec<String>> {
        Ok(self.inner().names.keys().cloned().collect())
    }

    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        let mut inner = self.inner();
        inner.io()?;
        if !inner.forgetful {
            inner.events.push(Event::SyncDir);
        }
        Ok(())
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn Debug + Send + Sync>>> {
        let name = name(path);
        if self.inner().locked.insert(name.clone()) { Ok(Some(Box::new(Lock(self.clone(), name)))) } else { Ok(None) }
    }

    fn now(&self) -> u64 {
        let mut inner = self.inner();
        inner.clock += 1;
        inner.clock
    }
}

/// What is durable for certain, and what may be or not, at one point of the events.
#[derive(Debug, Default)]
pub(super) struct Platter {
    files: BTreeMap<usize, (Vec<u8>, Vec<Event>)>,
    names: BTreeMap<String, usize>,
    name_events: Vec<Event>,
}

impl Platter {
    pub fn follow(&mut self, event: &Event) {
        match event {
            Event::Create(..) | Event::Rename(..) | Event::Remove(_) => self.name_events.push(event.clone()),
            Event::Write(file, ..) | Event::Cut(file, _) => {
                self.files.entry(*file).or_default().1.push(event.clone());
            }
            Event::Sync(file) => {
                let (durable, pending) = self.files.entry(*file).or_default();
                pending.drain(..).for_each(|event| apply(durable, &event));
            }
            Event::SyncDir => {
                let events = std::mem::take(&mut self.name_events);
                events.iter().for_each(|event| name_event(&mut self.names, event));
            }
            Event::Acknowledged(_) => {}
        }
    }

    /// A disk after a power cut: of all that was not synced each write is there, or not, or in part, or as zeros, in any
    /// combination, and so are the changes of names. `chance` of 256 is how likely each is there.
    pub fn after_power_cut(&self, random: &mut ChaCha8Rng, chance: u32) -> BTreeMap<String, Vec<u8>> {
        let mut names = self.names.clone();
        for event in &self.name_events {
            if random.next_u32() % 256 < chance {
                name_event(&mut names, event);
            }
        }
        let read = |(name, file): (String, usize)| {
            let Some((durable, pending)) = self.files.get(&file) else { return (name, Vec::new()) };
            let mut bytes = durable.clone();
            for event in pending {
                if random.next_u32() % 256 < chance {
                    apply(&mut bytes, &torn(event, random, chance));
                }
            }
            (name, bytes)
        };
        names.into_iter().map(read).collect()
    }
}

/// A write of which a part came through: some of its start, or its length without its bytes.
fn torn(event: &Event, random: &mut ChaCha8Rng, chance: u32) -> Event {
    match event {
        // All or nothing of everything, where everything is wanted.
        Event::Write(file, offset, bytes) if chance < 256 => {
            let keep = (random.next_u32() as usize) % (bytes.len() + 1);
            let bytes = match random.next_u32() % 4 {
                0 => bytes[..keep].to_vec(),
                1 => [&bytes[..keep], &vec![0; bytes.len() - keep]].concat(),
                _ => bytes.clone(),
            };
            Event::Write(*file, *offset, bytes)
        }
        event => event.clone(),
    }
}

fn apply(file: &mut Vec<u8>, event: &Event) {
    match event {
        Event::Write(_, offset, bytes) => write_at(file, *offset, bytes),
        Event::Cut(_, length) => file.truncate(*length as usize),
        _ => {}
    }
}

fn name_event(names: &mut BTreeMap<String, usize>, event: &Event) {
    match event {
        Event::Create(name, file) => {
            names.insert(name.clone(), *file);
        }
        Event::Rename(from, to) => {
            if let Some(file) = names.remove(from) {
                names.insert(to.clone(), file);
            }
        }
        Event::Remove(name) => {
            names.remove(name);
        }
        _ => {}
    }
}
