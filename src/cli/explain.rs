use super::exit::Failure;
use super::fingers::finger;
use super::match_drawing::{self, Side};
use super::output::{print, print_json, print_table};
use super::verify::marked;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use vantay::extract::Extractor;
use vantay::image::GrayImage;
use vantay::matching::{Evidence, Explanation, MatchError, Matcher, Prepared};
use vantay::template::FingerPosition;

/// Why two fingers score what they do: the pairs of minutiae, the alignment, each piece of evidence.
///
/// The picture shows both images, minutiae that were taken for the same joined (the fainter the worse they fit), all others
/// as they are.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// An image, or a template in the native format, which is drawn without an image.
    a: PathBuf,
    /// The other.
    b: PathBuf,
    /// Resolution of both images, pixels per inch [default: each file's own tag].
    #[arg(long)]
    ppi: Option<f64>,
    /// Write the picture here.
    #[arg(short, long, value_name = "FILE.svg")]
    out: Option<PathBuf>,
}

#[derive(Serialize)]
struct Explained {
    score: f64,
    extrapolated: bool,
    /// Radians counter-clockwise, times, pixels at 500 ppi: what lays the second image on the first.
    alignment: Option<AlignmentJson>,
    evidence: BTreeMap<&'static str, f32>,
    pairs: Vec<PairJson>,
}

#[derive(Serialize)]
struct AlignmentJson {
    rotation: f32,
    scale: f32,
    dx: f32,
    dy: f32,
}

#[derive(Serialize)]
struct PairJson {
    a: usize,
    b: usize,
    fit: f32,
}

/// Extracts, compares, draws, prints.
pub fn run(options: &Options, json: bool) -> Result<(), Failure> {
    let mut extractor = Extractor::new();
    let (a, b) = (side(&mut extractor, &options.a, options.ppi)?, side(&mut extractor, &options.b, options.ppi)?);
    MatchError::check(a.template.extractor(), b.template.extractor())?;
    let (first, second) = (Prepared::new(&a.template), Prepared::new(&b.template));
    let explanation = Matcher::new().explain(first.view(), second.view());
    if let Some(path) = &options.out {
        std::fs::write(path, match_drawing::svg(&a, &b, &explanation)?).map_err(Failure::io(path))?;
    }
    match json {
        true => print_json(&explained(&explanation)),
        false => print_explanation(&explanation),
    }
}

/// A finger and, where the file is an image, what it looks like at 500 ppi.
fn side(extractor: &mut Extractor, path: &Path, ppi: Option<f64>) -> Result<Side, Failure> {
    let template = finger(extractor, path, ppi, FingerPosition::Unknown)?;
    let image = GrayImage::open(path, ppi).and_then(|image| image.to_standard_ppi()).ok();
    let same_size = |image: &GrayImage| {
        (image.width(), image.height()) == (usize::from(template.width()), usize::from(template.height()))
    };
    Ok(Side { image: image.filter(same_size), template })
}

fn explained(e: &Explanation) -> Explained {
    Explained {
        score: e.score.db(),
        extrapolated: e.score.is_extrapolated(),
        alignment: e.alignment.map(|m| AlignmentJson { rotation: m.rotation, scale: m.scale, dx: m.dx, dy: m.dy }),
        evidence: Evidence::NAMES.into_iter().zip(e.evidence.figures()).collect(),
        pairs: e.pairs.iter().map(|p| PairJson { a: p.a, b: p.b, fit: p.fit }).collect(),
    }
}

fn print_explanation(e: &Explanation) -> Result<(), Failure> {
    print(&match_drawing::summary(e))?;
    let rows = Evidence::NAMES.into_iter().zip(e.evidence.figures());
    print_table(&["evidence", "value"], rows.map(|(name, value)| vec![name.to_owned(), format!("{value:.2}")]))?;
    print(&format!("score {}", marked(e.score)))
}
