//! Finger minutiae records of the standards ⇄ [`Template`](crate::template::Template).
//!
//! | module | standard | starts with | angle | coordinates |
//! |---|---|---|---|---|
//! | [`iso2005`] | ISO/IEC 19794-2:2005, record format | `FMR` 0 ` 20` 0 | 256 to the turn | pixels |
//! | [`iso2011`] | ISO/IEC 19794-2:2011 | `FMR` 0 `030` 0 | 256 to the turn | pixels |
//! | [`incits2004`] | ANSI INCITS 378-2004 | `FMR` 0 ` 20` 0 | 180 to the turn | pixels |
//! | [`incits2009`] | ANSI INCITS 378-2009 | `FMR` 0 `030` 0, amended `035` | 180 to the turn | pixels |
//! | [`card`] | ISO/IEC 19794-2:2005, card formats | nothing | 256 or 64 to the turn | 1/100 or 1/10 mm |
//!
//! **Directions.** All of them measure the angle counter-clockwise from the positive x axis, with x to the right, y
//! *down*, and the direction pointing as our templates have it: measured on FVC2004 DB4, where 98 of 100 minutiae of a
//! vendor's ISO records and of the LEADER network at the same place have the same orientation, 88 have the same direction
//! (median difference 0.1°) and 10 the opposite one. So nothing is turned here. (ANSI/NIST Type 9 points the other way:
//! see [`ansi_nist`](super::ansi_nist).)
//!
//! **Resolution** is told in whole pixels per centimetre: 197 and 196 are read as 500 ppi, 394 and 393 as 1000 ppi, others
//! as they are. **Qualities** that a record does not report become [`UNREPORTED`].

pub mod card;
pub mod incits2004;
pub mod incits2009;
pub mod iso2005;
pub mod iso2011;
mod view;

pub(super) use view::{UNKNOWN_VENDOR, ppi_of_per_cm};
pub use view::{UNREPORTED, View};

use super::FormatError;
use super::reader::Reader;

/// A record that tells what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standard {
    /// ISO/IEC 19794-2:2005, record format.
    Iso2005,
    /// ISO/IEC 19794-2:2011.
    Iso2011,
    /// ANSI INCITS 378-2004.
    Incits2004,
    /// ANSI INCITS 378-2009.
    Incits2009,
}

/// What a record holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Which standard it follows.
    pub standard: Standard,
    /// Its views, at least one as a rule.
    pub views: Vec<View>,
    /// Where it breaks the standard in ways that do no harm, a sentence each.
    pub forgiven: Vec<String>,
}

impl Standard {
    /// Which standard a record follows, by its identifier, version and how its lengths add up; `None` for other data.
    ///
    /// The standards of one year share identifier and version. The record's length tells those of 2004 and 2005 apart: INCITS
    /// has two bytes (and four more where these are 0), ISO four. Of those of 2009 and 2011 ISO's has a count of at most 176, a
    /// flag, and behind 15 bytes the length of its first representation, never longer than what is left.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(b"FMR\0")?;
        let length = rest.len() + 4;
        match rest.split_first_chunk::<4>()? {
            (b" 20\0", lengths) => {
                let short = u16::from_be_bytes(*lengths.first_chunk()?);
                let long = |at: usize| Some(u32::from_be_bytes(*lengths.get(at..)?.first_chunk()?) as usize);
                let fits = |told: &usize| *told > usize::from(u16::MAX) && *told <= length;
                // A long record: four bytes at once are ISO's, four behind two of 0 are INCITS's.
                let is_incits = long(0).filter(fits).is_none() && (short != 0 || long(2).filter(fits).is_some());
                Some(if is_incits { Standard::Incits2004 } else { Standard::Iso2005 })
            }
            (b"030\0", header) => {
                let count = header.get(4..).and_then(<[u8]>::first_chunk).map_or(0, |b| u16::from_be_bytes(*b));
                let flag = header.get(6).copied().unwrap_or(u8::MAX);
                let first = header.get(7..).and_then(<[u8]>::first_chunk).map(|b| u32::from_be_bytes(*b) as usize);
                let fits = |l: usize| l >= iso2011::SHORTEST_REPRESENTATION && 15 + l <= length;
                let is_iso = first.is_some_and(fits) && usize::from(count) <= iso2011::MAX_VIEWS && flag <= 1;
                Some(if is_iso { Standard::Iso2011 } else { Standard::Incits2009 })
            }
            (b"035\0", _) => Some(Standard::Incits2009),
            _ => None,
        }
    }

    /// A short name: `iso2005`, `iso2011`, `incits2004`, `incits2009`.
    pub fn name(self) -> &'static str {
        match self {
            Standard::Iso2005 => "iso2005",
            Standard::Iso2011 => "iso2011",
            Standard::Incits2004 => "incits2004",
            Standard::Incits2009 => "incits2009",
        }
    }
}

/// Reads a record of any of the four standards.
///
/// # Errors
/// Data of another kind; anything that the standard does not allow and that cannot be forgiven.
pub fn read(bytes: &[u8]) -> Result<Record, FormatError> {
    match Standard::of(bytes) {
        Some(Standard::Iso2005) => iso2005::read(bytes),
        Some(Standard::Iso2011) => iso2011::read(bytes),
        Some(Standard::Incits2004) => incits2004::read(bytes),
        Some(Standard::Incits2009) => incits2009::read(bytes),
        None => {
            let mut reader = Reader::new("finger minutiae record", bytes);
            let start = reader.take("format identifier and version", 8)?;
            let start = format!("{start:02x?}");
            Err(reader.wrong(
                "format identifier and version",
                8,
                start,
                "\"FMR\", 0 and \" 20\", \"030\" or \"035\", 0",
            ))
        }
    }
}

/// Writes a record.
///
/// # Errors
/// No view or more than the standard has room for.
pub fn write(standard: Standard, views: &[View]) -> Result<Vec<u8>, FormatError> {
    match standard {
        Standard::Iso2005 => iso2005::write(views),
        Standard::Iso2011 => iso2011::write(views),
        Standard::Incits2004 => incits2004::write(views),
        Standard::Incits2009 => incits2009::write(views),
    }
}

#[cfg(test)]
mod tests;
