//! The networks' weights as they stand in the binary; `training/export.py` writes those of the minutiae and tells the format,
//! `training/descriptor/export.py` those of the descriptors.

use crate::simd::convolution::{Filter, MAX_WEIGHT, Shape};
use thiserror::Error;

/// Weights of the network that this version ships.
pub(super) const SHIPPED: &[u8] = include_bytes!("weights.bin");
/// And of that of the descriptors.
pub(super) const SHIPPED_DESCRIPTORS: &[u8] = include_bytes!("descriptors.bin");

const MAGIC: [u8; 4] = *b"VTYQ";
const VERSION: u16 = 0;
const CHECKSUM: usize = 4;
/// The largest bias, in units of the sums: with 432 products of 255 · 64, the most of any layer, a sum stays below 2²⁴.
const MAX_BIAS: i32 = 1 << 23;
/// The largest scale: a scaled sum stays below 2³⁰.
const MAX_SCALE: f32 = 64.0;

/// Bytes that are not the weights of this architecture.
#[derive(Debug, Clone, PartialEq, Error)]
pub(super) enum WeightsError {
    #[error("no weights: they start with {found:02x?}, not with \"VTYQ\"")]
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
    #[error("layer {layer} has a weight of {value}; at most {MAX_WEIGHT} fits the sums")]
    Weight { layer: usize, value: i8 },
    #[error("layer {layer} has a bias of {value}; at most {MAX_BIAS} keeps sums exact")]
    Bias { layer: usize, value: i32 },
    #[error("layer {layer} has a scale of {value}; it must be a number from 0 to {MAX_SCALE}")]
    Scale { layer: usize, value: f32 },
    #[error("{count} bytes of layers follow the last one that the architecture asks for")]
    Rest { count: usize },
}

/// Reads layer after layer in the order of a network.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    length: usize,
    layer: usize,
}

/// A layer's numbers, every one within its bounds.
struct Layer {
    weights: Vec<i8>,
    bias: Vec<i32>,
    scale: Vec<f32>,
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

    /// The next layer, which must have this shape. `ground` is the activation that stands for zero.
    pub fn layer(&mut self, shape: Shape, ground: u8) -> Result<Filter, WeightsError> {
        let layer = self.numbers(shape)?;
        Ok(Filter::new(shape, &layer.weights, &layer.bias, &layer.scale, ground))
    }

    /// The next layer in `N` filters of as many outputs: the first has those that `of(0)` yields, and so on.
    pub fn parts<const N: usize, I: Iterator<Item = usize>>(
        &mut self,
        shape: Shape,
        of: impl Fn(usize) -> I,
    ) -> Result<[Filter; N], WeightsError> {
        let layer = self.numbers(shape)?;
        let taps = layer.weights.len() / shape.outputs;
        Ok(std::array::from_fn(|part| {
            let outputs: Vec<usize> = of(part).collect();
            let weights: Vec<i8> = outputs.iter().flat_map(|o| &layer.weights[o * taps..][..taps]).copied().collect();
            let bias: Vec<i32> = outputs.iter().map(|&o| layer.bias[o]).collect();
            let scale: Vec<f32> = outputs.iter().map(|&o| layer.scale[o]).collect();
            Filter::new(Shape { outputs: outputs.len(), ..shape }, &weights, &bias, &scale, 0)
        }))
    }

    /// Nothing may follow.
    pub fn finish(self) -> Result<(), WeightsError> {
        if self.rest.is_empty() { Ok(()) } else { Err(WeightsError::Rest { count: self.rest.len() }) }
    }

    fn numbers(&mut self, shape: Shape) -> Result<Layer, WeightsError> {
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
        let weights: Vec<i8> = self.take(expected.iter().product())?.iter().map(|&w| w as i8).collect();
        let bias: Vec<i32> = self.words(shape.outputs)?.map(i32::from_le_bytes).collect();
        let scale: Vec<f32> = self.words(shape.outputs)?.map(f32::from_le_bytes).collect();
        if let Some(&value) = weights.iter().find(|w| w.unsigned_abs() > MAX_WEIGHT.unsigned_abs()) {
            return Err(WeightsError::Weight { layer, value });
        }
        if let Some(&value) = bias.iter().find(|b| b.unsigned_abs() > MAX_BIAS.unsigned_abs()) {
            return Err(WeightsError::Bias { layer, value });
        }
        if let Some(&value) = scale.iter().find(|s| !(0.0..=MAX_SCALE).contains(*s)) {
            return Err(WeightsError::Scale { layer, value });
        }
        self.layer += 1;
        Ok(Layer { weights, bias, scale })
    }

    fn words(&mut self, count: usize) -> Result<impl Iterator<Item = [u8; 4]> + use<'a>, WeightsError> {
        Ok(self.take(4 * count)?.as_chunks().0.iter().copied())
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

    /// Where the first layer's weights, biases and scales begin: after the headers, 16 outputs of 3 × 3 weights.
    const WEIGHTS: usize = 16;
    const BIASES: usize = WEIGHTS + 16 * 9;
    const SCALES: usize = BIASES + 16 * 4;

    #[test]
    fn the_weights_in_the_binary_are_whole_and_small() {
        assert!(Network::read(SHIPPED).is_ok());
        assert!(SHIPPED.len() <= 400 << 10, "{} bytes", SHIPPED.len());
    }

    #[test]
    fn a_flipped_bit_anywhere_is_found() {
        for at in (0..SHIPPED.len()).step_by(997).chain([4, SHIPPED.len() - 1]) {
            let mut bytes = SHIPPED.to_vec();
            bytes[at] ^= 1;
            assert!(Network::read(&bytes).is_err(), "byte {at}");
        }
    }

    #[test]
    fn every_kind_of_damage_has_its_own_error() {
        assert_eq!(error(b"short"), WeightsError::Short { layer: 0, length: 5 });
        assert_eq!(error(&changed(|b| b[0] = b'X')), WeightsError::Magic { found: b"XTYQ".to_vec() });
        assert_eq!(error(&changed(|b| b[4] = 9)), WeightsError::Version { found: 9 });
        let mut bytes = SHIPPED.to_vec();
        bytes[100] ^= 1;
        assert!(matches!(error(&bytes), WeightsError::Checksum { .. }));
        let (found, expected) = ([17, 1, 3, 3], [16, 1, 3, 3]);
        assert_eq!(error(&changed(|b| b[8] = 17)), WeightsError::Layer { layer: 0, found, expected });
        let weight = changed(|b| b[WEIGHTS + 3] = -65i8 as u8);
        assert_eq!(error(&weight), WeightsError::Weight { layer: 0, value: -65 });
        let bias = changed(|b| b[BIASES..][..4].copy_from_slice(&i32::MIN.to_le_bytes()));
        assert_eq!(error(&bias), WeightsError::Bias { layer: 0, value: i32::MIN });
        for value in [f32::NAN, -0.5, 64.5, f32::INFINITY] {
            let scale = changed(|b| b[SCALES..][..4].copy_from_slice(&value.to_le_bytes()));
            assert!(matches!(error(&scale), WeightsError::Scale { layer: 0, .. }), "{value}");
        }
        assert_eq!(error(&changed(|b| b.truncate(600))), WeightsError::Short { layer: 1, length: 604 });
        assert_eq!(error(&changed(|b| b.push(0))), WeightsError::Rest { count: 1 });
    }
}
