//! Who asked for what: a hash-chained record.

use crate::argument::{Out, free, path, reference, slice, text};
use crate::encounter::vantay_encounter_id;
use crate::failure::{Failure, guard, vantay_status};
use crate::gallery::vantay_gallery;
use std::ffi::c_char;
use vantay_core::audit::{Action, Audit, Event, Head, check};
use vantay_core::engine::ProcessMutex;
use vantay_core::gallery::SubjectId;

/// The audit chain of this process. Threads may share it; they wait for each other.
#[derive(Debug)]
pub struct vantay_audit {
    chain: ProcessMutex<Audit>,
}

impl vantay_audit {
    pub(crate) fn record(&self, events: &[Event]) -> Result<(), Failure> {
        Ok(self.chain.lock()?.record(events)?)
    }
}

/// What was asked for, by whom, of what. Numbers and ids only.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct vantay_audit_event {
    /// "identify", "candidate", "dedup", "duplicate", "enroll", "update", "delete-encounter", "delete-subject", "compact",
    /// "merge", "backup", "restore", "export", "import" or "reextract".
    pub action: *const c_char,
    /// The caller's code of who asked; 0 where not told.
    pub operator_code: u32,
    /// About whom, or NULL.
    pub subject: *const u64,
    /// About which capture, or NULL.
    pub encounter: *const vantay_encounter_id,
    /// How many records it is about.
    pub count: u64,
}

/// Begins a chain in a directory, which is made where it is not there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_audit_create(directory: *const c_char, audit: *mut *mut vantay_audit) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (mut out, directory) = unsafe { (Out::handle(audit, "audit")?, path(directory, "directory")?) };
        out.give(vantay_audit { chain: ProcessMutex::new(Audit::create(directory)?) });
        Ok(())
    })
}

/// Appends entries about a gallery, which may be NULL; returns when they are durable. Record a change before it is made and
/// an answer before it is given.
///
/// Fails with VANTAY_STATUS_ARGUMENT for an action of no such name, and in a fork; with VANTAY_STATUS_IO where the disk fails,
/// after which a new chain is to be begun.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_audit_record(
    audit: *const vantay_audit,
    gallery: *const vantay_gallery,
    events: *const vantay_audit_event,
    count: usize,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (audit, gallery, events) =
            unsafe { (reference(audit, "audit")?, gallery.as_ref(), slice(events, count, "events")?) };
        let gallery = gallery.map_or([0; 16], |g| g.snapshot.info().gallery);
        // SAFETY: as above.
        let events = events.iter().map(|event| unsafe { event_of(event, gallery) }).collect::<Result<Vec<_>, _>>()?;
        audit.record(&events)
    })
}

/// # Safety
/// The pointers of `event` are as the header's first page asks for.
unsafe fn event_of(event: &vantay_audit_event, gallery: [u8; 16]) -> Result<Event, Failure> {
    // SAFETY: as promised by the caller.
    let (name, subject, encounter) =
        unsafe { (text(event.action, "action")?, event.subject.as_ref(), event.encounter.as_ref()) };
    let action = Action::from_name(name).ok_or_else(|| Failure::argument(format!("no action is named {name:?}")))?;
    Ok(Event {
        operator: event.operator_code,
        action,
        gallery,
        subject: subject.copied().map(SubjectId),
        encounter: encounter.map(|&id| id.into()),
        count: event.count,
    })
}

/// How the chain ends now, as text that `vantay_audit_check` takes later: keep it where this process cannot write. The
/// text and its NUL are written where they fit into `capacity`, and `*length` becomes the length without the NUL. `text` may
/// be NULL where `capacity` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_audit_head(
    audit: *const vantay_audit,
    text: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (audit, mut out) = unsafe { (reference(audit, "audit")?, Out::new(length, "length")?) };
        if text.is_null() && capacity > 0 {
            return Err(Failure::null("text"));
        }
        let head = audit.chain.lock()?.head().to_string();
        if head.len() < capacity {
            // SAFETY: not NULL, with room for `capacity` as the header asks for, and no more than that is written.
            unsafe {
                std::ptr::copy_nonoverlapping(head.as_ptr().cast(), text, head.len());
                text.add(head.len()).write(0);
            }
        }
        out.set(head.len());
        Ok(())
    })
}

/// Computes every hash of every chain in a directory again. `heads`, one a line, were kept from earlier; NULL for none.
///
/// Fails with VANTAY_STATUS_DAMAGED for the first entry that does not hold, and for a head that is not there any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_audit_check(directory: *const c_char, heads: *const c_char) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let directory = unsafe { path(directory, "directory") }?;
        let lines = match heads.is_null() {
            true => "",
            // SAFETY: as above.
            false => unsafe { text(heads, "heads") }?,
        };
        let heads = lines.lines().filter(|l| !l.trim().is_empty()).map(str::parse).collect::<Result<Vec<Head>, _>>()?;
        check(directory, &heads, &mut |_| {})?;
        Ok(())
    })
}

/// Ends a chain; all its entries are durable already. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_audit_free(audit: *mut vantay_audit) {
    // SAFETY: as the header's first page asks for.
    unsafe { free(audit) }
}
