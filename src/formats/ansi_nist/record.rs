//! Bytes → records and fields (clause 7 and annex B, traditional encoding).

use super::minutiae::{miscount, number};
use super::{FS, GS, NAME, RS, Transaction, US};
use crate::formats::FormatError;
use crate::formats::reader::Reader;
use std::str::FromStr;

/// Field 999 holds data that separators do not end.
const DATA: u32 = 999;
/// The longest text before the image that is taken for a note and not for pixels.
const LONGEST_NOTE: usize = 32;
/// No record type is above 99.
const MAX_KIND: u8 = 99;

/// A record of a transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The record type, 1 to 99.
    pub kind: u8,
    /// Where it starts in the file.
    pub offset: usize,
    /// The fields of a tagged record; none for a binary one.
    pub fields: Vec<Field>,
    /// A binary record (Types 3 to 8) as it is, its length first.
    pub binary: Vec<u8>,
}

/// A field of a tagged record.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The number behind the record type, of up to nine digits.
    pub number: u32,
    /// Where its value starts in the file.
    pub offset: usize,
    /// Its value, with the separators of subfields (RS) and items (US) in it.
    pub value: Vec<u8>,
}

impl Field {
    /// Subfields, each a list of items.
    pub fn subfields(&self) -> impl Iterator<Item = Vec<&[u8]>> {
        self.value.split(|&b| b == RS).map(|subfield| subfield.split(|&b| b == US).collect())
    }

    /// The first item as text, without blanks around it.
    pub fn text(&self) -> String {
        let item = self.value.split(|&b| b == RS || b == US).next().unwrap_or_default();
        String::from_utf8_lossy(item).trim().to_string()
    }
}

impl Record {
    /// A field by its number.
    pub fn field(&self, number: u32) -> Option<&Field> {
        self.fields.iter().find(|f| f.number == number)
    }

    /// The image designation character: which records belong together.
    pub fn idc(&self) -> Option<u8> {
        if self.fields.is_empty() { self.binary.get(4).copied() } else { self.field(2)?.text().parse().ok() }
    }

    /// A field that must be there.
    pub fn need(&self, number: u32, name: &'static str) -> Result<&Field, FormatError> {
        self.field(number).ok_or_else(|| self.wrong(self.offset, name, format!("missing in Type {}", self.kind), "one"))
    }

    /// A field whose first item is a whole number.
    pub fn number(&self, number: u32, name: &'static str) -> Result<u32, FormatError> {
        self.parsed(number, name, "a whole number")
    }

    /// A field whose first item is a code.
    pub(super) fn code(&self, number: u32, name: &'static str) -> Result<u8, FormatError> {
        self.parsed(number, name, "a code from 0 to 255")
    }

    fn parsed<T: FromStr>(&self, number: u32, name: &'static str, allowed: &'static str) -> Result<T, FormatError> {
        let field = self.need(number, name)?;
        let text = field.text();
        text.parse().map_err(|_| self.wrong(field.offset, name, format!("{text:?}"), allowed))
    }

    /// An error about a field that is there.
    pub(super) fn wrong_field(
        &self,
        number: u32,
        name: &'static str,
        value: impl ToString,
        allowed: &'static str,
    ) -> FormatError {
        self.wrong(self.field(number).map_or(self.offset, |f| f.offset), name, value, allowed)
    }

    pub(super) fn wrong(
        &self,
        offset: usize,
        field: &'static str,
        value: impl ToString,
        allowed: &'static str,
    ) -> FormatError {
        FormatError::Field { format: NAME, offset, field, value: value.to_string(), allowed }
    }
}

/// The whole file.
pub fn read(bytes: &[u8]) -> Result<Transaction, FormatError> {
    let mut forgiven = Vec::new();
    let mut reader = Reader::new(NAME, bytes);
    let first = read_tagged(&mut reader, 1, &mut forgiven)?;
    let version = first.need(2, "version (1.002)")?.text();
    let kinds = kinds_that_follow(&first, &mut forgiven)?;
    let mut records = vec![first];
    for kind in kinds {
        records.push(match kind {
            3..=8 => read_binary(&mut reader, kind)?,
            _ => read_tagged(&mut reader, kind, &mut forgiven)?,
        });
    }
    forgiven.extend(records.iter().filter_map(miscount));
    if reader.left() > 0 {
        forgiven.push(format!(
            "{} bytes behind the last record, offset {}, were left out",
            reader.left(),
            reader.offset()
        ));
    }
    Ok(Transaction { version, records, forgiven })
}

/// The record types of field 1.003, whose first subfield counts them.
fn kinds_that_follow(first: &Record, forgiven: &mut Vec<String>) -> Result<Vec<u8>, FormatError> {
    const NAME_OF_FIELD: &str = "transaction content (1.003)";
    let field = first.need(3, NAME_OF_FIELD)?;
    let mut kinds = Vec::new();
    for subfield in field.subfields().skip(1) {
        let text = subfield.first().map(|item| String::from_utf8_lossy(item).trim().to_string()).unwrap_or_default();
        let kind = text.parse().ok().filter(|k| (2..=MAX_KIND).contains(k));
        let wrong = || first.wrong(field.offset, NAME_OF_FIELD, format!("{text:?}"), "a record type from 2 to 99");
        kinds.push(kind.ok_or_else(wrong)?);
    }
    let count = field.subfields().next().and_then(|items| number(items.get(1).copied()));
    if count != u32::try_from(kinds.len()).ok() {
        let told = count.map_or("does not count".into(), |n| format!("counts {n}"));
        forgiven
            .push(format!("field 1.003 {told} records behind the first and lists {}, which were read", kinds.len()));
    }
    Ok(kinds)
}

fn read_binary(reader: &mut Reader, kind: u8) -> Result<Record, FormatError> {
    let offset = reader.offset();
    let length = reader.clone().u32("record length")? as usize;
    if length < 5 {
        reader.u32("record length")?;
        return Err(reader.wrong("record length", 4, length, "5 or more"));
    }
    let binary = reader.take("record", length)?.to_vec();
    Ok(Record { kind, offset, fields: Vec::new(), binary })
}

fn read_tagged(reader: &mut Reader, kind: u8, forgiven: &mut Vec<String>) -> Result<Record, FormatError> {
    let offset = reader.offset();
    let length = told_length(&mut reader.clone(), kind)?;
    let mut part = reader.part("record", length)?;
    let content = match part.clone().rest().split_last() {
        Some((&FS, content)) => content,
        _ => {
            forgiven.push(format!("the Type-{kind} record at offset {offset} does not end with FS"));
            part.clone().rest()
        }
    };
    let mut fields = Vec::new();
    let end = part.offset() + content.len();
    while part.offset() < end {
        let number = read_tag(&mut part, kind)?;
        if number == DATA {
            skip_notes(&mut part, kind, offset, forgiven)?;
        }
        let left = end.saturating_sub(part.offset());
        let rest = part.clone().take("field", left)?;
        let separator = rest.iter().position(|&b| b == GS);
        let length = if number == DATA { left } else { separator.unwrap_or(left) };
        let field = Field { number, offset: part.offset(), value: part.take("field", length)?.to_vec() };
        fields.push(field);
        if part.offset() < end {
            part.u8("separator")?;
        }
    }
    Ok(Record { kind, offset, fields, binary: Vec::new() })
}

/// Steps over short texts in fields 999 before the one that holds the image (`14.999:4732` GS `14.999:` and the image): some
/// files write fields of old drafts so.
fn skip_notes(part: &mut Reader, kind: u8, offset: usize, forgiven: &mut Vec<String>) -> Result<(), FormatError> {
    let mut count = 0;
    while let Some(length) = note(part.clone().rest(), format!("{kind}.{DATA}:").as_bytes()) {
        part.take("field", length)?;
        count += 1;
    }
    if count > 0 {
        forgiven.push(format!(
            "the Type-{kind} record at offset {offset} has {} fields 999: the last was read, short texts before it left out",
            count + 1
        ));
    }
    Ok(())
}

/// The length of a short text, GS and `tag`, where `bytes` start so.
fn note(bytes: &[u8], tag: &[u8]) -> Option<usize> {
    let text = bytes.iter().take(LONGEST_NOTE + 1).position(|b| !b.is_ascii_graphic() && *b != b' ')?;
    let (separator, rest) = bytes.get(text..)?.split_first()?;
    (*separator == GS && rest.starts_with(tag)).then_some(text + 1 + tag.len())
}

/// The length in the first field of a tagged record, which counts that field too.
fn told_length(reader: &mut Reader, kind: u8) -> Result<usize, FormatError> {
    let start = reader.offset();
    let number = read_tag(reader, kind)?;
    if number != 1 {
        return Err(reader.wrong("first field", 0, number, "1, the record's length,"));
    }
    let mut length = 0usize;
    for digits in 0.. {
        match reader.u8("record length")? {
            GS if digits > 0 => break,
            digit @ b'0'..=b'9' if digits < 10 => length = length * 10 + usize::from(digit - b'0'),
            other => {
                return Err(reader.wrong("record length", 1, format!("a byte {other:02x}"), "up to ten digits and GS"));
            }
        }
    }
    let shortest = reader.offset() - start;
    if length < shortest {
        return Err(reader.wrong("record length", shortest, length, "one that counts at least its own field"));
    }
    Ok(length)
}

/// `14.013:` of a record of this kind → 13. Old files write `1.01`, agencies `2.2010`.
fn read_tag(reader: &mut Reader, kind: u8) -> Result<u32, FormatError> {
    const ALLOWED: &str = "the record type, a point, up to nine digits and a colon";
    let mut number = |longest: usize, last: u8| {
        let mut value = 0u32;
        for digits in 0.. {
            match reader.u8("field number")? {
                b if b == last && digits > 0 => break,
                digit @ b'0'..=b'9' if digits < longest => value = value * 10 + u32::from(digit - b'0'),
                other => return Err(reader.wrong("field number", 1, format!("a byte {other:02x}"), ALLOWED)),
            }
        }
        Ok(value)
    };
    let (found, number) = (number(3, b'.')?, number(9, b':')?);
    if found != u32::from(kind) {
        return Err(reader.wrong("field number", 0, format!("of Type {found} in a Type-{kind} record"), ALLOWED));
    }
    Ok(number)
}
