//! Bits of entropy-coded data, the highest first; a byte ff is followed by a stuffed 00 (clause 4.2).

/// Reads bits up to the next marker.
pub struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
    held: u32,
    count: u32,
}

impl<'a> BitReader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        BitReader { bytes, at: 0, held: 0, count: 0 }
    }

    /// The next bit; `None` at a marker or the end.
    pub fn bit(&mut self) -> Option<u32> {
        if self.count == 0 {
            self.held = self.byte()?.into();
            self.count = 8;
        }
        self.count -= 1;
        Some(self.held >> self.count & 1)
    }

    pub fn bits(&mut self, count: u32) -> Option<u32> {
        (0..count).try_fold(0, |value, _| Some(value << 1 | self.bit()?))
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        if byte == 0xff {
            if self.bytes.get(self.at + 1) != Some(&0) {
                return None;
            }
            self.at += 1;
        }
        self.at += 1;
        Some(byte)
    }

    /// How many bytes were touched, and with them whole bytes of filling that some encoders write before the marker.
    pub fn used(&self) -> usize {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at + 2 * rest.chunks_exact(2).take_while(|pair| *pair == [0xff, 0]).count()
    }
}

/// Writes bits, filling the last byte with ones.
#[derive(Default)]
pub struct BitWriter {
    bytes: Vec<u8>,
    held: u64,
    count: u32,
}

impl BitWriter {
    /// The low `count` bits of `value`, at most 16.
    pub fn put(&mut self, value: u32, count: u32) {
        self.held = self.held << count | u64::from(value) & ((1 << count) - 1);
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            let byte = (self.held >> self.count) as u8;
            self.bytes.push(byte);
            if byte == 0xff {
                self.bytes.push(0);
            }
        }
    }

    pub fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.put(0xff, 8 - self.count);
        }
        self.bytes
    }
}
