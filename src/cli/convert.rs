use super::exit::Failure;
use super::fingers::{in_file, is_template, native};
use super::output::{print, print_json, tell};
use serde::Serialize;
use std::path::PathBuf;
use vantay::extract::Extractor;
use vantay::formats::minutiae::card::{self, Limits, Size};
use vantay::formats::minutiae::{self, View};
use vantay::formats::{self, Content, FingerImage, FormatError, ansi_nist, finger_images, wsq};
use vantay::image::GrayImage;
use vantay::template::FingerPosition;

/// Images and templates → the formats of other systems, and back.
///
/// What goes in is told by its first bytes: images (WSQ, JPEG 2000, JPEG, PNG, BMP, TIFF, PGM), native templates, minutiae and
/// finger images of ISO/IEC 19794 and INCITS, ANSI/NIST-ITL transactions, any of these in a CBEFF wrapping. Targets of minutiae
/// extract them where the input has images only. Where a record holds several fingers, targets of one want --finger.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// An image, a template, a record of another system's.
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// The file to write.
    #[arg(value_name = "OUT")]
    output: PathBuf,
    /// What to write.
    #[arg(long, value_enum)]
    to: Kind,
    /// Resolution of an image that tells none, or a wrong one; a record's image must have it.
    #[arg(long)]
    ppi: Option<f64>,
    /// Which finger to take out of a record of several; which finger an image or a template is of that does not tell.
    #[arg(long, default_value_t = 0, hide_default_value = true, value_parser = clap::value_parser!(u8).range(0..=10))]
    finger: u8,
    /// Take the image with this designation character (IDC) out of an ANSI/NIST-ITL transaction, whatever it is of: a latent,
    /// a palm, four fingers at once. `vantay info` lists them.
    #[arg(long, conflicts_with = "finger")]
    idc: Option<u8>,
    /// Bits per pixel of WSQ: 0.75 is about 15 : 1, 2.25 about 5 : 1.
    #[arg(long, default_value_t = wsq::STANDARD_RATE)]
    rate: f64,
    /// Minutiae that a card takes at most.
    #[arg(long, default_value_t = 60)]
    most: u8,
}

/// What can be written.
#[derive(Debug, Clone, Copy, PartialEq, clap::ValueEnum)]
enum Kind {
    /// Images: portable network graphics, portable grey map, WSQ.
    Png,
    Pgm,
    Wsq,
    /// Records of finger images: ISO/IEC 19794-4 of 2005 and 2011, INCITS 381.
    #[value(name = "iso-image2005")]
    IsoImage2005,
    #[value(name = "iso-image2011")]
    IsoImage2011,
    #[value(name = "incits-image2004")]
    IncitsImage2004,
    /// An ANSI/NIST-ITL transaction with Type-14 images.
    #[value(name = "an2")]
    AnsiNist,
    /// The same with Type-9 minutiae.
    #[value(name = "an2-minutiae")]
    AnsiNistMinutiae,
    /// The native template.
    Vtyt,
    /// Records of minutiae: ISO/IEC 19794-2, INCITS 378.
    #[value(name = "iso2005")]
    Iso2005,
    #[value(name = "iso2011")]
    Iso2011,
    #[value(name = "incits2004")]
    Incits2004,
    #[value(name = "incits2009")]
    Incits2009,
    /// Minutiae for a chip card, five and three bytes each.
    CardNormal,
    CardCompact,
}

#[derive(Serialize)]
struct Converted {
    fingers: usize,
    bytes: usize,
    forgiven: Vec<String>,
}

/// Reads, converts, writes.
pub fn run(options: &Options, json: bool) -> Result<(), Failure> {
    let bytes = std::fs::read(&options.input).map_err(Failure::io(&options.input))?;
    let content = formats::read(&bytes)?;
    let forgiven = content.as_ref().map(|c| c.forgiven().to_vec()).unwrap_or_default();
    for breach in &forgiven {
        tell(&format!("note: {}: {breach}", options.input.display()));
    }
    let (out, fingers) = match options.to.of_minutiae() {
        Some(target) => to_minutiae(target, templates(options, &bytes, content.as_ref())?, options)?,
        None => to_images(images(options, &bytes, content.as_ref())?, options)?,
    };
    std::fs::write(&options.output, &out).map_err(Failure::io(&options.output))?;
    if json {
        return print_json(&Converted { fingers, bytes: out.len(), forgiven });
    }
    let plural = if fingers == 1 { "finger" } else { "fingers" };
    print(&format!("{}: {fingers} {plural}, {} bytes", options.output.display(), out.len()))
}

/// A target that holds minutiae.
enum Target {
    Native,
    Record(minutiae::Standard),
    Transaction,
    Card(Size),
}

impl Kind {
    /// Whether it tells no finger, so that an image may be of several.
    fn is_plain(self) -> bool {
        matches!(self, Kind::Png | Kind::Pgm | Kind::Wsq)
    }

    fn of_minutiae(self) -> Option<Target> {
        Some(match self {
            Kind::Vtyt => Target::Native,
            Kind::AnsiNistMinutiae => Target::Transaction,
            Kind::Iso2005 => Target::Record(minutiae::Standard::Iso2005),
            Kind::Iso2011 => Target::Record(minutiae::Standard::Iso2011),
            Kind::Incits2004 => Target::Record(minutiae::Standard::Incits2004),
            Kind::Incits2009 => Target::Record(minutiae::Standard::Incits2009),
            Kind::CardNormal => Target::Card(Size::Normal),
            Kind::CardCompact => Target::Card(Size::Compact),
            _ => return None,
        })
    }
}

fn to_minutiae(target: Target, views: Vec<View>, options: &Options) -> Result<(Vec<u8>, usize), Failure> {
    let bytes = match target {
        Target::Record(standard) => minutiae::write(standard, &views)?,
        Target::Transaction => ansi_nist::write(&ansi_nist::Outgoing { minutiae: views.clone(), ..transaction(&[]) })?,
        Target::Native => single(&views)?.template.to_bytes(),
        Target::Card(size) => {
            card::write(&single(&views)?.template, size, Limits { max: options.most, ..Limits::default() })?
        }
    };
    Ok((bytes, views.len()))
}

fn to_images(images: Vec<FingerImage>, options: &Options) -> Result<(Vec<u8>, usize), Failure> {
    let record = |standard| -> Result<Vec<u8>, Failure> {
        let encode = |FingerImage { image, position, impression }: &FingerImage| {
            let view = finger_images::View::encode(image, *position, finger_images::Compression::Wsq)?;
            Ok::<_, FormatError>(finger_images::View { impression: *impression, ..view })
        };
        Ok(finger_images::write(standard, &images.iter().map(encode).collect::<Result<Vec<_>, _>>()?)?)
    };
    let bytes = match options.to {
        Kind::Png => single(&images)?.image.to_png()?,
        Kind::Pgm => single(&images)?.image.to_pgm(),
        Kind::Wsq => wsq::encode(&single(&images)?.image, options.rate)?,
        Kind::IsoImage2005 => record(finger_images::Standard::Iso2005)?,
        Kind::IncitsImage2004 => record(finger_images::Standard::Incits2004)?,
        Kind::AnsiNist => ansi_nist::write(&transaction(&images))?,
        _ => record(finger_images::Standard::Iso2011)?,
    };
    Ok((bytes, images.len()))
}

/// A transaction that tells nothing but its images; agencies put in their own names and dates.
fn transaction(images: &[FingerImage]) -> ansi_nist::Outgoing {
    ansi_nist::Outgoing {
        transaction: "NONE".into(),
        date: "00000000".into(),
        destination: "UNKNOWN".into(),
        origin: "UNKNOWN".into(),
        control: "0".into(),
        user_fields: Vec::new(),
        type_4: Vec::new(),
        type_14: images.iter().map(|i| (i.image.clone(), i.position, i.impression)).collect(),
        minutiae: Vec::new(),
    }
}

/// The only one, for targets that hold one finger.
fn single<T>(fingers: &[T]) -> Result<&T, Failure> {
    match fingers {
        [only] => Ok(only),
        _ => Err(Failure::Usage(format!(
            "this target holds one finger, here are {}: choose with --finger",
            fingers.len()
        ))),
    }
}

/// The fingers asked for, as images.
fn images(options: &Options, bytes: &[u8], content: Option<&Content>) -> Result<Vec<FingerImage>, Failure> {
    let asked = FingerPosition::from_code(options.finger).unwrap_or_default();
    let Some(content) = content else {
        let image = GrayImage::decode(bytes, options.ppi).map_err(in_file(&options.input))?;
        return Ok(vec![FingerImage { image, position: asked, impression: 0 }]);
    };
    if let Some(idc) = options.idc {
        return Ok(vec![designated(options, content, idc)?]);
    }
    let mut images = Vec::new();
    for position in content.positions()?.into_iter().filter(|p| p.may_be(asked)) {
        if let Some(image) = content.finger(position, options.ppi)? {
            images.push(FingerImage { position: position.or(asked), ..image });
        }
    }
    if images.is_empty() {
        return Err(Failure::Usage(format!("{} holds no image of such a finger", options.input.display())));
    }
    if let Content::Transaction(transaction) = content {
        let others = transaction.images().len() - images.len();
        if others > 0 {
            let input = options.input.display();
            tell(&format!(
                "note: {input}: {others} other images are left out (slaps, palms, doubles); --idc takes out one"
            ));
        }
    }
    Ok(images)
}

/// The image of one record of a transaction.
fn designated(options: &Options, content: &Content, idc: u8) -> Result<FingerImage, Failure> {
    let images = match content {
        Content::Transaction(transaction) => transaction.images(),
        _ => Vec::new(),
    };
    match images.into_iter().find(|(record, _)| record.idc() == Some(idc)) {
        Some((_, image)) => {
            let image = image?;
            let of_several = image.positions.first().filter(|position| **position >= 13);
            if let (Some(position), false) = (of_several, options.to.is_plain()) {
                return Err(Failure::Usage(format!(
                    "IDC {idc} is of position {position}, no single finger: take it as png, pgm or wsq"
                )));
            }
            let (position, impression) = (image.finger().unwrap_or_default(), image.impression);
            Ok(FingerImage { image: image.decode(options.ppi)?, position, impression })
        }
        None => Err(Failure::Usage(format!("{} holds no image with IDC {idc}", options.input.display()))),
    }
}

/// The fingers asked for, as minutiae: a template as it is, a record's minutiae, or extracted from images.
fn templates(options: &Options, bytes: &[u8], content: Option<&Content>) -> Result<Vec<View>, Failure> {
    let asked = FingerPosition::from_code(options.finger).unwrap_or_default();
    if is_template(bytes) {
        return Ok(vec![View::new(native(bytes, asked)?)]);
    }
    if let (Some(content), None) = (content, options.idc) {
        let mut views = content.minutiae()?;
        views.retain(|v| v.template.position().may_be(asked));
        if !views.is_empty() {
            let known = |view: View| {
                let position = asked.or(view.template.position());
                View { template: view.template.with_position(position), ..view }
            };
            return Ok(views.into_iter().map(known).collect());
        }
    }
    let mut extractor = Extractor::new();
    let mut views = Vec::new();
    for FingerImage { image, position, impression } in images(options, bytes, content)? {
        let template = extractor.extract(&image, position).map_err(in_file(&options.input))?;
        views.push(View { impression, ..View::new(template) });
    }
    Ok(views)
}
