//! Encounter ⇄ bytes. One way to write each encounter, so that equal content is equal bytes.

use super::fields::{array, get};
use super::{Encounter, EncounterId, Exception, Finger, SubjectId};
use crate::template::{FingerPosition, Template};

const HEADER: usize = 48;
const SLOT: usize = 4;

/// Why an encounter cannot be stored, if so.
pub(super) fn refuse(encounter: &Encounter) -> Option<String> {
    let (fingers, blob) = (encounter.fingers.len(), encounter.blob.len());
    if !(1..=Encounter::MAX_FINGERS).contains(&fingers) {
        return Some(format!("it has {fingers} fingers; 1 to {} are taken", Encounter::MAX_FINGERS));
    }
    if blob > Encounter::MAX_BLOB {
        return Some(format!("its blob has {blob} bytes; at most {} are taken", Encounter::MAX_BLOB));
    }
    let unnamed = |f: &Finger| matches!(f, Finger::Missing { position: FingerPosition::Unknown, .. });
    encounter
        .fingers
        .iter()
        .position(unnamed)
        .map(|i| format!("finger number {i} is missing, but not told which one it is: give its position"))
}

/// The bytes of an encounter that [`refuse`] has nothing against.
pub(super) fn encode(encounter: &Encounter) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER + 400 * encounter.fingers.len() + encounter.blob.len());
    out.extend_from_slice(&encounter.subject.0.to_le_bytes());
    out.extend_from_slice(&encounter.id.0.to_le_bytes());
    out.extend_from_slice(&encounter.captured_at.to_le_bytes());
    out.extend_from_slice(&encounter.station.to_le_bytes());
    out.extend_from_slice(&encounter.operator.to_le_bytes());
    out.extend_from_slice(&encounter.tags.to_le_bytes());
    out.extend_from_slice(&[encounter.fingers.len() as u8, 0]);
    out.extend_from_slice(&(encounter.blob.len() as u32).to_le_bytes());
    for finger in &encounter.fingers {
        match finger {
            Finger::Captured(template) => {
                let bytes = template.to_bytes();
                out.extend_from_slice(&[0, template.position().code()]);
                out.extend_from_slice(&(bytes.len() as u16).to_le_bytes());
                out.extend_from_slice(&bytes);
            }
            Finger::Missing { position, exception } => {
                out.extend_from_slice(&[*exception as u8, position.code(), 0, 0]);
            }
        }
    }
    out.extend_from_slice(&encounter.blob);
    out
}

/// An encounter from its bytes, or where and why they are none.
pub(super) fn decode(bytes: &[u8]) -> Result<Encounter, (usize, String)> {
    if bytes.len() < HEADER {
        return Err((0, format!("an encounter has at least {HEADER} bytes, this one has {}", bytes.len())));
    }
    if bytes[43] != 0 {
        return Err((43, format!("a reserved byte is {}, not 0", bytes[43])));
    }
    let mut fingers = Vec::with_capacity(usize::from(bytes[42]));
    let mut offset = HEADER;
    for _ in 0..bytes[42] {
        let Some([code, position, low, high]) = array::<SLOT>(bytes, offset) else {
            return Err((offset, "a finger reaches beyond the encounter's end".into()));
        };
        let start = offset + SLOT;
        let end = start + usize::from(u16::from_le_bytes([low, high]));
        let position = FingerPosition::from_code(position)
            .ok_or_else(|| (offset + 1, format!("finger position {position}; 0 to 10 are taken")))?;
        let template = bytes.get(start..end).ok_or((offset, "a finger reaches beyond the encounter's end".into()))?;
        fingers.push(match (code, Exception::from_code(code)) {
            (0, _) => {
                let template = Template::from_bytes(template).map_err(|e| (start, e.to_string()))?;
                if template.position() != position {
                    return Err((offset + 1, "the finger's position is not its template's".into()));
                }
                Finger::Captured(template)
            }
            (_, Some(exception)) if end == start => Finger::Missing { position, exception },
            _ => return Err((offset, format!("finger kind {code}; 0 to 3 are taken, and no bytes after 1 to 3"))),
        });
        offset = end;
    }
    let blob = bytes.get(offset..).unwrap_or_default();
    if blob.len() as u64 != u64::from(get::<u32>(bytes, 44)) {
        return Err((44, format!("the blob has {} bytes, {} were told", blob.len(), get::<u32>(bytes, 44))));
    }
    let encounter = Encounter {
        subject: SubjectId(get(bytes, 0)),
        id: EncounterId(get(bytes, 8)),
        captured_at: get(bytes, 24),
        station: get(bytes, 32),
        operator: get(bytes, 36),
        tags: get(bytes, 40),
        blob: blob.into(),
        fingers,
    };
    match refuse(&encounter) {
        Some(why) => Err((0, why)),
        None => Ok(encounter),
    }
}

/// What a finger's row in a segment says of its template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Captured {
    pub position: u8,
    pub quality: u8,
    pub extractor: u16,
}

/// The captured fingers of an encounter's bytes, in order, read from where they lie.
pub(super) fn captured(bytes: &[u8]) -> Vec<Captured> {
    let mut found = Vec::new();
    let mut offset = HEADER;
    for _ in 0..get::<u8>(bytes, 42) {
        let Some([code, position, low, high]) = array::<SLOT>(bytes, offset) else { break };
        if code == 0 {
            // Where `template/FORMAT.md` has the quality and the extractor.
            let (quality, extractor) = (get(bytes, offset + SLOT + 12), get(bytes, offset + SLOT + 10));
            found.push(Captured { position, quality, extractor });
        }
        offset += SLOT + usize::from(u16::from_le_bytes([low, high]));
    }
    found
}

/// The subject, the id and the tags of an encounter's bytes.
pub(super) fn key(content: &[u8]) -> (SubjectId, EncounterId, u16) {
    (SubjectId(get(content, 0)), EncounterId(get(content, 8)), get(content, 40))
}

/// The header's length: content is never shorter.
pub(super) const MIN: usize = HEADER;
