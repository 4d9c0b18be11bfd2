//! What the matcher needs of one finger, in one block of bytes; `FORMAT.md` beside this file tells it.

use super::MatchError;
use super::cylinder::{Code, Point, code};
use super::parameters::MAX_MINUTIAE;
use super::region::{SIDES, support};
use super::ridges::Ridges;
use super::turn;
use crate::simd::{Job, Level, Simd, run};
use crate::template::{Descriptor, ExtractorVersion, Minutia, RidgeMap, Template};

/// Version of the block: changes whenever blocks of two builds cannot be compared.
const VERSION: u16 = 4;
const MAGIC: [u8; 4] = *b"VTYP";
const HEADER: usize = 16;
const CODES_AT: usize = HEADER + 2 * SIDES;
const BYTES_PER_MINUTIA: usize = 16 + 3 * 2;
/// The bits of byte 10: with a map of ridges; with descriptors.
const MAP: u8 = 1;
const DESCRIPTORS: u8 = 2;

/// What the matcher needs of one finger, computed once: minutiae and their local structures, in one block of bytes that
/// a gallery stores and maps as it lies. 48 bytes and 22 a minutia, of which the best 96 are kept, rounded up to a multiple
/// of 8, where the template has a map of ridges 520 more, and where it has descriptors 16 a minutia.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    bytes: Vec<u8>,
}

/// A borrowed [`Prepared`]: a view of its bytes, checked once, read in place.
#[derive(Debug, Clone, Copy)]
pub struct PreparedRef<'a> {
    bytes: &'a [u8],
    count: usize,
    /// The map of ridges, where there is one.
    ridges: Option<&'a [u8; RidgeMap::BYTES]>,
    /// Word by word, where there are any.
    descriptors: &'a [u8],
}

impl Prepared {
    /// The matcher's version, which every block bears: blocks of another version are refused and must be prepared again.
    pub const VERSION: u16 = VERSION;

    /// Prepares a template.
    pub fn new(template: &Template) -> Self {
        let minutiae = &template.minutiae()[..template.minutiae().len().min(MAX_MINUTIAE)];
        let points = points(minutiae);
        let count = minutiae.len();
        let map = if template.ridges().is_some() { MAP } else { 0 };
        let described = template.descriptors().get(..count).filter(|descriptors| !descriptors.is_empty());
        let parts = map | if described.is_some() { DESCRIPTORS } else { 0 };
        let mut bytes = Vec::with_capacity(whole_length(count, parts));
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&template.extractor().0.to_le_bytes());
        bytes.extend_from_slice(&[count as u8, template.quality(), parts, 0, 0, 0, 0, 0]);
        for reach in support(points.iter().map(|p| (p.x, p.y))) {
            bytes.extend_from_slice(&reach.to_le_bytes());
        }
        let codes = run(Level::current(), Codes(&points));
        put_words(&codes, &mut bytes);
        for field in [|m: &Minutia| m.x, |m: &Minutia| m.y, pack] {
            minutiae.iter().for_each(|m| bytes.extend_from_slice(&field(m).to_le_bytes()));
        }
        bytes.resize(length(count), 0);
        if let Some(ridges) = template.ridges() {
            bytes.extend_from_slice(&ridges.to_bytes());
        }
        if let Some(descriptors) = described {
            let codes: Vec<_> = descriptors.iter().map(|descriptor| descriptor.0).collect();
            put_words(&codes, &mut bytes);
        }
        Prepared { bytes }
    }

    /// The block, its length a multiple of 8; it may lie at any address.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The block, given away.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// This finger as a view.
    pub fn view(&self) -> PreparedRef<'_> {
        PreparedRef::of(&self.bytes, usize::from(self.bytes[8]), self.bytes[10])
    }
}

/// Codes in columns of words.
fn put_words(codes: &[Code], bytes: &mut Vec<u8>) {
    for word in 0..2 {
        codes.iter().for_each(|code| bytes.extend_from_slice(&code[word].to_le_bytes()));
    }
}

/// Bytes of a block of so many minutiae, up to what byte 10 tells: a multiple of 8.
fn length(count: usize) -> usize {
    (CODES_AT + count * BYTES_PER_MINUTIA).next_multiple_of(8)
}

/// Bytes of a block of so many minutiae and these parts.
fn whole_length(count: usize, parts: u8) -> usize {
    let map = if parts & MAP == 0 { 0 } else { RidgeMap::BYTES };
    let descriptors = if parts & DESCRIPTORS == 0 { 0 } else { Descriptor::BYTES * count };
    length(count) + map + descriptors
}

/// Steps of a packed quality.
const QUALITIES: u16 = 31;

/// Direction (9 bits), kind (2) and quality (5) of a minutia in one number.
fn pack(m: &Minutia) -> u16 {
    let direction = m.direction.wrapping_add(1 << 6) & 0xff80;
    let quality = (u16::from(m.quality) * QUALITIES + 50) / 100;
    direction | (m.kind as u16) << 5 | quality
}

fn points(minutiae: &[Minutia]) -> Vec<Point> {
    let mut points = Vec::with_capacity(minutiae.len());
    for chunk in minutiae.chunks(8) {
        let turns = std::array::from_fn(|l| chunk.get(l).map_or(0.0, |m| turns(m.direction)));
        let (cos, sin) = run(Level::Scalar, CosSin(turns));
        points.extend(chunk.iter().enumerate().map(|(l, m)| Point {
            x: m.x_px(),
            y: -m.y_px(),
            direction: m.direction,
            cos: cos[l],
            sin: sin[l],
        }));
    }
    points
}

/// A direction as turns from -½ to ½.
pub(crate) fn turns(direction: u16) -> f32 {
    f32::from(direction as i16) / 65536.0
}

struct Codes<'a>(&'a [Point]);

impl Job for Codes<'_> {
    type Output = Vec<Code>;
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Self::Output {
        let mut codes = Vec::with_capacity(self.0.len());
        for m in 0..self.0.len() {
            codes.push(code(simd, self.0, m));
        }
        codes
    }
}

struct CosSin([f32; 8]);

impl Job for CosSin {
    type Output = ([f32; 8], [f32; 8]);
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Self::Output {
        turn::cos_sin(simd, &self.0)
    }
}

impl<'a> PreparedRef<'a> {
    /// A view of a block that has as many minutiae and is as long as they ask for.
    fn of(bytes: &'a [u8], count: usize, parts: u8) -> Self {
        let rest = &bytes[length(count)..];
        let map = rest.split_first_chunk().filter(|_| parts & MAP != 0);
        let (ridges, descriptors) = map.map_or((None, rest), |(map, rest)| (Some(map), rest));
        PreparedRef { bytes, count, ridges, descriptors }
    }

    /// Checks a block that a gallery has stored: cheap, and nothing in it is trusted.
    ///
    /// # Errors
    /// A block of another version of the matcher (to be prepared again from its template), or a damaged one.
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Self, MatchError> {
        let damaged = |what: String| Err(MatchError::Damaged(what));
        let Some(header) = bytes.first_chunk::<HEADER>() else {
            return damaged(format!("{} bytes, a block has at least {CODES_AT}", bytes.len()));
        };
        if header[..4] != MAGIC {
            return damaged(format!("it starts with {:02x?}, a block starts with \"VTYP\"", &header[..4]));
        }
        let found = u16::from_le_bytes([header[4], header[5]]);
        if found != VERSION {
            return Err(MatchError::PreparedVersion { found, supported: VERSION });
        }
        let count = usize::from(header[8]);
        if count > MAX_MINUTIAE {
            return damaged(format!("offset 8: {count} minutiae, {MAX_MINUTIAE} are taken"));
        }
        if header[9] > 100 {
            return damaged(format!("offset 9: a quality of {}, 0 to 100 are taken", header[9]));
        }
        let parts = header[10];
        if parts > (MAP | DESCRIPTORS) || (count == 0 && parts & DESCRIPTORS != 0) {
            return damaged(format!("offset 10: {parts}, 0 to 3 is taken, 0 or 1 without minutiae"));
        }
        if let Some(at) = (11..HEADER).find(|&at| header[at] != 0) {
            return damaged(format!("offset {at}: a reserved byte is {}, 0 is taken", header[at]));
        }
        let whole = whole_length(count, parts);
        if bytes.len() != whole {
            return damaged(format!("{} bytes, {count} minutiae and parts {parts} take {whole}", bytes.len()));
        }
        let finger = PreparedRef::of(bytes, count, parts);
        if let Some(i) = finger.kinds().position(|kind| kind > 2) {
            return damaged(format!("minutia {i} is of kind 3, 0 to 2 are taken"));
        }
        if let Some(at) = (CODES_AT + count * BYTES_PER_MINUTIA..length(count)).find(|&at| bytes[at] != 0) {
            return damaged(format!("offset {at}: a reserved byte is {}, 0 is taken", bytes[at]));
        }
        Ok(finger)
    }

    /// The block itself.
    pub fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// All that tells of minutiae and ridges: the block without its header.
    pub(crate) fn content(self) -> &'a [u8] {
        &self.bytes[HEADER..]
    }

    /// Which extractor made the template.
    pub fn extractor(self) -> ExtractorVersion {
        ExtractorVersion(u16::from_le_bytes([self.bytes[6], self.bytes[7]]))
    }

    /// Of the finger, 0 (nothing usable) to 100.
    pub fn quality(self) -> u8 {
        self.bytes[9]
    }

    /// Minutiae that take part, at most 96: the template's best, in its order.
    pub fn len(self) -> usize {
        self.count
    }

    /// Whether there is no minutia at all.
    pub fn is_empty(self) -> bool {
        self.count == 0
    }

    /// The map of its ridges.
    pub(crate) fn ridges(self) -> Option<Ridges<'a>> {
        self.ridges.map(Ridges::new)
    }

    /// How far the minutiae reach along each of [`super::region::NORMALS`], px.
    pub(crate) fn support(self) -> [i16; SIDES] {
        let mut reach = self.numbers(HEADER, SIDES);
        std::array::from_fn(|_| reach.next().unwrap_or(0) as i16)
    }

    /// One word of every code.
    pub(crate) fn code_word(self, word: usize) -> impl Iterator<Item = u64> + 'a {
        words(&self.bytes[CODES_AT..], word, self.count)
    }

    /// Whether its minutiae have descriptors.
    pub(crate) fn is_described(self) -> bool {
        !self.descriptors.is_empty()
    }

    /// One word of every descriptor; it must have some.
    pub(crate) fn descriptor_word(self, word: usize) -> impl Iterator<Item = u64> + 'a {
        words(self.descriptors, word, self.count)
    }

    /// From the left edge, eighths of a pixel.
    pub(crate) fn xs(self) -> impl Iterator<Item = u16> + 'a {
        self.numbers(CODES_AT + 16 * self.count, self.count)
    }

    /// From the top edge, eighths of a pixel.
    pub(crate) fn ys(self) -> impl Iterator<Item = u16> + 'a {
        self.numbers(CODES_AT + 18 * self.count, self.count)
    }

    /// Counter-clockwise, 65,536 to the turn, to the nearest 128.
    pub(crate) fn directions(self) -> impl Iterator<Item = u16> + 'a {
        self.packed().map(|packed| packed & 0xff80)
    }

    /// Kinds by their code.
    pub(crate) fn kinds(self) -> impl Iterator<Item = u8> + 'a {
        self.packed().map(|packed| (packed >> 5 & 3) as u8)
    }

    /// 0 to 1.
    pub(crate) fn qualities(self) -> impl Iterator<Item = f32> + 'a {
        self.packed().map(|packed| f32::from(packed & QUALITIES) * (1.0 / f32::from(QUALITIES)))
    }

    fn packed(self) -> impl Iterator<Item = u16> + 'a {
        self.numbers(CODES_AT + 20 * self.count, self.count)
    }

    fn numbers(self, start: usize, count: usize) -> impl Iterator<Item = u16> + 'a {
        self.bytes[start..start + 2 * count].as_chunks().0.iter().map(|&n| u16::from_le_bytes(n))
    }
}

/// One column of words.
fn words(bytes: &[u8], word: usize, count: usize) -> impl Iterator<Item = u64> + '_ {
    bytes[8 * word * count..8 * (word + 1) * count].as_chunks().0.iter().map(|&word| u64::from_le_bytes(word))
}

#[cfg(test)]
mod tests;
