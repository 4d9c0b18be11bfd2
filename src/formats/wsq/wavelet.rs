//! The two-channel filter bank on regions of a plane (clause 3.1): whole-sample symmetric extension, filters of odd length.
//!
//! A line is held as its low and high outputs interleaved: low at even places, high at odd ones. In that order analysis
//! and synthesis are one operation, a filter for the even places and one for the odd, and reflection about the first and
//! the last sample is the right extension for both.

use super::segments::Filters;
use super::subbands::{Plane, Region, low_count};

/// For even and for odd places: taps of −reach to reach.
struct Pair {
    reach: usize,
    even: Vec<f32>,
    odd: Vec<f32>,
}

impl Pair {
    /// Analysis: the low filter at even places, the high at odd ones.
    fn analysis(filters: &Filters) -> Self {
        Self::build(filters, |t| (half(&filters.low, t), half(&filters.high, t)))
    }

    /// Synthesis with the inverse filters g0(n) = (−1)ⁿ h1(n) and g1(n) = (−1)ⁿ h0(n); which of them meets a tap follows
    /// from the parity of the place that it reads.
    fn synthesis(filters: &Filters) -> Self {
        Self::build(filters, |t| {
            let sign = if t % 2 == 0 { 1.0 } else { -1.0 };
            let (g0, g1) = (sign * half(&filters.high, t), sign * half(&filters.low, t));
            if t % 2 == 0 { (g0, g1) } else { (g1, g0) }
        })
    }

    fn build(filters: &Filters, tap: impl Fn(usize) -> (f32, f32)) -> Self {
        let reach = filters.low.len().max(filters.high.len()).saturating_sub(1);
        let (even, odd) = (0..=2 * reach).map(|i| tap(i.abs_diff(reach))).unzip();
        Pair { reach, even, odd }
    }

    fn at(&self, place: usize) -> &[f32] {
        if place.is_multiple_of(2) { &self.even } else { &self.odd }
    }
}

/// Tap `t` of a symmetric filter that is told by its middle and its right half.
fn half(filter: &[f64], t: usize) -> f32 {
    filter.get(t).map_or(0.0, |&tap| tap as f32)
}

/// Pixels → subbands, in place.
pub fn analyze(plane: &mut Plane, splits: &[Region], filters: &Filters) {
    let pair = Pair::analysis(filters);
    for region in splits {
        rows(plane, region, &pair, true);
        columns(plane, region, &pair, true);
    }
}

/// Subbands → pixels, in place.
pub fn synthesize(plane: &mut Plane, splits: &[Region], filters: &Filters) {
    let pair = Pair::synthesis(filters);
    for region in splits.iter().rev() {
        columns(plane, region, &pair, false);
        rows(plane, region, &pair, false);
    }
}

/// The place in a split line where the sample of interleaved place `i` of `n` stands.
fn split_place(i: usize, n: usize, turned: bool) -> usize {
    let low = low_count(n);
    match (i.is_multiple_of(2), turned) {
        (true, false) => i / 2,
        (false, false) => low + i / 2,
        (true, true) => n - low + i / 2,
        (false, true) => i / 2,
    }
}

/// `i − reach`, reflected into `0..n`.
fn reflect(i: usize, reach: usize, n: usize) -> usize {
    let period = (2 * n).saturating_sub(2).max(1) as isize;
    let place = (i as isize - reach as isize).rem_euclid(period) as usize;
    if place < n { place } else { period as usize - place }
}

fn rows(plane: &mut Plane, region: &Region, pair: &Pair, splitting: bool) {
    let n = region.width;
    // One sample has no neighbours: it is all low, scaled by what the filters do to a constant.
    if n == 0 {
        return;
    }
    let places: Vec<usize> = (0..n).map(|i| split_place(i, n, region.turned_x)).collect();
    let sources: Vec<usize> = (0..n + 2 * pair.reach)
        .map(|i| reflect(i, pair.reach, n))
        .map(|i| if splitting { i } else { places[i] })
        .collect();
    let mut extended = vec![0.0; sources.len()];
    for y in 0..region.height {
        let row = plane.row_mut(region, y);
        for (e, &s) in extended.iter_mut().zip(&sources) {
            *e = row[s];
        }
        silence_missing_high(&mut extended, pair, n, splitting);
        for i in 0..n {
            let sum = extended[i..].iter().zip(pair.at(i)).fold(0.0, |sum, (&v, &t)| sum + v * t);
            row[if splitting { places[i] } else { i }] = sum;
        }
    }
}

/// A line of one sample has no high output: on the way back nothing may be read for it.
fn silence_missing_high(extended: &mut [f32], pair: &Pair, n: usize, splitting: bool) {
    if n == 1 && !splitting {
        for (i, v) in extended.iter_mut().enumerate() {
            if i.abs_diff(pair.reach) % 2 == 1 {
                *v = 0.0;
            }
        }
    }
}

fn columns(plane: &mut Plane, region: &Region, pair: &Pair, splitting: bool) {
    let n = region.height;
    if n == 0 || region.width == 0 {
        return;
    }
    let mut copy = Vec::with_capacity(n * region.width);
    for y in 0..n {
        copy.extend_from_slice(plane.row(region, y));
    }
    for i in 0..n {
        let to = if splitting { split_place(i, n, region.turned_y) } else { i };
        let target = plane.row_mut(region, to);
        target.fill(0.0);
        for (k, &tap) in pair.at(i).iter().enumerate() {
            if n == 1 && !splitting && k.abs_diff(pair.reach) % 2 == 1 {
                continue;
            }
            let from = reflect(i + k, pair.reach, n);
            let from = if splitting { from } else { split_place(from, n, region.turned_y) };
            let source = &copy[from * region.width..(from + 1) * region.width];
            for (t, &s) in target.iter_mut().zip(source) {
                *t += s * tap;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::subbands::layout;
    use super::*;

    #[test]
    fn synthesis_undoes_analysis_at_every_size() {
        for width in 1..40 {
            for height in [1, 2, 3, 4, 7, 16, 33] {
                let mut plane = Plane::new(width, height);
                for (i, v) in plane.samples.iter_mut().enumerate() {
                    *v = ((i * i * 31 + i * 7) % 255) as f32 - 127.0;
                }
                let before = plane.samples.clone();
                let splits = layout(width, height).splits;
                analyze(&mut plane, &splits, &Filters::standard());
                synthesize(&mut plane, &splits, &Filters::standard());
                let worst = plane.samples.iter().zip(&before).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(worst < 0.01, "{width} × {height}: {worst}");
            }
        }
    }

    #[test]
    fn a_fine_wave_goes_to_the_outermost_subband() {
        // The highest frequency in x: all of it belongs into the right half, and after two splits to its right edge.
        let mut plane = Plane::new(64, 64);
        for (i, v) in plane.samples.iter_mut().enumerate() {
            *v = if i % 2 == 0 { 1.0 } else { -1.0 };
        }
        let layout = layout(64, 64);
        analyze(&mut plane, &layout.splits, &Filters::standard());
        let energy = |b: &Region| (0..b.height).flat_map(|y| plane.row(b, y).to_vec()).map(|v| v * v).sum::<f32>();
        let most = (0..64).max_by(|&a, &b| energy(&layout.bands[a]).total_cmp(&energy(&layout.bands[b])));
        assert_eq!(most, Some(53));
    }
}
