//! The skin of a master finger at 500 ppi: ridges, pores, creases and roughness, which all its impressions share.

use super::field::Field;
use super::grid::{CANVAS_HEIGHT, CANVAS_WIDTH};
use super::growth::{FULL, Growth, HALF_HEIGHT, HALF_WIDTH};
use super::parameters as p;
use super::random::Stream;

/// One pixel of skin: ridge height (−127 valley to 127 crest), pore depth, crease depth (0 to 127), roughness (signed).
pub(super) type Texel = [i8; 4];

/// The skin over the canvas, row by row.
#[derive(Debug, Clone)]
pub(super) struct Skin {
    pub texels: Vec<Texel>,
}

impl Skin {
    pub fn new(stream: &mut Stream, growth: &Growth) -> Self {
        let mut texels = vec![[0; 4]; CANVAS_WIDTH * CANVAS_HEIGHT];
        ridges(growth, &mut texels);
        roughness(stream, &mut texels);
        pores(stream, &mut texels);
        creases(stream, &mut texels);
        flexion(stream, &mut texels);
        Skin { texels }
    }

    /// The four heights at a point of the canvas, −1 to 1, interpolated linearly; beyond the canvas its edge.
    pub fn at(&self, x: f32, y: f32) -> [f32; 4] {
        let place = |v: f32, n: usize| {
            let v = v.clamp(0.0, (n - 2) as f32 + 0.999);
            (v as usize, v - (v as usize) as f32)
        };
        let ((i, u), (j, v)) = (place(x, CANVAS_WIDTH), place(y, CANVAS_HEIGHT));
        let at = j * CANVAS_WIDTH + i;
        let (upper, lower) = (&self.texels[at..][..2], &self.texels[at + CANVAS_WIDTH..][..2]);
        let w = [(1.0 - u) * (1.0 - v), u * (1.0 - v), (1.0 - u) * v, u * v];
        [0, 1, 2, 3].map(|k| {
            let t = |texel: &Texel| f32::from(texel[k]);
            (w[0] * t(&upper[0]) + w[1] * t(&upper[1]) + w[2] * t(&lower[0]) + w[3] * t(&lower[1])) * (1.0 / 127.0)
        })
    }
}

/// From 250 to 500 ppi by Catmull-Rom interpolation at a quarter pixel to either side, weights in 128ths.
fn ridges(growth: &Growth, texels: &mut [Texel]) {
    const NEAR: [i32; 4] = [-9, 111, 29, -3];
    let taps = |v: [i32; 4]| {
        let far: i32 = v.iter().rev().zip(NEAR).map(|(v, w)| v * w).sum();
        let near: i32 = v.iter().zip(NEAR).map(|(v, w)| v * w).sum();
        (far, near)
    };
    // Rows first: each half-resolution row becomes a wide one, in 128ths.
    let mut wide = vec![0i32; CANVAS_WIDTH * HALF_HEIGHT];
    for (row, out) in growth.even.chunks_exact(HALF_WIDTH).zip(wide.chunks_exact_mut(CANVAS_WIDTH)) {
        for (x, four) in row.windows(4).enumerate() {
            let v = [0, 1, 2, 3].map(|k| i32::from(four[k]));
            // Between the second and the third lie wide pixels 2 (x + 1) + 1 and 2 (x + 1) + 2.
            let (far, near) = taps(v);
            out[2 * x + 3] = near;
            out[2 * x + 4] = far;
        }
    }
    let scale = i32::from(FULL) * 128 * 128;
    for y in 0..HALF_HEIGHT - 3 {
        for x in 0..CANVAS_WIDTH {
            let (far, near) = taps([0, 1, 2, 3].map(|k| wide[(y + k) * CANVAS_WIDTH + x]));
            let height = |v: i32| (v / (scale / 127)).clamp(-127, 127) as i8;
            texels[(2 * y + 3) * CANVAS_WIDTH + x][0] = height(near);
            texels[(2 * y + 4) * CANVAS_WIDTH + x][0] = height(far);
        }
    }
}

/// Ridge edges are never smooth: noise as fine as two pixels.
fn roughness(stream: &mut Stream, texels: &mut [Texel]) {
    let plane =
        Field::new(stream, CANVAS_WIDTH, CANVAS_HEIGHT, p::ROUGHNESS_SPACING).plane(CANVAS_WIDTH, CANVAS_HEIGHT);
    texels.iter_mut().zip(plane).for_each(|(t, v)| t[3] = (v * 40.0).clamp(-127.0, 127.0) as i8);
}

/// A pore at the highest place of a ridge in every cell of a jittered lattice, where there is a ridge.
fn pores(stream: &mut Stream, texels: &mut [Texel]) {
    let cell = p::PORE_SPACING;
    for cy in 1..CANVAS_HEIGHT / cell - 1 {
        for cx in 1..CANVAS_WIDTH / cell - 1 {
            let (x0, y0) = (cx * cell + stream.below(3), cy * cell + stream.below(3));
            let (size, keep) = (stream.uniform(0.5, 1.0) as f32, stream.chance(p::PORE_SHARE));
            let places = (0..cell * cell).map(|k| (y0 + k / cell) * CANVAS_WIDTH + x0 + k % cell);
            let Some(at) = places.max_by_key(|&at| texels[at][0]) else { continue };
            if !keep || texels[at][0] < 100 {
                continue;
            }
            // A soft dot of about two pixels (100 µm).
            for dy in 0..3 {
                for dx in 0..3 {
                    let weight = [0.5, 1.0, 0.5][dx] * [0.5, 1.0, 0.5][dy];
                    let texel = &mut texels[at + dy * CANVAS_WIDTH + dx - CANVAS_WIDTH - 1];
                    texel[1] = texel[1].max((127.0 * size * weight) as i8);
                }
            }
        }
    }
}

/// White lines across the ridges: thin, slightly bent, fading at both ends.
fn creases(stream: &mut Stream, texels: &mut [Texel]) {
    let count = stream.normal_within(p::CREASES.0, p::CREASES.1, 0.0, 12.0) as usize;
    for _ in 0..count {
        let middle = [p::CENTRE[0] + stream.normal(0.0, 70.0), p::CENTRE[1] + stream.normal(40.0, 90.0)];
        let angle = stream.normal(0.0, 0.6);
        let length = stream.uniform(p::CREASE_LENGTH.0, p::CREASE_LENGTH.1);
        let bend = stream.normal(0.0, 0.004);
        let half = stream.uniform(p::CREASE_HALF_WIDTH.0, p::CREASE_HALF_WIDTH.1);
        line(texels, middle, angle, length, bend, half);
    }
}

/// The crease over the joint: a few broken white lines across the finger, close together.
fn flexion(stream: &mut Stream, texels: &mut [Texel]) {
    let (slope, across) = (stream.normal(0.0, p::FLEXION_SLOPE), stream.normal(p::FLEXION.0, p::FLEXION.1));
    let bend = stream.normal(0.0, 0.0002);
    let half = stream.uniform(p::FLEXION_HALF_WIDTH.0, p::FLEXION_HALF_WIDTH.1);
    line(texels, [p::CENTRE[0], across], slope, CANVAS_WIDTH as f64 * 1.3, bend, half);
    for _ in 0..4 {
        let middle = [p::CENTRE[0] + stream.normal(0.0, 120.0), across + stream.normal(0.0, 9.0)];
        let (angle, length) = (slope + stream.normal(0.0, 0.06), stream.uniform(80.0, 320.0));
        line(texels, middle, angle, length, bend, half * stream.uniform(0.2, 0.6));
    }
}

/// Draws one crease: a parabola through `middle`.
fn line(texels: &mut [Texel], middle: [f64; 2], angle: f64, length: f64, bend: f64, half: f64) {
    let (sin, cos) = (libm::sin(angle), libm::cos(angle));
    let steps = (length * 2.0) as usize;
    let reach = half as isize + 2;
    for k in 0..=steps {
        let s = (k as f64 / steps as f64 - 0.5) * length;
        let t = bend * s * s;
        let (x, y) = (middle[0] + s * cos - t * sin, middle[1] + s * sin + t * cos);
        let fade = (2.5 - (5.0 * s / length).abs()).clamp(0.0, 1.0);
        for dy in -reach..=reach {
            for dx in -reach..=reach {
                let (px, py) = (x as isize + dx, y as isize + dy);
                if !(0..CANVAS_WIDTH as isize).contains(&px) || !(0..CANVAS_HEIGHT as isize).contains(&py) {
                    continue;
                }
                let (ux, uy) = (px as f64 - x, py as f64 - y);
                let depth = (half + 0.7 - (ux * ux + uy * uy).sqrt()).clamp(0.0, 1.0) * fade;
                let texel = &mut texels[py as usize * CANVAS_WIDTH + px as usize];
                texel[2] = texel[2].max((127.0 * depth) as i8);
            }
        }
    }
}
