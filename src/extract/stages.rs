//! The stages one by one, for the benchmarks; no part of the public interface.

use super::Detection;
use super::descriptors::{self, Describer};
use super::finger::Finger;
use super::map::Outputs;
use super::network::{Network, OUTPUTS, Scratch};
use super::normalize::Normalized;
use super::parameters::BAND;
use super::peaks::Peaks;
use super::ridges;
use crate::image::GrayImage;
use crate::simd::Level;
use crate::simd::convolution::{self, Convolver};
use crate::template::{Descriptor, Minutia, RidgeMap};

/// What one image passes through, each stage with what it takes ready: all rows of all maps.
#[derive(Debug)]
pub struct Stages {
    convolver: Convolver,
    network: &'static Network,
    image: GrayImage,
    normalized: Normalized,
    scratch: Scratch,
    outputs: Outputs,
    /// As an [`Extractor`](super::Extractor) runs it.
    by_bands: (Scratch, Outputs),
    minutiae: Vec<Minutia>,
    described: descriptors::Scratch,
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
            by_bands: Default::default(),
            minutiae: Vec::new(),
            described: Default::default(),
        };
        stages.normalize();
        let (map, scratch, outputs) = (stages.normalized.map(), &mut stages.scratch, &mut stages.outputs);
        scratch.start(map.width(), map.height(), map.height(), outputs);
        stages.network.advance(stages.convolver, map, map.height(), scratch, outputs);
        let (width, height) = (stages.image.width(), stages.image.height());
        stages.minutiae = stages.peaks().iter().map(|d| d.minutia(width, height)).collect();
        stages
    }

    /// Local normalisation.
    pub fn normalize(&mut self) {
        self.normalized.fill(&self.image, self.convolver.level());
    }

    /// The whole network, band by band.
    pub fn network(&mut self) {
        let (map, (scratch, outputs)) = (self.normalized.map(), &mut self.by_bands);
        scratch.start(map.width(), map.height(), BAND, outputs);
        for rows in (BAND..map.height() + BAND).step_by(BAND) {
            self.network.advance(self.convolver, map, rows.min(map.height()), scratch, outputs);
        }
    }

    /// From the normalised image to a quarter of its sides: two layers.
    pub fn stem(&mut self) {
        self.scratch.half.restart();
        self.scratch.quarter.restart();
        let map = self.normalized.map();
        self.network.stem(self.convolver, map, map.height(), &mut self.scratch);
    }

    /// The residual layer at a quarter of the sides.
    pub fn fine(&mut self) {
        self.scratch.fine.restart();
        self.network.fine(self.convolver, &mut self.scratch);
    }

    /// From a quarter of the sides to an eighth.
    pub fn down(&mut self) {
        self.scratch.coarse[0].restart();
        self.network.down(self.convolver, &mut self.scratch);
    }

    /// One of the three residual layers at an eighth of the sides: the last, whose taps lie three columns apart.
    pub fn context(&mut self) {
        self.scratch.coarse[3].restart();
        self.network.context(self.convolver, &mut self.scratch, 2);
    }

    /// From an eighth of the sides to a quarter.
    pub fn up(&mut self) {
        self.scratch.up.restart();
        self.network.up(self.convolver, &mut self.scratch);
    }

    /// The last residual layer and the nine maps.
    pub fn head(&mut self) {
        self.outputs.restart();
        self.network.head(self.convolver, &mut self.scratch, &mut self.outputs);
    }

    /// From the maps to minutiae.
    pub fn peaks(&self) -> Vec<Detection> {
        let mut peaks = Peaks::default();
        peaks.advance(&self.outputs);
        peaks.detections(self.image.width(), self.image.height())
    }

    /// From the maps and the image to the map of ridges.
    pub fn ridges(&self) -> Option<RidgeMap> {
        let mut finger = Finger::default();
        finger.start(self.outputs.width(), self.outputs.height());
        finger.advance(&self.outputs);
        ridges::ridges(&finger, &self.image)
    }

    /// How many minutiae there are.
    pub fn minutiae(&self) -> usize {
        self.minutiae.len()
    }

    /// From the context and the minutiae, the best first, to their descriptors.
    pub fn descriptors(&mut self) -> Vec<Descriptor> {
        let context = self.scratch.context();
        Describer::shipped().describe(self.convolver, context, &self.minutiae, &mut self.described)
    }

    /// What came out of the stages: width and height of the padded image as `u32`, then, row by row, the normalised image, the
    /// activations after `fine`, the context and `up` in bytes, and the nine maps as `f32`; little-endian.
    pub fn dump(&self) -> Vec<u8> {
        let image = self.normalized.map();
        let mut bytes: Vec<u8> =
            [image.width() as u32, image.height() as u32].into_iter().flat_map(u32::to_le_bytes).collect();
        let Scratch { fine, up, .. } = &self.scratch;
        for map in [image, fine, self.scratch.context(), up] {
            (0..map.height()).for_each(|y| bytes.extend_from_slice(map.row(y)));
        }
        let maps = (0..self.outputs.height()).flat_map(|y| self.outputs.row(y)).flat_map(|cell| &cell[..OUTPUTS]);
        bytes.extend(maps.flat_map(|v| v.to_le_bytes()));
        bytes
    }

    /// Columns and rows of the context, which descriptors are computed from, and it: row by row, 48 channels a column.
    pub fn context_bytes(&self) -> (usize, usize, Vec<u8>) {
        let map = self.scratch.context();
        (map.width(), map.height(), (0..map.height()).flat_map(|y| map.row(y)).copied().collect())
    }

    /// Multiply-adds of the descriptors of so many minutiae.
    pub fn descriptor_multiply_adds(minutiae: usize) -> u64 {
        (minutiae * Describer::shipped().multiply_adds()) as u64
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
