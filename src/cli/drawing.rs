//! A finger with its minutiae, as SVG.

use super::exit::Failure;
use std::fmt::Write;
use vantay::formats::base64;
use vantay::image::GrayImage;
use vantay::template::{Minutia, MinutiaKind, Template};

/// Colours of endings, bifurcations, and what is neither: apart for colour-blind eyes too (Okabe and Ito, 2008).
pub const COLOURS: [(&str, MinutiaKind); 3] =
    [("#d55e00", MinutiaKind::Ending), ("#0072b2", MinutiaKind::Bifurcation), ("#009e73", MinutiaKind::Unknown)];

/// The image with a ring at each minutia and a tail along its direction: orange at endings, blue at bifurcations, the
/// fainter the less sure. The image stands inside the text. `image` is the one at 500 ppi that the template is of.
pub fn svg(image: &GrayImage, template: &Template) -> Result<String, Failure> {
    let (width, height) = (image.width(), image.height());
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\">\n<image width=\"{width}\" \
         height=\"{height}\" href=\"data:image/png;base64,{}\"/>\n",
        base64::encode(&png(image)?)
    );
    for (colour, kind) in COLOURS {
        let _ = write!(svg, "<g fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.6\">");
        for m in template.minutiae().iter().filter(|m| m.kind == kind) {
            svg.push_str(&mark(m));
        }
        svg.push_str("</g>\n");
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}

/// A ring of 4 px and a tail of 9 px more.
pub fn mark(m: &Minutia) -> String {
    const RADIUS: f64 = 4.0;
    const LENGTH: f64 = 13.0;
    let (x, y, direction) = (f64::from(m.x_px()), f64::from(m.y_px()), m.direction_rad());
    // y grows downwards on the page, and directions turn counter-clockwise.
    let (dx, dy) = (libm::cos(direction), -libm::sin(direction));
    let opacity = 0.35 + 0.65 * f64::from(m.quality) / 100.0;
    format!(
        "<path opacity=\"{opacity:.2}\" d=\"M{:.1} {y:.1}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0M{:.1} {:.1}L{:.1} {:.1}\"/>",
        x - RADIUS,
        x + RADIUS * dx,
        y + RADIUS * dy,
        x + LENGTH * dx,
        y + LENGTH * dy
    )
}

/// An 8-bit grey PNG file.
pub fn png(image: &GrayImage) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, image.width() as u32, image.height() as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let pixels: Vec<u8> = image.pixels().iter().copied().collect();
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(&pixels)?;
        writer.finish()
    });
    written.map_err(|e| Failure::Io("a PNG in memory".into(), std::io::Error::other(e)))?;
    Ok(bytes)
}
