//! ANSI/NIST-ITL transactions in traditional encoding (NIST SP 500-290, ANSI/NIST-ITL 1-2011; older versions are read too).
//!
//! ```text
//! transaction ──▶ records ──▶ images (Types 4, 13, 14, 15)    ──▶ GrayImage
//!  one file        by 1.003    minutiae (Type 9)               ──▶ Template
//! ```
//!
//! Records are either *tagged* (`14.013:1` and so on, separated by the control characters FS, GS, RS and US) or *binary* (Types 3
//! to 8, a length and fixed fields). Every record tells its own length; field 1.003 tells which records follow.
//!
//! **Type 9** comes in four layouts here: INCITS M1 (fields 9.126 to 9.150), the extended feature set (9.300 to 9.399), the
//! standard's legacy fields (9.005 to 9.012) and the FBI's (9.014 to 9.023). On one latent that the reference files hold in
//! three of them, the legacy fields count y upwards and point the *other* way than ours (101° for 281°); M1 and the FBI's
//! count y downwards and point as ours do. No reference file has the extended feature set; by its text (8.9.7.24) it does
//! as M1. Cores, deltas and ridge counts are not read: nothing here compares them.

mod efs;
mod image;
mod minutiae;
mod record;
mod write;

pub use image::Image;
pub use record::{Field, Record};
pub use write::{Outgoing, write};

use self::image::{Native, Sizes};
use super::FormatError;
use super::minutiae::View;

/// The format's name in messages.
pub const NAME: &str = "ANSI/NIST-ITL";

/// The file, group, record and unit separators (annex B: traditional encoding).
const FS: u8 = 0x1c;
const GS: u8 = 0x1d;
const RS: u8 = 0x1e;
const US: u8 = 0x1f;

/// One file.
#[derive(Debug, Clone, PartialEq)]
pub struct Transaction {
    /// Field 1.002: `0500` is 2011, `0400` is 2007, `0300` is 2000, `0201` is 1997.
    pub version: String,
    /// All records in their order, the Type-1 record first.
    pub records: Vec<Record>,
    /// Where the file breaks the standard in ways that do no harm, a sentence each.
    pub forgiven: Vec<String>,
}

impl Transaction {
    /// Reads a file.
    ///
    /// # Errors
    /// A record whose length or first fields are wrong, with its offset.
    pub fn read(bytes: &[u8]) -> Result<Self, FormatError> {
        record::read(bytes)
    }

    /// Whether `bytes` start as a Type-1 record does.
    pub fn is_one(bytes: &[u8]) -> bool {
        bytes.starts_with(b"1.001:") || bytes.starts_with(b"1.01:")
    }

    /// The records of fingerprint and palmprint images, Types 4, 13, 14 and 15, each with its image, still coded, or with
    /// what is missing or wrong in it. A record of an amputated finger has none.
    pub fn images(&self) -> Vec<(&Record, Result<Image, FormatError>)> {
        let native = Native::of(self);
        let records = self.records.iter().filter(|r| [4, 13, 14, 15].contains(&r.kind));
        records.filter_map(|r| Some((r, image::of_record(r, &native).transpose()?))).collect()
    }

    /// The fingers and palms that were amputated or bandaged when the rest was taken: the position's code (table 8), and
    /// `XX` for amputated, `UP` for unable to print.
    pub fn missing(&self) -> Vec<(u8, String)> {
        self.records.iter().flat_map(image::missing).collect()
    }

    /// The single fingers among the images, rolled ones first where a finger is there twice: what is to be enrolled. Slaps,
    /// palms and latents are left out, whatever is wrong with them.
    ///
    /// # Errors
    /// A field of a finger's record that is missing or wrong.
    pub fn fingers(&self) -> Result<Vec<Image>, FormatError> {
        let native = Native::of(self);
        let records = self.records.iter().filter(|r| image::may_be_a_finger(r));
        let images = records.filter_map(|r| image::of_record(r, &native).transpose());
        let mut fingers = images.collect::<Result<Vec<_>, _>>()?;
        fingers.sort_by_key(|i| !i.is_rolled());
        Ok(fingers)
    }

    /// The minutiae of all Type-9 records that are of a finger; palms are left out.
    ///
    /// # Errors
    /// A layout that is not read, a field that is missing or wrong.
    pub fn minutiae(&self) -> Result<Vec<View>, FormatError> {
        let sizes = Sizes::of(self);
        let minutiae = self.records.iter().filter(|r| r.kind == 9);
        minutiae.filter_map(|r| minutiae::of_record(r, &sizes).transpose()).collect()
    }
}

#[cfg(test)]
mod tests;
