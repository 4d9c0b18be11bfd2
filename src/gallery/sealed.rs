//! A file that only who has the key can read, and that nobody can change or cut unnoticed. `FORMAT.md` has the layout.

use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::rand_core::RngCore;
use chacha20poly1305::aead::stream::{DecryptorBE32, EncryptorBE32};
use chacha20poly1305::aead::{KeyInit, OsRng, Payload};
use std::fmt;
use std::io::{self, Read, Write};

const MAGIC: [u8; 4] = *b"VTYK";
const VERSION: u16 = 0;
const HEADER: usize = 32;
/// The nonce's part that is the file's own; the rest counts chunks.
const PREFIX: usize = 19;
/// Bytes that are encrypted at a time: a reader keeps no more of what is not authenticated yet.
const CHUNK: usize = 64 << 10;
const TAG: usize = 16;

/// What is in a sealed file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Backup = 1,
    Export = 2,
}

/// A key of 256 bits, for backups and exports. vantay keeps none: whoever loses the key has lost the backup.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; 32]);

impl Key {
    /// A key from its bytes, which must be random: no password.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Key(bytes)
    }

    /// A new key, from the system's randomness.
    pub fn random() -> Self {
        let mut bytes = [0; 32];
        OsRng.fill_bytes(&mut bytes);
        Key(bytes)
    }

    /// A key from 64 hexadecimal digits; white space around them does not count.
    pub fn from_hex(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        let byte = |i: usize| text.get(2 * i..2 * i + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        let mut bytes = [0; 32];
        for (i, place) in bytes.iter_mut().enumerate() {
            *place = byte(i).filter(|_| digits)?;
        }
        Some(Key(bytes))
    }

    /// The key as 64 hexadecimal digits.
    pub fn to_hex(&self) -> String {
        self.0.iter().map(|b| format!("{b:02x}")).collect()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

/// Never the key itself.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Whether a file begins as a sealed one does.
pub(super) fn is_sealed(start: &[u8]) -> bool {
    start.starts_with(&MAGIC)
}

/// Encrypts what is written to it.
pub(super) struct Sealer<W> {
    out: W,
    header: [u8; HEADER],
    stream: EncryptorBE32<XChaCha20Poly1305>,
    plain: Vec<u8>,
}

impl<W: Write> Sealer<W> {
    pub fn new(mut out: W, key: &Key, kind: Kind) -> io::Result<Self> {
        let mut header = [0; HEADER];
        header[..4].copy_from_slice(&MAGIC);
        header[4..6].copy_from_slice(&VERSION.to_le_bytes());
        header[6] = kind as u8;
        OsRng.fill_bytes(&mut header[8..8 + PREFIX]);
        out.write_all(&header)?;
        let stream = EncryptorBE32::from_aead(key.cipher(), header[8..8 + PREFIX].into());
        Ok(Sealer { out, header, stream, plain: Vec::with_capacity(CHUNK) })
    }

    /// Writes the last chunk, without which no reader believes the file.
    pub fn finish(mut self) -> io::Result<W> {
        let last = Payload { msg: &self.plain, aad: &self.header };
        let sealed = self.stream.encrypt_last(last).map_err(|_| too_long())?;
        self.out.write_all(&sealed)?;
        Ok(self.out)
    }
}

impl<W: Write> Write for Sealer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.plain.len() == CHUNK {
            let chunk = Payload { msg: &self.plain, aad: &self.header };
            let sealed = self.stream.encrypt_next(chunk).map_err(|_| too_long())?;
            self.out.write_all(&sealed)?;
            self.plain.clear();
        }
        let taken = bytes.len().min(CHUNK - self.plain.len());
        self.plain.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn too_long() -> io::Error {
    io::Error::other("more than 2³² chunks of 64 KiB cannot be sealed in one file")
}

/// Decrypts: gives no byte that was not authenticated, and an error of [`io::ErrorKind::InvalidData`] where the file is
/// not whole.
pub(super) struct Opener<R> {
    input: R,
    header: [u8; HEADER],
    /// None when the last chunk was read.
    stream: Option<DecryptorBE32<XChaCha20Poly1305>>,
    /// Bytes of the file that are not decrypted yet.
    ahead: Vec<u8>,
    plain: Vec<u8>,
    read: usize,
    /// Where the next chunk begins in the file.
    offset: u64,
}

impl<R: Read> Opener<R> {
    pub fn new(mut input: R, key: &Key, kind: Kind) -> io::Result<Self> {
        let mut header = [0; HEADER];
        input.read_exact(&mut header).map_err(|e| match e.kind() {
            io::ErrorKind::UnexpectedEof => invalid(0, "it is shorter than the start of a sealed file"),
            _ => e,
        })?;
        if header[..4] != MAGIC {
            return Err(invalid(0, "it is no sealed file of vantay (\"VTYK\" at its start)"));
        }
        if header[4..6] != VERSION.to_le_bytes() {
            return Err(invalid(4, "a format version that this build does not know: update vantay"));
        }
        if header[6] != kind as u8 {
            let kinds = "it is a backup where an export is wanted, or the other way round";
            return Err(invalid(6, kinds));
        }
        let stream = Some(DecryptorBE32::from_aead(key.cipher(), header[8..8 + PREFIX].into()));
        Ok(Opener { input, header, stream, ahead: Vec::new(), plain: Vec::new(), read: 0, offset: HEADER as u64 })
    }

    fn next_chunk(&mut self) -> io::Result<()> {
        let Some(mut stream) = self.stream.take() else { return Ok(()) };
        // One byte more than a chunk tells whether it is the last one.
        let missing = CHUNK + TAG + 1 - self.ahead.len();
        self.input.by_ref().take(missing as u64).read_to_end(&mut self.ahead)?;
        let rest = self.ahead.split_off(self.ahead.len().min(CHUNK + TAG));
        let chunk = Payload { msg: &self.ahead, aad: &self.header };
        let wrong = "another key, or the file was changed or cut";
        self.plain = if rest.is_empty() {
            stream.decrypt_last(chunk).map_err(|_| invalid(self.offset, wrong))?
        } else {
            let plain = stream.decrypt_next(chunk).map_err(|_| invalid(self.offset, wrong))?;
            self.stream = Some(stream);
            plain
        };
        self.offset += self.ahead.len() as u64;
        (self.ahead, self.read) = (rest, 0);
        Ok(())
    }
}

impl<R: Read> Read for Opener<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.read == self.plain.len() {
            self.next_chunk()?;
        }
        let taken = out.len().min(self.plain.len() - self.read);
        out[..taken].copy_from_slice(&self.plain[self.read..self.read + taken]);
        self.read += taken;
        Ok(taken)
    }
}

fn invalid(offset: u64, why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("offset {offset}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(plain: &[u8], key: &Key) -> Vec<u8> {
        let mut sealer = Sealer::new(Vec::new(), key, Kind::Backup).unwrap();
        sealer.write_all(plain).unwrap();
        sealer.finish().unwrap()
    }

    fn open(bytes: &[u8], key: &Key) -> io::Result<Vec<u8>> {
        let mut plain = Vec::new();
        Opener::new(bytes, key, Kind::Backup)?.read_to_end(&mut plain)?;
        Ok(plain)
    }

    #[test]
    fn what_was_sealed_is_opened_at_every_length_around_a_chunk() {
        let key = Key::random();
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 77] {
            let plain: Vec<u8> = (0..length).map(|i| (i * 7 % 251) as u8).collect();
            assert_eq!(open(&sealed(&plain, &key), &key).unwrap(), plain);
        }
    }

    #[test]
    fn a_changed_cut_lengthened_or_reordered_file_or_another_key_is_refused() {
        let key = Key::random();
        let whole = sealed(&vec![5; 2 * CHUNK + 100], &key);
        let refused = |bytes: &[u8], key: &Key| {
            assert_eq!(open(bytes, key).unwrap_err().kind(), io::ErrorKind::InvalidData);
        };
        refused(&whole, &Key::random());
        let places = (0..HEADER).chain((HEADER..whole.len()).step_by(997)).chain([whole.len() - 1]);
        for at in places {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            refused(&changed, &key);
        }
        let ends = [0, 5, HEADER, HEADER + TAG, HEADER + CHUNK + TAG, HEADER + 2 * (CHUNK + TAG), whole.len() - 1];
        ends.iter().for_each(|&end| refused(&whole[..end], &key));
        refused(&[whole.as_slice(), &[0]].concat(), &key);
        let (header, chunks) = whole.split_at(HEADER);
        let (one, rest) = chunks.split_at(CHUNK + TAG);
        let (two, last) = rest.split_at(CHUNK + TAG);
        refused(&[header, two, one, last].concat(), &key);
        refused(&[header, one, last].concat(), &key);
    }

    #[test]
    fn a_key_is_read_from_hexadecimal_digits_and_never_printed_by_accident() {
        let key = Key::random();
        assert_eq!(Key::from_hex(&format!(" {}\n", key.to_hex())), Some(key.clone()));
        assert_eq!(Key::from_hex("00"), None);
        assert_eq!(Key::from_hex(&"+1".repeat(32)), None);
        assert!(!format!("{key:?}").contains(&key.to_hex()));
    }
}
