use super::*;
use crate::matching::Prepared;
use crate::matching::testing::finger;
use crate::simd::{Job, Level, run};

/// A finger, and the same minutiae as skin stretched by a matrix shows them, then turned, grown and shifted.
struct Stretched {
    seed: u64,
    stretch: [f32; 4],
    /// The first so many minutiae are paired.
    pairs: usize,
}

struct Fitted {
    a: Side,
    b: Side,
    alignment: Alignment,
    moved: Moved,
    back: (Column, Column),
}

impl Job for Stretched {
    type Output = Fitted;
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Fitted {
        let mut a = Side::default();
        a.unpack(simd, Prepared::new(&finger(self.seed, 36)).view());
        let mut b = a.clone();
        let (cos, sin, scale) = (0.8, 0.6, 1.05);
        for i in 0..a.count {
            let (u, v) = (at(&a.x, i) - 200.0, at(&a.y, i) + 200.0);
            let [ux, uy, vx, vy] = self.stretch;
            let (x, y) = (u + ux * u + uy * v, v + vx * u + vy * v);
            let (c, l) = (i / LANES, i % LANES);
            (b.x[c][l], b.y[c][l]) = (scale * (cos * x - sin * y) + 300.0, scale * (sin * x + cos * y) - 250.0);
            let (x, y) = (at(&a.cos, i), at(&a.sin, i));
            (b.cos[c][l], b.sin[c][l]) = (cos * x - sin * y, sin * x + cos * y);
        }
        let pairs: Vec<Pair> = (0..self.pairs as u8).map(|i| Pair { a: i, b: i, cost: 0.2 }).collect();
        let alignment = Alignment::fit(simd, &a, &b, &pairs).expect("a rotation");
        let mut moved = Moved::default();
        alignment.apply(simd, &b, &mut moved);
        let back = alignment.apply_back(simd, &a);
        Fitted { a, b, alignment, moved, back }
    }
}

/// How far the minutiae lie from their partners, root of the mean square, px.
fn off(f: &Fitted, placed: impl Fn(f32, f32) -> (f32, f32)) -> f32 {
    let squared = |i: usize| {
        let (x, y) = placed(at(&f.b.x, i), at(&f.b.y, i));
        (x - at(&f.a.x, i)).powi(2) + (y - at(&f.a.y, i)).powi(2)
    };
    ((0..f.a.count).map(squared).sum::<f32>() / f.a.count as f32).sqrt()
}

const SHEAR: [f32; 4] = [0.03, 0.08, -0.02, -0.04];

#[test]
fn the_stretch_takes_off_how_skin_is_sheared() {
    for seed in 0..20 {
        let f = run(Level::current(), Stretched { seed, stretch: SHEAR, pairs: 36 });
        let (before, after) = (off(&f, |x, y| f.alignment.similar(x, y)), off(&f, |x, y| f.alignment.point(x, y)));
        assert!(before > 3.0 && after < 0.2 * before, "seed {seed}: {before} px without, {after} px with");
    }
}

#[test]
fn skin_that_is_not_stretched_shows_no_stretch() {
    for seed in 0..20 {
        let f = run(Level::current(), Stretched { seed, stretch: [0.0; 4], pairs: 36 });
        assert!(f.alignment.stretch.iter().all(|v| v.abs() < 0.01), "seed {seed}: {:?}", f.alignment.stretch);
        assert!(off(&f, |x, y| f.alignment.point(x, y)) < 0.5, "seed {seed}");
    }
}

#[test]
fn few_pairs_tell_less_of_a_stretch_than_all() {
    let size = |f: &Fitted| f.alignment.stretch.iter().map(|v| v * v).sum::<f32>().sqrt();
    for seed in 0..20 {
        let [few, all] = [3, 36].map(|pairs| size(&run(Level::current(), Stretched { seed, stretch: SHEAR, pairs })));
        assert!(few < all, "seed {seed}: {few} by three pairs, {all} by all");
    }
}

#[test]
fn back_undoes_the_motion_but_for_the_square_of_the_stretch() {
    for seed in 0..20 {
        let f = run(Level::current(), Stretched { seed, stretch: SHEAR, pairs: 36 });
        let norm = f.alignment.stretch.iter().map(|v| v * v).sum::<f32>().sqrt();
        for i in 0..f.b.count {
            let (x, y) = (at(&f.b.x, i), at(&f.b.y, i));
            let (u, v) = f.alignment.similar(x, y);
            let distance = (u - f.alignment.centre.0).hypot(v - f.alignment.centre.1);
            let (u, v) = f.alignment.point(x, y);
            let (u, v) = f.alignment.back(u, v);
            let (off, stated) = ((u - x).hypot(v - y), norm * norm * distance / f.alignment.scale);
            assert!(off <= stated + 1e-3, "seed {seed}: off by {off} px, {stated} px are stated");
        }
    }
}

#[test]
fn all_minutiae_are_moved_as_one_is_at_every_level() {
    for level in Level::available() {
        let f = run(level, Stretched { seed: 5, stretch: SHEAR, pairs: 36 });
        for i in 0..f.a.count {
            let moved = (at(&f.moved.x, i), at(&f.moved.y, i));
            assert_eq!(moved, f.alignment.point(at(&f.b.x, i), at(&f.b.y, i)), "{level}: {i}");
            let (x, y) = f.alignment.back(at(&f.a.x, i), at(&f.a.y, i));
            let off = (at(&f.back.0, i) - x).hypot(at(&f.back.1, i) - y);
            assert!(off < 1e-3, "{level}: {i} is {off} px off");
        }
    }
}
