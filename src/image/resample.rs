//! Separable bicubic resampling in integers.
//!
//! The weights are made with nothing but + − × ÷ of `f64`, which are the same everywhere, and rounded once to fixed point;
//! the two passes are integers. So every machine gives the same bytes.

use super::parameters::{BETWEEN_BITS, WEIGHT_BITS};
use crate::simd::{Job, Level, Simd, run};
use ndarray::Array2;

const ONE: i32 = 1 << WEIGHT_BITS;

/// One output sample: the first input sample it takes, and the weights from there on; they sum to [`ONE`].
struct Taps {
    start: usize,
    weights: Vec<i32>,
}

/// `source` at `1 / ratio` of its resolution, `width` × `height`; pixel centres stay where they are on the finger:
/// output i lies at input (i + 1/2) · ratio − 1/2. Beyond the border the border pixel repeats.
pub fn bicubic(source: &Array2<u8>, width: usize, height: usize, ratio: f64) -> Array2<u8> {
    at_level(Level::current(), source, width, height, ratio)
}

fn at_level(level: Level, source: &Array2<u8>, width: usize, height: usize, ratio: f64) -> Array2<u8> {
    run(
        level,
        Resampling { source, columns: taps(source.ncols(), width, ratio), rows: taps(source.nrows(), height, ratio) },
    )
}

/// Both passes, compiled for each level: integers, the same at all of them.
struct Resampling<'a> {
    source: &'a Array2<u8>,
    columns: Vec<Taps>,
    rows: Vec<Taps>,
}

impl Job for Resampling<'_> {
    type Output = Array2<u8>;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> Array2<u8> {
        vertical(&horizontal(self.source, &self.columns), &self.rows)
    }
}

/// Each row of `source` through `columns`; [`BETWEEN_BITS`] behind the point.
#[inline(always)]
fn horizontal(source: &Array2<u8>, columns: &[Taps]) -> Array2<i16> {
    let mut between = Array2::zeros((source.nrows(), columns.len()));
    // All outputs that enlarge take four inputs.
    let four: Option<Vec<(usize, [i32; 4])>> =
        columns.iter().map(|taps| Some((taps.start, taps.weights.as_slice().try_into().ok()?))).collect();
    for (input, mut output) in source.rows().into_iter().zip(between.rows_mut()) {
        let (Some(input), Some(output)) = (input.to_slice(), output.as_slice_mut()) else { continue };
        match &four {
            Some(four) => {
                for (out, &(start, [a, b, c, d])) in output.iter_mut().zip(four) {
                    if let Some(&[p, q, r, s]) = input[start..].first_chunk() {
                        let [p, q, r, s] = [p, q, r, s].map(i32::from);
                        *out = between_bits(p * a + q * b + r * c + s * d);
                    }
                }
            }
            None => {
                for (out, taps) in output.iter_mut().zip(columns) {
                    let samples = input[taps.start..].iter();
                    *out = between_bits(samples.zip(&taps.weights).map(|(&v, &w)| i32::from(v) * w).sum());
                }
            }
        }
    }
    between
}

#[inline(always)]
fn between_bits(sum: i32) -> i16 {
    const SHIFT: u32 = WEIGHT_BITS - BETWEEN_BITS;
    ((sum + (1 << (SHIFT - 1))) >> SHIFT) as i16
}

/// Each column of `between` through `rows`, a few columns at a time.
#[inline(always)]
fn vertical(between: &Array2<i16>, rows: &[Taps]) -> Array2<u8> {
    const SIDE_BY_SIDE: usize = 32;
    let width = between.ncols();
    let mut target = Array2::zeros((rows.len(), width));
    for (mut output, taps) in target.rows_mut().into_iter().zip(rows) {
        let lines: Vec<(&[i16], i32)> = taps
            .weights
            .iter()
            .enumerate()
            .filter_map(|(k, &w)| Some((between.row(taps.start + k).to_slice()?, w)))
            .collect();
        let Some(output) = output.as_slice_mut() else { continue };
        let whole = width / SIDE_BY_SIDE * SIDE_BY_SIDE;
        for at in (0..whole).step_by(SIDE_BY_SIDE) {
            block::<SIDE_BY_SIDE>(&lines, at, output);
        }
        for at in whole..width {
            block::<1>(&lines, at, output);
        }
    }
    target
}

/// `N` columns from `at` on.
#[inline(always)]
fn block<const N: usize>(lines: &[(&[i16], i32)], at: usize, output: &mut [u8]) {
    const SHIFT: u32 = WEIGHT_BITS + BETWEEN_BITS;
    let mut sums = [1i32 << (SHIFT - 1); N];
    for &(line, w) in lines {
        let Some(samples) = line[at..].first_chunk::<N>() else { continue };
        for (sum, &v) in sums.iter_mut().zip(samples) {
            *sum += i32::from(v) * w;
        }
    }
    if let Some(out) = output[at..].first_chunk_mut::<N>() {
        for (out, sum) in out.iter_mut().zip(sums) {
            *out = (sum >> SHIFT).clamp(0, 255) as u8;
        }
    }
}

/// The taps of all outputs of one axis with `from` inputs (at least one) and `to` outputs.
fn taps(from: usize, to: usize, ratio: f64) -> Vec<Taps> {
    let last = from.saturating_sub(1);
    // Reducing, the kernel is widened, so that what the output cannot show does not fold into it.
    let stretch = ratio.max(1.0);
    (0..to)
        .map(|i| {
            let centre = (i as f64 + 0.5) * ratio - 0.5;
            let (first, end) = ((centre - 2.0 * stretch).floor() as i64, (centre + 2.0 * stretch).ceil() as i64);
            // Taps beyond the border fall on the border pixel.
            let inside = |j: i64| j.clamp(0, last as i64) as usize;
            let start = inside(first);
            let mut weights = vec![0.0; inside(end) - start + 1];
            for j in first..=end {
                weights[inside(j) - start] += keys((j as f64 - centre) / stretch);
            }
            without_zeros(start, fixed_point(&weights), from)
        })
        .collect()
}

/// Taps without the zeros at both ends, but for what fills up four where `from` inputs hold so many.
fn without_zeros(mut start: usize, mut weights: Vec<i32>, from: usize) -> Taps {
    while weights.len() > 1 && weights.last() == Some(&0) {
        weights.pop();
    }
    let leading = weights.iter().take_while(|&&w| w == 0).count();
    weights.drain(..leading);
    start += leading;
    if weights.len() < 4 && from >= 4 {
        let before = (start + 4).saturating_sub(from);
        weights.splice(..0, std::iter::repeat_n(0, before));
        weights.resize(4, 0);
        start -= before;
    }
    Taps { start, weights }
}

/// The weights scaled to sum to [`ONE`] exactly; what rounding leaves goes to the largest.
fn fixed_point(weights: &[f64]) -> Vec<i32> {
    let total: f64 = weights.iter().sum();
    let mut fixed: Vec<i32> = weights.iter().map(|w| (w / total * f64::from(ONE)).round() as i32).collect();
    let rest = ONE - fixed.iter().sum::<i32>();
    if let Some(largest) = fixed.iter_mut().max() {
        *largest += rest;
    }
    fixed
}

/// Keys' cubic convolution kernel, a = −1/2.
pub(super) fn keys(x: f64) -> f64 {
    const A: f64 = -0.5;
    let x = if x < 0.0 { -x } else { x };
    if x <= 1.0 {
        ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0
    } else if x < 2.0 {
        ((A * x - 5.0 * A) * x + 8.0 * A) * x - 4.0 * A
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    const RATIOS: [f64; 8] = [0.5, 0.7, 0.998, 1.024, 1.138, 1.5, 2.0, 4.0];

    fn resample(source: &Array2<u8>, ratio: f64) -> Array2<u8> {
        let side = |n: usize| (n as f64 / ratio).round() as usize;
        bicubic(source, side(source.ncols()), side(source.nrows()), ratio)
    }

    /// Each output from its definition, in two passes.
    fn naive(source: &Array2<u8>, width: usize, height: usize, ratio: f64) -> Array2<u8> {
        let columns = taps(source.ncols(), width, ratio);
        let rows = taps(source.nrows(), height, ratio);
        let sum = |taps: &Taps, sample: &dyn Fn(usize) -> i32| -> i32 {
            (0..taps.weights.len()).map(|k| sample(taps.start + k) * taps.weights[k]).sum()
        };
        let rounded = |sum: i32, bits: u32| (sum + (1 << (bits - 1))) >> bits;
        let first = WEIGHT_BITS - BETWEEN_BITS;
        let between = |y: usize, x: usize| rounded(sum(&columns[x], &|i| i32::from(source[[y, i]])), first);
        Array2::from_shape_fn((height, width), |(y, x)| {
            rounded(sum(&rows[y], &|i| between(i, x)), WEIGHT_BITS + BETWEEN_BITS).clamp(0, 255) as u8
        })
    }

    #[test]
    fn every_level_gives_what_the_definition_gives() {
        for (rows, columns) in [(1, 3), (3, 70), (40, 33), (67, 129)] {
            let source = Array2::from_shape_fn((rows, columns), |(y, x)| ((x * x * 7 + y * 13 + x * y) % 256) as u8);
            for ratio in RATIOS {
                let side = |n: usize| ((n as f64 / ratio).round() as usize).max(1);
                let (width, height) = (side(columns), side(rows));
                let expected = naive(&source, width, height, ratio);
                for level in Level::available() {
                    let found = at_level(level, &source, width, height, ratio);
                    assert!(found == expected, "{level}, {rows} × {columns}, ratio {ratio}");
                }
            }
        }
    }

    #[test]
    fn weights_sum_to_one_and_lie_inside() {
        for from in [1, 2, 3, 4, 5, 90] {
            for ratio in RATIOS {
                for tap in taps(from, ((from as f64 / ratio).round() as usize).max(1), ratio) {
                    assert_eq!(tap.weights.iter().sum::<i32>(), ONE);
                    assert!(tap.start + tap.weights.len() <= from, "{from}, ratio {ratio}");
                    assert!(ratio > 1.0 || from < 4 || tap.weights.len() == 4, "{from}, ratio {ratio}");
                }
            }
        }
    }

    #[test]
    fn a_constant_stays_constant() {
        for ratio in RATIOS {
            for v in [0, 1, 77, 254, 255] {
                let out = resample(&Array2::from_elem((61, 83), v), ratio);
                assert!(out.iter().all(|&o| o == v), "ratio {ratio}, grey {v}");
            }
        }
    }

    #[test]
    fn a_ramp_stays_a_ramp_where_it_was() {
        let source = Array2::from_shape_fn((40, 250), |(_, x)| x as u8);
        for ratio in RATIOS {
            let out = resample(&source, ratio);
            // Away from the border, which repeats.
            let edge = (2.0 * ratio.max(1.0) / ratio).ceil() as usize + 1;
            for x in edge..out.ncols() - edge {
                let expected = (x as f64 + 0.5) * ratio - 0.5;
                let found = f64::from(out[[3, x]]);
                assert!((found - expected).abs() <= 0.51, "ratio {ratio}, x {x}: {found} for {expected}");
            }
        }
    }

    /// The amplitude and phase of the wave of `period` pixels in a row, by projection.
    fn wave(row: &[f64], period: f64, offset: f64) -> (f64, f64) {
        let (mut c, mut s) = (0.0, 0.0);
        for (i, v) in row.iter().enumerate() {
            let angle = TAU * (i as f64 + offset) / period;
            c += v * angle.cos();
            s += v * angle.sin();
        }
        let n = row.len() as f64 / 2.0;
        ((c / n).hypot(s / n), s.atan2(c))
    }

    #[test]
    fn a_sine_ridge_keeps_its_period_amplitude_and_place() {
        for ratio in [0.5, 1.024, 1.138, 2.0] {
            // A ridge period of 9 px at 500 ppi.
            let period = 9.0 * ratio;
            let source = Array2::from_shape_fn((30, 900), |(_, x)| {
                (128.0 + 100.0 * (TAU * (x as f64 + 0.5) / period).cos()).round() as u8
            });
            let out = resample(&source, ratio);
            let row: Vec<f64> = out.row(10).iter().skip(9).take(9 * 40).map(|&v| f64::from(v) - 128.0).collect();
            let (amplitude, phase) = wave(&row, 9.0, 9.5);
            assert!((90.0..101.0).contains(&amplitude), "ratio {ratio}: amplitude {amplitude}");
            assert!(phase.abs() < 0.01, "ratio {ratio}: phase {phase}");
        }
    }

    #[test]
    fn reducing_does_not_fold_fine_lines_into_coarse_ones() {
        // Lines of 3 px at 1000 ppi would show as 3 px at 500 ppi if every other pixel were dropped.
        let source =
            Array2::from_shape_fn((60, 900), |(_, x)| (128.0 + 100.0 * (TAU * x as f64 / 3.0).cos()).round() as u8);
        let out = resample(&source, 2.0);
        let spread = out.row(10).iter().skip(4).take(440).map(|&v| (i32::from(v) - 128).abs()).max().unwrap();
        // The widened kernel still passes 16 % of this frequency.
        assert!(spread <= 16, "{spread} of 100 grey levels folded");
    }

    #[test]
    fn the_transpose_of_the_result_is_the_result_of_the_transpose() {
        let source = Array2::from_shape_fn((70, 90), |(y, x)| ((x * x * 7 + y * 13 + x * y) % 251) as u8);
        for ratio in RATIOS {
            let direct = resample(&source, ratio);
            let turned = resample(&source.t().as_standard_layout().to_owned(), ratio);
            let worst = direct.iter().zip(turned.t().iter()).map(|(&a, &b)| a.abs_diff(b)).max();
            // The passes change places, and with them one rounding.
            assert!(worst <= Some(1), "ratio {ratio}: {worst:?}");
        }
    }

    #[test]
    fn a_line_of_one_pixel_can_be_resampled() {
        for ratio in RATIOS {
            assert!(resample(&Array2::from_elem((1, 9), 50), ratio).iter().all(|&v| v == 50));
        }
    }
}
