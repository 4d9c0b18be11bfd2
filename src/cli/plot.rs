//! DET curves as SVG: false matches to the right, false non-matches up, both logarithmic.

use std::fmt::Write;
use vantay::eval::Det;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 480.0;
/// Left, right, top and bottom of the axes, px.
const MARGINS: (f64, f64, f64, f64) = (60.0, 170.0, 20.0, 50.0);
/// The axes' ends, powers of ten.
const FMR: (i32, i32) = (-6, 0);
const FNMR: (i32, i32) = (-4, 0);
/// Told apart by colour-blind eyes too (Okabe and Ito, 2008); the last is for all pairs.
const COLOURS: [&str; 8] = ["#e69f00", "#56b4e9", "#009e73", "#cc79a7", "#0072b2", "#d55e00", "#8c6d31", "#999999"];

/// The curves in one picture; what an axis cannot show is drawn along its edge.
pub fn svg(curves: &[Det]) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"11\">\n<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n"
    );
    axes(&mut svg);
    for (number, curve) in curves.iter().enumerate() {
        let last = number + 1 == curves.len();
        let (colour, stroke) = if last { ("#000000", 2.0) } else { (COLOURS[number % COLOURS.len()], 1.2) };
        let y = MARGINS.2 + 14.0 * (number + 1) as f64;
        let x = WIDTH - MARGINS.1 + 12.0;
        let _ = writeln!(
            svg,
            "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"{stroke}\" points=\"{}\"/>\n<line x1=\"{x}\" y1=\"{y}\" \
             x2=\"{}\" y2=\"{y}\" stroke=\"{colour}\" stroke-width=\"{stroke}\"/>\n<text x=\"{}\" y=\"{}\">{}</text>",
            steps(curve),
            x + 18.0,
            x + 24.0,
            y + 4.0,
            escaped(&curve.name)
        );
    }
    svg.push_str("</svg>\n");
    svg
}

/// The corners of a curve, in pixels. Left of one in the number of its non-mated pairs there is nothing to see.
fn steps(curve: &Det) -> String {
    let mut text = String::new();
    let least = 1.0 / curve.non_mated_pairs.max(1) as f64;
    let mut level = None;
    for &(fmr, fnmr) in &curve.points {
        let x = across(fmr.max(least));
        if let Some(before) = level {
            let _ = write!(text, "{x:.1},{before:.1} ");
        }
        let y = up(fnmr);
        let _ = write!(text, "{x:.1},{y:.1} ");
        level = Some(y);
    }
    text
}

fn axes(svg: &mut String) {
    let (left, right, top, bottom) = (MARGINS.0, WIDTH - MARGINS.1, MARGINS.2, HEIGHT - MARGINS.3);
    for power in FMR.0..=FMR.1 {
        let x = across(10f64.powi(power));
        let _ = writeln!(
            svg,
            "<line x1=\"{x:.1}\" y1=\"{top}\" x2=\"{x:.1}\" y2=\"{bottom}\" stroke=\"#dddddd\"/><text x=\"{x:.1}\" y=\"{}\" \
             text-anchor=\"middle\">{}</text>",
            bottom + 16.0,
            named(power)
        );
    }
    for power in FNMR.0..=FNMR.1 {
        let y = up(10f64.powi(power));
        let _ = writeln!(
            svg,
            "<line x1=\"{left}\" y1=\"{y:.1}\" x2=\"{right}\" y2=\"{y:.1}\" stroke=\"#dddddd\"/><text x=\"{}\" y=\"{:.1}\" \
             text-anchor=\"end\">{}</text>",
            left - 6.0,
            y + 4.0,
            named(power)
        );
    }
    let (middle, centre) = ((left + right) / 2.0, (top + bottom) / 2.0);
    let _ = writeln!(
        svg,
        "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">false-match rate</text>\n<text transform=\"translate(14 {centre}) \
         rotate(-90)\" text-anchor=\"middle\">false-non-match rate</text>",
        HEIGHT - 12.0
    );
}

fn named(power: i32) -> String {
    if power == 0 { "1".to_owned() } else { format!("1e{power}") }
}

fn across(rate: f64) -> f64 {
    MARGINS.0 + place(rate, FMR) * (WIDTH - MARGINS.0 - MARGINS.1)
}

fn up(rate: f64) -> f64 {
    HEIGHT - MARGINS.3 - place(rate, FNMR) * (HEIGHT - MARGINS.2 - MARGINS.3)
}

/// Where a rate lies on an axis, 0 to 1.
fn place(rate: f64, (low, high): (i32, i32)) -> f64 {
    let power = libm::log10(rate.max(f64::MIN_POSITIVE));
    ((power - f64::from(low)) / f64::from(high - low)).clamp(0.0, 1.0)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_lie_where_their_logarithm_does_and_never_outside() {
        assert!((place(1e-3, FMR) - 0.5).abs() < 1e-12 && (place(1e-2, FNMR) - 0.5).abs() < 1e-12);
        assert_eq!((place(0.0, FMR), place(1.0, FMR)), (0.0, 1.0));
    }

    #[test]
    fn every_curve_is_drawn_and_named_whatever_its_name() {
        let curve = |name: &str| Det {
            name: name.to_owned(),
            points: vec![(0.0, 0.5), (1e-3, 0.01), (1.0, 0.0)],
            non_mated_pairs: 100_000,
        };
        let picture = svg(&[curve("a<b"), curve("all pairs")]);
        assert_eq!(picture.matches("<polyline").count(), 2);
        assert!(picture.contains("a&lt;b") && picture.contains("all pairs") && !picture.contains("NaN"));
    }
}
