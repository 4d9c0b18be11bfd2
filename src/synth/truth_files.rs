//! The truth of an image as files beside it.

use super::grid::STRIDE;
use super::slap::{SlapFinger, SlapImpression};
use super::truth::{TrueMinutia, Truth};
use crate::image::GrayImage;
use crate::template::MinutiaKind;
use serde::Serialize;
use std::fmt::Write;

#[derive(Serialize)]
struct Document {
    width: usize,
    height: usize,
    ppi: f64,
    stride: usize,
    minutiae: Vec<Line>,
}

#[derive(Serialize)]
struct Finger {
    finger: u8,
    outline: [usize; 4],
    rotation: f32,
    minutiae: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    x: f32,
    y: f32,
    direction: f32,
    kind: &'static str,
    master: usize,
}

/// Endings of file names, and the bytes of the files.
pub(super) fn files(image: &GrayImage, truth: &Truth) -> [(&'static str, Vec<u8>); 3] {
    [("csv", csv(image, truth)), ("truth.json", json(image, truth)), ("maps.npy", maps(truth))]
}

/// `x y direction type quality` a line, pixels and radians, type 1 an ending and 0 a bifurcation.
fn csv(image: &GrayImage, truth: &Truth) -> Vec<u8> {
    let mut text = format!("# {} {}\n", image.width(), image.height());
    for m in &truth.minutiae {
        let kind = if m.kind == MinutiaKind::Ending { 1 } else { 0 };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:.4} {:.4} {:.4} {kind}.0000 1.0000", m.x, m.y, m.direction);
    }
    text.into_bytes()
}

fn json(image: &GrayImage, truth: &Truth) -> Vec<u8> {
    let minutiae = lines(truth);
    let document =
        Document { width: image.width(), height: image.height(), ppi: image.ppi(), stride: STRIDE, minutiae };
    // Finite numbers and plain names always are JSON.
    simd_json::to_vec(&document).unwrap_or_default()
}

/// The minutiae of every finger of a slap, as JSON.
pub(super) fn slap(made: &SlapImpression) -> Vec<u8> {
    let fingers: Vec<Finger> = made
        .fingers
        .iter()
        .map(|f| Finger {
            finger: f.position.code(),
            outline: f.outline,
            rotation: f.rotation,
            minutiae: lines(&f.truth),
        })
        .collect();
    simd_json::to_vec(&fingers).unwrap_or_default()
}

/// Number, box and turn of a finger of a slap, as JSON.
pub(super) fn box_of(f: &SlapFinger) -> String {
    let [left, top, right, bottom] = f.outline;
    let (finger, rotation) = (f.position.code(), f.rotation);
    format!("{{\"finger\": {finger}, \"outline\": [{left}, {top}, {right}, {bottom}], \"rotation\": {rotation:.2}}}")
}

fn lines(truth: &Truth) -> Vec<Line> {
    let kind = |kind| if kind == MinutiaKind::Ending { "ending" } else { "bifurcation" };
    let line = |m: &TrueMinutia| Line { x: m.x, y: m.y, direction: m.direction, kind: kind(m.kind), master: m.master };
    truth.minutiae.iter().map(line).collect()
}

/// A NumPy array (format 1.0, `float32`, 3 × rows × columns): foreground (0 or 1), orientation (radians), period (pixels).
fn maps(truth: &Truth) -> Vec<u8> {
    let (rows, columns) = truth.foreground.dim();
    let mut header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': (3, {rows}, {columns}), }}");
    // Magic, version and length take 10 bytes; the data starts at a multiple of 64.
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend_from_slice(&(header.len() as u16).to_le_bytes());
    bytes.extend_from_slice(header.as_bytes());
    let foreground = truth.foreground.mapv(f32::from);
    for map in [&foreground, &truth.orientation, &truth.period] {
        map.iter().for_each(|v| bytes.extend_from_slice(&v.to_le_bytes()));
    }
    bytes
}
