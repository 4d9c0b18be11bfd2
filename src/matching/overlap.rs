//! Where both fingers cover the skin: which minutiae of one lie in the other's region, and how large the shared area is.

use super::alignment::Alignment;
use super::region::{NORMALS, SIDES};
use super::side::{Column, Side};
use crate::simd::{LANES, Lanes, Simd};

/// Which of `count` minutiae at `x`, `y` lie in the region of `other`, whose frame they are in: a bit each.
#[inline(always)]
pub(crate) fn inside<S: Simd>(simd: S, x: &Column, y: &Column, count: usize, other: &Side) -> u128 {
    let mut inside = 0;
    for c in 0..count.div_ceil(LANES) {
        let (x, y) = (simd.load(&x[c]), simd.load(&y[c]));
        let mut beyond = simd.splat(f32::MIN);
        for (&(nx, ny), &reach) in NORMALS.iter().zip(&other.reach) {
            beyond = beyond.max(x * simd.splat(nx) + y * simd.splat(ny) - simd.splat(reach));
        }
        inside |= u128::from(beyond.at_most(simd.splat(0.0)).signs()) << (LANES * c);
    }
    inside & ((1 << count) - 1)
}

/// The area that both regions cover, px²: sixteen rows across the first, each cut by both fingers' half-planes.
#[inline(always)]
pub(crate) fn shared_area<S: Simd>(simd: S, a: &Side, b: &Side, alignment: Alignment) -> f32 {
    let (top, bottom) = (a.reach[4], -a.reach[12]);
    let step = (top - bottom) / (2 * LANES) as f32;
    if step <= 0.0 {
        return 0.0;
    }
    let rows: [[f32; LANES]; 2] =
        std::array::from_fn(|c| std::array::from_fn(|l| bottom + (c * LANES + l) as f32 * step + 0.5 * step));
    let mut low = [simd.splat(f32::MIN); 2];
    let mut high = [simd.splat(f32::MAX); 2];
    // Both fingers' half-planes in one loop: a closure would be compiled without the level's instructions.
    for side in 0..2 * SIDES {
        let (normal, of_b) = (NORMALS[side % SIDES], side >= SIDES);
        let (nx, ny, reach) = match of_b {
            false => (normal.0, normal.1, a.reach[side % SIDES]),
            true => alignment.half_plane(normal, b.reach[side % SIDES]),
        };
        // A level side cuts no x; one that is nearly level does the same.
        let nx = if nx.abs() < 1e-3 { f32::copysign(1e-3, nx) } else { nx };
        let (start, slope) = (simd.splat(reach / nx), simd.splat(-ny / nx));
        for c in 0..2 {
            let edge = start + slope * simd.load(&rows[c]);
            if nx > 0.0 {
                high[c] = high[c].min(edge);
            } else {
                low[c] = low[c].max(edge);
            }
        }
    }
    let zero = simd.splat(0.0);
    let lengths = (high[0] - low[0]).max(zero) + (high[1] - low[1]).max(zero);
    lengths.sum() * step
}
