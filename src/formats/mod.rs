//! The formats that other systems speak: read them all, write those that others read, believe none.
//!
//! | module | format | in | out |
//! |---|---|---|---|
//! | [`wsq`] | WSQ grey-scale fingerprint image (FBI IAFIS-IC-0110, version 3.1) | yes | yes |
//! | [`jpeg2000`] | JPEG 2000 (ISO/IEC 15444-1) | yes | – |
//! | [`minutiae`] | finger minutiae: ISO/IEC 19794-2:2005, :2011 and card formats, INCITS 378-2004 and -2009 | yes | yes |
//! | [`finger_images`] | finger images: ISO/IEC 19794-4:2005 and :2011, INCITS 381-2004 | yes | yes |
//! | [`ansi_nist`] | ANSI/NIST-ITL 1-2011, traditional encoding | Types 1, 2, 4, 9, 13, 14, 15 | Types 1, 2, 4, 9, 14 |
//! | [`cbeff`] | CBEFF headers of INCITS 398 and ISO/IEC 19785 around the others | yes | – |
//! | [`base64`] | Base64 text (RFC 4648), for records inside JSON | yes | yes |
//!
//! [`read`] tells them apart by their first bytes. Plain images (WSQ and JPEG 2000 among them) are read by
//! [`GrayImage::decode`](crate::image::GrayImage::decode).
//!
//! Every reader checks each count and length before it is used, names what is wrong with offset, field, value and what
//! the standard allows, and uses memory and time in proportion to its input.

pub mod ansi_nist;
pub mod base64;
pub mod cbeff;
mod error;
pub mod finger_images;
pub mod jpeg2000;
pub mod minutiae;
mod reader;
pub mod wsq;

pub use error::FormatError;

use crate::image::GrayImage;
use crate::template::FingerPosition;
use minutiae::View;

/// A record that holds more than a plain image.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Content {
    /// Finger minutiae.
    Minutiae(minutiae::Record),
    /// Finger images.
    Images(finger_images::Record),
    /// An ANSI/NIST-ITL transaction.
    Transaction(ansi_nist::Transaction),
}

/// An image out of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct FingerImage {
    /// The image, decoded.
    pub image: GrayImage,
    /// Which finger it is of, by the record or by who asked for it.
    pub position: FingerPosition,
    /// The standards' code of how the impression was made: 0 live-scan plain, 1 live-scan rolled, 2 and 3 the same from paper.
    pub impression: u8,
}

/// Reads a record of any kind, wrapped in CBEFF or not; `None` where `bytes` are none, but perhaps an image. The records of a
/// group of templates become one.
///
/// # Errors
/// As the reader of that kind; a group that holds records of several kinds.
pub fn read(bytes: &[u8]) -> Result<Option<Content>, FormatError> {
    let Some(records) = cbeff::unwrap(bytes)? else { return read_one(bytes) };
    let mut whole = None;
    for record in records {
        let next = read_one(record)?;
        whole = match (whole, next) {
            (None, next) => next,
            (Some(Content::Minutiae(mut all)), Some(Content::Minutiae(next))) if next.standard == all.standard => {
                all.views.extend(next.views);
                all.forgiven.extend(next.forgiven);
                Some(Content::Minutiae(all))
            }
            (Some(Content::Images(mut all)), Some(Content::Images(next))) if next.standard == all.standard => {
                all.views.extend(next.views);
                all.forgiven.extend(next.forgiven);
                Some(Content::Images(all))
            }
            _ => {
                let (field, value) = ("group of templates", "records of several kinds".into());
                return Err(FormatError::Field { format: cbeff::NAME, offset: 0, field, value, allowed: "one kind" });
            }
        };
    }
    Ok(whole)
}

fn read_one(bytes: &[u8]) -> Result<Option<Content>, FormatError> {
    Ok(match bytes {
        [b'F', b'M', b'R', 0, ..] => Some(Content::Minutiae(minutiae::read(bytes)?)),
        [b'F', b'I', b'R', 0, ..] => Some(Content::Images(finger_images::read(bytes)?)),
        _ if ansi_nist::Transaction::is_one(bytes) => Some(Content::Transaction(ansi_nist::Transaction::read(bytes)?)),
        _ => None,
    })
}

impl Content {
    /// The minutiae in it.
    ///
    /// # Errors
    /// Minutiae in a layout that is not read.
    pub fn minutiae(&self) -> Result<Vec<View>, FormatError> {
        match self {
            Content::Minutiae(record) => Ok(record.views.clone()),
            Content::Images(_) => Ok(Vec::new()),
            Content::Transaction(transaction) => transaction.minutiae(),
        }
    }

    /// Which single fingers its images are of, each once, in their order.
    ///
    /// # Errors
    /// An image record whose fields are wrong.
    pub fn positions(&self) -> Result<Vec<FingerPosition>, FormatError> {
        let mut positions = match self {
            Content::Minutiae(_) => Vec::new(),
            Content::Images(record) => record.views.iter().filter_map(finger_images::View::finger).collect(),
            Content::Transaction(t) => t.fingers()?.iter().filter_map(ansi_nist::Image::finger).collect(),
        };
        positions.sort_unstable();
        positions.dedup();
        Ok(positions)
    }

    /// The image of a finger, the rolled one where it is there plain and rolled; `None` where it is not there. Where the record
    /// has one finger and either side does not know which it is, that one is meant.
    ///
    /// # Errors
    /// An image that cannot be decoded; a ppi that contradicts the record's.
    pub fn finger(&self, position: FingerPosition, ppi: Option<f64>) -> Result<Option<FingerImage>, FormatError> {
        let (wanted, image, impression) = match self {
            Content::Minutiae(_) => return Ok(None),
            Content::Images(record) => {
                let wanted = meant(record.views.iter().filter_map(finger_images::View::finger), position);
                let of_finger = || record.views.iter().filter(|v| v.finger() == Some(wanted));
                let view = of_finger().find(|v| is_rolled(v.impression)).or_else(|| of_finger().next());
                let Some(view) = view else { return Ok(None) };
                (wanted, view.decode(ppi)?, view.impression)
            }
            Content::Transaction(transaction) => {
                let images = transaction.fingers()?;
                let wanted = meant(images.iter().filter_map(ansi_nist::Image::finger), position);
                let Some(image) = images.iter().find(|i| i.finger() == Some(wanted)) else { return Ok(None) };
                (wanted, image.decode(ppi)?, image.impression)
            }
        };
        Ok(Some(FingerImage { image, position: position.or(wanted), impression }))
    }

    /// Where it breaks its standard in ways that do no harm, a sentence each.
    pub fn forgiven(&self) -> &[String] {
        match self {
            Content::Minutiae(record) => &record.forgiven,
            Content::Images(record) => &record.forgiven,
            Content::Transaction(transaction) => &transaction.forgiven,
        }
    }
}

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

/// The finger that is asked for, as a record calls it: where that holds one alone which it may be, that one.
fn meant(mut held: impl Iterator<Item = FingerPosition>, asked: FingerPosition) -> FingerPosition {
    match held.next() {
        Some(only) if only.may_be(asked) && held.all(|p| p == only) => only,
        _ => asked,
    }
}

/// Whether an impression's code (ANSI/NIST-ITL 1-2011 Update 2015 table 7; ISO/IEC 19794-4:2011) is that of a rolled
/// finger: live or from paper, with the sensor's kind told or not, without contact, without contact and moving.
fn is_rolled(impression: u8) -> bool {
    matches!(impression, 1 | 3 | 21 | 23 | 25 | 27 | 41)
}

/// The code of 2004 and 2005 that says of an impression what a later one does, but for the kind of sensor: plain or rolled.
fn impression_of_2005(format: &'static str, code: u8) -> Result<u8, FormatError> {
    match code {
        0..=15 => Ok(code),
        20 | 22 | 24 | 26 => Ok(0),
        _ if is_rolled(code) => Ok(1),
        _ => Err(FormatError::Write { format, reason: format!("an impression of the code {code}; 0 to 15 fit") }),
    }
}
