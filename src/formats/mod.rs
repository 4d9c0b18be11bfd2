//! The formats that other systems speak: read them all, write those that others read, believe none.
//!
//! | module | format | in | out |
//! |---|---|---|---|
//! | [`wsq`] | WSQ grey-scale fingerprint image (FBI IAFIS-IC-0110, version 3.1) | yes | yes |
//! | [`jpeg2000`] | JPEG 2000 (ISO/IEC 15444-1) | yes | – |
//! | [`minutiae`] | finger minutiae: ISO/IEC 19794-2:2005, :2011 and card formats, INCITS 378-2004 and -2009 | yes | yes |
//!
//! Every reader checks each count and length before it is used, names what is wrong with offset, field, value and what
//! the standard allows, and uses memory and time in proportion to its input.

mod error;
pub mod jpeg2000;
pub mod minutiae;
mod reader;
pub mod wsq;

pub use error::FormatError;
