use super::state::State;
use super::{container, manifest};
use std::fmt;

/// What a gallery is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Info {
    /// The format's version.
    pub format: u16,
    /// Sixteen random bytes: the gallery's own name, the same for ever.
    pub gallery: [u8; 16],
    /// One more with each manifest.
    pub generation: u64,
    /// Encounters that are there.
    pub encounters: u64,
    /// Captured fingers that are there.
    pub fingers: u64,
    /// Encounters that were updated or deleted and whose bytes are still in a file.
    pub removed: u64,
    /// The files, the manifest first.
    pub files: Vec<FileInfo>,
}

/// One file of a gallery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileInfo {
    /// Its name in the directory.
    pub name: String,
    /// How long it is.
    pub bytes: u64,
}

impl Info {
    pub(super) fn of(state: &State) -> Self {
        let m = &state.manifest;
        let mut files = vec![FileInfo { name: manifest::NAME.into(), bytes: m.encode().len() as u64 }];
        let mut file = |number, kind, bytes| files.push(FileInfo { name: manifest::name(number, kind), bytes });
        for s in &m.segments {
            file(s.number, manifest::SEGMENT, s.length);
            if let Some(r) = s.removed {
                file(r.number, manifest::REMOVED, r.length);
            }
        }
        file(m.log, manifest::LOG, state.log.end + state.log.torn);
        let tail = state.tail.entries();
        let mut rows = tail.len() as u64;
        let mut fingers = tail.iter().map(|e| e.blocks.len() as u64).sum();
        let mut removed = state.tail.removed() as u64;
        for part in &state.parts {
            let gone = (part.removed.len() + part.also.len()) as u64;
            let also: usize =
                part.also.iter().filter_map(|&row| part.segment.fingers_of(row).ok()).map(|r| r.len()).sum();
            rows += (part.segment.rows() as u64).saturating_sub(gone);
            fingers += part.segment.fingers().saturating_sub(part.removed.fingers() + also) as u64;
            removed += gone;
        }
        Info {
            format: container::VERSION,
            gallery: m.gallery,
            generation: m.generation,
            encounters: rows,
            fingers,
            removed,
            files,
        }
    }

    /// Bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|f| f.bytes).sum()
    }

    /// Bytes of all files for each captured finger.
    pub fn bytes_per_finger(&self) -> f64 {
        self.bytes() as f64 / self.fingers.max(1) as f64
    }
}

impl fmt::Display for Info {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "gallery     {:032x}, format {}", u128::from_be_bytes(self.gallery), self.format)?;
        writeln!(
            f,
            "encounters  {} with {} fingers; {} removed and not yet compacted",
            self.encounters, self.fingers, self.removed
        )?;
        writeln!(
            f,
            "bytes       {}, {:.0} a finger, in {} files:",
            self.bytes(),
            self.bytes_per_finger(),
            self.files.len()
        )?;
        self.files.iter().try_for_each(|file| writeln!(f, "  {:>20}  {}", file.bytes, file.name))
    }
}
