//! Local structures: a cylinder code of 222 bits for each minutia (Cappelli, Ferrara, Maltoni, *Minutia Cylinder-Code*,
//! TPAMI 2010, in its bit form), from places and directions alone.

use super::parameters::cylinder::{BIT_FROM, GRID, RADIUS, REACH, SECTIONS, SIGMA_DIRECTION, SIGMA_PLACE};
use std::sync::OnceLock;

/// A cylinder's bits; 222 of the 256 are used.
pub(crate) type Code = [u64; 4];

/// A minutia as the codes see it: px with y upwards, direction in 65,536ths of a turn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Point {
    pub x: f32,
    pub y: f32,
    pub direction: u16,
    pub cos: f32,
    pub sin: f32,
}

/// One code a point.
pub(crate) fn codes(points: &[Point]) -> Vec<Code> {
    let tables = Tables::get();
    (0..points.len()).map(|m| code(points, m, tables)).collect()
}

fn code(points: &[Point], m: usize, tables: &Tables) -> Code {
    let centre = points[m];
    let mut sums = [[0f32; 8]; CELLS_MAX];
    for (_, o) in points.iter().enumerate().filter(|&(o, _)| o != m) {
        let (dx, dy) = (o.x - centre.x, o.y - centre.y);
        if dx * dx + dy * dy >= tables.neighbour_squared {
            continue;
        }
        // Into the minutia's own frame.
        let (x, y) = (centre.cos * dx + centre.sin * dy, centre.cos * dy - centre.sin * dx);
        let sections = tables.sections(centre.direction.wrapping_sub(o.direction));
        for (sum, cell) in sums.iter_mut().zip(&tables.cells) {
            let (ux, uy) = (x - cell.0, y - cell.1);
            let place = tables.place(ux * ux + uy * uy);
            if place > 0.0 {
                for (s, d) in sum.iter_mut().zip(&sections) {
                    *s += place * d;
                }
            }
        }
    }
    let mut code = Code::default();
    let cells = tables.cells.len();
    for (cell, sum) in sums.iter().take(cells).enumerate() {
        for (section, _) in sum.iter().take(SECTIONS).enumerate().filter(|&(_, &s)| s >= BIT_FROM) {
            let bit = section * cells + cell;
            code[bit / 64] |= 1 << (bit % 64);
        }
    }
    code
}

const CELLS_MAX: usize = GRID * GRID;
/// Steps of the table of directions, a turn; a whole number of them to a section.
const TURN_STEPS: usize = 256 * SECTIONS;
/// Steps of the table of places, per px².
const PLACE_STEPS: f32 = 4.0;

/// Both Gaussians, tabled: preparation takes a tenth of a millisecond instead of two.
struct Tables {
    /// Centres of the cells inside the disc, px.
    cells: Vec<(f32, f32)>,
    /// Squared distance from which a minutia touches no cell, px².
    neighbour_squared: f32,
    /// By squared distance: density of a neighbour's place at a cell.
    place: Vec<f32>,
    /// By difference of directions: share of a neighbour's direction in the section around 0.
    section: Vec<f32>,
}

impl Tables {
    fn get() -> &'static Tables {
        static TABLES: OnceLock<Tables> = OnceLock::new();
        TABLES.get_or_init(Tables::new)
    }

    fn new() -> Tables {
        let side = 2.0 * RADIUS / GRID as f64;
        let along = |i: usize| (i as f64 + 0.5) * side - RADIUS;
        let cells = (0..GRID * GRID).map(|c| (along(c / GRID), along(c % GRID)));
        let cells = cells.filter(|(x, y)| x * x + y * y <= RADIUS * RADIUS);
        let reach = REACH * SIGMA_PLACE;
        let variance = SIGMA_PLACE * SIGMA_PLACE;
        let scale = 1.0 / (SIGMA_PLACE * libm::sqrt(std::f64::consts::TAU));
        let steps = (reach * reach * f64::from(PLACE_STEPS)) as usize;
        let place = (0..steps).map(|i| {
            let squared = (i as f64 + 0.5) / f64::from(PLACE_STEPS);
            (scale * libm::exp(-squared / (2.0 * variance))) as f32
        });
        let below = |angle: f64| 0.5 * (1.0 + libm::erf(angle / (SIGMA_DIRECTION * std::f64::consts::SQRT_2)));
        let half = std::f64::consts::PI / SECTIONS as f64;
        let section = (0..TURN_STEPS).map(|i| {
            // A direction stands for the middle of its step.
            let turns = (i as f64 - 0.5) / TURN_STEPS as f64;
            let angle = (if turns < 0.5 { turns } else { turns - 1.0 }) * std::f64::consts::TAU;
            (below(angle + half) - below(angle - half)) as f32
        });
        Tables {
            cells: cells.map(|(x, y)| (x as f32, y as f32)).collect(),
            neighbour_squared: ((RADIUS + reach) * (RADIUS + reach)) as f32,
            place: place.collect(),
            section: section.collect(),
        }
    }

    fn place(&self, squared: f32) -> f32 {
        self.place.get((squared * PLACE_STEPS) as usize).copied().unwrap_or(0.0)
    }

    /// A neighbour's share in every section, by how far the minutia is turned against it. Section k stands around
    /// (k + ½) sections from half a turn.
    fn sections(&self, turned: u16) -> [f32; 8] {
        let own = (usize::from(turned) * TURN_STEPS) >> 16;
        std::array::from_fn(|k| {
            let centre = TURN_STEPS / 2 + (2 * k + 1) * TURN_STEPS / (2 * SECTIONS);
            if k < SECTIONS { self.section[(centre + TURN_STEPS - own) % TURN_STEPS] } else { 0.0 }
        })
    }
}
