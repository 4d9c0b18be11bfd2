//! The distance from ridge to ridge over a finger.

use super::field::Field;
use super::grid::{CANVAS_HEIGHT, CANVAS_WIDTH, Grid};
use super::orientation::smoothstep;
use super::parameters as p;
use super::random::Stream;

/// Ridge periods over the canvas, pixels at 500 ppi. `mean` is the finger's own.
pub(super) fn period(stream: &mut Stream, mean: f32) -> Grid<f32> {
    let coarse = Field::new(stream, CANVAS_WIDTH, CANVAS_HEIGHT, p::PERIOD_SPACING);
    let fine = Field::new(stream, CANVAS_WIDTH, CANVAS_HEIGHT, p::PERIOD_SPACING / 3.0);
    Grid::from_fn(|x, y| {
        let crease = smoothstep((y - p::CENTRE[1] as f32) / 220.0);
        let factor = 1.0 + p::PERIOD_SPREAD * (coarse.at(x, y) + 0.4 * fine.at(x, y)) + p::PERIOD_CREASE * crease;
        (mean * factor).clamp(p::PERIOD_RANGE.0, p::PERIOD_RANGE.1)
    })
}
