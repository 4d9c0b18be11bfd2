//! How a call says that it failed: a status, and a message for the thread that called.

use std::any::Any;
use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};
use vantay_core::{Error, ErrorKind};

/// What became of a call. The numbers never change; later versions may add some.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum vantay_status {
    /// Done.
    Ok = 0,
    /// An argument is outside what the call takes.
    Argument = 1,
    /// The image cannot be used: format, size, ppi, or nothing on it.
    Image = 2,
    /// Bytes that are not a template.
    Template = 3,
    /// Templates whose extractors cannot be compared.
    Incompatible = 4,
    /// A damaged, foreign or newer gallery file.
    Damaged = 5,
    /// A gallery that another writer holds.
    Locked = 6,
    /// The operating system refused: no such file, no space, no right.
    Io = 7,
    /// A manifest line that is wrong.
    Manifest = 8,
    /// A pointer that may not be NULL is NULL.
    NullArgument = 100,
    /// A fault in this library, caught before it could reach the caller. Please report it. The handles of that call may
    /// be freed and used no further.
    Panic = 101,
}

impl vantay_status {
    /// All of them, in the order of their numbers.
    const ALL: [vantay_status; 11] = [
        vantay_status::Ok,
        vantay_status::Argument,
        vantay_status::Image,
        vantay_status::Template,
        vantay_status::Incompatible,
        vantay_status::Damaged,
        vantay_status::Locked,
        vantay_status::Io,
        vantay_status::Manifest,
        vantay_status::NullArgument,
        vantay_status::Panic,
    ];

    fn name(self) -> &'static CStr {
        match self {
            vantay_status::Ok => c"ok",
            vantay_status::Argument => c"argument",
            vantay_status::Image => c"image",
            vantay_status::Template => c"template",
            vantay_status::Incompatible => c"incompatible",
            vantay_status::Damaged => c"damaged",
            vantay_status::Locked => c"locked",
            vantay_status::Io => c"io",
            vantay_status::Manifest => c"manifest",
            vantay_status::NullArgument => c"null argument",
            vantay_status::Panic => c"panic",
        }
    }
}

/// Why a call failed.
#[derive(Debug)]
pub(crate) struct Failure {
    status: vantay_status,
    message: String,
}

impl Failure {
    pub(crate) fn argument(message: impl Into<String>) -> Self {
        Failure { status: vantay_status::Argument, message: message.into() }
    }

    pub(crate) fn null(name: &str) -> Self {
        Failure { status: vantay_status::NullArgument, message: format!("the argument `{name}` is NULL") }
    }

    fn panic(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
        Failure { status: vantay_status::Panic, message: format!("a fault in vantay, please report it: {text}") }
    }
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        let error = error.into();
        Failure { status: status_of(error.kind()), message: error.to_string() }
    }
}

/// The status that bears the number of this kind.
fn status_of(kind: ErrorKind) -> vantay_status {
    vantay_status::ALL.into_iter().find(|&s| s as i32 == kind as i32).unwrap_or(vantay_status::Panic)
}

thread_local! {
    static LAST_ERROR: RefCell<CString> = RefCell::default();
}

/// Runs the body of an exported function: a failure leaves its message for [`vantay_last_error`], and a panic stops here
/// instead of unwinding into C, which would be undefined.
pub(crate) fn guard(body: impl FnOnce() -> Result<(), Failure>) -> vantay_status {
    // What a panicking body leaves half done is only ever behind a handle that locks itself for good (`Mutex`), or in an
    // out-parameter that is written last.
    let result = catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|payload| {
        let failure = Failure::panic(payload.as_ref());
        // A payload may panic when it is dropped, and there is nothing left to catch that.
        std::mem::forget(payload);
        Err(failure)
    });
    match result {
        Ok(()) => vantay_status::Ok,
        Err(failure) => {
            remember(&failure.message);
            failure.status
        }
    }
}

/// Keeps a message for this thread. A thread that is being torn down has nobody left to ask for it.
fn remember(message: &str) {
    let message = CString::new(message.replace('\0', "\u{fffd}")).unwrap_or_default();
    let _ = LAST_ERROR.try_with(|last| last.replace(message));
}

/// What went wrong in the last call on this thread that failed, in UTF-8: what was wrong with what, and what to do. Empty
/// where none has failed yet. The text belongs to the library and stays until the next call on this thread fails or the
/// thread ends: copy it to keep it.
#[unsafe(no_mangle)]
pub extern "C" fn vantay_last_error() -> *const c_char {
    LAST_ERROR.try_with(|last| last.borrow().as_ptr()).unwrap_or(c"".as_ptr())
}

/// The name of a status ("damaged"), for logs; "unknown" for a number that is none. Static text.
#[unsafe(no_mangle)]
pub extern "C" fn vantay_status_name(status: i32) -> *const c_char {
    vantay_status::ALL.into_iter().find(|&s| s as i32 == status).map_or(c"unknown", vantay_status::name).as_ptr()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last_error() -> String {
        // SAFETY: the text lives until the next failing call on this thread.
        unsafe { CStr::from_ptr(vantay_last_error()) }.to_str().unwrap().to_owned()
    }

    #[test]
    fn every_kind_of_error_has_the_status_of_its_number() {
        for kind in ErrorKind::ALL {
            assert_eq!(status_of(kind) as i32, kind as i32);
        }
    }

    #[test]
    fn a_panic_becomes_a_status_and_its_message_is_kept() {
        let status = guard(|| panic!("minutia {} of {}", 7, 3));
        assert_eq!(status, vantay_status::Panic);
        assert_eq!(last_error(), "a fault in vantay, please report it: minutia 7 of 3");
    }

    #[test]
    fn a_message_stays_until_the_next_failure_of_its_own_thread() {
        assert_eq!(guard(|| Err(Failure::argument("here\0"))), vantay_status::Argument);
        std::thread::spawn(|| {
            assert_eq!(last_error(), "");
            guard(|| Err(Failure::null("there")));
            assert_eq!(last_error(), "the argument `there` is NULL");
        })
        .join()
        .unwrap();
        assert_eq!(guard(|| Ok(())), vantay_status::Ok);
        assert_eq!(last_error(), "here\u{fffd}");
    }
}
