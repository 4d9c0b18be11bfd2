//! The distance from ridge to ridge over a finger.

use super::field::Field;
use super::grid::{CANVAS_HEIGHT, CANVAS_WIDTH, Grid};
use super::orientation::{Orientation, smoothstep};
use super::parameters as p;
use super::random::Stream;

/// Ridge periods over the canvas, pixels at 500 ppi. `mean` is the finger's own.
pub(super) fn period(stream: &mut Stream, orientation: &Orientation, mean: f32) -> Grid<f32> {
    let spread = Spread::new(orientation);
    let coarse = Field::new(stream, CANVAS_WIDTH, CANVAS_HEIGHT, p::PERIOD_SPACING);
    let fine = Field::new(stream, CANVAS_WIDTH, CANVAS_HEIGHT, p::PERIOD_SPACING / 3.0);
    Grid::from_fn(|x, y| {
        let crease = smoothstep((y - p::CENTRE[1] as f32) / 220.0);
        let chance = p::PERIOD_SPREAD * (coarse.at(x, y) + 0.4 * fine.at(x, y));
        let factor = 1.0 + chance + p::PERIOD_CREASE * crease + p::YIELD * spread.at(x, y);
        (mean * factor).clamp(p::PERIOD_RANGE.0, p::PERIOD_RANGE.1)
    })
}

/// How ridges give way to the flow: where it spreads they lie further apart, where it narrows closer together, so that
/// fewer of them must end. A ridge keeps its neighbours where the period's logarithm u grows along the ridge as the
/// flow's tangent t diverges, t · ∇u = ∇ · t; the least squares of that, with a little stiffness, are relaxed here on a
/// coarse grid.
struct Spread {
    nodes: Vec<f32>,
}

/// Pixels between nodes.
const STEP: usize = 16;
const COLUMNS: usize = CANVAS_WIDTH / STEP + 1;
const ROWS: usize = CANVAS_HEIGHT / STEP + 1;

impl Spread {
    fn new(orientation: &Orientation) -> Self {
        let doubled: Vec<[f32; 2]> = (0..ROWS * COLUMNS)
            .map(|k| orientation.at((k % COLUMNS * STEP) as f32, (k / COLUMNS * STEP) as f32))
            .collect();
        let (tensor, wanted) = (tensors(&doubled), divergences(&doubled));
        let mut nodes = vec![0.0f32; ROWS * COLUMNS];
        let mut flux = vec![[0.0f32; 2]; ROWS * COLUMNS];
        for _ in 0..p::YIELD_ITERATIONS {
            for (k, flux) in flux.iter_mut().enumerate() {
                let [gx, gy] = gradient(k, |k| nodes[k]);
                let [a, b, c] = tensor[k];
                *flux = [a * gx + b * gy - wanted[k][0], b * gx + c * gy - wanted[k][1]];
            }
            let change: Vec<f32> = (0..nodes.len())
                .map(|k| {
                    let along = gradient(k, |k| flux[k][0])[0] + gradient(k, |k| flux[k][1])[1];
                    let around = neighbours(k).map(|k| nodes[k]).iter().sum::<f32>() - 4.0 * nodes[k];
                    along + p::YIELD_STIFFNESS * around
                })
                .collect();
            nodes.iter_mut().zip(change).for_each(|(u, change)| *u += 0.2 * change);
        }
        let mean = nodes.iter().sum::<f32>() / nodes.len() as f32;
        nodes.iter_mut().for_each(|u| *u = (*u - mean).clamp(-p::YIELD_RANGE, p::YIELD_RANGE));
        Spread { nodes }
    }

    fn at(&self, x: f32, y: f32) -> f32 {
        let (u, v) = (x / STEP as f32, y / STEP as f32);
        let (i, j) = ((u as usize).min(COLUMNS - 2), (v as usize).min(ROWS - 2));
        let (u, v) = (u - i as f32, v - j as f32);
        let at = |i: usize, j: usize| self.nodes[j * COLUMNS + i];
        (at(i, j) * (1.0 - u) + at(i + 1, j) * u) * (1.0 - v) + (at(i, j + 1) * (1.0 - u) + at(i + 1, j + 1) * u) * v
    }
}

/// Right, left, above and below; at the edge the node itself.
fn neighbours(k: usize) -> [usize; 4] {
    let (i, j) = (k % COLUMNS, k / COLUMNS);
    [
        if i + 1 < COLUMNS { k + 1 } else { k },
        if i > 0 { k - 1 } else { k },
        if j > 0 { k - COLUMNS } else { k },
        if j + 1 < ROWS { k + COLUMNS } else { k },
    ]
}

/// Half the difference of neighbours: right, and up as seen.
fn gradient(k: usize, value: impl Fn(usize) -> f32) -> [f32; 2] {
    let [right, left, above, below] = neighbours(k);
    [0.5 * (value(right) - value(left)), 0.5 * (value(above) - value(below))]
}

/// t tᵀ from doubled angles: its elements xx, xy, yy.
fn tensors(doubled: &[[f32; 2]]) -> Vec<[f32; 3]> {
    doubled.iter().map(|[c, s]| [0.5 + 0.5 * c, 0.5 * s, 0.5 - 0.5 * c]).collect()
}

/// t (∇ · t), which does not depend on the sign of t, a step of the grid.
fn divergences(doubled: &[[f32; 2]]) -> Vec<[f32; 2]> {
    (0..doubled.len())
        .map(|k| {
            let [c, s] = doubled[k];
            let (dc, ds) = (gradient(k, |k| doubled[k][0]), gradient(k, |k| doubled[k][1]));
            // The derivatives of the angle itself; near a singular point they have no bound.
            let turn = [0, 1].map(|d| (0.5 * (c * ds[d] - s * dc[d])).clamp(-p::YIELD_TURN, p::YIELD_TURN));
            [0.5 * (-s * turn[0] + (1.0 + c) * turn[1]), 0.5 * (-(1.0 - c) * turn[0] + s * turn[1])]
        })
        .collect()
}
