//! Bytes, big-endian, read field by field: nothing is taken that is not there.

use super::FormatError;

/// A place in a record.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    format: &'static str,
    bytes: &'a [u8],
    /// Where `bytes` starts in the record that messages count from.
    base: usize,
    at: usize,
}

impl<'a> Reader<'a> {
    pub fn new(format: &'static str, bytes: &'a [u8]) -> Self {
        Self::at(format, bytes, 0)
    }

    /// A reader of bytes that start at offset `base` of a record.
    pub fn at(format: &'static str, bytes: &'a [u8], base: usize) -> Self {
        Reader { format, bytes, base, at: 0 }
    }

    /// The offset of the next byte, from the start of the record.
    pub fn offset(&self) -> usize {
        self.base + self.at
    }

    pub fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// The next `length` bytes, as a reader that knows where it stands.
    pub fn part(&mut self, field: &'static str, length: usize) -> Result<Reader<'a>, FormatError> {
        let base = self.offset();
        Ok(Reader { format: self.format, bytes: self.take(field, length)?, base, at: 0 })
    }

    pub fn take(&mut self, field: &'static str, length: usize) -> Result<&'a [u8], FormatError> {
        let (wanted, left) = (length, self.left());
        let short = FormatError::Short { format: self.format, offset: self.offset(), field, wanted, left };
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let taken = rest.get(..length).ok_or(short)?;
        self.at += length;
        Ok(taken)
    }

    /// A field that has one value only.
    pub fn expect(&mut self, field: &'static str, wanted: &[u8], allowed: &'static str) -> Result<(), FormatError> {
        let found = self.take(field, wanted.len())?;
        if found == wanted { Ok(()) } else { Err(self.wrong(field, wanted.len(), format!("{found:02x?}"), allowed)) }
    }

    pub fn rest(&mut self) -> &'a [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at = self.bytes.len();
        rest
    }

    /// Unsigned, of `length` bytes, at most 4.
    fn unsigned(&mut self, field: &'static str, length: usize) -> Result<u32, FormatError> {
        Ok(self.take(field, length)?.iter().fold(0, |n, &b| n << 8 | u32::from(b)))
    }

    pub fn u8(&mut self, field: &'static str) -> Result<u8, FormatError> {
        Ok(self.unsigned(field, 1)? as u8)
    }

    pub fn u16(&mut self, field: &'static str) -> Result<u16, FormatError> {
        Ok(self.unsigned(field, 2)? as u16)
    }

    pub fn u32(&mut self, field: &'static str) -> Result<u32, FormatError> {
        self.unsigned(field, 4)
    }

    /// A [`FormatError::Field`] about the field of `length` bytes that was read last.
    pub fn wrong(
        &self,
        field: &'static str,
        length: usize,
        value: impl ToString,
        allowed: &'static str,
    ) -> FormatError {
        let offset = self.offset().saturating_sub(length);
        FormatError::Field { format: self.format, offset, field, value: value.to_string(), allowed }
    }
}
