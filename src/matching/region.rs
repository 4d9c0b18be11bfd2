//! The region that a finger covers, as sixteen half-planes around its minutiae: cheap to store, to turn and to intersect.

/// Half-planes of a region.
pub(crate) const SIDES: usize = 16;

/// Outward normals, y upwards: sixteen directions, equally spaced from the positive x axis.
pub(crate) const NORMALS: [(f32, f32); SIDES] = {
    const C: f32 = 0.923_879_5;
    const S: f32 = 0.382_683_43;
    const R: f32 = 0.707_106_77;
    [
        (1.0, 0.0),
        (C, S),
        (R, R),
        (S, C),
        (0.0, 1.0),
        (-S, C),
        (-R, R),
        (-C, S),
        (-1.0, 0.0),
        (-C, -S),
        (-R, -R),
        (-S, -C),
        (0.0, -1.0),
        (S, -C),
        (R, -R),
        (C, -S),
    ]
};

/// How far points reach along each normal, px, rounded up. No points reach nowhere: 0.
pub(crate) fn support(points: impl Iterator<Item = (f32, f32)> + Clone) -> [i16; SIDES] {
    NORMALS.map(|(nx, ny)| {
        let reach = points.clone().map(|(x, y)| x * nx + y * ny).reduce(|a, b| if a > b { a } else { b });
        // Exact in f32 up to the largest image's diagonal, well inside i16.
        reach.unwrap_or(0.0).ceil() as i16
    })
}
