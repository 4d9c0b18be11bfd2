//! Making, swapping and removing a gallery's files, each step durable before the next relies on it.

use super::GalleryError;
use super::log;
use super::manifest::{self, Manifest};
use super::segment::BuildError;
use super::storage::{Sink, Storage};
use std::fmt::Debug;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

/// The writer's lock of a gallery.
pub(super) fn lock(dir: &Path, storage: &Arc<dyn Storage>) -> Result<Box<dyn Debug + Send + Sync>, GalleryError> {
    let path = dir.join(manifest::LOCK);
    let lock = storage.lock(&path).map_err(GalleryError::io(&path))?;
    lock.ok_or_else(|| GalleryError::Locked { path: dir.into() })
}

/// What a new file is written through.
pub(super) type Out = BufWriter<Counted>;

/// Writes a whole new file and syncs it; where that fails, it goes.
pub(super) fn write_file<T>(
    storage: &Arc<dyn Storage>,
    path: &Path,
    write: impl FnOnce(&mut Out) -> Result<T, BuildError>,
) -> Result<T, GalleryError> {
    let file = storage.create(path).map_err(GalleryError::io(path))?;
    let mut out = BufWriter::with_capacity(1 << 20, Counted { file, length: 0 });
    let written = write(&mut out).and_then(|value| Ok(out.flush().map(|()| value)?));
    let (mut counted, _) = out.into_parts();
    let written = written.and_then(|value| Ok(counted.file.sync().map(|()| value)?));
    written.map_err(|e| {
        // Best effort: what is left is removed when the gallery is next opened to write.
        let _ = storage.remove(path);
        match e {
            BuildError::Source(e) => e,
            BuildError::TooLarge => too_large(path),
            BuildError::Write(source) => {
                GalleryError::Write { path: path.into(), offset: counted.length, length: 0, source }
            }
        }
    })
}

/// Knows how far it has written, for errors.
#[derive(Debug)]
pub(super) struct Counted {
    file: Box<dyn Sink>,
    length: u64,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

pub(super) fn too_large(path: &Path) -> GalleryError {
    let why = "a segment holds at most 2³² fingers and 256 GiB of prepared blocks".to_string();
    GalleryError::Damaged { path: path.into(), offset: 0, what: "the new segment", why }
}

/// An empty log of the number that the manifest names.
pub(super) fn new_log(
    dir: &Path,
    storage: &Arc<dyn Storage>,
    manifest: &Manifest,
) -> Result<Box<dyn Sink>, GalleryError> {
    let path = dir.join(manifest::name(manifest.log, manifest::LOG));
    let mut log = storage.create(&path).map_err(GalleryError::io(&path))?;
    let header = log::header(manifest.gallery, manifest.log);
    let written = log.write_all(&header).and_then(|()| log.sync());
    let length = header.len() as u64;
    written.map_err(|source| GalleryError::Write { path, offset: 0, length, source })?;
    Ok(log)
}

/// Puts a manifest in the place of the old one. Its files are durable before it is, and so are their names. With the
/// error comes whether it is unknown which of the two the disk holds.
pub(super) fn swap(dir: &Path, storage: &Arc<dyn Storage>, manifest: &Manifest) -> Result<(), (GalleryError, bool)> {
    let (next, path) = (dir.join(manifest::NEXT), dir.join(manifest::NAME));
    let bytes = manifest.encode();
    match storage.remove(&next) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err((GalleryError::io(&next)(e), false)),
        _ => {}
    }
    write_file(storage, &next, |out| Ok(out.write_all(&bytes)?)).map_err(|e| (e, false))?;
    storage.sync_dir(dir).map_err(|e| (GalleryError::io(dir)(e), false))?;
    storage.rename(&next, &path).map_err(|e| (GalleryError::io(&path)(e), true))?;
    storage.sync_dir(dir).map_err(|e| (GalleryError::io(dir)(e), true))
}

/// Removes files that no manifest names. Where it does not work (Windows does not remove a file that a reader has mapped),
/// a later writer tries again.
pub(super) fn remove_strays(dir: &Path, storage: &Arc<dyn Storage>, names: &[String], keep: &[u64]) {
    for name in names {
        if manifest::number(name).is_some_and(|n| !keep.contains(&n)) || name == manifest::NEXT {
            let _ = storage.remove(&dir.join(name));
        }
    }
}

/// Refuses a directory with a gallery in it, or what is left of one. What a creation leaves that never ended holds nothing:
/// a log without batches, since the first one comes after the manifest.
pub(super) fn refuse_gallery(dir: &Path, storage: &Arc<dyn Storage>, names: &[String]) -> Result<(), GalleryError> {
    if names.iter().any(|name| name == manifest::NAME) {
        return Err(GalleryError::Exists { path: dir.into() });
    }
    let empty_log =
        |name: &str| name.ends_with(manifest::LOG) && storage.read(&dir.join(name), log::HEADER as u64).is_ok();
    let remains = |name: &String| name == manifest::MARK || (manifest::number(name).is_some() && !empty_log(name));
    if names.iter().any(remains) {
        return Err(GalleryError::Remains { path: dir.into() });
    }
    Ok(())
}

/// Refuses a directory with files that are none of a gallery's. A new file system has `lost+found`.
pub(super) fn refuse_others(dir: &Path, names: &[String]) -> Result<(), GalleryError> {
    let known = [manifest::NAME, manifest::NEXT, manifest::MARK, manifest::LOCK, "lost+found"];
    let ours = |name: &String| known.contains(&name.as_str()) || manifest::number(name).is_some();
    if names.iter().all(ours) { Ok(()) } else { Err(GalleryError::NotEmpty { path: dir.into() }) }
}

/// Sixteen bytes that no other gallery has: the standard library seeds its hashers from the system's randomness.
pub(super) fn random() -> [u8; 16] {
    let half = || RandomState::new().hash_one(std::process::id());
    (u128::from(half()) << 64 | u128::from(half())).to_be_bytes()
}
