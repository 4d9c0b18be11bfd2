//! The stages one by one, for the benchmarks; no part of the public interface.

use super::Detection;
use super::map::Outputs;
use super::network::{Network, OUTPUTS, Scratch};
use super::normalize::Normalized;
use super::peaks;
use crate::image::GrayImage;
use crate::simd::Level;
use crate::simd::convolution::{self, Convolver};

/// What one image passes through, each stage with what it takes ready.
#[derive(Debug)]
pub struct Stages {
    convolver: Convolver,
    network: &'static Network,
    image: GrayImage,
    normalized: Normalized,
    scratch: Scratch,
    outputs: Outputs,
}

impl Stages {
    /// Runs the image through once. It is taken to have 500 ppi.
    pub fn new(level: Level, image: GrayImage) -> Self {
        let mut stages = Stages {
            convolver: Convolver::new(level),
            network: Network::shipped(),
            image,
            normalized: Normalized::default(),
            scratch: Scratch::default(),
            outputs: Outputs::default(),
        };
        stages.normalize();
        stages.network();
        stages
    }

    /// Local normalisation.
    pub fn normalize(&mut self) {
        self.normalized.fill(&self.image, self.convolver.level());
    }

    /// The whole network.
    pub fn network(&mut self) {
        self.network.run(self.convolver, self.normalized.map(), &mut self.scratch, &mut self.outputs);
    }

    /// From the normalised image to a quarter of its sides: two layers.
    pub fn stem(&mut self) {
        self.network.stem(self.convolver, self.normalized.map(), &mut self.scratch);
    }

    /// The residual layer at a quarter of the sides.
    pub fn fine(&mut self) {
        self.network.fine(self.convolver, &mut self.scratch);
    }

    /// From a quarter of the sides to an eighth.
    pub fn down(&mut self) {
        self.network.down(self.convolver, &mut self.scratch);
    }

    /// One of the three residual layers at an eighth of the sides: the last, whose taps lie three columns apart.
    pub fn context(&mut self) {
        self.network.context(self.convolver, &mut self.scratch, 2);
    }

    /// From an eighth of the sides to a quarter.
    pub fn up(&mut self) {
        self.network.up(self.convolver, &mut self.scratch);
    }

    /// The last residual layer and the nine maps.
    pub fn head(&mut self) {
        self.network.head(self.convolver, &mut self.scratch, &mut self.outputs);
    }

    /// From the maps to minutiae.
    pub fn peaks(&self) -> Vec<Detection> {
        peaks::detections(&self.outputs, self.image.width(), self.image.height())
    }

    /// What came out of the stages: width and height of the padded image as `u32`, then, row by row, the normalised image, the
    /// activations after `fine`, the context and `up` in bytes, and the nine maps as `f32`; little-endian.
    pub fn dump(&self) -> Vec<u8> {
        let image = self.normalized.map();
        let mut bytes: Vec<u8> =
            [image.width() as u32, image.height() as u32].into_iter().flat_map(u32::to_le_bytes).collect();
        let [fine, context, up] = self.scratch.last();
        for map in [image, fine, context, up] {
            (0..map.height()).for_each(|y| bytes.extend_from_slice(map.row(y)));
        }
        let maps = self.outputs.cells().iter().flat_map(|cell| &cell[..OUTPUTS]);
        bytes.extend(maps.flat_map(|v| v.to_le_bytes()));
        bytes
    }

    /// Multiply-adds of the whole network for this image.
    pub fn multiply_adds(&self) -> u64 {
        self.network.multiply_adds(self.normalized.map().width() * self.normalized.map().height()) as u64
    }
}

/// Runs `steps` steps of the kernel on registers alone, without any load or store, and tells how many multiply-adds that were:
/// the most that a core does at this level.
pub fn peak(level: Level, steps: usize) -> u64 {
    convolution::peak(level, steps)
}
