//! Files and manifests → templates, many at a time.

use super::exit::Failure;
use super::output::tell;
use super::progress::Bar;
use rayon::prelude::*;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use vantay::extract::Extractor;
use vantay::formats::{self, Content, FormatError};
use vantay::gallery::SubjectId;
use vantay::image::{GrayImage, ImageError};
use vantay::manifest::{Entry, Manifest, ManifestError};
use vantay::template::{FingerPosition, Template};

/// How to read a manifest.
#[derive(Debug, Clone, clap::Args)]
pub struct ManifestOptions {
    /// End at the first wrong line or unusable image, instead of naming it and going on.
    #[arg(long)]
    pub strict: bool,
    /// Take minutiae from files in this folder instead of the images: text (`PATH.csv` beside the manifest's paths,
    /// `NAME.csv`, or `2002_1_101_1.csv` for `fvc2002_db1_b/101_1.tif`), records (`PATH.iso`) or templates (`PATH.vtyt`).
    #[arg(long, value_name = "DIR")]
    pub minutiae: Option<PathBuf>,
}

/// A manifest and what was extracted from its images.
pub struct Fingers {
    /// The lines that are right.
    pub entries: Vec<Entry>,
    /// The template of each; none where the image cannot be used.
    pub templates: Vec<Option<Template>>,
    /// Wrong lines and unusable images; each was named on standard error.
    pub failed: usize,
}

/// Whether a path is taken for a manifest.
pub fn is_manifest(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "jsonl" || e == "ndjson")
}

/// The lines of a manifest that are right, and how many are wrong; each of those is named.
pub fn read_manifest(path: &Path, strict: bool) -> Result<(Vec<Entry>, usize), Failure> {
    read_lines(path, strict).map(|manifest| (manifest.entries, manifest.rejected.len()))
}

/// A manifest, whose wrong lines are named. A file of wrong lines alone, such as an image, is an error.
pub fn read_lines(path: &Path, strict: bool) -> Result<Manifest, Failure> {
    let mut manifest = Manifest::read(path, strict)?;
    if manifest.entries.is_empty() && !manifest.rejected.is_empty() {
        return Err(no_manifest(manifest.rejected.swap_remove(0)).into());
    }
    tell_of_one_number(path, &manifest.entries);
    for rejected in &manifest.rejected {
        tell(&format!("warning: {rejected}"));
    }
    Ok(manifest)
}

/// Names subjects whose texts are not the same and stand for one number.
fn tell_of_one_number(path: &Path, entries: &[Entry]) {
    let mut texts: HashMap<SubjectId, &str> = HashMap::new();
    for entry in entries {
        let known = texts.entry(SubjectId::from_text(&entry.subject)).or_insert(&entry.subject);
        if *known != entry.subject {
            let (path, line, subject) = (path.display(), entry.line, &entry.subject);
            tell(&format!("warning: {path}:{line}: subject {subject} is one with {known}: leading zeros do not count"));
        }
    }
}

/// The first wrong line's error where no line is right.
fn no_manifest(first: ManifestError) -> ManifestError {
    let wanted = "no line is right; a manifest is expected, a JSON object a line: {\"subject\": …, \"path\": …}";
    match first {
        ManifestError::Line { path, line, reason } => {
            ManifestError::Line { path, line, reason: format!("{reason}; {wanted}") }
        }
        other => other,
    }
}

/// Reads a manifest and extracts all its images.
pub fn extract_manifest(path: &Path, options: &ManifestOptions) -> Result<Fingers, Failure> {
    let (entries, rejected) = read_manifest(path, options.strict)?;
    extract_entries(path, entries, rejected, options)
}

/// Extracts the images of some entries of a manifest.
pub fn extract_entries(
    manifest: &Path,
    entries: Vec<Entry>,
    rejected: usize,
    options: &ManifestOptions,
) -> Result<Fingers, Failure> {
    extract_moved(manifest, entries, rejected, options, |_| Move::default())
}

/// The same, each moved as its number says.
pub fn extract_moved(
    manifest: &Path,
    entries: Vec<Entry>,
    rejected: usize,
    options: &ManifestOptions,
    moves: impl Fn(usize) -> Move + Sync,
) -> Result<Fingers, Failure> {
    let bar = Bar::new("extracting", entries.len() as u64);
    extract_shown(manifest, entries, rejected, options, moves, bar)
}

/// The same, counted by a bar that may be of more than these.
pub fn extract_shown(
    manifest: &Path,
    entries: Vec<Entry>,
    rejected: usize,
    options: &ManifestOptions,
    moves: impl Fn(usize) -> Move + Sync,
    bar: Bar,
) -> Result<Fingers, Failure> {
    let results: Vec<Result<Template, vantay::Error>> = entries
        .par_iter()
        .enumerate()
        .map_init(Extractor::new, |extractor, (number, entry)| {
            let mut source = Source { extractor, moved: moves(number) };
            let template = match &options.minutiae {
                Some(folder) => minutiae(&mut source, folder, manifest, entry),
                None => source.finger(&entry.path, entry.ppi, entry.finger),
            };
            bar.add(1);
            template
        })
        .collect();
    drop(bar);
    let mut fingers = Fingers { entries, templates: Vec::new(), failed: rejected };
    for (result, entry) in results.into_iter().zip(&fingers.entries) {
        let template = match result {
            Ok(template) => Some(template),
            Err(error) if options.strict => return Err(error.into()),
            Err(error) => {
                fingers.failed += 1;
                tell(&format!("warning: {}{error}", place(manifest, entry)));
                None
            }
        };
        fingers.templates.push(template);
    }
    Ok(fingers)
}

/// Where an entry stands, for a message; nothing where it was read from no manifest.
fn place(manifest: &Path, entry: &Entry) -> String {
    if entry.line == 0 { String::new() } else { format!("{}:{}: ", manifest.display(), entry.line) }
}

/// The template of a file: an image, or a template in the native format, told apart by its first bytes.
pub fn finger(
    extractor: &mut Extractor,
    path: &Path,
    ppi: Option<f64>,
    position: FingerPosition,
) -> Result<Template, vantay::Error> {
    Source { extractor, moved: Move::default() }.finger(path, ppi, position)
}

/// The templates of a file: one, or where no finger is asked for those of all fingers of a card.
pub fn fingers(
    extractor: &mut Extractor,
    path: &Path,
    ppi: Option<f64>,
    asked: FingerPosition,
) -> Result<Vec<Template>, vantay::Error> {
    let mut source = Source { extractor, moved: Move::default() };
    let bytes = read(path)?;
    match formats::read(&bytes)? {
        Some(content) => {
            let taken = taken_of(&content, asked)?;
            taken.into_iter().map(|position| source.of_record(path, &content, ppi, position)).collect()
        }
        None => Ok(vec![source.of_bytes(path, &bytes, ppi, asked)?]),
    }
}

/// What is done to a finger before it is looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Move {
    /// Counter-clockwise.
    pub radians: f64,
    pub scale: f64,
}

impl Default for Move {
    fn default() -> Self {
        Move { radians: 0.0, scale: 1.0 }
    }
}

impl Move {
    fn image(self, image: GrayImage) -> Result<GrayImage, ImageError> {
        let image = if self.radians == 0.0 { image } else { image.turned(self.radians)? };
        let ppi = image.ppi() / self.scale;
        image.with_ppi(ppi)
    }
}

/// What makes templates of files, of moved fingers.
struct Source<'a> {
    extractor: &'a mut Extractor,
    moved: Move,
}

impl Source<'_> {
    fn finger(&mut self, path: &Path, ppi: Option<f64>, position: FingerPosition) -> Result<Template, vantay::Error> {
        self.of_bytes(path, &read(path)?, ppi, position)
    }

    fn of_bytes(
        &mut self,
        path: &Path,
        bytes: &[u8],
        ppi: Option<f64>,
        position: FingerPosition,
    ) -> Result<Template, vantay::Error> {
        if is_template(bytes) {
            return self.minutiae(native(bytes, position)?);
        }
        if let Some(content) = formats::read(bytes)? {
            return self.of_record(path, &content, ppi, position);
        }
        let image = GrayImage::decode(bytes, ppi).map_err(in_file(path))?;
        self.image(path, image, position)
    }

    fn image(&mut self, path: &Path, image: GrayImage, position: FingerPosition) -> Result<Template, vantay::Error> {
        let image = self.moved.image(image).map_err(in_file(path))?;
        Ok(self.extractor.extract(&image, position).map_err(in_file(path))?)
    }

    /// Of minutiae that are there already.
    fn minutiae(&self, template: Template) -> Result<Template, vantay::Error> {
        let Move { radians, scale } = self.moved;
        Ok(if self.moved == Move::default() { template } else { template.turned(radians, scale)? })
    }

    /// The finger of a record of another system's: extracted from its image, or else its minutiae as they are.
    fn of_record(
        &mut self,
        path: &Path,
        content: &Content,
        ppi: Option<f64>,
        position: FingerPosition,
    ) -> Result<Template, vantay::Error> {
        if let Some(found) = content.finger(position, ppi)? {
            return self.image(path, found.image, found.position);
        }
        let views = content.minutiae()?;
        if let Some(view) = views.iter().find(|v| v.template.position().may_be(position)) {
            let told = position.or(view.template.position());
            return self.minutiae(view.template.clone().with_position(told));
        }
        let held: Vec<String> = positions(content)?.iter().map(|p| p.code().to_string()).collect();
        let reason = if held.is_empty() {
            "it holds no image of one finger: `vantay info` lists what it holds, `vantay convert --idc` takes out a latent"
            .into()
        } else {
            let asked = match position {
                FingerPosition::Unknown => "no finger is asked for (--finger)".into(),
                known => format!("finger {} is asked for", known.code()),
            };
            format!("{asked}; it holds {}", held.join(", "))
        };
        Err(in_file(path)(ImageError::Decode { format: "record", reason }).into())
    }
}

fn read(path: &Path) -> Result<Vec<u8>, ImageError> {
    std::fs::read(path).map_err(|source| ImageError::Io { path: path.into(), source })
}

/// Names the file in an error.
pub fn in_file(path: &Path) -> impl Fn(ImageError) -> ImageError + '_ {
    |source| ImageError::File { path: path.into(), source: Box::new(source) }
}

/// Which fingers are taken of a file: the one asked for, or all of a card where none is. A file that cannot be read is
/// named when it is extracted.
pub fn taken(path: &Path, asked: FingerPosition) -> Vec<FingerPosition> {
    let content = read(path).ok().and_then(|bytes| formats::read(&bytes).ok()?);
    content.and_then(|content| taken_of(&content, asked).ok()).unwrap_or_else(|| vec![asked])
}

fn taken_of(content: &Content, asked: FingerPosition) -> Result<Vec<FingerPosition>, vantay::Error> {
    let held = positions(content)?;
    Ok(if asked == FingerPosition::Unknown && held.len() > 1 { held } else { vec![asked] })
}

/// The fingers that a record holds images of, or else minutiae.
fn positions(content: &Content) -> Result<Vec<FingerPosition>, vantay::Error> {
    let mut positions = content.positions()?;
    if positions.is_empty() {
        positions = content.minutiae()?.iter().map(|v| v.template.position()).collect();
        positions.sort_unstable();
        positions.dedup();
    }
    Ok(positions)
}

/// A native template, of the finger that is asked for where it does not tell.
pub fn native(bytes: &[u8], asked: FingerPosition) -> Result<Template, vantay::Error> {
    let template = Template::from_bytes(bytes)?;
    let told = template.position();
    if !told.may_be(asked) {
        let (record, caller) = (told.to_string(), asked.to_string());
        return Err(FormatError::Conflict { format: "template", field: "finger", record, caller }.into());
    }
    Ok(template.with_position(asked.or(told)))
}

/// Whether a file's first bytes are those of a template in the native format.
pub fn is_template(bytes: &[u8]) -> bool {
    bytes.starts_with(b"VTYT")
}

/// The minutiae of an entry, from a folder of text files.
fn minutiae(source: &mut Source, folder: &Path, manifest: &Path, entry: &Entry) -> Result<Template, vantay::Error> {
    let names = minutiae_files(folder, manifest, entry);
    let path = names.iter().find(|p| p.is_file()).or(names.first()).cloned().unwrap_or_default();
    let bytes = read(&path)?;
    if is_template(&bytes) || path.extension().is_some_and(|e| e == "iso") {
        return source.of_bytes(&path, &bytes, None, entry.finger);
    }
    source.minutiae(Template::from_csv(&String::from_utf8_lossy(&bytes))?.with_position(entry.finger))
}

/// The files that may hold an entry's minutiae, the most particular first.
fn minutiae_files(folder: &Path, manifest: &Path, entry: &Entry) -> Vec<PathBuf> {
    let relative = plain(relative(manifest, &entry.path));
    let mut files = vec![folder.join(relative.with_extension("csv"))];
    let stem = relative.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    // FVC: set fvc2002_db1_b, file 101_1 → 2002_1_101_1.
    if let Some((year, number)) = entry.set.as_deref().and_then(|s| s.strip_prefix("fvc")?.split_once("_db")) {
        let number = number.trim_end_matches(|c: char| !c.is_ascii_digit());
        files.insert(0, folder.join(format!("{year}_{number}_{stem}.csv")));
    }
    files.push(folder.join(format!("{stem}.csv")));
    files.extend(["iso", "vtyt"].map(|extension| folder.join(relative.with_extension(extension))));
    files
}

/// A path without `..` and roots: what lies below a folder, whatever it says.
pub fn plain(path: &Path) -> PathBuf {
    path.components().filter(|c| matches!(c, std::path::Component::Normal(_))).collect()
}

/// A path as the manifest tells it.
pub fn relative<'a>(manifest: &Path, path: &'a Path) -> &'a Path {
    let base = manifest.parent().unwrap_or(Path::new(""));
    path.strip_prefix(base).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutiae_are_looked_for_under_fvcs_name_the_mirrored_path_and_the_stem() {
        let mut entry = Entry::new("fvc2002_db1_101", FingerPosition::Unknown, 1, "data/fvc2002_db1_b/101_1.tif");
        entry.set = Some("fvc2002_db1_b".into());
        let files = minutiae_files(Path::new("m"), Path::new("data/fvc.jsonl"), &entry);
        assert_eq!(
            files,
            [
                "m/2002_1_101_1.csv",
                "m/fvc2002_db1_b/101_1.csv",
                "m/101_1.csv",
                "m/fvc2002_db1_b/101_1.iso",
                "m/fvc2002_db1_b/101_1.vtyt"
            ]
            .map(PathBuf::from)
        );
    }
}
