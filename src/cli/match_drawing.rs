//! Two fingers side by side with what was paired, as SVG.

use super::drawing::{COLOURS, mark, png};
use super::exit::Failure;
use super::verify::marked;
use std::collections::BTreeSet;
use std::fmt::Write;
use vantay::formats::base64;
use vantay::image::GrayImage;
use vantay::matching::{Evidence, Explanation};
use vantay::template::Template;

/// One finger of the picture.
pub struct Side {
    /// At 500 ppi, of the template's size; none where only the template is there.
    pub image: Option<GrayImage>,
    /// Its minutiae.
    pub template: Template,
}

/// Between the images, px.
const GAP: usize = 24;
/// Of text, px.
const LINE: usize = 15;
/// The colour of pairs, and of minutiae that have none (Okabe and Ito, 2008).
const PAIR: &str = "#009e73";
const LONELY: &str = "#666666";

/// Both images, the second to the right; paired minutiae in the colours of their kind and joined, the others grey; below it the
/// score and the evidence in words.
pub fn svg(a: &Side, b: &Side, explanation: &Explanation) -> Result<String, Failure> {
    let shift = usize::from(a.template.width()) + GAP;
    let below = usize::from(a.template.height().max(b.template.height()));
    let lines = words(explanation);
    let (width, height) = (shift + usize::from(b.template.width()), below + LINE * (lines.len() + 1));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\">\n<rect width=\"{width}\" \
         height=\"{height}\" fill=\"white\"/>\n"
    );
    for (side, x, paired) in [
        (a, 0, explanation.pairs.iter().map(|p| p.a).collect::<BTreeSet<_>>()),
        (b, shift, explanation.pairs.iter().map(|p| p.b).collect()),
    ] {
        let _ = writeln!(svg, "<g transform=\"translate({x} 0)\">");
        finger(side, &paired, &mut svg)?;
        svg.push_str("</g>\n");
    }
    joins(a, b, shift, explanation, &mut svg);
    for (number, line) in lines.iter().enumerate() {
        let y = below + LINE * (number + 1);
        let _ = writeln!(svg, "<text x=\"2\" y=\"{y}\" font-family=\"sans-serif\" font-size=\"11\">{line}</text>");
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}

fn finger(side: &Side, paired: &BTreeSet<usize>, svg: &mut String) -> Result<(), Failure> {
    let (width, height) = (side.template.width(), side.template.height());
    let _ = match &side.image {
        Some(image) => {
            let data = base64::encode(&png(image)?);
            writeln!(svg, "<image width=\"{width}\" height=\"{height}\" href=\"data:image/png;base64,{data}\"/>")
        }
        None => writeln!(svg, "<rect width=\"{width}\" height=\"{height}\" fill=\"#f4f4f4\"/>"),
    };
    for (number, minutia) in side.template.minutiae().iter().enumerate() {
        let of_kind = COLOURS.iter().find(|(_, kind)| *kind == minutia.kind).map_or(LONELY, |(colour, _)| colour);
        let (class, colour) = if paired.contains(&number) { ("paired", of_kind) } else { ("unpaired", LONELY) };
        let shape = mark(minutia);
        let _ =
            writeln!(svg, "<g class=\"{class}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.6\">{shape}</g>");
    }
    Ok(())
}

fn joins(a: &Side, b: &Side, shift: usize, explanation: &Explanation, svg: &mut String) {
    let _ = writeln!(svg, "<g stroke=\"{PAIR}\" stroke-width=\"0.8\">");
    for pair in &explanation.pairs {
        let (Some(m), Some(n)) = (a.template.minutiae().get(pair.a), b.template.minutiae().get(pair.b)) else {
            continue;
        };
        let (x1, y1, x2, y2) = (m.x_px(), m.y_px(), n.x_px() + shift as f32, n.y_px());
        let opacity = 0.25 + 0.75 * pair.fit;
        let _ = writeln!(
            svg,
            "<line class=\"pair\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" opacity=\"{opacity:.2}\"/>"
        );
    }
    svg.push_str("</g>\n");
}

/// The alignment in one line.
pub fn summary(e: &Explanation) -> String {
    let Some(m) = e.alignment else { return "no two minutiae pair".to_owned() };
    format!(
        "{} minutiae paired; the second turned by {:.1}°, times {:.3}, then moved by {:.0}, {:.0} px",
        e.pairs.len(),
        m.rotation.to_degrees(),
        m.scale,
        m.dx,
        m.dy
    )
}

/// What is written below the images.
fn words(e: &Explanation) -> Vec<String> {
    const A_LINE: usize = 5;
    let pieces: Vec<String> = Evidence::NAMES
        .into_iter()
        .zip(e.evidence.figures())
        .map(|(name, value)| format!("{} {value:.2}", name.replace('_', " ")))
        .collect();
    let mut lines = vec![format!("score {}", marked(e.score)), summary(e)];
    lines.extend(pieces.chunks(A_LINE).map(|chunk| chunk.join(" · ")));
    lines
}
