//! Master → impression: one touch of the finger on a sensor, as an image.

use super::capture::{Capture, Fault};
use super::contact::Contact;
use super::distortion::Distortion;
use super::field::Field;
use super::grid::STRIDE;
use super::marks;
use super::master::Master;
use super::parameters as p;
use super::placement::Placement;
use super::random::Stream;
use super::sensor;
use super::truth::{Truth, on_skin};
use crate::image::{GrayImage, STANDARD_PPI};

/// An image of a made-up finger, and what is true of it.
#[derive(Debug, Clone)]
pub struct Impression {
    /// The image, at 500 ppi.
    pub image: GrayImage,
    /// The truth.
    pub truth: Truth,
    /// How it was captured: as asked for, and with the faults that came by chance.
    pub capture: Capture,
}

impl Master {
    /// An impression of this finger: the same seed and capture give the same bytes everywhere.
    pub fn impression(&self, seed: u64, capture: &Capture) -> Impression {
        let mut stream = |label| Stream::new(label, &[self.key[0], self.key[1], self.key[2], seed]);
        let finger = &mut Stream::new("ailments", &self.key);
        let capture = &capture.with_mishaps(&mut stream("mishaps"), finger);
        let placement = Placement::new(&mut stream("placement"), capture, self.scale(capture.age));
        let touch = self.touch(&mut stream, capture, placement);
        let pixels = sensor::develop(&mut stream("sensor"), capture, &touch.contact.pressure, &touch.ink);
        let truth = Truth::new(self, &touch);
        Impression { image: image(capture, &pixels), truth, capture: capture.clone() }
    }

    /// This finger on the glass: where it lies, how it is bent, where it touches, and what it leaves there.
    pub(super) fn touch(
        &self,
        stream: &mut impl FnMut(&'static str) -> Stream,
        capture: &Capture,
        placement: Placement,
    ) -> Touch {
        let distortion = Distortion::new(&mut stream("distortion"), capture, placement.middle());
        let warp = Warp::new(&mut stream("warp"), capture, &placement, distortion);
        let contact = Contact::new(&mut stream("contact"), capture, &placement, self.position());
        let mut ink = self.ink(&mut stream("ink"), capture, &warp, &contact);
        marks::leave(&self.key, stream, capture, &placement, &warp, &mut ink);
        Touch { placement, warp, contact, ink }
    }

    /// How much each pixel of the image is covered by ridges, 0 to 1.
    fn ink(&self, stream: &mut Stream, capture: &Capture, warp: &Warp, contact: &Contact) -> Vec<f32> {
        let (width, height) = capture.size();
        let grain = Field::new(stream, width, height, p::GRAIN_SPACING).plane(width, height);
        let worn = capture.degree(Fault::Worn) + p::WEAR * ((capture.age - 45.0) / 45.0).clamp(0.0, 1.0);
        let relief = 1.0 - 0.55 * worn.min(1.0);
        let mut ink = vec![0.0; width * height];
        for (y, row) in ink.chunks_exact_mut(width).enumerate() {
            let line = warp.line(y);
            for (x, ink) in row.iter_mut().enumerate() {
                let k = y * width + x;
                if contact.pressure[k] <= 0.0 {
                    continue;
                }
                let at = line.at(x);
                if !on_skin(at) {
                    continue;
                }
                let [ridge, pore, crease, rough] = self.skin.at(at[0], at[1]);
                let height = relief * ridge - p::PORE_DEPTH * contact.pores * pore - p::CREASE_DEPTH * crease
                    + p::ROUGHNESS * (1.0 + worn) * rough
                    + contact.grain * grain[k]
                    + contact.bias[k];
                let covered = (0.5 + p::EDGE_SHARPNESS * height).clamp(0.0, 1.0);
                *ink = covered * covered * (3.0 - 2.0 * covered);
            }
        }
        ink
    }
}

/// One finger on the glass.
pub(super) struct Touch {
    pub placement: Placement,
    pub warp: Warp,
    pub contact: Contact,
    /// How much each pixel is covered by ridges, 0 to 1.
    pub ink: Vec<f32>,
}

/// The image of a capture's size.
pub(super) fn image(capture: &Capture, pixels: &[u8]) -> GrayImage {
    let (width, height) = capture.size();
    GrayImage::from_raw(pixels, width, height, STANDARD_PPI).expect("a capture's size is one that images take")
}

/// From image to skin: placement and distortion together, at the nodes of a grid, linear between them. Node (i, j) is
/// the middle of cell (i − 1, j − 1) of the truth's maps.
pub(super) struct Warp {
    size: (usize, usize),
    columns: usize,
    nodes: Vec<[f32; 2]>,
    distortion: Distortion,
    /// For every row of the image, how far its slice has slipped to the right (a swept sensor), pixels.
    seams: Vec<f32>,
}

impl Warp {
    fn new(stream: &mut Stream, capture: &Capture, placement: &Placement, distortion: Distortion) -> Self {
        let size = capture.size();
        let (columns, rows) = (size.0 / STRIDE + 3, size.1 / STRIDE + 3);
        let place = |k: usize| (STRIDE * k) as f32 - 2.5;
        let nodes = (0..columns * rows)
            .map(|k| distortion.to_skin(placement.to_canvas([place(k % columns), place(k / columns)])))
            .collect();
        Warp { size, columns, nodes, distortion, seams: sensor::seams(stream, capture) }
    }

    pub fn size(&self) -> (usize, usize) {
        self.size
    }

    pub fn node(&self, i: usize, j: usize) -> [f32; 2] {
        self.nodes[j * self.columns + i]
    }

    pub fn distortion(&self) -> &Distortion {
        &self.distortion
    }

    /// How far a row of the image has slipped; 0 beyond the image.
    pub fn seam(&self, y: f32) -> f32 {
        self.seams.get((y + 0.5).max(0.0) as usize).copied().unwrap_or(0.0)
    }

    /// The map along one row.
    fn line(&self, y: usize) -> Line {
        let v = (y as f32 + 2.5) / STRIDE as f32;
        let (j, v) = (v as usize, v - (v as usize) as f32);
        let nodes = (0..self.columns)
            .map(|i| {
                let (a, b) = (self.node(i, j), self.node(i, j + 1));
                [a[0] * (1.0 - v) + b[0] * v, a[1] * (1.0 - v) + b[1] * v]
            })
            .collect();
        Line { nodes, seam: self.seams[y] }
    }
}

struct Line {
    nodes: Vec<[f32; 2]>,
    seam: f32,
}

impl Line {
    fn at(&self, x: usize) -> [f32; 2] {
        let u = ((x as f32 - self.seam + 2.5) / STRIDE as f32).max(0.0);
        let i = (u as usize).min(self.nodes.len() - 2);
        let u = u - i as f32;
        let (a, b) = (self.nodes[i], self.nodes[i + 1]);
        [a[0] * (1.0 - u) + b[0] * u, a[1] * (1.0 - u) + b[1] * u]
    }
}
