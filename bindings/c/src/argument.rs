//! What comes in from C, checked as far as it can be: NULL and lengths. That a pointer which is not NULL leads to what it
//! claims is the caller's promise; the header's first page asks for it.

use crate::failure::Failure;
use std::ffi::{CStr, c_char};
use std::path::PathBuf;
use vantay_core::gallery::Exception;
use vantay_core::template::FingerPosition;

/// A reference to what a handle or a struct of the caller's holds.
///
/// # Safety
/// `pointer` is NULL or leads to a live `T` that nobody changes during the call.
pub(crate) unsafe fn reference<'a, T>(pointer: *const T, name: &str) -> Result<&'a T, Failure> {
    // SAFETY: as promised by the caller.
    unsafe { pointer.as_ref() }.ok_or_else(|| Failure::null(name))
}

/// A reference through which a handle is changed.
///
/// # Safety
/// `pointer` is NULL or leads to a live `T` that nobody else uses during the call.
pub(crate) unsafe fn reference_mut<'a, T>(pointer: *mut T, name: &str) -> Result<&'a mut T, Failure> {
    // SAFETY: as promised by the caller.
    unsafe { pointer.as_mut() }.ok_or_else(|| Failure::null(name))
}

/// `length` elements of the caller's; none where `length` is 0, whatever the pointer.
///
/// # Safety
/// `pointer` is NULL or leads to `length` elements that nobody changes during the call.
pub(crate) unsafe fn slice<'a, T>(pointer: *const T, length: usize, name: &str) -> Result<&'a [T], Failure> {
    if length == 0 {
        return Ok(&[]);
    }
    if pointer.is_null() {
        return Err(Failure::null(name));
    }
    if length > isize::MAX as usize / size_of::<T>().max(1) {
        return Err(Failure::argument(format!("`{name}` cannot have {length} elements: no memory is that large")));
    }
    // SAFETY: not NULL and not longer than memory; the rest as promised by the caller.
    Ok(unsafe { std::slice::from_raw_parts(pointer, length) })
}

/// What `count` handles of the caller's hold.
///
/// # Safety
/// `pointer` is NULL or leads to `count` pointers, each NULL or to a live `T` that nobody changes during the call.
pub(crate) unsafe fn handles<'a, T>(pointer: *const *const T, count: usize, name: &str) -> Result<Vec<&'a T>, Failure> {
    // SAFETY: as promised by the caller.
    let pointers = unsafe { slice(pointer, count, name) }?;
    // SAFETY: as promised by the caller.
    pointers.iter().enumerate().map(|(i, &p)| unsafe { reference(p, &format!("{name}[{i}]")) }).collect()
}

/// UTF-8 text that ends with a NUL.
///
/// # Safety
/// `pointer` is NULL or leads to text that ends with a NUL and that nobody changes during the call.
pub(crate) unsafe fn text<'a>(pointer: *const c_char, name: &str) -> Result<&'a str, Failure> {
    if pointer.is_null() {
        return Err(Failure::null(name));
    }
    // SAFETY: not NULL; the rest as promised by the caller.
    let text = unsafe { CStr::from_ptr(pointer) };
    text.to_str().map_err(|e| Failure::argument(format!("`{name}` is not UTF-8 from byte {} on", e.valid_up_to())))
}

/// A path: the file system's own bytes on Unix, UTF-8 elsewhere.
///
/// # Safety
/// As for [`text`].
pub(crate) unsafe fn path(pointer: *const c_char, name: &str) -> Result<PathBuf, Failure> {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        if pointer.is_null() {
            return Err(Failure::null(name));
        }
        // SAFETY: not NULL; the rest as promised by the caller.
        let bytes = unsafe { CStr::from_ptr(pointer) }.to_bytes();
        Ok(std::ffi::OsStr::from_bytes(bytes).into())
    }
    #[cfg(not(unix))]
    // SAFETY: as promised by the caller.
    Ok(unsafe { text(pointer, name) }?.into())
}

/// Where a result goes. What lies there is never read.
pub(crate) struct Out<T>(*mut T);

impl<T> Out<T> {
    /// # Safety
    /// `pointer` is NULL or leads to room for a `T` that nobody else uses during the call.
    pub(crate) unsafe fn new(pointer: *mut T, name: &str) -> Result<Self, Failure> {
        if pointer.is_null() { Err(Failure::null(name)) } else { Ok(Out(pointer)) }
    }

    /// Room that the caller may not have: NULL where this result is not wanted.
    ///
    /// # Safety
    /// As for [`Out::new`].
    pub(crate) unsafe fn optional(pointer: *mut T) -> Option<Self> {
        (!pointer.is_null()).then_some(Out(pointer))
    }

    pub(crate) fn set(&mut self, value: T) {
        // SAFETY: there is room for a `T`, as `new` was promised; what lies there is not dropped, as it may be anything.
        unsafe { self.0.write(value) }
    }
}

impl<T> Out<*mut T> {
    /// Room for a handle, emptied first: after a failure there is nothing to free.
    ///
    /// # Safety
    /// As for [`Out::new`].
    pub(crate) unsafe fn handle(pointer: *mut *mut T, name: &str) -> Result<Self, Failure> {
        // SAFETY: as promised by the caller.
        let mut out = unsafe { Out::new(pointer, name) }?;
        out.set(std::ptr::null_mut());
        Ok(out)
    }

    /// Gives a new handle to the caller, who frees it.
    pub(crate) fn give(&mut self, value: T) {
        self.set(Box::into_raw(Box::new(value)));
    }
}

/// Writes bytes of `what` to a buffer of the caller's and tells their number; a buffer of NULL only asks for that.
///
/// # Safety
/// `buffer` is NULL or leads to room for `capacity` bytes that nobody else uses during the call.
pub(crate) unsafe fn fill(
    what: &str,
    bytes: &[u8],
    buffer: *mut u8,
    capacity: usize,
    mut length: Out<usize>,
) -> Result<(), Failure> {
    length.set(bytes.len());
    if buffer.is_null() {
        return Ok(());
    }
    if bytes.len() > capacity {
        let message = format!("the {what} has {} bytes, the buffer has room for {capacity}", bytes.len());
        return Err(Failure::argument(message));
    }
    // SAFETY: there is room for `capacity` bytes, as promised by the caller, and `bytes` has no more.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), buffer, bytes.len()) };
    Ok(())
}

/// Takes a handle back and drops it; NULL is nothing to drop.
///
/// # Safety
/// `pointer` is NULL or came from [`Out::give`], and is used no further.
pub(crate) unsafe fn free<T>(pointer: *mut T) {
    if !pointer.is_null() {
        crate::failure::guard(|| {
            // SAFETY: from `Box::into_raw`, and given back once, as promised by the caller.
            drop(unsafe { Box::from_raw(pointer) });
            Ok(())
        });
    }
}

/// A finger position from its code.
pub(crate) fn position(code: u8) -> Result<FingerPosition, Failure> {
    FingerPosition::from_code(code)
        .ok_or_else(|| Failure::argument(format!("the finger position is {code}; 0 (unknown) to 10 is taken")))
}

/// The reason of a missing finger from its code.
pub(crate) fn exception(code: u8) -> Result<Exception, Failure> {
    Exception::from_code(code).ok_or_else(|| {
        Failure::argument(format!("the exception is {code}; 1 (amputated), 2 (bandaged) or 3 (not captured) is taken"))
    })
}

/// Pixels per inch, where 0 means that none are given.
pub(crate) fn optional_ppi(ppi: f64) -> Option<f64> {
    (ppi != 0.0).then_some(ppi)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_slice_may_come_from_null_and_a_longer_one_may_not() {
        // SAFETY: NULL is allowed.
        unsafe {
            assert!(slice::<u8>(std::ptr::null(), 0, "a").is_ok_and(<[u8]>::is_empty));
            assert!(slice::<u8>(std::ptr::null(), 1, "a").is_err());
        }
    }

    #[test]
    fn a_length_beyond_memory_is_refused_before_it_is_used() {
        // SAFETY: the pointer is not looked at.
        let result = unsafe { slice::<u64>(&0, usize::MAX / 8, "a") };
        assert!(result.is_err());
    }
}
