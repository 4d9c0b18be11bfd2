//! Where the 64 subbands lie (clause 3, figure "symmetric wavelet transform decomposition").
//!
//! ```text
//!  LL2: 0–18 │ HL2: 19–34 │
//! ───────────┼────────────┤ HL1: 52–55
//! LH2: 35–50 │ HH2: 51    │
//! ───────────┴────────────┼────────────
//!       LH1: 56–59        │ HH1: 60–63
//! ```
//!
//! Filtering high and dropping every other sample turns a spectrum round; in what comes of it the *high* output holds the
//! lower frequencies. Such outputs change places, so that subbands lie in the order of frequency.

use std::ops::Range;

/// The subbands that one Huffman-coded block holds (clause 4).
pub const BLOCKS: [Range<usize>; 3] = [0..19, 19..52, 52..64];

/// A rectangle of the plane, and whether its spectrum is turned round in x and in y.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Region {
    pub x: usize,
    pub y: usize,
    pub width: usize,
    pub height: usize,
    pub turned_x: bool,
    pub turned_y: bool,
}

/// The whole decomposition of an image.
pub struct Layout {
    /// Regions that are split in four, from the whole image down.
    pub splits: Vec<Region>,
    /// 64 of them.
    pub bands: Vec<Region>,
}

/// Coefficients or pixels, row by row.
pub struct Plane {
    pub width: usize,
    pub samples: Vec<f32>,
}

impl Plane {
    pub fn new(width: usize, height: usize) -> Self {
        Plane { width, samples: vec![0.0; width * height] }
    }

    /// The samples of one row of a region.
    pub fn row_mut(&mut self, region: &Region, row: usize) -> &mut [f32] {
        let start = (region.y + row) * self.width + region.x;
        self.samples.get_mut(start..start + region.width).unwrap_or_default()
    }

    /// See [`Plane::row_mut`].
    pub fn row(&self, region: &Region, row: usize) -> &[f32] {
        let start = (region.y + row) * self.width + region.x;
        self.samples.get(start..start + region.width).unwrap_or_default()
    }
}

/// How many of `n` samples a low-pass output has.
pub fn low_count(n: usize) -> usize {
    n.div_ceil(2)
}

impl Region {
    /// The four outputs: top left, top right, bottom left, bottom right.
    fn quarters(&self) -> [Region; 4] {
        let first = |n: usize, turned: bool| if turned { n - low_count(n) } else { low_count(n) };
        let (w, h) = (first(self.width, self.turned_x), first(self.height, self.turned_y));
        [(false, false), (true, false), (false, true), (true, true)].map(|(right, bottom)| Region {
            x: if right { self.x + w } else { self.x },
            y: if bottom { self.y + h } else { self.y },
            width: if right { self.width - w } else { w },
            height: if bottom { self.height - h } else { h },
            turned_x: right,
            turned_y: bottom,
        })
    }
}

/// The subbands of an image of `width` × `height`.
pub fn layout(width: usize, height: usize) -> Layout {
    let whole = Region { x: 0, y: 0, width, height, turned_x: false, turned_y: false };
    let mut splits = Vec::with_capacity(21);
    let mut split = |region: Region| {
        splits.push(region);
        region.quarters()
    };
    let [ll1, hl1, lh1, hh1] = split(whole);
    let [ll2, hl2, lh2, hh2] = split(ll1);
    let [ll3, hl3, lh3, hh3] = split(ll2);
    let [ll4, hl4, lh4, hh4] = split(ll3);
    let mut bands = Vec::with_capacity(64);
    bands.extend(split(ll4));
    bands.extend([hl4, lh4, hh4]);
    for region in [hl3, lh3, hh3] {
        bands.extend(split(region));
    }
    for region in [hl2, lh2] {
        for quarter in split(region) {
            bands.extend(split(quarter));
        }
    }
    bands.push(hh2);
    for region in [hl1, lh1, hh1] {
        bands.extend(split(region));
    }
    Layout { splits, bands }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subbands_tile_the_image_of_any_size() {
        for (width, height) in [(1, 1), (2, 3), (17, 31), (545, 622), (512, 512)] {
            let layout = layout(width, height);
            assert_eq!((layout.bands.len(), layout.splits.len()), (64, 21));
            let mut covered = vec![0u8; width * height];
            for b in &layout.bands {
                for y in b.y..b.y + b.height {
                    for x in b.x..b.x + b.width {
                        covered[y * width + x] += 1;
                    }
                }
            }
            assert!(covered.iter().all(|&c| c == 1), "{width} × {height}");
        }
    }
}
