//! Huffman tables, told as in JPEG: how many codes of each length, and the symbols in the order of the codes.

use super::bits::BitReader;

/// The longest code, bits.
pub const MAX_LENGTH: usize = 16;

/// A table for reading and writing.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Codes of length 1 to 16.
    pub counts: [u8; MAX_LENGTH],
    /// In the order of their codes.
    pub symbols: Vec<u8>,
}

impl Table {
    /// `None` where there are more codes than their lengths leave room for.
    pub fn new(counts: [u8; MAX_LENGTH], symbols: Vec<u8>) -> Option<Self> {
        let mut free = 1u32;
        for &count in &counts {
            free = (free * 2).checked_sub(count.into())?;
        }
        Some(Table { counts, symbols })
    }

    /// The next symbol; `None` at the end of the data or where no code fits.
    pub fn read(&self, bits: &mut BitReader) -> Option<u8> {
        let (mut code, mut first, mut index) = (0u32, 0u32, 0usize);
        for &count in &self.counts {
            code |= bits.bit()?;
            let count = u32::from(count);
            if code < first + count {
                return self.symbols.get(index + (code - first) as usize).copied();
            }
            index += count as usize;
            first = (first + count) << 1;
            code <<= 1;
        }
        None
    }

    /// Code and length of each symbol; length 0 where it has none.
    pub fn codes(&self) -> [(u32, u32); 256] {
        let mut codes = [(0, 0); 256];
        let (mut code, mut symbols) = (0u32, self.symbols.iter());
        for (length, &count) in (1..).zip(&self.counts) {
            for &symbol in symbols.by_ref().take(count.into()) {
                codes[usize::from(symbol)] = (code, length);
                code += 1;
            }
            code <<= 1;
        }
        codes
    }

    /// The best table for symbols that occur so often: codes of at most 16 bits, none of them all ones, for that would look
    /// like the filling of the last byte.
    ///
    /// Package-merge (L. L. Larmore, D. S. Hirschberg, "A fast algorithm for optimal length-limited Huffman codes", 1990):
    /// a symbol's code is as long as the number of rounds in which it is among the cheapest 2n − 2 items.
    pub fn best(frequencies: &[u32; 256]) -> Self {
        const RESERVED: usize = 256;
        let used = (0..256).filter(|&s| frequencies[s] > 0);
        let mut leaves: Vec<(u64, Vec<usize>)> =
            used.map(|s| (u64::from(frequencies[s]), vec![s])).chain([(0, vec![RESERVED])]).collect();
        // A table has at least one symbol, so that a block of no coefficients has one too.
        if leaves.len() == 1 {
            leaves.push((1, vec![0]));
        }
        leaves.sort();
        let mut items = leaves.clone();
        for _ in 1..MAX_LENGTH {
            let packages =
                items.chunks_exact(2).map(|pair| (pair[0].0 + pair[1].0, [&pair[0].1[..], &pair[1].1].concat()));
            let mut merged: Vec<_> = packages.chain(leaves.iter().cloned()).collect();
            merged.sort();
            items = merged;
        }
        let mut lengths = [0usize; RESERVED + 1];
        for (_, symbols) in items.iter().take(2 * leaves.len() - 2) {
            for &s in symbols {
                lengths[s] += 1;
            }
        }
        let mut counts = [0u8; MAX_LENGTH];
        let mut symbols = Vec::new();
        // The reserved symbol costs nothing and so has a code of the greatest length: the last one, all ones, is left to it.
        for (length, count) in (1..).zip(&mut counts) {
            for s in (0..RESERVED).filter(|&s| lengths[s] == length) {
                symbols.push(s as u8);
                *count += 1;
            }
        }
        Table { counts, symbols }
    }
}

#[cfg(test)]
mod tests {
    use super::super::bits::BitWriter;
    use super::*;

    fn round_trip(frequencies: &[u32; 256]) {
        let table = Table::best(frequencies);
        let table = Table::new(table.counts, table.symbols).expect("a table that fits");
        let codes = table.codes();
        let used: Vec<usize> = (0..256).filter(|&s| frequencies[s] > 0).collect();
        let mut out = BitWriter::default();
        for &s in &used {
            let (code, length) = codes[s];
            assert!((1..=16).contains(&length) && code != (1 << length) - 1, "symbol {s}: {code:b} of {length} bits");
            out.put(code, length);
        }
        let bytes = out.finish();
        let mut bits = BitReader::new(&bytes);
        for &s in &used {
            assert_eq!(table.read(&mut bits), Some(s as u8));
        }
    }

    #[test]
    fn codes_are_short_enough_unique_and_never_all_ones() {
        let one = |s: usize| std::array::from_fn(|i| u32::from(i == s));
        round_trip(&one(0));
        round_trip(&one(255));
        round_trip(&[1; 256]);
        // Frequencies of Fibonacci would take codes of 40 bits.
        let (mut a, mut b) = (1u32, 1u32);
        round_trip(&std::array::from_fn(|i| {
            if i >= 40 {
                return 0;
            }
            (a, b) = (b, a + b);
            a
        }));
        round_trip(&std::array::from_fn(|i| (i as u32 * 7919) % 1000));
    }

    #[test]
    fn a_table_with_more_codes_than_room_is_refused() {
        let mut counts = [0; MAX_LENGTH];
        counts[0] = 3;
        assert_eq!(Table::new(counts, vec![1, 2, 3]), None);
    }
}
