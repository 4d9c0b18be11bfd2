//! A gallery: one writer, and snapshots to read it.

use crate::argument::{Out, free, handles, path, reference};
use crate::audit::vantay_audit;
use crate::encounter::{vantay_encounter, vantay_encounter_id};
use crate::engine::vantay_engine;
use crate::failure::{Failure, guard, vantay_status};
use std::ffi::c_char;
use vantay_core::audit::{Action, Event};
use vantay_core::gallery::{
    Clashes, Encounter, Key, Options, SharedWriter, Snapshot, SubjectId, Writer, backup, export, restore, verify,
};

/// An index that says: there is none.
pub const VANTAY_NONE: usize = usize::MAX;

/// The one who may change a gallery. Threads may share it: appends of several go to the disk together, other changes wait for
/// each other.
#[derive(Debug)]
pub struct vantay_writer {
    writer: SharedWriter,
}

/// A gallery to read and search in, as it was when it was opened: whatever a writer does, in this process or another one,
/// it stays as it is. Any number of threads may use it at once.
#[derive(Debug)]
pub struct vantay_gallery {
    pub(crate) snapshot: Snapshot,
}

/// What an append did.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct vantay_appended {
    /// Encounters that were not there and now are.
    pub inserted: usize,
    /// Encounters that were already there with the very same content.
    pub repeated: usize,
}

/// What a merge did.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct vantay_merged {
    /// Encounters that were not here and now are.
    pub inserted: usize,
    /// Encounters in place of an older copy.
    pub updated: usize,
    /// Encounters that were here, the same or newer.
    pub kept: usize,
    /// Encounters that are dead here: deleted at a later time than the copy bears.
    pub dead: usize,
    /// Encounters that the other gallery knows as deleted, and that were still here.
    pub deleted: usize,
    /// How many subject numbers were given by different galleries.
    pub subject_clashes: usize,
    /// How many encounters of one id are of different people: those here stay.
    pub encounter_clashes: usize,
}

/// A key of 256 random bits, for backups and exports.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vantay_key {
    /// The bits.
    pub bytes: [u8; 32],
}

/// What a gallery is made of.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct vantay_gallery_info {
    /// Encounters that are there.
    pub encounters: u64,
    /// Captured fingers that are there.
    pub fingers: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// One more with each new set of files.
    pub generation: u64,
    /// The format's version.
    pub format: u16,
}

impl vantay_key {
    fn key(self) -> Key {
        Key::from_bytes(self.bytes)
    }
}

/// Makes an empty gallery in a directory, which is made where it is not there. The writer prepares templates on the engine's
/// threads, and keeps them when the engine is freed.
///
/// Fails with VANTAY_STATUS_ARGUMENT where there is a gallery, with VANTAY_STATUS_IO where it cannot be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_writer_create(
    engine: *const vantay_engine,
    directory: *const c_char,
    writer: *mut *mut vantay_writer,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (mut out, engine, directory) =
            unsafe { (Out::handle(writer, "writer")?, reference(engine, "engine")?, path(directory, "directory")?) };
        let options = Options::default().engine(engine.engine.clone());
        out.give(vantay_writer { writer: SharedWriter::new(Writer::create_with(directory, options)?) });
        Ok(())
    })
}

/// Opens a gallery to change it. The engine as for `vantay_writer_create`.
///
/// Fails with VANTAY_STATUS_LOCKED where there is another writer, in this process or another one; with VANTAY_STATUS_IO
/// where there is no gallery; with VANTAY_STATUS_DAMAGED for one that is damaged, foreign or newer than this library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_writer_open(
    engine: *const vantay_engine,
    directory: *const c_char,
    writer: *mut *mut vantay_writer,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (mut out, engine, directory) =
            unsafe { (Out::handle(writer, "writer")?, reference(engine, "engine")?, path(directory, "directory")?) };
        let options = Options::default().engine(engine.engine.clone());
        out.give(vantay_writer { writer: SharedWriter::new(Writer::open_with(directory, options)?) });
        Ok(())
    })
}

/// Inserts encounters, all or none, and returns when they are durable. One that is already there with the very same
/// content is no second record and no error, so that a call whose answer was lost can be made again. `done` may be NULL.
///
/// Fails with VANTAY_STATUS_ARGUMENT for an encounter that is there with other content, that was deleted or that has no
/// fingers; with VANTAY_STATUS_IO where the disk fails, after which the gallery has to be opened again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_writer_append(
    writer: *const vantay_writer,
    encounters: *const *const vantay_encounter,
    count: usize,
    done: *mut vantay_appended,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (writer, encounters, wanted) =
            unsafe { (reference(writer, "writer")?, handles(encounters, count, "encounters")?, Out::optional(done)) };
        let encounters: Vec<Encounter> = encounters.into_iter().map(|e| e.encounter.clone()).collect();
        let appended = writer.writer.append(&encounters)?;
        if let Some(mut out) = wanted {
            out.set(vantay_appended { inserted: appended.inserted, repeated: appended.repeated });
        }
        Ok(())
    })
}

/// Puts encounters in place of those of the same ids, or inserts them; all or none; returns when that is durable.
///
/// Fails as `vantay_writer_append`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_writer_update(
    writer: *const vantay_writer,
    encounters: *const *const vantay_encounter,
    count: usize,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (writer, encounters) = unsafe { (reference(writer, "writer")?, handles(encounters, count, "encounters")?) };
        let encounters: Vec<Encounter> = encounters.into_iter().map(|e| e.encounter.clone()).collect();
        Ok(writer.writer.with(|w| w.update(&encounters))?)
    })
}

/// Deletes an encounter; returns when that is durable. `*was_there` tells whether it was there; it may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_writer_delete_encounter(
    writer: *const vantay_writer,
    id: *const vantay_encounter_id,
    was_there: *mut bool,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (writer, id, wanted) =
            unsafe { (reference(writer, "writer")?, reference(id, "id")?, Out::optional(was_there)) };
        let there = writer.writer.with(|w| w.delete_encounter((*id).into()))?;
        if let Some(mut out) = wanted {
            out.set(there);
        }
        Ok(())
    })
}

/// Deletes all encounters of a subject; returns when that is durable. `*was_there` tells whether there was one; it may be
/// NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_writer_delete_subject(
    writer: *const vantay_writer,
    subject: u64,
    was_there: *mut bool,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (writer, wanted) = unsafe { (reference(writer, "writer")?, Out::optional(was_there)) };
        let there = writer.writer.with(|w| w.delete_subject(SubjectId(subject)))?;
        if let Some(mut out) = wanted {
            out.set(there);
        }
        Ok(())
    })
}

/// Writes the files anew without what was deleted or updated; returns when that is durable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_writer_compact(writer: *const vantay_writer) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let writer = unsafe { reference(writer, "writer") }?;
        Ok(writer.writer.with(|w| w.compact())?)
    })
}

/// Takes in what the gallery in `directory` holds and what it knows as deleted; returns when that is durable. No older
/// copy brings a deleted one back. Encounters whose subject number was given here by another gallery are left out, unless
/// `take_clashes`. `merged` may be NULL.
///
/// Fails with VANTAY_STATUS_DAMAGED for a damaged gallery, with VANTAY_STATUS_ARGUMENT for one whose clock is ahead.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_writer_merge(
    writer: *const vantay_writer,
    directory: *const c_char,
    take_clashes: bool,
    merged: *mut vantay_merged,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (writer, directory, wanted) =
            unsafe { (reference(writer, "writer")?, path(directory, "directory")?, Out::optional(merged)) };
        let clashes = if take_clashes { Clashes::Take } else { Clashes::LeaveOut };
        let done = writer.writer.with(|w| w.merge(directory, clashes))?;
        if let Some(mut out) = wanted {
            out.set(vantay_merged {
                inserted: done.inserted,
                updated: done.updated,
                kept: done.kept,
                dead: done.dead,
                deleted: done.deleted,
                subject_clashes: done.subject_clashes.len(),
                encounter_clashes: done.encounter_clashes.len(),
            });
        }
        Ok(())
    })
}

/// Inserts the encounters of a file that `vantay_gallery_export` wrote. `key` may be NULL where it is not encrypted, `done`
/// always. Where there is an `audit`, each encounter is recorded in it before it is inserted; `operator_code` is the caller's
/// code of who asked.
///
/// Fails with VANTAY_STATUS_DAMAGED for a line that is none, named by its number, and for another key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_writer_import(
    writer: *const vantay_writer,
    file: *const c_char,
    key: *const vantay_key,
    audit: *const vantay_audit,
    operator_code: u32,
    done: *mut vantay_appended,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (writer, file, key, audit, wanted) = unsafe {
            (reference(writer, "writer")?, path(file, "file")?, key.as_ref(), audit.as_ref(), Out::optional(done))
        };
        let key = key.map(|key| key.key());
        let appended = writer.writer.with(|w| {
            let event = Event::new(operator_code, Action::Import, w.gallery(), 0);
            Ok(w.import_told(file, key.as_ref(), &mut |step| match audit {
                Some(audit) => audit.record(&event.of_each(step)),
                None => Ok(()),
            }))
        })??;
        if let Some(mut out) = wanted {
            out.set(vantay_appended { inserted: appended.inserted, repeated: appended.repeated });
        }
        Ok(())
    })
}

/// The gallery as it is after the writer's last change.
///
/// Fails as `vantay_gallery_open`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_writer_snapshot(
    writer: *const vantay_writer,
    gallery: *mut *mut vantay_gallery,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (mut out, writer) = unsafe { (Out::handle(gallery, "gallery")?, reference(writer, "writer")?) };
        out.give(vantay_gallery { snapshot: writer.writer.with(|w| w.snapshot())? });
        Ok(())
    })
}

/// Ends writing, and lets another writer in; all that was acknowledged is durable already. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_writer_free(writer: *mut vantay_writer) {
    // SAFETY: as the header's first page asks for.
    unsafe { free(writer) }
}

/// Opens a gallery to read it, as it is now.
///
/// Fails with VANTAY_STATUS_IO where there is none, with VANTAY_STATUS_DAMAGED for one that is damaged, foreign or newer
/// than this library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_gallery_open(
    directory: *const c_char,
    gallery: *mut *mut vantay_gallery,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (mut out, directory) = unsafe { (Out::handle(gallery, "gallery")?, path(directory, "directory")?) };
        out.give(vantay_gallery { snapshot: Snapshot::open(directory)? });
        Ok(())
    })
}

/// Frees a snapshot of a gallery; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_gallery_free(gallery: *mut vantay_gallery) {
    // SAFETY: as the header's first page asks for.
    unsafe { free(gallery) }
}

/// What a gallery is made of.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_gallery_describe(
    gallery: *const vantay_gallery,
    info: *mut vantay_gallery_info,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (gallery, mut out) = unsafe { (reference(gallery, "gallery")?, Out::new(info, "info")?) };
        let info = gallery.snapshot.info();
        out.set(vantay_gallery_info {
            encounters: info.encounters,
            fingers: info.fingers,
            bytes: info.bytes(),
            generation: info.generation,
            format: info.format,
        });
        Ok(())
    })
}

/// A copy of the encounter at `index`, from 0 on.
///
/// Fails with VANTAY_STATUS_ARGUMENT where there is none, with VANTAY_STATUS_DAMAGED where it is damaged.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_gallery_encounter(
    gallery: *const vantay_gallery,
    index: usize,
    encounter: *mut *mut vantay_encounter,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (mut out, gallery) = unsafe { (Out::handle(encounter, "encounter")?, reference(gallery, "gallery")?) };
        out.give(vantay_encounter { encounter: gallery.snapshot.encounter(index)? });
        Ok(())
    })
}

/// Where the encounter of an id is: `*index` becomes its index, or VANTAY_NONE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_gallery_by_encounter(
    gallery: *const vantay_gallery,
    id: *const vantay_encounter_id,
    index: *mut usize,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (gallery, id, mut out) =
            unsafe { (reference(gallery, "gallery")?, reference(id, "id")?, Out::new(index, "index")?) };
        out.set(gallery.snapshot.by_encounter((*id).into())?.unwrap_or(VANTAY_NONE));
        Ok(())
    })
}

/// Where the encounters of a subject are: the first `capacity` indices, ascending, are written to `indices`, and `*count`
/// becomes the number of all, which may be more. `indices` may be NULL where `capacity` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_gallery_by_subject(
    gallery: *const vantay_gallery,
    subject: u64,
    indices: *mut usize,
    capacity: usize,
    count: *mut usize,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (gallery, mut out) = unsafe { (reference(gallery, "gallery")?, Out::new(count, "count")?) };
        if indices.is_null() && capacity > 0 {
            return Err(Failure::null("indices"));
        }
        let found = gallery.snapshot.by_subject(SubjectId(subject))?;
        let written = found.len().min(capacity);
        if written > 0 {
            // SAFETY: not NULL, with room for `capacity` as the header asks for, and no more than that is written.
            unsafe { std::ptr::copy_nonoverlapping(found.as_ptr(), indices, written) };
        }
        out.set(found.len());
        Ok(())
    })
}

/// Reads and checks every byte of the gallery in a directory.
///
/// Fails with VANTAY_STATUS_DAMAGED for the first damage found; the message names file and offset.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_gallery_verify(directory: *const c_char) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let directory = unsafe { path(directory, "directory") }?;
        verify(directory)?;
        Ok(())
    })
}

/// Writes the gallery in a directory into a new file, encrypted, while others read and write; returns when it is durable.
///
/// Fails with VANTAY_STATUS_IO where there is a file of that name, with VANTAY_STATUS_DAMAGED for a damaged gallery.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_gallery_backup(
    directory: *const c_char,
    file: *const c_char,
    key: *const vantay_key,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (directory, file, key) =
            unsafe { (path(directory, "directory")?, path(file, "file")?, reference(key, "key")?) };
        backup(directory, file, &key.key())?;
        Ok(())
    })
}

/// Writes what `vantay_gallery_backup` wrote into an empty directory, or one that is made, and checks every byte of it.
///
/// Fails with VANTAY_STATUS_DAMAGED for another key or a changed file, with VANTAY_STATUS_ARGUMENT for a directory that is
/// not empty.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_gallery_restore(
    file: *const c_char,
    directory: *const c_char,
    key: *const vantay_key,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (directory, file, key) =
            unsafe { (path(directory, "directory")?, path(file, "file")?, reference(key, "key")?) };
        restore(file, directory, &key.key())?;
        Ok(())
    })
}

/// Writes all encounters into a new file, JSON Lines with ISO/IEC 19794-2 records; encrypted unless `key` is NULL.
///
/// Fails with VANTAY_STATUS_IO where there is a file of that name, with VANTAY_STATUS_DAMAGED for a damaged record.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_gallery_export(
    gallery: *const vantay_gallery,
    file: *const c_char,
    key: *const vantay_key,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (gallery, file, key) = unsafe { (reference(gallery, "gallery")?, path(file, "file")?, key.as_ref()) };
        let key = key.map(|key| key.key());
        export(&gallery.snapshot, file, key.as_ref())?;
        Ok(())
    })
}
