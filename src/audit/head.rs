use super::AuditError;
use std::fmt;
use std::str::FromStr;

/// The end of a chain at one time: whoever keeps it elsewhere can tell later that nothing before it was changed or cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The file's name.
    pub name: String,
    /// How many entries there were.
    pub entries: u64,
    /// The hash of the last one.
    pub hash: [u8; 32],
}

/// The name, the number and the hash in hexadecimal digits, with spaces between.
impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.name, self.entries, blake3::Hash::from_bytes(self.hash).to_hex())
    }
}

impl FromStr for Head {
    type Err = AuditError;

    fn from_str(text: &str) -> Result<Self, AuditError> {
        let head = || {
            let mut parts = text.trim().splitn(3, ' ');
            let (name, entries, hash) = (parts.next()?, parts.next()?, parts.next()?);
            let hash = blake3::Hash::from_hex(hash).ok()?;
            Some(Head { name: name.into(), entries: entries.parse().ok()?, hash: *hash.as_bytes() })
        };
        head().ok_or_else(|| AuditError::NoHead { text: text.into() })
    }
}
