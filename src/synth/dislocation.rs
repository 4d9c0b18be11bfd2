//! The minutiae of a grown pattern: the dislocations of its ridge phase.
//!
//! Around a minutia the phase of the ridges turns once: on one side of it lies one ridge more than on the other (Larkin
//! and Fletcher, "A coherent framework for fingerprint analysis", 2007). The sign of the turn tells the side, hence the
//! direction; whether the line that ends is a ridge or a valley tells an ending from a bifurcation. No thinning, no
//! spurious branches, and the truth is exact by construction.

use super::growth::{Growth, HALF_HEIGHT, HALF_WIDTH};
use super::kernels::ORIENTATIONS;
use super::parameters as p;
use crate::template::MinutiaKind;

/// A minutia of a master finger.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MasterMinutia {
    /// Pixels at 500 ppi from the left of the canvas.
    pub x: f32,
    /// Pixels at 500 ppi from the top of the canvas.
    pub y: f32,
    /// Counter-clockwise from the positive x axis as seen, radians, 0 to 2π; towards the side with one ridge more.
    pub direction: f32,
    /// Whether a ridge ends or forks there at neutral pressure.
    pub kind: MinutiaKind,
}

/// All dislocations, row by row.
pub(super) fn minutiae(growth: &Growth) -> Vec<MasterMinutia> {
    let mut found = Vec::new();
    for y in 8..HALF_HEIGHT - 8 {
        let (a, b) = (growth.spans[y], growth.spans[y + 1]);
        // Ridges at the very edge of the skin have grown from one side only.
        for x in a.0.max(b.0) + p::EDGE..a.1.min(b.1).saturating_sub(p::EDGE) {
            if let Some(turn) = turn(growth, x, y) {
                found.push(minutia(growth, x, y, turn));
            }
        }
    }
    without_pairs(found)
}

/// Two dislocations of opposite direction close together are a dent in a ridge, not two minutiae.
fn without_pairs(found: Vec<MasterMinutia>) -> Vec<MasterMinutia> {
    let paired = |a: &MasterMinutia, b: &MasterMinutia| {
        let (dx, dy) = (a.x - b.x, a.y - b.y);
        dx * dx + dy * dy < p::DENT * p::DENT && libm::cosf(a.direction - b.direction) < 0.0
    };
    let mut kept: Vec<Option<MasterMinutia>> = found.into_iter().map(Some).collect();
    for i in 0..kept.len() {
        let Some(a) = kept[i] else { continue };
        if let Some(j) = (i + 1..kept.len()).find(|&j| kept[j].is_some_and(|b| paired(&a, &b))) {
            (kept[i], kept[j]) = (None, None);
        }
    }
    kept.into_iter().flatten().collect()
}

/// A cell of 2 × 2 pixels around which the phase turns once.
struct Turn {
    /// Where in the cell amplitude vanishes, 0 to 1 each way.
    at: [f32; 2],
    /// Whether the phase turns counter-clockwise as seen.
    positive: bool,
}

fn turn(growth: &Growth, x: usize, y: usize) -> Option<Turn> {
    let at = y * HALF_WIDTH + x;
    let first = angle_of(growth.index[at]);
    // Counter-clockwise as seen, from the upper left: lower left, lower right, upper right.
    let corners = [at, at + HALF_WIDTH, at + HALF_WIDTH + 1, at + 1].map(|k| {
        // An orientation knows no sign: all corners read the phase along the normal of the first.
        let steps = (angle_of(growth.index[k]) - first).rem_euclid(ORIENTATIONS as i32);
        let wraps = (angle_of(growth.index[k]) - first).abs() > ORIENTATIONS as i32 / 2;
        let bent = steps.min(ORIENTATIONS as i32 - steps) > ORIENTATIONS as i32 / 4;
        (f32::from(growth.even[k]), f32::from(growth.odd[k]) * if wraps { 1.0 } else { -1.0 }, bent)
    });
    let flips =
        |f: fn(&(f32, f32, bool)) -> f32| corners.iter().any(|c| f(c) > 0.0) && corners.iter().any(|c| f(c) <= 0.0);
    if !flips(|c| c.0) || !flips(|c| c.1) || corners.iter().any(|c| c.2) {
        return None;
    }
    let quarter = |c: &(f32, f32, bool)| match (c.0 > 0.0, c.1 > 0.0) {
        (true, true) => 0,
        (false, true) => 1,
        (false, false) => 2,
        (true, false) => 3,
    };
    let mut turned = 0;
    for k in 0..4 {
        let (a, b) = (&corners[k], &corners[(k + 1) % 4]);
        turned += match (quarter(b) - quarter(a) + 4) % 4 {
            1 => 1,
            3 => -1,
            // Two quarters at once: the shorter way is told by the cross product.
            2 if a.0 * b.1 - a.1 * b.0 > 0.0 => 2,
            2 => -2,
            _ => 0,
        };
    }
    (turned == 4 || turned == -4).then(|| Turn { at: zero(&corners), positive: turned > 0 })
}

/// Where both parts vanish, by a plane through each.
fn zero(corners: &[(f32, f32, bool); 4]) -> [f32; 2] {
    // Upper left, lower left, lower right, upper right.
    let plane = |v: [f32; 4]| {
        let (dx, dy) = (0.5 * (v[3] - v[0] + v[2] - v[1]), 0.5 * (v[1] - v[0] + v[2] - v[3]));
        (0.25 * (v[0] + v[1] + v[2] + v[3]), dx, dy)
    };
    let (e, ex, ey) = plane(corners.map(|c| c.0));
    let (o, ox, oy) = plane(corners.map(|c| c.1));
    let det = ex * oy - ey * ox;
    if det == 0.0 {
        return [0.5, 0.5];
    }
    let (u, v) = ((ey * o - e * oy) / det, (e * ox - ex * o) / det);
    [(0.5 + u).clamp(0.0, 1.0), (0.5 + v).clamp(0.0, 1.0)]
}

fn minutia(growth: &Growth, x: usize, y: usize, turn: Turn) -> MasterMinutia {
    let index = growth.index[y * HALF_WIDTH + x];
    let mut direction = angle_of(index) as f32 * (std::f32::consts::PI / ORIENTATIONS as f32);
    if !turn.positive {
        direction += std::f32::consts::PI;
    }
    let (px, py) = (x as f32 + turn.at[0], y as f32 + turn.at[1]);
    // The line that ends lies ahead: there it is a ridge or a valley.
    let ahead: f32 = p::KIND_REACH.iter().map(|&reach| height(growth, px, py, direction, reach)).sum();
    let kind = if ahead > 0.0 { MinutiaKind::Ending } else { MinutiaKind::Bifurcation };
    let (back_x, back_y) = (p::BEHIND * libm::cosf(direction), -p::BEHIND * libm::sinf(direction));
    MasterMinutia { x: 2.0 * px + 0.5 - back_x, y: 2.0 * py + 0.5 - back_y, direction, kind }
}

/// The height of the ridges at `reach` pixels from a point, in a direction.
fn height(growth: &Growth, x: f32, y: f32, direction: f32, reach: f32) -> f32 {
    let (x, y) = (x + reach * libm::cosf(direction), y - reach * libm::sinf(direction));
    let place = |v: f32, n: usize| {
        let v = v.clamp(0.0, (n - 2) as f32 + 0.999);
        (v as usize, v - (v as usize) as f32)
    };
    let ((i, u), (j, v)) = (place(x, HALF_WIDTH), place(y, HALF_HEIGHT));
    let at = |dx: usize, dy: usize| f32::from(growth.even[(j + dy) * HALF_WIDTH + i + dx]);
    (at(0, 0) * (1.0 - u) + at(1, 0) * u) * (1.0 - v) + (at(0, 1) * (1.0 - u) + at(1, 1) * u) * v
}

/// The orientation of a kernel in steps of π / [`ORIENTATIONS`].
fn angle_of(index: u16) -> i32 {
    i32::from(index) % ORIENTATIONS as i32
}
