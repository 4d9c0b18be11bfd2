//! Local structures: a code of 128 bits for each minutia, from places and directions alone. After the bit form of the
//! Minutia Cylinder-Code (Cappelli, Ferrara, Maltoni, TPAMI 2010): a disc around the minutia, cut into cells, and for each
//! cell how its neighbours there are turned against it. Here a bit is set by one neighbour alone, however many there are.

use super::parameters::cylinder::{GRID, RADIUS, REACH, SECTIONS, TURN};
use crate::simd::{LANES, Lanes, Simd};

/// A cylinder's bits, 32 cells a section.
pub(crate) type Code = [u64; 2];

/// A minutia as the codes see it: px with y upwards, direction in 65,536ths of a turn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Point {
    pub x: f32,
    pub y: f32,
    pub direction: u16,
    pub cos: f32,
    pub sin: f32,
}

/// The code of point `m`.
#[inline(always)]
pub(crate) fn code<S: Simd>(simd: S, points: &[Point], m: usize) -> Code {
    let centre = points[m];
    let mut bits = [0u32; SECTIONS];
    for (o, other) in points.iter().enumerate() {
        let (dx, dy) = (other.x - centre.x, other.y - centre.y);
        if dx * dx + dy * dy > (RADIUS + REACH) * (RADIUS + REACH) || o == m {
            continue;
        }
        // Into the minutia's own frame.
        let x = simd.splat(centre.cos * dx + centre.sin * dy);
        let y = simd.splat(centre.cos * dy - centre.sin * dx);
        let mut squared = [simd.splat(0.0); CHUNKS];
        for c in 0..CHUNKS {
            let (ux, uy) = (simd.load(&CELLS.0[c]) - x, simd.load(&CELLS.1[c]) - y);
            squared[c] = ux * ux + uy * uy;
        }
        let turned = centre.direction.wrapping_sub(other.direction);
        for (section, bits) in bits.iter_mut().enumerate() {
            let reach = reach_squared(section as u16, turned);
            if reach > 0.0 {
                for c in 0..CHUNKS {
                    *bits |= squared[c].at_most(simd.splat(reach)).signs() << (c * LANES);
                }
            }
        }
    }
    [0, 2].map(|k| u64::from(bits[k]) | u64::from(bits[k + 1]) << 32)
}

/// How far a neighbour reaches in a section, by how far the minutia is turned against it: px², none below 0. Section k stands
/// around (k + ½) sections from half a turn.
#[inline(always)]
fn reach_squared(section: u16, turned: u16) -> f32 {
    const SECTION: u16 = (65_536 / SECTIONS) as u16;
    let middle = 0x8000u16.wrapping_add(section * SECTION + SECTION / 2);
    let off = f32::from(middle.wrapping_sub(turned) as i16) / TURN;
    REACH * REACH * (1.0 - off * off)
}

/// Chunks of eight that hold the cells of a section.
const CHUNKS: usize = 32 / LANES;

/// Centres of the cells inside the disc, px.
static CELLS: ([[f32; LANES]; CHUNKS], [[f32; LANES]; CHUNKS]) = {
    let (mut xs, mut ys) = ([[0.0; LANES]; CHUNKS], [[0.0; LANES]; CHUNKS]);
    let (mut cell, mut count) = (0, 0);
    while cell < GRID * GRID {
        let x = (2 * (cell / GRID) + 1) as f32 * (RADIUS / GRID as f32) - RADIUS;
        let y = (2 * (cell % GRID) + 1) as f32 * (RADIUS / GRID as f32) - RADIUS;
        if x * x + y * y <= RADIUS * RADIUS {
            (xs[count / LANES][count % LANES], ys[count / LANES][count % LANES]) = (x, y);
            count += 1;
        }
        cell += 1;
    }
    assert!(count == CHUNKS * LANES);
    (xs, ys)
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::{Job, Level, run};
    use std::f64::consts::TAU;

    struct CodeOf<'a>(&'a [Point], usize);

    impl Job for CodeOf<'_> {
        type Output = Code;
        #[inline(always)]
        fn run<S: Simd>(self, simd: S) -> Code {
            code(simd, self.0, self.1)
        }
    }

    fn point(x: f64, y: f64, turns: f64) -> Point {
        let (sin, cos) = (turns * TAU).sin_cos();
        let direction = (turns.rem_euclid(1.0) * 65536.0) as u16;
        Point { x: x as f32, y: y as f32, direction, cos: cos as f32, sin: sin as f32 }
    }

    /// By the definition: the cells within an ellipsoid of place and direction around the neighbour.
    fn naive(points: &[Point], m: usize) -> Code {
        let mut code = Code::default();
        for section in 0..SECTIONS {
            let cells = CELLS.0.as_flattened().iter().zip(CELLS.1.as_flattened());
            for (cell, (&x, &y)) in cells.enumerate() {
                let set = (0..points.len()).filter(|&o| o != m).any(|o| {
                    let (p, q) = (points[m], points[o]);
                    let (dx, dy) = (q.x - p.x, q.y - p.y);
                    let (u, v) = (p.cos * dx + p.sin * dy - x, p.cos * dy - p.sin * dx - y);
                    let middle = (section as f64 + 0.5) / SECTIONS as f64 - 0.5;
                    let off = middle - f64::from(p.direction.wrapping_sub(q.direction)) / 65536.0;
                    let off = (off - off.round()) * 65536.0 / f64::from(TURN);
                    f64::from(u * u + v * v) / f64::from(REACH * REACH) + off * off <= 1.0
                });
                code[section / 2] |= u64::from(set) << (section % 2 * 32 + cell);
            }
        }
        code
    }

    #[test]
    fn codes_are_those_of_the_definition_at_every_level() {
        let at = |i: u32| f64::from(i.wrapping_mul(2_654_435_761) >> 8) / f64::from(1 << 24);
        let points: Vec<Point> =
            (0..96).map(|i| point(300.0 * at(3 * i), 300.0 * at(3 * i + 1), at(3 * i + 2))).collect();
        for m in 0..points.len() {
            let expected = naive(&points, m);
            assert!(expected != [0, 0]);
            for level in Level::available() {
                assert_eq!(run(level, CodeOf(&points, m)), expected, "{level}: {m}");
            }
        }
        assert_eq!(naive(&points[..1], 0), [0, 0]);
    }
}
