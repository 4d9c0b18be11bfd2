//! An encounter: a person at one time and place, and the fingers that were captured there.

use crate::argument::{Out, exception, free, position, reference, reference_mut, slice, text};
use crate::failure::{Failure, guard, vantay_status};
use crate::template::vantay_template;
use std::ffi::c_char;
use vantay_core::gallery::{Encounter, EncounterId, Finger, SubjectId};
use vantay_core::template::FingerPosition;

/// The most fingers that an encounter has.
pub const VANTAY_ENCOUNTER_MAX_FINGERS: usize = 255;

/// The most bytes that an encounter's blob has.
pub const VANTAY_ENCOUNTER_MAX_BLOB: usize = 4096;

/// Why a finger has no template.
#[repr(u8)]
pub enum vantay_exception {
    /// The finger is not there.
    Amputated = 1,
    /// It is bandaged or injured.
    Bandaged = 2,
    /// It was not captured, for whatever reason.
    NotCaptured = 3,
}

/// An id of the caller's, 16 bytes: a UUID fits.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct vantay_encounter_id {
    /// As they are.
    pub bytes: [u8; 16],
}

/// Whose encounter it is, and what is told of it. Zero it, then set `subject` and `id`, and what else is known.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct vantay_capture {
    /// Whose: an opaque number of the caller's.
    pub subject: u64,
    /// Which capture: a second insert of an id is no second record.
    pub id: vantay_encounter_id,
    /// Seconds since 1970-01-01 UTC; 0 where not told.
    pub captured_at: i64,
    /// An opaque code of the station; 0 where not told.
    pub station_code: u32,
    /// An opaque code of the operator; 0 where not told.
    pub operator_code: u32,
    /// Sixteen opaque bits of the caller's.
    pub tags: u16,
}

/// A finger of an encounter.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct vantay_finger_info {
    /// A `vantay_finger`.
    pub finger: u8,
    /// 0 where there is a template, or else a `vantay_exception`.
    pub exception: u8,
    /// Of the template, 0 to 100; 0 where there is none.
    pub quality: u8,
}

/// A person at one time and place: a capture, and its fingers.
#[derive(Debug)]
pub struct vantay_encounter {
    pub(crate) encounter: Encounter,
}

impl From<EncounterId> for vantay_encounter_id {
    fn from(id: EncounterId) -> Self {
        vantay_encounter_id { bytes: id.0.to_be_bytes() }
    }
}

impl From<vantay_encounter_id> for EncounterId {
    fn from(id: vantay_encounter_id) -> Self {
        EncounterId(u128::from_be_bytes(id.bytes))
    }
}

impl vantay_encounter {
    fn push(&mut self, finger: Finger) -> Result<(), Failure> {
        if self.encounter.fingers.len() >= Encounter::MAX_FINGERS {
            return Err(Failure::argument(format!("an encounter has at most {} fingers", Encounter::MAX_FINGERS)));
        }
        self.encounter.fingers.push(finger);
        Ok(())
    }

    fn finger(&self, index: usize) -> Result<&Finger, Failure> {
        let count = self.encounter.fingers.len();
        let beyond = || Failure::argument(format!("there is no finger {index}: the encounter has {count}, from 0 on"));
        self.encounter.fingers.get(index).ok_or_else(beyond)
    }
}

/// The subject number that a text stands for, the same everywhere: a decimal number below 2^63 is itself, any other text
/// gets a number from 2^63 on by its BLAKE3 hash.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_subject_from_text(name: *const c_char, subject: *mut u64) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (name, mut out) = unsafe { (text(name, "name")?, Out::new(subject, "subject")?) };
        out.set(SubjectId::from_text(name).0);
        Ok(())
    })
}

/// An encounter id from any text of the caller's, the same everywhere: a UUID, with or without dashes, is itself, of any other
/// text the id is the first 16 bytes of its BLAKE3 hash.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_encounter_id_from_text(
    name: *const c_char,
    id: *mut vantay_encounter_id,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (name, mut out) = unsafe { (text(name, "name")?, Out::new(id, "id")?) };
        out.set(EncounterId::from_text(name).into());
        Ok(())
    })
}

/// An encounter without fingers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_encounter_new(
    capture: *const vantay_capture,
    encounter: *mut *mut vantay_encounter,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (mut out, capture) = unsafe { (Out::handle(encounter, "encounter")?, reference(capture, "capture")?) };
        let mut encounter = Encounter::new(SubjectId(capture.subject), capture.id.into(), Vec::new());
        encounter.captured_at = capture.captured_at;
        encounter.station = capture.station_code;
        encounter.operator = capture.operator_code;
        encounter.tags = capture.tags;
        out.give(vantay_encounter { encounter });
        Ok(())
    })
}

/// Frees an encounter; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_encounter_free(encounter: *mut vantay_encounter) {
    // SAFETY: as the header's first page asks for.
    unsafe { free(encounter) }
}

/// Adds a finger that was captured. The template is copied; its finger position is the one it was made with. Several of
/// one position, or of unknown ones, are allowed.
///
/// Fails with VANTAY_STATUS_ARGUMENT beyond VANTAY_ENCOUNTER_MAX_FINGERS.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_encounter_add_template(
    encounter: *mut vantay_encounter,
    template: *const vantay_template,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (encounter, template) =
            unsafe { (reference_mut(encounter, "encounter")?, reference(template, "template")?) };
        encounter.push(Finger::Captured(template.template.clone()))
    })
}

/// Adds a finger that has no template, and why: a `vantay_finger` that is not unknown, and a `vantay_exception`.
///
/// Fails with VANTAY_STATUS_ARGUMENT for other codes, and beyond VANTAY_ENCOUNTER_MAX_FINGERS.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_encounter_add_missing(
    encounter: *mut vantay_encounter,
    finger: u8,
    exception_code: u8,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let encounter = unsafe { reference_mut(encounter, "encounter") }?;
        let (position, exception) = (position(finger)?, exception(exception_code)?);
        if position == FingerPosition::Unknown {
            return Err(Failure::argument("a missing finger needs its position, 1 to 10"));
        }
        encounter.push(Finger::Missing { position, exception })
    })
}

/// Sets the opaque bytes that are kept with the encounter (a reference to the photo, say; no names, no images).
///
/// Fails with VANTAY_STATUS_ARGUMENT beyond VANTAY_ENCOUNTER_MAX_BLOB.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_encounter_set_blob(
    encounter: *mut vantay_encounter,
    bytes: *const u8,
    length: usize,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (encounter, bytes) = unsafe { (reference_mut(encounter, "encounter")?, slice(bytes, length, "bytes")?) };
        if bytes.len() > Encounter::MAX_BLOB {
            let message = format!("the blob has {} bytes; {} are taken", bytes.len(), Encounter::MAX_BLOB);
            return Err(Failure::argument(message));
        }
        encounter.encounter.blob = bytes.to_vec();
        Ok(())
    })
}

/// Whose encounter it is, and what is told of it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_encounter_capture(
    encounter: *const vantay_encounter,
    capture: *mut vantay_capture,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (e, mut out) = unsafe { (&reference(encounter, "encounter")?.encounter, Out::new(capture, "capture")?) };
        out.set(vantay_capture {
            subject: e.subject.0,
            id: e.id.into(),
            captured_at: e.captured_at,
            station_code: e.station,
            operator_code: e.operator,
            tags: e.tags,
        });
        Ok(())
    })
}

/// The opaque bytes that are kept with an encounter. They belong to it and stay until it is changed or freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_encounter_blob(
    encounter: *const vantay_encounter,
    bytes: *mut *const u8,
    length: *mut usize,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (encounter, mut first, mut number) =
            unsafe { (reference(encounter, "encounter")?, Out::new(bytes, "bytes")?, Out::new(length, "length")?) };
        first.set(encounter.encounter.blob.as_ptr());
        number.set(encounter.encounter.blob.len());
        Ok(())
    })
}

/// How many fingers an encounter has, with those that are missing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_encounter_finger_count(
    encounter: *const vantay_encounter,
    count: *mut usize,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (encounter, mut out) = unsafe { (reference(encounter, "encounter")?, Out::new(count, "count")?) };
        out.set(encounter.encounter.fingers.len());
        Ok(())
    })
}

/// Which finger stands at `index`, from 0 on.
///
/// Fails with VANTAY_STATUS_ARGUMENT where there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_encounter_finger(
    encounter: *const vantay_encounter,
    index: usize,
    info: *mut vantay_finger_info,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (encounter, mut out) = unsafe { (reference(encounter, "encounter")?, Out::new(info, "info")?) };
        out.set(match encounter.finger(index)? {
            Finger::Captured(t) => {
                vantay_finger_info { finger: t.position().code(), exception: 0, quality: t.quality() }
            }
            Finger::Missing { position, exception } => {
                vantay_finger_info { finger: position.code(), exception: *exception as u8, quality: 0 }
            }
        });
        Ok(())
    })
}

/// A copy of the template of the finger at `index`, from 0 on.
///
/// Fails with VANTAY_STATUS_ARGUMENT where there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_encounter_template(
    encounter: *const vantay_encounter,
    index: usize,
    template: *mut *mut vantay_template,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (mut out, encounter) = unsafe { (Out::handle(template, "template")?, reference(encounter, "encounter")?) };
        match encounter.finger(index)? {
            Finger::Captured(template) => out.give(template.clone().into()),
            Finger::Missing { position, exception } => {
                let message = format!("finger {index} ({position}) has no template: {exception:?}");
                return Err(Failure::argument(message));
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_tells_the_limits_of_the_library() {
        assert_eq!(VANTAY_ENCOUNTER_MAX_FINGERS, Encounter::MAX_FINGERS);
        assert_eq!(VANTAY_ENCOUNTER_MAX_BLOB, Encounter::MAX_BLOB);
    }

    #[test]
    fn an_encounter_id_keeps_the_order_of_its_bytes() {
        let bytes = std::array::from_fn(|i| i as u8);
        let id = EncounterId::from(vantay_encounter_id { bytes });
        assert_eq!(id.to_string(), "000102030405060708090a0b0c0d0e0f");
        assert_eq!(vantay_encounter_id::from(id).bytes, bytes);
    }
}
