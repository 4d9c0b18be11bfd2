//! **vantay** turns an image of a finger into a template, and finds in a register of millions the person who already
//! has one.
//!
//! ```text
//! image ──▶ extract ──▶ template ──▶ gallery ──▶ search ──▶ decision
//!  bytes     network     minutiae     mmapped      1:N        score in dB
//!  ppi       + peaks     + quality    segments     dedup      + threshold
//! ```
//!
//! | stage | takes → gives |
//! |---|---|
//! | [`image`] | file bytes or a raw 8-bit buffer, and ppi → [`image::GrayImage`], at 500 ppi |
//! | [`extract`] | `GrayImage` → [`template::Template`]: minutiae and a quality |
//! | [`template`] | minutiae ⇄ bytes, JSON |
//! | [`matching`] | prepared probe × reference → score; symmetric |
//! | [`gallery`] | subjects, encounters and fingers ⇄ files that are mapped, checksummed and durable |
//! | [`search`] | probe × gallery → candidates; gallery × gallery → duplicates |
//! | [`decision`] | score in dB of false-match rate → match, adjudicate or no match, for this gallery's size |
//!
//! Beside the flow: [`audit`] (who asked for what), [`formats`] (what other systems speak), [`simd`] (every kernel, and the one place where the CPU is
//! asked what it has), [`engine`] (threads), [`synth`] (made-up fingers), [`manifest`] (lists of images), [`eval`] (the FVC and open-set protocols).
//!
//! Words are those of ISO/IEC 2382-37 (vocabulary of biometrics) and ISO/IEC 19795-1 (performance testing).

#![deny(unsafe_code)]
#![warn(missing_docs)]

#[cfg(test)]
extern crate self as vantay;

mod error;
mod private;

pub mod audit;
pub mod decision;
pub mod engine;
pub mod eval;
pub mod extract;
pub mod formats;
pub mod gallery;
pub mod image;
pub mod manifest;
pub mod matching;
pub mod search;
#[allow(unsafe_code)]
pub mod simd;
pub mod synth;
pub mod template;

pub use error::{Error, ErrorKind, Result};

/// The README's Rust compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
