//! How scores are spread, as SVG.

use std::fmt::Write;

/// Width of a bin, dB.
const BIN: f64 = 5.0;
/// Scores above count in the last bin, dB.
const LAST: f64 = 200.0;
const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 240.0;
const LEFT: f64 = 48.0;
const BOTTOM: f64 = 34.0;

/// A histogram of two kinds of scores in dB, counts on a logarithmic scale, with the threshold as a line.
pub fn histogram(different: &[f64], same: &[f64], threshold: f64) -> String {
    let (different, same) = (counts(different), counts(same));
    let most = different.iter().chain(&same).copied().max().unwrap_or(1).max(10);
    let mut svg = format!("<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\">\n");
    axes(&mut svg, most);
    for (class, counts) in [("different", &different), ("same", &same)] {
        for (i, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let (left, right, top) = (x(i as f64 * BIN), x((i + 1) as f64 * BIN), y(count, most));
            let (width, height) = (right - left - 1.0, HEIGHT - BOTTOM - top);
            let _ = writeln!(
                svg,
                "<rect class=\"{class}\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\">\
                 <title>{count} pairs from {} dB</title></rect>",
                i as f64 * BIN
            );
        }
    }
    let at = x(threshold.min(LAST));
    let _ =
        writeln!(svg, "<line class=\"threshold\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"4\" y2=\"{}\"/>", HEIGHT - BOTTOM);
    let _ = writeln!(svg, "<text x=\"{:.1}\" y=\"14\">threshold {threshold:.1} dB</text></svg>", at + 5.0);
    svg
}

fn counts(scores: &[f64]) -> Vec<usize> {
    let mut counts = vec![0; (LAST / BIN) as usize];
    let last = counts.len().saturating_sub(1);
    for &score in scores {
        if let Some(count) = counts.get_mut(((score / BIN) as usize).min(last)) {
            *count += 1;
        }
    }
    counts
}

fn axes(svg: &mut String, most: usize) {
    let base = HEIGHT - BOTTOM;
    let mut count = 1;
    while count <= most {
        let at = y(count, most);
        let _ = writeln!(svg, "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>");
        let _ = writeln!(svg, "<text class=\"end\" x=\"{}\" y=\"{:.1}\">{count}</text>", LEFT - 6.0, at + 4.0);
        count *= 10;
    }
    for score in (0..=LAST as usize).step_by(20) {
        let more = if score == LAST as usize { "+" } else { "" };
        let _ = writeln!(
            svg,
            "<text class=\"middle\" x=\"{:.1}\" y=\"{}\">{score}{more}</text>",
            x(score as f64).min(WIDTH - 14.0),
            base + 16.0
        );
    }
    let middle = (LEFT + WIDTH) / 2.0;
    let _ = writeln!(
        svg,
        "<text class=\"middle\" x=\"{middle}\" y=\"{}\">best score of two numbers, dB</text>",
        base + 31.0
    );
}

fn x(score: f64) -> f64 {
    LEFT + score / LAST * (WIDTH - LEFT)
}

/// One pair stands a little above the ground, so that it is seen.
fn y(count: usize, most: usize) -> f64 {
    let share = libm::log10(count as f64 * 2.0) / libm::log10(most as f64 * 2.0);
    let base = HEIGHT - BOTTOM;
    base - share * (base - 20.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_score_is_counted_the_highest_in_the_last_bin() {
        let counts = counts(&[0.0, 4.9, 5.0, 199.0, 1e9]);
        assert_eq!((counts[0], counts[1], counts[39]), (2, 1, 2));
        assert_eq!(counts.iter().sum::<usize>(), 5);
    }
}
