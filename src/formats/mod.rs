//! The formats that other systems speak: read them all, write those that others read, believe none.
//!
//! | module | format | in | out |
//! |---|---|---|---|
//! | [`wsq`] | WSQ grey-scale fingerprint image (FBI IAFIS-IC-0110, version 3.1) | yes | yes |
//! | [`jpeg2000`] | JPEG 2000 (ISO/IEC 15444-1) | yes | – |
//! | [`minutiae`] | finger minutiae: ISO/IEC 19794-2:2005, :2011 and card formats, INCITS 378-2004 and -2009 | yes | yes |
//! | [`finger_images`] | finger images: ISO/IEC 19794-4:2005 and :2011, INCITS 381-2004 | yes | yes |
//!
//! Every reader checks each count and length before it is used, names what is wrong with offset, field, value and what
//! the standard allows, and uses memory and time in proportion to its input.

mod error;
pub mod finger_images;
pub mod jpeg2000;
pub mod minutiae;
mod reader;
pub mod wsq;

pub use error::FormatError;

/// A ppi of the caller's must be the record's, to 1 %: which of two is right nobody here can know.
fn check_ppi(format: &'static str, record: f64, caller: Option<f64>) -> Result<(), FormatError> {
    match caller {
        Some(caller) if caller.is_nan() || (caller - record).abs() > record / 100.0 => {
            let (record, caller) = (record.to_string(), caller.to_string());
            Err(FormatError::Conflict { format, field: "ppi", record, caller })
        }
        _ => Ok(()),
    }
}
