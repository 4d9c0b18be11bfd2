//! Encounters ⇄ JSON Lines that other systems read: the minutiae of each finger as an ISO/IEC 19794-2 record, and in the
//! native format, which loses nothing.

use super::backup::new_file;
use super::parameters::{IMPORT_BATCH, IMPORT_LINE};
use super::sealed::{Key, Kind, Opener, Sealer, is_sealed};
use super::segment::BuildError;
use super::{Appended, Encounter, EncounterId, Exception, Finger, GalleryError, Snapshot, SubjectId, Writer};
use crate::formats::minutiae::{self, Standard, View};
use crate::formats::{FormatError, base64};
use crate::template::{FingerPosition, Template};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

/// An encounter, in the order of its fields. Numbers of 128 bits are 32 hexadecimal digits, bytes are Base64.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    subject: u64,
    encounter: String,
    #[serde(default)]
    captured_at: i64,
    #[serde(default)]
    station: u32,
    #[serde(default)]
    operator: u32,
    #[serde(default)]
    tags: u16,
    #[serde(default)]
    blob: String,
    /// Version and first gallery: told, not taken back.
    #[serde(default)]
    version: u64,
    #[serde(default)]
    origin: String,
    fingers: Vec<FingerLine>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct FingerLine {
    /// ISO/IEC 19794-2:2005, table 2.
    position: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<String>,
    /// A record of ISO/IEC 19794-2:2005.
    #[serde(skip_serializing_if = "Option::is_none")]
    iso: Option<String>,
    /// The template's own bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<String>,
}

const MISSING: [(&str, Exception); 3] =
    [("amputated", Exception::Amputated), ("bandaged", Exception::Bandaged), ("not captured", Exception::NotCaptured)];

/// Writes all encounters into a new file, one a line; encrypted where there is a key. Returns how many, when they are
/// durable.
///
/// # Errors
/// A damaged record; there is a file `to`; the disk failed. No file is left then.
pub fn export(snapshot: &Snapshot, to: impl AsRef<Path>, key: Option<&Key>) -> Result<usize, GalleryError> {
    new_file(to.as_ref(), |out| match key {
        None => write_lines(snapshot, out),
        Some(key) => {
            let out = BufWriter::new(Sealer::new(out, key, Kind::Export)?);
            let out = write_lines(snapshot, out)?.into_inner().map_err(std::io::IntoInnerError::into_error)?;
            Ok(out.finish()?)
        }
    })?;
    Ok(snapshot.encounter_count())
}

fn write_lines<W: Write>(snapshot: &Snapshot, mut out: W) -> Result<W, BuildError> {
    for index in 0..snapshot.encounter_count() {
        let (version, origin) = snapshot.provenance(index)?;
        let line = Line::new(&snapshot.encounter(index)?, version, origin).map_err(std::io::Error::other)?;
        writeln!(out, "{}", simd_json::to_string(&line).map_err(std::io::Error::other)?)?;
    }
    Ok(out)
}

impl Line {
    fn new(encounter: &Encounter, version: u64, origin: [u8; 16]) -> Result<Self, FormatError> {
        let finger = |finger: &Finger| -> Result<FingerLine, FormatError> {
            Ok(match finger {
                Finger::Captured(t) => FingerLine {
                    position: t.position().code(),
                    iso: Some(base64::encode(&minutiae::write(Standard::Iso2005, &[View::new(t.clone())])?)),
                    template: Some(base64::encode(&t.to_bytes())),
                    missing: None,
                },
                Finger::Missing { position, exception } => {
                    let name = MISSING.iter().find(|(_, e)| e == exception).map(|(name, _)| (*name).into());
                    FingerLine { position: position.code(), missing: name, ..FingerLine::default() }
                }
            })
        };
        Ok(Line {
            subject: encounter.subject.0,
            encounter: encounter.id.to_string(),
            captured_at: encounter.captured_at,
            station: encounter.station,
            operator: encounter.operator,
            tags: encounter.tags,
            blob: base64::encode(&encounter.blob),
            version,
            origin: EncounterId(u128::from_be_bytes(origin)).to_string(),
            fingers: encounter.fingers.iter().map(finger).collect::<Result<_, _>>()?,
        })
    }

    fn encounter(self) -> Result<Encounter, String> {
        let id = EncounterId::from_hex(&self.encounter)
            .ok_or_else(|| format!("encounter {:?}: 32 hexadecimal digits are wanted", self.encounter))?;
        let blob = base64::decode(&self.blob).ok_or("the blob is no Base64")?;
        let fingers = self.fingers.into_iter().map(FingerLine::finger).collect::<Result<_, _>>()?;
        Ok(Encounter {
            captured_at: self.captured_at,
            station: self.station,
            operator: self.operator,
            tags: self.tags,
            blob,
            ..Encounter::new(SubjectId(self.subject), id, fingers)
        })
    }
}

impl FingerLine {
    fn finger(self) -> Result<Finger, String> {
        let position = FingerPosition::from_code(self.position)
            .ok_or_else(|| format!("finger position {}; 0 to 10 are taken", self.position))?;
        if let Some(name) = self.missing {
            let exception = MISSING.iter().find(|(n, _)| *n == name).map(|&(_, e)| e);
            let exception = exception.ok_or_else(|| format!("a finger is missing because it is {name:?}: unknown"))?;
            return Ok(Finger::Missing { position, exception });
        }
        let bytes = |text: String| base64::decode(&text).ok_or("a template is no Base64");
        let template = match (self.template, self.iso) {
            (Some(own), _) => Template::from_bytes(&bytes(own)?).map_err(|e| e.to_string())?,
            (None, Some(iso)) => {
                let mut views = minutiae::read(&bytes(iso)?).map_err(|e| e.to_string())?.views;
                match (views.len(), views.pop()) {
                    (1, Some(view)) => view.template,
                    (n, _) => return Err(format!("a finger's record has {n} views, 1 is wanted")),
                }
            }
            (None, None) => return Err("a finger has no iso, no template and is not missing".into()),
        };
        Ok(Finger::Captured(template.with_position(position)))
    }
}

impl Writer {
    /// Inserts the encounters of a file that [`export`] wrote, or another system: of each finger the native template
    /// counts, or else the ISO record. `key` is needed for an encrypted file. They are inserts of this gallery, with
    /// versions of now; lines that are here already are no second records.
    ///
    /// # Errors
    /// A line that is none, named by its number; another key, a changed or cut file; as [`Writer::append`]. What was
    /// inserted before it, some lines at a time, stays.
    pub fn import(&mut self, from: impl AsRef<Path>, key: Option<&Key>) -> Result<Appended, GalleryError> {
        self.import_told(from, key, &mut |_| Ok(()))
    }

    /// [`Writer::import`], where `before` is told the encounters of each step before they are inserted: to record them. An
    /// error of it ends the import.
    ///
    /// # Errors
    /// As [`Writer::import`]; those of `before`.
    pub fn import_told<E: From<GalleryError>>(
        &mut self,
        from: impl AsRef<Path>,
        key: Option<&Key>,
        before: &mut dyn FnMut(&[Encounter]) -> Result<(), E>,
    ) -> Result<Appended, E> {
        let from = from.as_ref();
        self.import_lines(Lines::open(from, key)?, before)
    }

    fn import_lines<E: From<GalleryError>>(
        &mut self,
        lines: Lines<'_>,
        before: &mut dyn FnMut(&[Encounter]) -> Result<(), E>,
    ) -> Result<Appended, E> {
        let mut step = |writer: &mut Self, batch: Vec<Encounter>| {
            before(&batch)?;
            Ok::<_, E>(writer.append(&batch)?)
        };
        let (mut done, mut batch) = (Appended::default(), Vec::new());
        for encounter in lines {
            batch.push(encounter?);
            if batch.len() == IMPORT_BATCH {
                done.add(step(self, std::mem::take(&mut batch))?);
            }
        }
        if !batch.is_empty() {
            done.add(step(self, batch)?);
        }
        Ok(done)
    }
}

/// Whether a file can be opened to import, and its first encounter read: before a gallery is made for it.
///
/// # Errors
/// As [`Writer::import`], of the first line alone.
pub fn check_import(from: impl AsRef<Path>, key: Option<&Key>) -> Result<(), GalleryError> {
    Lines::open(from.as_ref(), key)?.next().transpose()?;
    Ok(())
}

/// The encounters of a file, line by line.
struct Lines<'a> {
    from: &'a Path,
    input: Box<dyn BufRead + 'a>,
    /// The last line's.
    number: u64,
}

impl<'a> Lines<'a> {
    fn open(from: &'a Path, key: Option<&'a Key>) -> Result<Self, GalleryError> {
        let mut input = BufReader::new(File::open(from).map_err(GalleryError::io(from))?);
        let sealed = is_sealed(input.fill_buf().map_err(GalleryError::io(from))?);
        let input: Box<dyn BufRead + 'a> = match (sealed, key) {
            (false, _) => Box::new(input),
            (true, None) => return Err(GalleryError::NoKey { path: from.into() }),
            (true, Some(key)) => {
                let opened = Opener::new(input, key, Kind::Export).map_err(GalleryError::sealed(from))?;
                Box::new(BufReader::new(opened))
            }
        };
        Ok(Lines { from, input, number: 0 })
    }

    /// The next line that is not empty.
    fn line(&mut self) -> Result<Option<Vec<u8>>, GalleryError> {
        loop {
            let mut line = Vec::new();
            let read = self.input.by_ref().take(IMPORT_LINE).read_until(b'\n', &mut line);
            if read.map_err(GalleryError::sealed(self.from))? == 0 {
                return Ok(None);
            }
            self.number += 1;
            if line.len() as u64 == IMPORT_LINE && line.last() != Some(&b'\n') {
                return Err(self.wrong(format!("it is longer than {IMPORT_LINE} bytes")));
            }
            if !line.iter().all(u8::is_ascii_whitespace) {
                return Ok(Some(line));
            }
        }
    }

    fn encounter(&self, mut line: Vec<u8>) -> Result<Encounter, GalleryError> {
        let parsed: Line = simd_json::from_slice(&mut line).map_err(|e| self.wrong(e.to_string()))?;
        parsed.encounter().map_err(|why| self.wrong(why))
    }

    fn wrong(&self, why: String) -> GalleryError {
        GalleryError::Line { path: self.from.into(), line: self.number, why }
    }
}

impl Iterator for Lines<'_> {
    type Item = Result<Encounter, GalleryError>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = self.line().transpose()?;
        Some(line.and_then(|line| self.encounter(line)))
    }
}

impl Appended {
    fn add(&mut self, more: Appended) {
        self.inserted += more.inserted;
        self.repeated += more.repeated;
    }
}
