//! The C ABI of vantay. What a caller must know stands in `cbindgen.toml`, from which `include/vantay.h` gets its first
//! page; each module here is one part of that header.
//!
//! How a function is made: `extern "C"`, its whole body inside [`failure::guard`], every pointer turned into a reference
//! by [`argument`], nothing computed here that the library could compute.

// The names are C's.
#![allow(non_camel_case_types)]
// What every function asks of its pointers is the same, and stands once: on the header's first page.
#![allow(clippy::missing_safety_doc)]
#![warn(missing_docs)]

mod argument;
pub mod audit;
pub mod encounter;
pub mod engine;
pub mod extract;
pub mod failure;
pub mod formats;
pub mod gallery;
pub mod matching;
pub mod search;
pub mod template;
pub mod version;
