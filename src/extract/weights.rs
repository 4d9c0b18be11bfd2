//! The network's weights as they stand in the binary; `training/convert.py` writes them and tells the format.

use crate::simd::convolution::{Filter, Shape};
use thiserror::Error;

/// Weights of the network that this version ships.
pub(super) const SHIPPED: &[u8] = include_bytes!("weights.bin");

const MAGIC: [u8; 4] = *b"VTYW";
const VERSION: u16 = 0;
const CHECKSUM: usize = 4;

/// Bytes that are not the weights of this architecture.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum WeightsError {
    #[error("no weights: they start with {found:02x?}, not with \"VTYW\"")]
    Magic { found: Vec<u8> },
    #[error("weights of format {found}; this build reads format {VERSION}")]
    Version { found: u16 },
    #[error("damaged weights: their CRC32C is {actual:08x}, {expected:08x} was written")]
    Checksum { expected: u32, actual: u32 },
    #[error("weights end at byte {length}, in layer {layer}")]
    Short { layer: usize, length: usize },
    #[error(
        "layer {layer} has {found:?} outputs, inputs, kernel rows and columns; the architecture asks for {expected:?}"
    )]
    Layer { layer: usize, found: [usize; 4], expected: [usize; 4] },
    #[error("layer {layer} has a weight that is no number")]
    NotFinite { layer: usize },
    #[error("{count} bytes of layers follow the last one that the architecture asks for")]
    Rest { count: usize },
}

/// Reads layer after layer in the order of the network.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    length: usize,
    layer: usize,
}

impl<'a> Reader<'a> {
    /// Checks the header and the checksum.
    pub fn new(bytes: &'a [u8]) -> Result<Self, WeightsError> {
        let length = bytes.len();
        let short = WeightsError::Short { layer: 0, length };
        let (body, checksum) = bytes.split_last_chunk::<CHECKSUM>().ok_or(short.clone())?;
        let (magic, rest) = body.split_first_chunk::<4>().ok_or(short.clone())?;
        if *magic != MAGIC {
            return Err(WeightsError::Magic { found: magic.to_vec() });
        }
        let (version, rest) = rest.split_first_chunk().ok_or(short.clone())?;
        let found = u16::from_le_bytes(*version);
        if found != VERSION {
            return Err(WeightsError::Version { found });
        }
        let (expected, actual) = (u32::from_le_bytes(*checksum), crc32c::crc32c(body));
        if expected != actual {
            return Err(WeightsError::Checksum { expected, actual });
        }
        // The number of layers is for people; the architecture decides.
        let (_, rest) = rest.split_first_chunk::<2>().ok_or(short)?;
        Ok(Reader { rest, length, layer: 0 })
    }

    /// The next layer, which must have this shape.
    pub fn layer(&mut self, shape: Shape) -> Result<Filter, WeightsError> {
        let layer = self.layer;
        let short = WeightsError::Short { layer, length: self.length };
        let (&[o0, o1, i0, i1, height, width, _, _], rest) = self.rest.split_first_chunk().ok_or(short)?;
        self.rest = rest;
        let found = [u16::from_le_bytes([o0, o1]), u16::from_le_bytes([i0, i1]), height.into(), width.into()];
        let found = found.map(usize::from);
        let expected = [shape.outputs, shape.inputs, shape.kernel.0, shape.kernel.1];
        if found != expected {
            return Err(WeightsError::Layer { layer, found, expected });
        }
        let weights = self.numbers(expected.iter().product())?;
        let bias = self.numbers(shape.outputs)?;
        self.layer += 1;
        Ok(Filter::new(shape, &weights, &bias))
    }

    /// Nothing may follow.
    pub fn finish(self) -> Result<(), WeightsError> {
        if self.rest.is_empty() { Ok(()) } else { Err(WeightsError::Rest { count: self.rest.len() }) }
    }

    fn numbers(&mut self, count: usize) -> Result<Vec<f32>, WeightsError> {
        let layer = self.layer;
        let bytes = self.take(4 * count)?;
        let numbers: Vec<f32> = bytes.as_chunks().0.iter().map(|&b| f32::from_le_bytes(b)).collect();
        if numbers.iter().all(|v| v.is_finite()) { Ok(numbers) } else { Err(WeightsError::NotFinite { layer }) }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], WeightsError> {
        let short = WeightsError::Short { layer: self.layer, length: self.length };
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(short)?;
        self.rest = rest;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::super::network::Network;
    use super::*;

    /// The shipped weights with a change, and a checksum that fits it.
    fn changed(change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut bytes = SHIPPED[..SHIPPED.len() - CHECKSUM].to_vec();
        change(&mut bytes);
        let checksum = crc32c::crc32c(&bytes);
        bytes.extend_from_slice(&checksum.to_le_bytes());
        bytes
    }

    fn error(bytes: &[u8]) -> WeightsError {
        Network::read(bytes).expect_err("these weights must be refused")
    }

    #[test]
    fn the_weights_in_the_binary_are_whole() {
        assert!(Network::read(SHIPPED).is_ok());
        assert!(SHIPPED.len() <= 650_000, "{} bytes", SHIPPED.len());
    }

    #[test]
    fn a_flipped_bit_anywhere_is_found() {
        for at in (0..SHIPPED.len()).step_by(10_007).chain([4, SHIPPED.len() - 1]) {
            let mut bytes = SHIPPED.to_vec();
            bytes[at] ^= 1;
            assert!(Network::read(&bytes).is_err(), "byte {at}");
        }
    }

    #[test]
    fn every_kind_of_damage_has_its_own_error() {
        assert_eq!(error(b"short"), WeightsError::Short { layer: 0, length: 5 });
        assert_eq!(error(&changed(|b| b[0] = b'X')), WeightsError::Magic { found: b"XTYW".to_vec() });
        assert_eq!(error(&changed(|b| b[4] = 9)), WeightsError::Version { found: 9 });
        let mut bytes = SHIPPED.to_vec();
        bytes[100] ^= 1;
        assert!(matches!(error(&bytes), WeightsError::Checksum { .. }));
        let (found, expected) = ([17, 1, 5, 5], [16, 1, 5, 5]);
        assert_eq!(error(&changed(|b| b[8] = 17)), WeightsError::Layer { layer: 0, found, expected });
        let nan = changed(|b| b[16..20].copy_from_slice(&f32::NAN.to_le_bytes()));
        assert_eq!(error(&nan), WeightsError::NotFinite { layer: 0 });
        assert_eq!(error(&changed(|b| b.truncate(50_000))), WeightsError::Short { layer: 2, length: 50_004 });
        assert_eq!(error(&changed(|b| b.push(0))), WeightsError::Rest { count: 1 });
    }
}
