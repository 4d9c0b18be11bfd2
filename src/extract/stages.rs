//! The stages one by one, for the benchmarks; no part of the public interface.

use super::Detection;
use super::map::Map;
use super::network::{Network, Scratch};
use super::normalize::Normalized;
use super::peaks;
use crate::image::GrayImage;
use crate::simd::Level;
use crate::simd::convolution::Convolver;

/// What one image passes through, each stage with what it takes ready.
#[derive(Debug)]
pub struct Stages {
    convolver: Convolver,
    network: &'static Network,
    image: GrayImage,
    normalized: Normalized,
    scratch: Scratch,
    head: Map,
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
            head: Map::default(),
        };
        stages.normalize();
        stages.network();
        stages
    }

    /// Local normalisation.
    pub fn normalize(&mut self) {
        self.normalized.fill(&self.image);
    }

    /// The whole network.
    pub fn network(&mut self) {
        self.network.run(self.convolver, self.normalized.map(), &mut self.scratch, &mut self.head);
    }

    /// From the normalised image to a quarter of its sides.
    pub fn stem(&mut self) {
        self.network.stem(self.convolver, self.normalized.map(), &mut self.scratch);
    }

    /// One of the five residual blocks at a quarter of the sides.
    pub fn fine_block(&mut self) {
        self.network.fine[0].run(
            self.convolver,
            &self.scratch.fine,
            &mut self.scratch.fine_other,
            &mut self.scratch.hidden,
        );
    }

    /// One of the four residual blocks at an eighth of the sides, a dilated one.
    pub fn coarse_block(&mut self) {
        let s = &mut self.scratch;
        self.network.coarse[1].run(self.convolver, &s.coarse, &mut s.coarse_other, &mut s.hidden);
    }

    /// From a quarter of the sides to an eighth.
    pub fn down(&mut self) {
        self.network.down(self.convolver, &mut self.scratch);
    }

    /// The six maps.
    pub fn head(&mut self) {
        self.network.head(self.convolver, &self.scratch.fine, &mut self.head);
    }

    /// From the maps to minutiae.
    pub fn peaks(&self) -> Vec<Detection> {
        peaks::detections(&self.head, self.image.width(), self.image.height())
    }

    /// Multiply-adds of the whole network for this image.
    pub fn multiply_adds(&self) -> u64 {
        self.network.multiply_adds(self.normalized.map().width() * self.normalized.map().height()) as u64
    }
}
