//! Which build this is, and at which CPU level it runs.

use std::ffi::{CStr, c_char};
use vantay_core::simd::Level;
use vantay_core::template::ExtractorVersion;

const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => panic!("a version has no NUL"),
};

/// The version of this library, "MAJOR.MINOR.PATCH". Static text.
#[unsafe(no_mangle)]
pub extern "C" fn vantay_version() -> *const c_char {
    VERSION.as_ptr()
}

/// The CPU level that the library runs at: "scalar", "avx2", "avx512" or "neon". Results are the same to the bit at each.
/// The environment variable VANTAY_CPU lowers it. Static text.
#[unsafe(no_mangle)]
pub extern "C" fn vantay_cpu_level() -> *const c_char {
    match Level::current() {
        Level::Scalar => c"scalar",
        Level::Avx2 => c"avx2",
        Level::Avx512 => c"avx512",
        Level::Neon => c"neon",
    }
    .as_ptr()
}

/// The version of the extractor of this build. Templates of one version can be compared with each other, and with minutiae
/// from outside, whose version is 0.
#[unsafe(no_mangle)]
pub extern "C" fn vantay_extractor_version() -> u16 {
    ExtractorVersion::CURRENT.0
}
