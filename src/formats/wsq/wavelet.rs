//! The two-channel filter bank on regions of a plane (clause 3.1): symmetric extension, filters of odd or of even length.
//!
//! A line is held as its low and high outputs interleaved: low at even places, high at odd ones. In that order analysis
//! and synthesis are one operation, a filter for the even places and one for the odd.
//!
//! Beyond its ends a line is mirrored. With filters of odd length about its first and last sample, and so are its outputs. With
//! filters of even length between them: low outputs repeat likewise, high ones change their sign; where the line has an odd
//! number of samples, the last low output lies on the mirror, and the high output there, which is not stored, is 0.

use super::segments::Filters;
use super::subbands::{Plane, Region, low_count};

/// For even and for odd places: taps of −reach to reach.
struct Pair {
    reach: usize,
    even: Vec<f32>,
    odd: Vec<f32>,
    /// Whether outputs of one line come from a line, or a line from outputs.
    splitting: bool,
    /// Whether the filters' lengths are even.
    is_even: bool,
}

impl Pair {
    /// Analysis: the low filter at even places, the high at odd ones.
    fn analysis(filters: &Filters) -> Self {
        let (low, high) = (&filters.low, &filters.high);
        if filters.is_even {
            // Both are centred between the samples of an even and an odd place; the high one is told with its sign turned.
            return Self::build(filters, true, |o| (even_tap(low, o, 1.0), -even_tap(high, o + 1, -1.0)));
        }
        Self::build(filters, true, |o| (odd_tap(low, o), odd_tap(high, o)))
    }

    /// Synthesis with the inverse filters g0(n) = (−1)ⁿ h1(n) and g1(n) = ±(−1)ⁿ h0(n); which of them meets a tap follows
    /// from the parity of the place that it reads.
    fn synthesis(filters: &Filters) -> Self {
        let (low, high) = (&filters.low, &filters.high);
        let sign = |n: isize| if n % 2 == 0 { 1.0 } else { -1.0 };
        let turned = |o: isize, (g0, g1): (f32, f32)| if o % 2 == 0 { (g0, g1) } else { (g1, g0) };
        if filters.is_even {
            let g0 = |n: isize| sign(n) * even_tap(high, n, -1.0);
            let g1 = |n: isize| -sign(n) * even_tap(low, n, 1.0);
            return Self::build(filters, false, |o| turned(o, (g0(-o), g1(1 - o))));
        }
        Self::build(filters, false, |o| turned(o, (sign(o) * odd_tap(high, o), sign(o) * odd_tap(low, o))))
    }

    fn build(filters: &Filters, splitting: bool, tap: impl Fn(isize) -> (f32, f32)) -> Self {
        let reach = filters.low.len().max(filters.high.len()) as isize;
        let (even, odd) = (-reach..=reach).map(tap).unzip();
        Pair { reach: reach as usize, even, odd, splitting, is_even: filters.is_even }
    }

    fn at(&self, place: usize) -> &[f32] {
        if place.is_multiple_of(2) { &self.even } else { &self.odd }
    }

    /// Where in a line of `n` samples stands what is read at place `i − reach`, and its sign; none where it is 0.
    fn source(&self, i: usize, n: usize) -> Option<(usize, f32)> {
        let place = i as isize - self.reach as isize;
        match (self.is_even, self.splitting) {
            (true, true) => Some((mirrored(place, n, true, true), 1.0)),
            (true, false) => output(place, n),
            // A line of one sample has no high output: on the way back nothing may be read for it.
            (false, false) if n == 1 && place % 2 != 0 => None,
            (false, _) => Some((mirrored(place, n, false, false), 1.0)),
        }
    }
}

/// Tap `t` of a filter of odd length that is told by its middle and its right half.
fn odd_tap(filter: &[f64], t: isize) -> f32 {
    filter.get(t.unsigned_abs()).map_or(0.0, |&tap| tap as f32)
}

/// Tap `t` of a filter of even length, centred at ½, that is told by its right half; the left one has the sign `left`.
fn even_tap(filter: &[f64], t: isize, left: f32) -> f32 {
    let (at, sign) = if t > 0 { (t - 1, 1.0) } else { (-t, left) };
    filter.get(at as usize).map_or(0.0, |&tap| sign * tap as f32)
}

/// `place` mirrored into `0..n`: at either end between samples, or else about the last one.
fn mirrored(place: isize, n: usize, between_left: bool, between_right: bool) -> usize {
    let n = n as isize;
    let period = (2 * n - 2 + isize::from(between_left) + isize::from(between_right)).max(1);
    let place = place.rem_euclid(period);
    if place < n { place as usize } else { (period - place - isize::from(between_left)) as usize }
}

/// The interleaved output that is read at `place` by filters of even length, and its sign.
fn output(place: isize, n: usize) -> Option<(usize, f32)> {
    let (number, low) = (place.div_euclid(2), low_count(n));
    let even_line = n.is_multiple_of(2);
    if place.rem_euclid(2) == 0 {
        return Some((2 * mirrored(number, low, true, even_line), 1.0));
    }
    // With the 0 on the mirror, a line of an odd number of samples has as many high outputs as low ones.
    let high = low as isize;
    let period = 2 * high - isize::from(!even_line);
    let within = number.rem_euclid(period);
    match within {
        w if !even_line && w == high - 1 => None,
        w if w < high => Some((2 * w as usize + 1, 1.0)),
        w => Some((2 * (period - 1 - w) as usize + 1, -1.0)),
    }
}

/// Pixels → subbands, in place.
pub fn analyze(plane: &mut Plane, splits: &[Region], filters: &Filters) {
    let pair = Pair::analysis(filters);
    for region in splits {
        rows(plane, region, &pair);
        columns(plane, region, &pair);
    }
}

/// Subbands → pixels, in place.
pub fn synthesize(plane: &mut Plane, splits: &[Region], filters: &Filters) {
    let pair = Pair::synthesis(filters);
    for region in splits.iter().rev() {
        columns(plane, region, &pair);
        rows(plane, region, &pair);
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

fn rows(plane: &mut Plane, region: &Region, pair: &Pair) {
    let n = region.width;
    if n == 0 {
        return;
    }
    let places: Vec<usize> = (0..n).map(|i| split_place(i, n, region.turned_x)).collect();
    let sources: Vec<Option<(usize, f32)>> = (0..n + 2 * pair.reach)
        .map(|i| pair.source(i, n).map(|(i, sign)| (if pair.splitting { i } else { places[i] }, sign)))
        .collect();
    let mut extended = vec![0.0; sources.len()];
    for y in 0..region.height {
        let row = plane.row_mut(region, y);
        for (e, source) in extended.iter_mut().zip(&sources) {
            *e = source.map_or(0.0, |(at, sign)| row[at] * sign);
        }
        for i in 0..n {
            let sum = extended[i..].iter().zip(pair.at(i)).fold(0.0, |sum, (&v, &t)| sum + v * t);
            row[if pair.splitting { places[i] } else { i }] = sum;
        }
    }
}

fn columns(plane: &mut Plane, region: &Region, pair: &Pair) {
    let n = region.height;
    if n == 0 || region.width == 0 {
        return;
    }
    let mut copy = Vec::with_capacity(n * region.width);
    for y in 0..n {
        copy.extend_from_slice(plane.row(region, y));
    }
    for i in 0..n {
        let to = if pair.splitting { split_place(i, n, region.turned_y) } else { i };
        let target = plane.row_mut(region, to);
        target.fill(0.0);
        for (k, &tap) in pair.at(i).iter().enumerate() {
            let Some((from, sign)) = pair.source(i + k, n) else { continue };
            let from = if pair.splitting { from } else { split_place(from, n, region.turned_y) };
            let source = &copy[from * region.width..(from + 1) * region.width];
            for (t, &s) in target.iter_mut().zip(source) {
                *t += s * (tap * sign);
            }
        }
    }
}

/// Pairs of even length: of Haar, and of 6 and 2 taps either way round (Cohen, Daubechies and Feauveau, 1992).
#[cfg(test)]
pub fn even_pairs() -> [Filters; 3] {
    let unit = std::f64::consts::FRAC_1_SQRT_2;
    let (two, six) = (vec![unit], vec![unit, unit / 8.0, -unit / 8.0]);
    let high = |low: &[f64]| low.iter().zip([-1.0, 1.0, -1.0]).map(|(tap, sign)| tap * sign).collect::<Vec<f64>>();
    [(&two, &two), (&two, &six), (&six, &two)].map(|(h, g)| Filters { low: h.clone(), high: high(g), is_even: true })
}

#[cfg(test)]
mod tests {
    use super::super::subbands::layout;
    use super::*;

    #[test]
    fn synthesis_undoes_analysis_at_every_size() {
        for filters in even_pairs().into_iter().chain([Filters::standard()]) {
            undoes(&filters);
        }
    }

    fn undoes(filters: &Filters) {
        for width in 1..40 {
            for height in [1, 2, 3, 4, 7, 16, 33] {
                let mut plane = Plane::new(width, height);
                for (i, v) in plane.samples.iter_mut().enumerate() {
                    *v = ((i * i * 31 + i * 7) % 255) as f32 - 127.0;
                }
                let before = plane.samples.clone();
                let splits = layout(width, height).splits;
                analyze(&mut plane, &splits, filters);
                synthesize(&mut plane, &splits, filters);
                let worst = plane.samples.iter().zip(&before).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(worst < 0.01, "{filters:?}, {width} × {height}: {worst}");
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
