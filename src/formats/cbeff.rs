//! Records wrapped in a CBEFF header: the patron format of INCITS 398 that identity cards have (NIST SP 800-76-2, table
//! "CBEFF header for PIV"), and the TLV objects of ISO/IEC 19785-3 and 7816-11.
//!
//! What is inside is what counts here: the wrapping is taken off, the record is read by its own reader. Encrypted blocks are
//! refused; signatures are not checked.
//!
//! ```text
//! INCITS 398, 88 bytes   version 1 · security options 1 · record length 4 · signature length 2 · owner 2 · type 2
//!                        created 8 · valid 16 · biometric 3 · data type 1 · quality 1 · creator 18 · holder 25 · 4
//!                        the record · the signature
//! TLV                    63 {…}, 7f61 {02 count, 7f60 {a1 header, 5f2e or 7f2e}}, 7f2e {81 or a1 {90}}: records are the values
//!                        of 5f2e, and of 81 and 90 inside 7f2e
//! ```

use super::FormatError;
use super::reader::Reader;

/// The format's name in messages.
pub const NAME: &str = "CBEFF";

/// The version of the patron format.
const VERSION: u8 = 3;
/// The owner of the formats inside: INCITS M1.
const M1: [u8; 2] = [0x00, 0x1b];
/// This bit of the security options tells that the record is encrypted.
const ENCRYPTED: u8 = 0x02;
/// The fields between the format type and the record.
const SKIPPED: usize = 76;

/// The tag of the file of fingers in a passport (ICAO Doc 9303-10, data group 3), around the group of templates.
const PASSPORT: u8 = 0x63;
const GROUP: u16 = 0x7f61;
const TEMPLATE: u16 = 0x7f60;
const DATA_TEMPLATE: u16 = 0x7f2e;
/// A data block in a template or alone.
const DATA_BLOCK: u16 = 0x5f2e;
/// In a data template: data in a standard's format, the same of several objects, minutiae of a card among these. In a template
/// the same tags are of its header.
const DATA: u16 = 0x81;
const DATA_OBJECTS: u16 = 0xa1;
const MINUTIAE: u16 = 0x90;

/// How deep objects may lie in each other: a group of templates holds a template holds its data holds minutiae.
const MAX_DEPTH: usize = 6;

/// The records inside a wrapping of either kind, a group of templates has several; `None` where `bytes` are not wrapped.
///
/// # Errors
/// A length that does not fit, an encrypted record, objects nested too deeply or without data.
pub fn unwrap(bytes: &[u8]) -> Result<Option<Vec<&[u8]>>, FormatError> {
    match bytes {
        [VERSION, _, _, _, _, _, _, _, o0, o1, ..] if [*o0, *o1] == M1 => Ok(Some(vec![unwrap_patron(bytes)?])),
        [0x7f, 0x2e | 0x60 | 0x61, ..] => unwrap_tlv(bytes).map(Some),
        [PASSPORT, ..] if holds_group(bytes) => unwrap_tlv(bytes).map(Some),
        _ => Ok(None),
    }
}

/// Whether a group of templates lies in the first object, as in a passport's file of fingers.
fn holds_group(bytes: &[u8]) -> bool {
    let mut reader = Reader::new(NAME, &bytes[1..]);
    read_length(&mut reader).is_ok() && reader.take("tag", 2).is_ok_and(|tag| tag == [0x7f, 0x61])
}

fn unwrap_patron(bytes: &[u8]) -> Result<&[u8], FormatError> {
    let mut reader = Reader::new(NAME, bytes);
    let _version = reader.u8("patron header version")?;
    let options = reader.u8("security options")?;
    if options & ENCRYPTED != 0 {
        let value = format!("{options:02x}, encrypted");
        return Err(reader.wrong("security options", 1, value, "a record that is not encrypted"));
    }
    let length = reader.u32("biometric data block length")? as usize;
    let signature = reader.u16("signature block length")?;
    reader.take("format owner and type", 4)?;
    reader.take("dates, types, quality, creator and holder", SKIPPED)?;
    let record = reader.take("biometric data block", length)?;
    reader.take("signature block", signature.into())?;
    Ok(record)
}

/// The records inside BER-TLV objects (ISO/IEC 7816-11 table 3; ISO/IEC 19785-3 clause 11).
fn unwrap_tlv(bytes: &[u8]) -> Result<Vec<&[u8]>, FormatError> {
    let mut reader = Reader::new(NAME, bytes);
    let mut found = Vec::new();
    find_data(&mut reader, 0, MAX_DEPTH, &mut found)?;
    if found.is_empty() {
        return Err(reader.wrong("biometric data object", 0, "missing", "5f2e, 81 or 90"));
    }
    Ok(found)
}

/// Adds the data inside an object of the tag `of`; 0: of what stands alone.
fn find_data<'a>(reader: &mut Reader<'a>, of: u16, depth: usize, found: &mut Vec<&'a [u8]>) -> Result<(), FormatError> {
    if depth == 0 {
        return Err(reader.wrong("nesting of objects", 0, "deeper than 6", "up to 6"));
    }
    while reader.left() > 0 {
        let tag = read_tag(reader)?;
        let length = read_length(reader)?;
        let mut value = reader.part("object", length)?;
        match (tag, of) {
            (DATA_BLOCK, _) | (DATA, DATA_TEMPLATE) | (MINUTIAE, DATA_TEMPLATE | DATA_OBJECTS) => {
                found.push(value.rest())
            }
            // A data template may hold the record bare.
            (DATA_TEMPLATE, _) if is_record(value.clone().rest()) => found.push(value.rest()),
            (GROUP | TEMPLATE | DATA_TEMPLATE, _) | (DATA_OBJECTS, DATA_TEMPLATE) => {
                find_data(&mut value, tag, depth - 1, found)?;
            }
            (tag, 0) if tag == u16::from(PASSPORT) => find_data(&mut value, tag, depth - 1, found)?,
            _ => {}
        }
    }
    Ok(())
}

fn is_record(value: &[u8]) -> bool {
    value.starts_with(b"FMR\0") || value.starts_with(b"FIR\0")
}

fn read_tag(reader: &mut Reader) -> Result<u16, FormatError> {
    let first = reader.u8("tag")?;
    if first & 0x1f != 0x1f {
        return Ok(first.into());
    }
    let second = reader.u8("tag")?;
    if second & 0x80 != 0 {
        return Err(reader.wrong("tag", 2, format!("{first:02x}{second:02x}…"), "at most two bytes"));
    }
    Ok(u16::from_be_bytes([first, second]))
}

fn read_length(reader: &mut Reader) -> Result<usize, FormatError> {
    match reader.u8("length")? {
        short @ 0..=0x7f => Ok(short.into()),
        0x81 => Ok(reader.u8("length")?.into()),
        0x82 => Ok(reader.u16("length")?.into()),
        0x83 => Ok((usize::from(reader.u8("length")?) << 16) | usize::from(reader.u16("length")?)),
        0x84 => Ok(reader.u32("length")? as usize),
        other => Err(reader.wrong("length", 1, format!("a byte {other:02x}"), "00 to 7f or 81 to 84")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RECORD: &[u8] = b"FMR\x00 20\0 and so on";

    fn patron(options: u8) -> Vec<u8> {
        let mut out = vec![VERSION, options];
        out.extend((RECORD.len() as u32).to_be_bytes());
        out.extend([0, 5, M1[0], M1[1], 0x02, 0x01]);
        out.extend([0; SKIPPED]);
        assert_eq!(out.len(), 88);
        [&out[..], RECORD, b"signa"].concat()
    }

    fn object(tag: &[u8], value: &[u8]) -> Vec<u8> {
        [tag, &[0x82], &(value.len() as u16).to_be_bytes(), value].concat()
    }

    #[test]
    fn the_record_comes_out_of_every_wrapping() {
        let one = |bytes: &[u8]| assert_eq!(unwrap(bytes).unwrap(), Some(vec![RECORD]));
        one(&patron(0x0d));
        one(&object(&[0x7f, 0x2e], &object(&[0x81], RECORD)));
        one(&object(&[0x7f, 0x2e], &object(&[0xa1], &object(&[0x90], RECORD))));
        one(&object(&[0x7f, 0x2e], RECORD));
        // In a template A1 is the header, 81 in it the biometric type, 90 an index.
        let header = object(&[0xa1], &[0x80, 2, 1, 1, 0x81, 1, 8, 0x90, 1, 2]);
        let template = object(&[0x7f, 0x60], &[header, object(&[0x5f, 0x2e], RECORD)].concat());
        one(&object(&[0x7f, 0x61], &[&[0x02, 1, 1], &template[..]].concat()));
        let two = object(&[0x7f, 0x61], &[&[0x02, 1, 2], &template[..], &template[..]].concat());
        assert_eq!(unwrap(&two).unwrap(), Some(vec![RECORD; 2]));
        assert_eq!(unwrap(&object(&[PASSPORT], &two)).unwrap(), Some(vec![RECORD; 2]));
        assert_eq!(unwrap(&object(&[PASSPORT], RECORD)).unwrap(), None);
        for plain in [RECORD, b"", b"c"] {
            assert_eq!(unwrap(plain).unwrap(), None);
        }
    }

    #[test]
    fn encrypted_cut_and_endless_wrappings_are_refused() {
        assert!(unwrap(&patron(0x0f)).unwrap_err().to_string().contains("0f, encrypted"));
        let whole = patron(0x0d);
        for cut in 10..whole.len() {
            assert!(unwrap(&whole[..cut]).is_err(), "{cut}");
        }
        let mut nested = object(&[0x81], RECORD);
        for _ in 0..8 {
            nested = object(&[0x7f, 0x60], &nested);
        }
        assert!(unwrap(&nested).unwrap_err().to_string().contains("deeper than 6"));
        assert!(unwrap(&[0x7f, 0x2e, 0x80]).is_err());
        assert!(unwrap(&[0x7f, 0x2e, 0]).unwrap_err().to_string().contains("missing"));
    }

    proptest! {
        #[test]
        fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            for start in [&[0x7f, 0x2e][..], &[0x7f, 0x61], &[PASSPORT, 40, 0x7f, 0x61], &[VERSION, 0, 0, 0, 0, 9, 0, 0, 0, 0x1b]] {
                let _ = unwrap(&[start, &bytes].concat());
            }
        }
    }
}
