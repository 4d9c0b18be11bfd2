//! A whole gallery in one sealed file, and back.

use super::GalleryError;
use super::commit::tail_segment;
use super::compaction::{Input, tombstones};
use super::container::Identity;
use super::files::{lock, refuse_gallery, refuse_others, remove_strays, swap};
use super::manifest::{self, Manifest, SegmentEntry};
use super::parameters::MANIFEST_MAX;
use super::sealed::{Key, Kind, Opener, Sealer};
use super::segment::{self, BuildError};
use super::state::State;
use super::storage::{Sink, Storage, disk};
use super::verify::{Report, verify_in};
use super::{Info, log};
use crate::private;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::sync::Arc;

/// Writes the gallery in `dir`, as it is now, into a new file `to`, encrypted; returns when that is durable. Writers and
/// readers go on meanwhile. Nothing that was deleted is in it, but for the tombstones. What is copied is checked.
///
/// # Errors
/// As [`super::Snapshot::open`]; damage anywhere; there is a file `to`; the disk failed. No file is left then.
pub fn backup(dir: impl AsRef<Path>, to: impl AsRef<Path>, key: &Key) -> Result<Info, GalleryError> {
    let state = State::load(dir.as_ref(), &disk())?;
    new_file(to.as_ref(), |out| {
        let mut out = Sealer::new(out, key, Kind::Backup)?;
        copy(&state, &mut out)?;
        Ok(out.finish()?)
    })?;
    Ok(Info::of(&state))
}

/// Writes what [`backup`] wrote into an empty directory, or one that is made, and checks every byte of it. It is the same
/// gallery, by its own name too: do not go on with both.
///
/// # Errors
/// Another key, a changed or cut file; a directory with something in it; the disk failed. No gallery is there then.
pub fn restore(from: impl AsRef<Path>, dir: impl AsRef<Path>, key: &Key) -> Result<Report, GalleryError> {
    let (from, dir, storage) = (from.as_ref(), dir.as_ref(), disk());
    let input = BufReader::new(File::open(from).map_err(GalleryError::io(from))?);
    let mut input = Opener::new(input, key, Kind::Backup).map_err(GalleryError::sealed(from))?;
    storage.create_dir(dir).map_err(GalleryError::io(dir))?;
    let lock = lock(dir, &storage)?;
    let names = storage.list(dir).map_err(GalleryError::io(dir))?;
    refuse_gallery(dir, &storage, &names)?;
    refuse_others(dir, &names)?;
    remove_strays(dir, &storage, &names, &[]);
    let mut written = Vec::new();
    let restored = bring_back(from, &mut input, dir, &storage, &mut written)
        .and_then(|manifest| swap(dir, &storage, &manifest).map_err(|(e, _)| e));
    if let Err(e) = restored {
        // Best effort: without a manifest it is no gallery.
        for name in written {
            let _ = storage.remove(&dir.join(name));
        }
        return Err(e);
    }
    drop(lock);
    verify_in(dir, &storage)
}

/// Writes a new file for its owner alone and syncs it and its name; where that fails, it goes.
pub(super) fn new_file(
    path: &Path,
    write: impl FnOnce(BufWriter<File>) -> Result<BufWriter<File>, BuildError>,
) -> Result<(), GalleryError> {
    let file = private::file().create_new(true).write(true).open(path).map_err(GalleryError::io(path))?;
    let written = write(BufWriter::with_capacity(1 << 20, file)).and_then(|mut out| {
        out.flush()?;
        out.get_mut().sync()?;
        Ok(private::sync_dir(private::parent(path))?)
    });
    written.map_err(|e| {
        let _ = fs::remove_file(path);
        match e {
            BuildError::Source(e) => e,
            BuildError::TooLarge => super::files::too_large(path),
            BuildError::Write(source) => GalleryError::Io { path: path.into(), source },
        }
    })
}

/// The files of a gallery one after the other, the manifest last: segments without what was removed, and an empty log.
fn copy<W: Write>(state: &State, out: &mut W) -> Result<(), BuildError> {
    let mut next = Manifest { segments: Vec::new(), ..state.manifest.clone() };
    next.clock = next.clock.max(state.tail.clock);
    for (entry, part) in state.manifest.segments.iter().zip(&state.parts) {
        let (segment, removed) = (part.segment.clone(), part.all_removed()?);
        segment.file().verify()?;
        if removed.len() == 0 {
            file(out, &manifest::name(entry.number, manifest::SEGMENT), |out| {
                Ok(out.write_all(segment.file().bytes())?)
            })?;
            next.segments.push(SegmentEntry { removed: None, ..*entry });
            continue;
        }
        let number = next.take_number();
        let input = Input { number: entry.number, segment, removed };
        let identity = Identity { magic: segment::MAGIC, gallery: next.gallery, number };
        let tombstones = tombstones(std::slice::from_ref(&input))?;
        next.segments.push(file(out, &manifest::name(number, manifest::SEGMENT), |out| {
            Ok(segment::build(out, identity, &[&input], &tombstones)?.entry(number))
        })?);
    }
    if !state.tail.is_empty() {
        let number = next.take_number();
        let name = manifest::name(number, manifest::SEGMENT);
        next.segments.push(file(out, &name, |out| tail_segment(state, number, out))?);
    }
    next.log = next.take_number();
    let header = log::header(next.gallery, next.log);
    file(out, &manifest::name(next.log, manifest::LOG), |out| Ok(out.write_all(&header)?))?;
    file(out, manifest::NAME, |out| Ok(out.write_all(&next.encode())?))?;
    out.write_all(&[0])?;
    Ok(())
}

/// One file: its name, then pieces, each behind its length.
fn file<W: Write, T>(
    out: &mut W,
    name: &str,
    write: impl FnOnce(&mut BufWriter<Pieces<'_, W>>) -> Result<T, BuildError>,
) -> Result<T, BuildError> {
    // Names of a gallery's files have some ten letters.
    out.write_all(&[name.len() as u8])?;
    out.write_all(name.as_bytes())?;
    let mut pieces = BufWriter::with_capacity(PIECE, Pieces(out));
    let value = write(&mut pieces)?;
    pieces.flush()?;
    drop(pieces);
    out.write_all(&0u32.to_le_bytes())?;
    Ok(value)
}

/// Bytes of a piece at most.
const PIECE: usize = 1 << 20;

struct Pieces<'a, W>(&'a mut W);

impl<W: Write> Write for Pieces<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = &bytes[..bytes.len().min(PIECE)];
        self.0.write_all(&(piece.len() as u32).to_le_bytes())?;
        self.0.write_all(piece)?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes the files and gives the manifest, when the backup was read and authenticated to its end.
fn bring_back(
    from: &Path,
    input: &mut impl Read,
    dir: &Path,
    storage: &Arc<dyn Storage>,
    written: &mut Vec<String>,
) -> Result<Manifest, GalleryError> {
    let wrong = |why: String| GalleryError::Damaged { path: from.into(), offset: 0, what: "the backup", why };
    let mut found = None;
    loop {
        let [length] = array(input).map_err(GalleryError::sealed(from))?;
        if length == 0 {
            break;
        }
        let mut name = vec![0; length.into()];
        input.read_exact(&mut name).map_err(GalleryError::sealed(from))?;
        let name = String::from_utf8_lossy(&name).into_owned();
        if name == manifest::NAME {
            let mut bytes = Vec::new();
            pieces(input, |piece| {
                bytes.extend_from_slice(piece);
                let wrong = || io::Error::new(io::ErrorKind::InvalidData, "its manifest is too long");
                if bytes.len() as u64 <= MANIFEST_MAX { Ok(()) } else { Err(wrong()) }
            })
            .map_err(GalleryError::sealed(from))?;
            found = Some(Manifest::decode(&dir.join(&name), &bytes)?);
        } else if manifest::number(&name).is_some() {
            let path = dir.join(&name);
            let mut out = storage.create(&path).map_err(GalleryError::io(&path))?;
            written.push(name);
            let mut failed = None;
            let read =
                pieces(input, |piece| out.write_all(piece).map_err(|e| io::Error::other(failed.insert(e).to_string())));
            if let Some(source) = failed {
                return Err(GalleryError::Io { path, source });
            }
            read.map_err(GalleryError::sealed(from))?;
            out.sync().map_err(GalleryError::io(&path))?;
        } else {
            return Err(wrong(format!("it has a file {name:?}, which is none of a gallery")));
        }
    }
    // The last chunk is authenticated as the last one only when the end is read.
    match input.read(&mut [0]).map_err(GalleryError::sealed(from))? {
        0 => found.ok_or_else(|| wrong("it has no manifest".into())),
        _ => Err(wrong("something stands behind its last file".into())),
    }
}

fn pieces(input: &mut impl Read, mut each: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut piece = Vec::new();
    loop {
        let length = u32::from_le_bytes(array(input)?) as usize;
        if length == 0 {
            return Ok(());
        }
        if length > PIECE {
            let why = format!("a piece of {length} bytes, at most {PIECE} are written");
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        }
        piece.resize(length, 0);
        input.read_exact(&mut piece)?;
        each(&piece)?;
    }
}

fn array<const N: usize>(input: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}
