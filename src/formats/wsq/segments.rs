//! Markers and the segments between them (clause 4.3 and annex B).
//!
//! ```text
//! ffa0 start of image · ffa8 comment · ffa4 filters · ffa5 quantisation · ffa2 frame · ffa6 Huffman tables
//! ffa3 block, entropy-coded data (three times) · ffa1 end of image
//! ```

use super::bits::BitWriter;
use super::coefficients::Symbol;
use super::huffman::{MAX_LENGTH, Table};
use super::quantize::{Bin, CENTRE};
use crate::formats::FormatError;
use crate::formats::reader::Reader;
use crate::image::parameters::MAX_SIDE;

const START: u16 = 0xffa0;
const END: u16 = 0xffa1;
const FRAME: u16 = 0xffa2;
const BLOCK: u16 = 0xffa3;
const FILTERS: u16 = 0xffa4;
const QUANTIZATION: u16 = 0xffa5;
const HUFFMAN: u16 = 0xffa6;
const RESTART: u16 = 0xffa7;
const COMMENT: u16 = 0xffa8;

/// A file may hold so many pixels a byte: a blank image of the largest side takes about a thousand bytes.
const MAX_PIXELS_PER_BYTE: usize = 4096;
/// The longest filter that is read.
const MAX_TAPS: usize = 31;
/// The largest power of ten that a number may be divided by.
const MAX_SCALE: u8 = 20;

/// What the frame header tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Header {
    pub width: usize,
    pub height: usize,
    /// Added to each pixel on the way out (M).
    pub shift: f32,
    /// Each pixel is multiplied by it on the way out (R).
    pub scale: f32,
}

/// The analysis filters: the middle tap, where the length is odd, and those right of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Filters {
    pub low: Vec<f64>,
    pub high: Vec<f64>,
    /// Whether both lengths are even; else both are odd.
    pub is_even: bool,
}

impl Filters {
    /// The pair of 9 and 7 taps of A. Cohen, I. Daubechies and J.-C. Feauveau that certified encoders use (table 1).
    pub fn standard() -> Self {
        let low = [
            0.852_698_679_009_40,
            0.377_402_855_612_65,
            -0.110_624_404_418_42,
            -0.023_849_465_019_38,
            0.037_828_455_507_00,
        ];
        let high = [0.788_485_616_405_66, -0.418_092_273_222_21, -0.040_689_417_609_56, 0.064_538_882_628_94];
        Filters { low: low.into(), high: high.into(), is_even: false }
    }
}

/// The tables that were read so far.
#[derive(Debug, Default)]
pub struct Tables {
    filters: Option<Filters>,
    bins: Option<Vec<Bin>>,
    huffman: [Option<Table>; 8],
    pub ppi: Option<f64>,
}

impl Tables {
    pub fn filters(&self, reader: &Reader) -> Result<&Filters, FormatError> {
        self.filters.as_ref().ok_or_else(|| missing(reader, "transform table (DTT)"))
    }

    pub fn bins(&self, reader: &Reader) -> Result<&[Bin], FormatError> {
        self.bins.as_deref().ok_or_else(|| missing(reader, "quantization table (DQT)"))
    }

    pub fn huffman(&self, id: u8, reader: &Reader) -> Result<&Table, FormatError> {
        let table = self.huffman.get(usize::from(id)).and_then(Option::as_ref);
        table.ok_or_else(|| missing(reader, "Huffman table (DHT)"))
    }
}

fn missing(reader: &Reader, what: &'static str) -> FormatError {
    reader.wrong(what, 0, "missing", "one before the first block")
}

/// From the start of the image to its frame header; `size` is that of the whole file.
pub fn read_until_frame(reader: &mut Reader, tables: &mut Tables, size: usize) -> Result<Header, FormatError> {
    let marker = reader.u16("marker")?;
    if marker != START {
        return Err(reader.wrong("marker", 2, format!("{marker:04x}"), "ffa0, start of image,"));
    }
    let mut segment = read_tables(reader, tables, FRAME)?;
    let (_black, _white) = (segment.u8("black")?, segment.u8("white")?);
    let (height, width) = (usize::from(segment.u16("height")?), usize::from(segment.u16("width")?));
    let taken = 1..=MAX_SIDE;
    if !taken.contains(&width) || !taken.contains(&height) {
        return Err(segment.wrong("height and width", 4, format!("{height} and {width}"), "1 to 8000"));
    }
    if width * height / MAX_PIXELS_PER_BYTE > size {
        let value = format!("{height} and {width} in {size} bytes");
        return Err(segment.wrong("height and width", 4, value, "at most 4096 pixels a byte"));
    }
    let shift = scaled16(&mut segment, "shift (M)")? as f32;
    let scale = scaled16(&mut segment, "scale (R)")? as f32;
    Ok(Header { width, height, shift, scale })
}

/// To the entropy-coded data of the next block; which Huffman table it has.
pub fn read_until_block(reader: &mut Reader, tables: &mut Tables) -> Result<u8, FormatError> {
    read_tables(reader, tables, BLOCK)?.u8("Huffman table of the block")
}

/// What comes behind the last block: anything that may, and the end.
pub fn read_until_end(reader: &mut Reader, tables: &mut Tables) -> Result<(), FormatError> {
    read_tables(reader, tables, END).map(|_| ())
}

/// Reads tables and comments up to the segment of `wanted`, which it gives.
fn read_tables<'a>(reader: &mut Reader<'a>, tables: &mut Tables, wanted: u16) -> Result<Reader<'a>, FormatError> {
    loop {
        let marker = reader.u16("marker")?;
        if marker == END && wanted == END {
            return reader.part("end of image", 0);
        }
        if !(START..=COMMENT).contains(&marker) || marker == START || marker == END {
            return Err(reader.wrong("marker", 2, format!("{marker:04x}"), "a marker from ffa2 to ffa8"));
        }
        let length = usize::from(reader.u16("segment length")?);
        let Some(length) = length.checked_sub(2) else {
            return Err(reader.wrong("segment length", 2, length, "2 or more"));
        };
        let mut segment = reader.part("segment", length)?;
        match marker {
            FILTERS => tables.filters = Some(read_filters(&mut segment)?),
            QUANTIZATION => tables.bins = Some(read_bins(&mut segment)?),
            HUFFMAN => read_huffman(&mut segment, tables)?,
            COMMENT => tables.ppi = ppi_of_comment(segment.rest()).or(tables.ppi),
            RESTART => {
                let interval = segment.u16("restart interval")?;
                if interval != 0 {
                    return Err(segment.wrong("restart interval", 2, interval, "0 (no restarts)"));
                }
            }
            marker if marker == wanted => return Ok(segment),
            _ => return Err(reader.wrong("marker", 2, format!("{marker:04x}"), "one frame, then three blocks,")),
        }
    }
}

fn read_filters(segment: &mut Reader) -> Result<Filters, FormatError> {
    let (low, high) = (segment.u8("low-pass filter length")?, segment.u8("high-pass filter length")?);
    let taken = |length: u8| (1..=MAX_TAPS).contains(&usize::from(length));
    if !taken(low) || !taken(high) || low % 2 != high % 2 {
        let value = format!("{low} and {high}");
        return Err(segment.wrong("filter lengths", 2, value, "two odd or two even lengths from 1 to 31"));
    }
    let mut filter = |length: u8| (0..length.div_ceil(2)).map(|_| signed_tap(segment)).collect::<Result<Vec<f64>, _>>();
    Ok(Filters { low: filter(low)?, high: filter(high)?, is_even: low % 2 == 0 })
}

fn signed_tap(segment: &mut Reader) -> Result<f64, FormatError> {
    let sign = if segment.u8("sign of a filter tap")? == 0 { 1.0 } else { -1.0 };
    let scale = power_of_ten(segment, "scale of a filter tap")?;
    Ok(sign * f64::from(segment.u32("filter tap")?) / scale)
}

fn read_bins(segment: &mut Reader) -> Result<Vec<Bin>, FormatError> {
    let centre = scaled16(segment, "bin centre (C)")? as f32;
    let mut bin = || {
        let width = scaled16(segment, "bin width (Q)")? as f32;
        let zero = scaled16(segment, "zero bin width (Z)")? as f32;
        Ok(Bin { width, zero, centre })
    };
    (0..64).map(|_| bin()).collect()
}

fn read_huffman(segment: &mut Reader, tables: &mut Tables) -> Result<(), FormatError> {
    while segment.left() > 0 {
        let id = segment.u8("Huffman table id")?;
        let Some(slot) = tables.huffman.get_mut(usize::from(id)) else {
            return Err(segment.wrong("Huffman table id", 1, id, "0 to 7"));
        };
        let mut counts = [0; MAX_LENGTH];
        counts.copy_from_slice(segment.take("code counts", MAX_LENGTH)?);
        let total = counts.iter().map(|&c| usize::from(c)).sum();
        let symbols = segment.take("Huffman symbols", total)?.to_vec();
        let table = Table::new(counts, symbols);
        *slot = Some(
            table.ok_or_else(|| segment.wrong("code counts", total, total, "as many codes as fit their lengths"))?,
        );
    }
    Ok(())
}

/// `PPI n` of a comment that starts with `NIST_COM`, as NIST's and many other encoders write it.
fn ppi_of_comment(comment: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(comment).ok()?;
    text.starts_with("NIST_COM").then_some(())?;
    let value = text.lines().find_map(|line| line.strip_prefix("PPI "))?;
    value.trim().parse().ok().filter(|ppi: &f64| ppi.is_finite() && *ppi > 0.0)
}

fn power_of_ten(segment: &mut Reader, field: &'static str) -> Result<f64, FormatError> {
    let scale = segment.u8(field)?;
    if scale > MAX_SCALE {
        return Err(segment.wrong(field, 1, scale, "0 to 20"));
    }
    Ok((0..scale).fold(1.0, |v, _| v * 10.0))
}

fn scaled16(segment: &mut Reader, field: &'static str) -> Result<f64, FormatError> {
    let scale = power_of_ten(segment, field)?;
    Ok(f64::from(segment.u16(field)?) / scale)
}

/// A number as a segment holds it: `digits / 10^scale`.
#[derive(Debug, Clone, Copy)]
pub struct Scaled {
    digits: u16,
    scale: u8,
}

impl Scaled {
    /// What a reader makes of it.
    pub fn value(self) -> f32 {
        (f64::from(self.digits) / (0..self.scale).fold(1.0, |v, _| v * 10.0)) as f32
    }

    fn put(self, out: &mut Vec<u8>) {
        out.push(self.scale);
        out.extend(self.digits.to_be_bytes());
    }
}

/// `value` from 0 to 65,535 with as many digits as fit.
pub fn scaled(value: f64) -> Scaled {
    let (mut shifted, mut scale) = (value, 0);
    while shifted * 10.0 < 65535.0 && scale < 8 {
        shifted *= 10.0;
        scale += 1;
    }
    Scaled { digits: shifted.round() as u16, scale }
}

/// The whole file.
pub fn write(
    header: &Header,
    filters: &Filters,
    bins: &[Bin],
    blocks: &[Vec<Symbol>; 3],
    ppi: f64,
    rate: f64,
) -> Vec<u8> {
    let mut out = START.to_be_bytes().to_vec();
    let (width, height) = (header.width, header.height);
    let comment = format!(
        "NIST_COM 9\nPIX_WIDTH {width}\nPIX_HEIGHT {height}\nPIX_DEPTH 8\nPPI {ppi:.0}\nLOSSY 1\nCOLORSPACE GRAY\nCOMPRESSION WSQ\nWSQ_BITRATE {rate:.6}"
    );
    put_segment(&mut out, COMMENT, comment.as_bytes());
    put_segment(&mut out, FILTERS, &filters_body(filters));
    put_segment(&mut out, QUANTIZATION, &bins_body(bins));
    put_segment(&mut out, FRAME, &frame_body(header));
    // The second and the third block are alike and share a table.
    let [first, second, third] = blocks;
    let tables = [Table::best(&frequencies(&[first])), Table::best(&frequencies(&[second, third]))];
    for (id, table, symbols) in [(0, Some(&tables[0]), first), (1, Some(&tables[1]), second), (1, None, third)] {
        if let Some(table) = table {
            put_segment(&mut out, HUFFMAN, &[&[id][..], &table.counts, &table.symbols].concat());
        }
        put_segment(&mut out, BLOCK, &[id]);
        let codes = tables[usize::from(id)].codes();
        let mut bits = BitWriter::default();
        for &(symbol, extra, count) in symbols {
            let (code, length) = codes[usize::from(symbol)];
            bits.put(code, length);
            bits.put(extra, count);
        }
        out.extend(bits.finish());
    }
    out.extend(END.to_be_bytes());
    out
}

fn put_segment(out: &mut Vec<u8>, marker: u16, body: &[u8]) {
    out.extend(marker.to_be_bytes());
    // No body here is longer than a few hundred bytes.
    out.extend((body.len() as u16 + 2).to_be_bytes());
    out.extend(body);
}

fn filters_body(filters: &Filters) -> Vec<u8> {
    let length = |half: &[f64]| 2 * half.len() as u8 - u8::from(!filters.is_even);
    let mut body = vec![length(&filters.low), length(&filters.high)];
    for &tap in filters.low.iter().chain(&filters.high) {
        let (mut size, mut scale) = (tap.abs(), 0);
        while size * 10.0 < f64::from(u32::MAX) && scale < MAX_SCALE {
            size *= 10.0;
            scale += 1;
        }
        body.extend([u8::from(tap < 0.0), scale]);
        body.extend((size.round() as u32).to_be_bytes());
    }
    body
}

fn bins_body(bins: &[Bin]) -> Vec<u8> {
    let mut body = Vec::new();
    scaled(CENTRE.into()).put(&mut body);
    for bin in bins {
        scaled(bin.width.into()).put(&mut body);
        scaled(bin.zero.into()).put(&mut body);
    }
    body
}

fn frame_body(header: &Header) -> Vec<u8> {
    let mut body = vec![0, 255];
    body.extend((header.height as u16).to_be_bytes());
    body.extend((header.width as u16).to_be_bytes());
    scaled(header.shift.into()).put(&mut body);
    scaled(header.scale.into()).put(&mut body);
    // Encoder algorithm 2 (annex A), and no number of certified software.
    body.extend([2, 0, 0]);
    body
}

fn frequencies(blocks: &[&Vec<Symbol>]) -> [u32; 256] {
    let mut counts = [0; 256];
    for &(symbol, _, _) in blocks.iter().copied().flatten() {
        counts[usize::from(symbol)] += 1;
    }
    counts
}
