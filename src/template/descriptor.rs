/// What the ridges around a minutia look like, seen along its direction: bits of which two of one place have most in
/// common, and two of different places about half. Only descriptors of one extractor can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Descriptor(pub [u64; 2]);

impl Descriptor {
    /// Of one minutia.
    pub const BITS: usize = 128;
    /// Of one minutia, in templates and prepared fingers.
    pub const BYTES: usize = Self::BITS / 8;

    /// The bits in bytes, the lowest first.
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        for (to, word) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(self.0) {
            *to = word.to_le_bytes();
        }
        bytes
    }

    /// From what [`Descriptor::to_bytes`] gave.
    pub fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        let words = bytes.as_chunks::<8>().0;
        Descriptor(std::array::from_fn(|n| u64::from_le_bytes(words[n])))
    }

    /// How many bits two have in common, 0 to 128.
    pub fn common_bits(self, other: Self) -> u32 {
        self.0.iter().zip(other.0).map(|(a, b)| (a ^ b).count_zeros()).sum()
    }
}
