use crate::template::{FingerPosition, Template};
use std::fmt;

/// A person, by an opaque number of the caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubjectId(pub u64);

/// One capture of a person, by an id of the caller's (a UUID fits): a second insert of it is no second record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EncounterId(pub u128);

/// Why a finger has no template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Exception {
    /// The finger is not there.
    Amputated = 1,
    /// It is bandaged or injured.
    Bandaged = 2,
    /// It was not captured, for whatever reason.
    NotCaptured = 3,
}

/// One finger of an encounter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finger {
    /// A template; its position and quality are in it.
    Captured(Template),
    /// None, and why.
    Missing {
        /// Which finger; never unknown.
        position: FingerPosition,
        /// Why.
        exception: Exception,
    },
}

/// A person at one time and place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encounter {
    /// Whose.
    pub subject: SubjectId,
    /// The caller's id of this capture.
    pub id: EncounterId,
    /// Seconds since 1970-01-01 UTC; 0 where not told.
    pub captured_at: i64,
    /// An opaque code; 0 where not told.
    pub station: u32,
    /// An opaque code; 0 where not told.
    pub operator: u32,
    /// Sixteen opaque bits of the caller's, to filter searches by.
    pub tags: u16,
    /// Opaque bytes of the caller's (a reference to the photo, say), at most [`Encounter::MAX_BLOB`]. No names, no images.
    pub blob: Vec<u8>,
    /// One to [`Encounter::MAX_FINGERS`]; several of one position, or of unknown ones, are allowed.
    pub fingers: Vec<Finger>,
}

impl Encounter {
    /// How many fingers an encounter has at most.
    pub const MAX_FINGERS: usize = 255;
    /// How many bytes [`Encounter::blob`] has at most.
    pub const MAX_BLOB: usize = 4096;

    /// An encounter of which nothing is told but whose it is and its fingers.
    pub fn new(subject: SubjectId, id: EncounterId, fingers: Vec<Finger>) -> Self {
        Encounter { subject, id, captured_at: 0, station: 0, operator: 0, tags: 0, blob: Vec::new(), fingers }
    }

    /// The templates among the fingers.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        self.fingers.iter().filter_map(|f| match f {
            Finger::Captured(t) => Some(t),
            Finger::Missing { .. } => None,
        })
    }
}

impl SubjectId {
    /// The number that a text stands for: a decimal number below 2⁶³ is itself (leading zeros do not count), any other
    /// text is the first 63 bits of its BLAKE3 hash with the top bit set. The same text gives the same number everywhere.
    pub fn from_text(text: &str) -> Self {
        match text.parse::<u64>() {
            Ok(n) if n < 1 << 63 && text.bytes().all(|b| b.is_ascii_digit()) => SubjectId(n),
            _ => SubjectId(1 << 63 | first_u64(blake3::hash(text.as_bytes()).as_bytes())),
        }
    }
}

impl EncounterId {
    /// An id from any text of the caller's: a UUID, with or without dashes, is itself, any other text the first 128 bits of its
    /// BLAKE3 hash.
    pub fn from_text(text: &str) -> Self {
        if let Some(id) = Self::from_hex(text).or_else(|| Self::from_dashed(text)) {
            return id;
        }
        let hash = blake3::hash(text.as_bytes());
        let mut id = [0; 16];
        id.copy_from_slice(&hash.as_bytes()[..16]);
        EncounterId(u128::from_be_bytes(id))
    }

    /// From the 32 hexadecimal digits that it is printed as; none from any other text.
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = Some(text).filter(|t| t.len() == 32 && t.bytes().all(|b| b.is_ascii_hexdigit()))?;
        u128::from_str_radix(digits, 16).ok().map(EncounterId)
    }

    /// From a UUID as it is usually written (RFC 9562): 8, 4, 4, 4 and 12 digits with dashes between.
    fn from_dashed(text: &str) -> Option<Self> {
        let dashes = text.bytes().enumerate().filter(|(_, b)| *b == b'-').map(|(i, _)| i);
        let in_place = text.len() == 36 && dashes.eq([8, 13, 18, 23]);
        in_place.then(|| Self::from_hex(&text.replace('-', ""))).flatten()
    }
}

impl Exception {
    /// From the number that stands in bytes.
    pub fn from_code(code: u8) -> Option<Self> {
        [Exception::Amputated, Exception::Bandaged, Exception::NotCaptured].into_iter().find(|&e| e as u8 == code)
    }
}

impl fmt::Display for SubjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for EncounterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

fn first_u64(bytes: &[u8; 32]) -> u64 {
    bytes[..8].iter().fold(0, |n, &b| n << 8 | u64::from(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_its_own_id_however_it_is_written() {
        let id = EncounterId(0x1234_5678_1234_5678_1234_5678_1234_567f);
        for text in ["12345678-1234-5678-1234-56781234567f", "12345678-1234-5678-1234-56781234567F", &id.to_string()] {
            assert_eq!(EncounterId::from_text(text), id, "{text}");
        }
        for text in ["12345678-1234-5678-1234-56781234567g", "1234567-81234-5678-1234-56781234567f", "a visit", ""] {
            let hash = u128::from_be_bytes(*blake3::hash(text.as_bytes()).as_bytes().first_chunk().unwrap());
            assert_eq!(EncounterId::from_text(text), EncounterId(hash), "{text}");
        }
        assert_eq!(EncounterId::from_hex("+234567812345678123456781234567f"), None);
    }
}
