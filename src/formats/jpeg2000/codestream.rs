//! What the headers of a codestream ask for, told before the decoder makes room (ISO/IEC 15444-1, annexes A and B).
//!
//! The decoder holds the samples of all components, every tile's parameters, and of the tile that it is at every precinct
//! and code-block. A few bytes can ask for millions of each, so they are counted first.

use super::{NAME, failed};
use crate::formats::FormatError;
use crate::formats::reader::Reader;
use crate::image::parameters::MAX_DECODED_BYTES;
use crate::image::{ImageError, check_sides};

/// A file may hold so many pixels a byte: a blank image of the largest side takes far more than it would then need.
const MAX_PIXELS_PER_BYTE: u64 = 4096;
/// Tiles at most: their numbers have 16 bits, of which the largest is not taken (A.4.2).
const MAX_TILES: u64 = 65_535;
/// Red, green, blue and alpha.
const MAX_COMPONENTS: u16 = 4;
/// Bytes that the decoder holds for each sample: the coefficient, its copies between levels, its code-block's.
const BYTES_PER_SAMPLE: u64 = 16;
/// For the parameters of each component of each tile.
const BYTES_PER_TILE: u64 = 640;
/// For each precinct of a sub-band.
const BYTES_PER_PRECINCT: u64 = 128;
/// For each code-block, and for each of its layers.
const BYTES_PER_BLOCK: [u64; 2] = [128, 24];

const SIZ: u16 = 0xff51;
const COD: u16 = 0xff52;
const COC: u16 = 0xff53;
const QCD: u16 = 0xff5c;
const QCC: u16 = 0xff5d;
const RGN: u16 = 0xff5e;
const SOT: u16 = 0xff90;
const SOD: u16 = 0xff93;
const EOC: u16 = 0xffd9;

/// What the SIZ segment tells (A.5.1).
struct Size {
    width: usize,
    height: usize,
    /// Sides of a tile, no larger than the image's.
    tile: [u64; 2],
    tiles: u64,
    components: u16,
}

/// The finest of all coding styles (A.6.1, A.6.2): exponents of two.
struct Style {
    levels: u32,
    layers: u64,
    /// Sides of code-blocks.
    block: [u32; 2],
    /// Sides of precincts, the lowest resolution first.
    precincts: Vec<[u32; 2]>,
}

/// Refuses a codestream that asks for more than its length or than anybody may.
///
/// # Errors
/// A damaged header; a side of 0 or above 8000 px, too many tiles, components, pixels or precincts, too much memory.
pub fn check(bytes: &[u8]) -> Result<(), FormatError> {
    let mut reader = Reader::new(NAME, bytes);
    let size = read_size(&mut reader)?;
    let Size { width, height, components, .. } = size;
    let (pixels, length) = ((width * height) as u64, bytes.len() as u64);
    if pixels / MAX_PIXELS_PER_BYTE > length {
        return Err(failed(format!(
            "{width} × {height} px in {length} bytes; at most {MAX_PIXELS_PER_BYTE} px a byte"
        )));
    }
    let style = finest_style(&mut reader)?;
    let [precincts, blocks] = style.count([width as u64, height as u64]);
    // Each precinct of each component has a packet, which takes a byte at least (B.10); three sub-bands share one.
    if precincts / 3 > length {
        return Err(failed(format!("{} precincts in {length} bytes; each takes one at least", precincts / 3)));
    }
    let [of_tile, blocks] = if size.tiles > 1 { style.count(size.tile) } else { [precincts, blocks] };
    let structure = of_tile * BYTES_PER_PRECINCT
        + blocks * (BYTES_PER_BLOCK[0] + style.layers * BYTES_PER_BLOCK[1])
        + size.tiles * BYTES_PER_TILE;
    let memory = (pixels * BYTES_PER_SAMPLE + structure) * u64::from(components);
    // Grey of the largest side must pass: the limit counts what the caller will hold, times what decoding adds.
    let most = (MAX_DECODED_BYTES * 4).min(length * MAX_PIXELS_PER_BYTE * BYTES_PER_SAMPLE * u64::from(MAX_COMPONENTS));
    if memory > most {
        return Err(ImageError::Memory { format: NAME, width, height, bytes: memory }.into());
    }
    Ok(())
}

fn read_size(fields: &mut Reader) -> Result<Size, FormatError> {
    fields.expect("SOC and SIZ", b"\xff\x4f\xff\x51", "FF4F FF51")?;
    let length = fields.u16("Lsiz")?;
    fields.u16("Rsiz")?;
    let mut corner = |name| Ok::<_, FormatError>([fields.u32(name)?, fields.u32(name)?].map(u64::from));
    let (end, start) = (corner("Xsiz or Ysiz")?, corner("XOsiz or YOsiz")?);
    let (tile, first) = (corner("XTsiz or YTsiz")?, corner("XTOsiz or YTOsiz")?);
    let [width, height] = [0, 1].map(|k: usize| end[k].saturating_sub(start[k]) as usize);
    check_sides(width, height)?;
    let [across, down] = [0, 1].map(|k: usize| end[k].saturating_sub(first[k]).div_ceil(tile[k].max(1)));
    if across * down > MAX_TILES {
        return Err(failed(format!("{across} × {down} tiles; at most {MAX_TILES} are allowed")));
    }
    let components = fields.u16("Csiz")?;
    if !(1..=MAX_COMPONENTS).contains(&components) {
        return Err(fields.wrong("Csiz", 2, components, "1 to 4 components"));
    }
    if length != 38 + 3 * components {
        return Err(fields.wrong("Lsiz", 36, length, "38 and 3 for each component"));
    }
    fields.take("Ssiz, XRsiz and YRsiz", usize::from(3 * components))?;
    let tile = [tile[0].min(width as u64), tile[1].min(height as u64)];
    Ok(Size { width, height, tile, tiles: across * down, components })
}

/// The finest of the styles in the main header and in those of all tile-parts.
fn finest_style(reader: &mut Reader) -> Result<Style, FormatError> {
    let mut finest = Style { levels: 0, layers: 1, block: [10; 2], precincts: vec![[15; 2]] };
    let mut tile_part = None;
    while reader.left() > 0 {
        let start = reader.offset();
        let marker = reader.u16("marker")?;
        match marker {
            // No parameters (A.1).
            0xff30..=0xff3f => continue,
            EOC if tile_part.is_none() => break,
            SOD if tile_part.is_some() => {
                // A length of 0: up to the end of the codestream (A.4.2).
                let Some(end) = tile_part.take().flatten() else { break };
                let length = usize::checked_sub(end, reader.offset());
                let length = length
                    .ok_or_else(|| reader.wrong("Psot", 0, "shorter than the tile-part's header", "its length"))?;
                reader.take("tile-part", length)?;
                continue;
            }
            SIZ | SOD | EOC => return Err(reader.wrong("marker", 2, format!("{marker:04x}"), "a marker in its place")),
            0xff40..=0xffff => {}
            other => return Err(reader.wrong("marker", 2, format!("{other:04x}"), "a marker, FF40 to FFFF,")),
        }
        let length = reader.u16("segment length")?;
        let field_length = usize::from(length).checked_sub(2);
        let field_length = field_length.ok_or_else(|| reader.wrong("segment length", 2, length, "2 or more"))?;
        let mut segment = reader.part("segment", field_length)?;
        match marker {
            COD => finest.refine(&mut segment, true)?,
            COC => {
                segment.u8("Ccoc")?;
                finest.refine(&mut segment, false)?;
            }
            SOT => {
                segment.u16("Isot")?;
                let length = segment.u32("Psot")? as usize;
                segment.u16("TPsot and TNsot")?;
                tile_part = Some((length > 0).then_some(start.saturating_add(length)));
            }
            QCD | QCC => {
                if marker == QCC {
                    segment.u8("Cqcc")?;
                }
                // One step size that the others derive from, one of two bytes for each sub-band, or one of one byte (A.6.4).
                let (style, left) = (segment.u8("Sqcd or Sqcc")? & 31, segment.left());
                if style == 1 && left != 2 || style == 2 && left % 2 != 0 {
                    return Err(segment.wrong("Lqcd or Lqcc", 0, left, "the length of its step sizes"));
                }
                segment.rest();
            }
            RGN => {
                segment.take("Crgn, Srgn and SPrgn", 3)?;
            }
            _ => {
                segment.rest();
            }
        }
        if segment.left() > 0 {
            let value = format!("longer than its fields by {}", segment.left());
            return Err(segment.wrong("segment length", 0, value, "the length of its fields"));
        }
    }
    Ok(finest)
}

impl Style {
    /// As fine as this and the style of a segment: its flags, the layers where they are told, its parameters.
    fn refine(&mut self, segment: &mut Reader, with_layers: bool) -> Result<(), FormatError> {
        let has_precincts = segment.u8("Scod or Scoc")? & 1 != 0;
        if with_layers {
            segment.u8("progression order")?;
            self.layers = self.layers.max(segment.u16("number of layers")?.into());
            segment.u8("multiple component transformation")?;
        }
        let levels = match segment.u8("number of decomposition levels")? {
            levels @ 0..=32 => levels,
            other => return Err(segment.wrong("number of decomposition levels", 1, other, "0 to 32")),
        };
        for side in &mut self.block {
            *side = (*side).min(u32::from(segment.u8("code-block side")?) + 2);
        }
        segment.take("code-block style and transformation", 2)?;
        // Where a style has more levels than another, the lower ones are as the lowest of the other, or as large as can be.
        let lacking = (usize::from(levels) + 1).saturating_sub(self.precincts.len());
        self.precincts.splice(0..0, std::iter::repeat_n([15; 2], lacking));
        self.levels = self.levels.max(levels.into());
        for resolution in 0..=usize::from(levels) {
            if !has_precincts {
                break;
            }
            let sides = segment.u8("precinct size")?;
            // Resolutions are counted from the highest, where styles have different numbers of levels.
            let at = self.precincts.len() - 1 - (usize::from(levels) - resolution);
            let finest = &mut self.precincts[at];
            *finest = [finest[0].min(u32::from(sides & 15)), finest[1].min(u32::from(sides >> 4))];
        }
        Ok(())
    }

    /// Precincts and code-blocks of all sub-bands of an area of these sides (B.6, B.7); where tiles or the image do not
    /// start at a precinct there are a few more.
    fn count(&self, sides: [u64; 2]) -> [u64; 2] {
        let mut counts = [0; 2];
        for (resolution, precinct) in self.precincts.iter().enumerate() {
            let below = self.levels - (resolution as u32).min(self.levels);
            let cells = |exponent: [u32; 2]| {
                let along = |k: usize| sides[k].div_ceil(1 << below).div_ceil(1 << exponent[k]).max(1);
                along(0) * along(1)
            };
            // The lowest resolution is one sub-band, the others are three of half the sides.
            let (bands, half) = if resolution == 0 { (1, 0) } else { (3, 1) };
            counts[0] += bands * cells(*precinct);
            counts[1] += bands * cells([0, 1].map(|k| (self.block[k] + half).min(precinct[k])));
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(marker: u16, fields: &[u8]) -> Vec<u8> {
        [&marker.to_be_bytes()[..], &(2 + fields.len() as u16).to_be_bytes(), fields].concat()
    }

    fn siz(side: u32, components: u16) -> Vec<u8> {
        let mut fields = vec![0; 2];
        for field in [side, side, 0, 0, side, side, 0, 0] {
            fields.extend(field.to_be_bytes());
        }
        fields.extend(components.to_be_bytes());
        fields.extend([7, 1, 1].repeat(components.into()));
        segment(SIZ, &fields)
    }

    /// Layers, exponents of the code-block's sides and of the precincts', the lowest resolution first.
    fn cod(layers: u8, block: u8, precincts: &[u8]) -> Vec<u8> {
        let head = [1, 0, 0, layers, 0, precincts.len() as u8 - 1, block - 2, block - 2, 0, 1];
        let precincts: Vec<u8> = precincts.iter().map(|p| p << 4 | p).collect();
        segment(COD, &[&head[..], &precincts].concat())
    }

    /// The whole codestream: main header, one tile-part with its own header, so many bytes of data.
    fn codestream(main: &[Vec<u8>], of_part: &[Vec<u8>], data: usize) -> Vec<u8> {
        let (main, of_part) = (main.concat(), of_part.concat());
        let length = (12 + of_part.len() + 2 + data) as u32;
        let sot = segment(SOT, &[&[0, 0][..], &length.to_be_bytes(), &[0, 1]].concat());
        [&[0xff, 0x4f][..], &main, &sot, &of_part, &[0xff, 0x93], &vec![0; data], &[0xff, 0xd9]].concat()
    }

    fn refusal(bytes: &[u8]) -> String {
        check(bytes).unwrap_err().to_string()
    }

    #[test]
    fn what_images_are_coded_with_passes() {
        let usual = [cod(1, 6, &[15]), cod(12, 5, &[15; 6]), cod(1, 6, &[7, 7, 8, 8, 8]), cod(5, 4, &[4, 5, 6, 7, 7])];
        for style in usual {
            check(&codestream(&[siz(1000, 3), style], &[], 60_000)).unwrap();
        }
        // Grey of the largest side, as small as it may be.
        check(&codestream(&[siz(8000, 1), cod(12, 5, &[15; 6])], &[], 16_000)).unwrap();
    }

    #[test]
    fn precincts_and_blocks_take_no_gigabytes() {
        let fine = cod(1, 6, &[0]);
        let e = refusal(&codestream(&[siz(2000, 1), fine.clone()], &[], 900));
        assert!(e.contains("precincts in 9"), "{e}");
        let e = refusal(&codestream(&[siz(2000, 1), cod(1, 6, &[15])], &[fine], 900));
        assert!(e.contains("precincts in 9"), "{e}");
        // As COC, and in the second of two tile-parts.
        let coc = segment(COC, &[0, 1, 0, 4, 4, 0, 1, 0x11]);
        let e = refusal(&codestream(&[siz(2000, 1), cod(1, 6, &[15]), coc.clone()], &[], 900));
        assert!(e.contains("precincts in 9"), "{e}");
        let first = codestream(&[siz(2000, 1), cod(1, 6, &[15])], &[], 900);
        let second = codestream(&[], &[coc], 0);
        let e = refusal(&[&first[..first.len() - 2], &second[2..]].concat());
        assert!(e.contains("precincts in"), "{e}");
        // Blocks of 4 × 4 with 32 layers: 900 bytes for 16 pixels of each component.
        let e = refusal(&codestream(&[siz(2000, 4), cod(32, 2, &[15])], &[], 900));
        assert!(e.contains("takes") && e.contains("bytes"), "{e}");
        let e = refusal(&codestream(&[siz(2000, 5), cod(1, 6, &[15])], &[], 900));
        assert!(e.contains("Csiz is 5; 1 to 4"), "{e}");
    }

    #[test]
    fn nothing_hides_behind_a_wrong_length() {
        // The decoder goes by the fields of these segments, not by their lengths: both must tell the same.
        let mut long = cod(1, 6, &[15]);
        long.extend([0; 4]);
        long[3] += 4;
        let e = refusal(&codestream(&[siz(100, 1), long], &[], 100));
        assert!(e.contains("longer than its fields by 4"), "{e}");
        let derived = segment(QCD, &[1, 0, 0, 0xff, 0x52]);
        let e = refusal(&codestream(&[siz(100, 1), cod(1, 6, &[15]), derived], &[], 100));
        assert!(e.contains("Lqcd"), "{e}");
        let e = refusal(&codestream(&[siz(100, 1), cod(1, 6, &[15])], &[vec![0xff, 0xd9]], 100));
        assert!(e.contains("ffd9"), "{e}");
        let mut short = codestream(&[siz(100, 1), cod(1, 6, &[15])], &[], 100);
        let at = short.windows(2).position(|w| w == [0xff, 0x90]).unwrap();
        short[at + 9] = 12;
        assert!(refusal(&short).contains("Psot is shorter"));
    }
}
