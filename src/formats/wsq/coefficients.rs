//! Quantised coefficients ⇄ symbols and extra bits (clause 4.1, table "Huffman table input symbols").
//!
//! | symbol | meaning |
//! |---|---|
//! | 1–100 | so many zeros |
//! | 101, 102 | a coefficient above 74, below −73: its size in 8 bits |
//! | 103, 104 | the same in 16 bits |
//! | 105, 106 | a run of zeros: its length in 8, in 16 bits |
//! | 107–254 | a coefficient from −73 to 74, plus 180 |

use super::bits::BitReader;
use super::huffman::Table;
use super::quantize::Bin;
use super::subbands::{Plane, Region};
use crate::formats::FormatError;
use crate::formats::reader::Reader;

const ZERO: i32 = 180;
const LONGEST_SHORT_RUN: usize = 100;

/// A symbol and its extra bits: value and count.
pub type Symbol = (u8, u32, u32);

enum Piece {
    Zeros(usize),
    Value(i32),
}

/// Reads one block into the bands that are transmitted, and leaves `reader` at the marker behind it.
pub fn decode_block(
    reader: &mut Reader,
    table: &Table,
    bands: &[Region],
    bins: &[Bin],
    plane: &mut Plane,
) -> Result<(), FormatError> {
    let data = reader.clone().rest();
    let mut bits = BitReader::new(data);
    let mut zeros = 0;
    for (band, bin) in bands.iter().zip(bins).filter(|(_, bin)| bin.is_sent()) {
        for y in 0..band.height {
            for sample in plane.row_mut(band, y) {
                if zeros == 0 {
                    match piece(table, &mut bits) {
                        Some(Piece::Zeros(run)) => zeros = run,
                        Some(Piece::Value(value)) => {
                            *sample = bin.restore(value);
                            continue;
                        }
                        None => {
                            reader.take("entropy-coded data", bits.used())?;
                            let allowed = "a code of the block's Huffman table for every coefficient";
                            return Err(reader.wrong("entropy-coded data", 0, "no code, or the end", allowed));
                        }
                    }
                }
                zeros -= 1;
            }
        }
    }
    reader.take("entropy-coded data", bits.used())?;
    Ok(())
}

fn piece(table: &Table, bits: &mut BitReader) -> Option<Piece> {
    let size = |count, bits: &mut BitReader| bits.bits(count).map(|v| v as i32);
    Some(match table.read(bits)? {
        symbol @ 1..=100 => Piece::Zeros(symbol.into()),
        101 => Piece::Value(size(8, bits)?),
        102 => Piece::Value(-size(8, bits)?),
        103 => Piece::Value(size(16, bits)?),
        104 => Piece::Value(-size(16, bits)?),
        // A run of no zeros would never end.
        105 => Piece::Zeros(bits.bits(8).filter(|&run| run > 0)? as usize),
        106 => Piece::Zeros(bits.bits(16).filter(|&run| run > 0)? as usize),
        symbol @ 107..=254 => Piece::Value(i32::from(symbol) - ZERO),
        _ => return None,
    })
}

/// The symbols of one block.
pub fn symbols(plane: &Plane, bands: &[Region], bins: &[Bin]) -> Vec<Symbol> {
    let mut out = Vec::new();
    let mut zeros = 0;
    for (band, bin) in bands.iter().zip(bins).filter(|(_, bin)| bin.is_sent()) {
        for y in 0..band.height {
            for &sample in plane.row(band, y) {
                match bin.quantize(sample) {
                    0 => zeros += 1,
                    value => {
                        put_zeros(&mut out, zeros);
                        zeros = 0;
                        out.push(of_value(value));
                    }
                }
            }
        }
    }
    put_zeros(&mut out, zeros);
    out
}

fn put_zeros(out: &mut Vec<Symbol>, mut zeros: usize) {
    while zeros > 0 {
        let run = zeros.min(0xffff);
        out.push(match run {
            1..=LONGEST_SHORT_RUN => (run as u8, 0, 0),
            ..=0xff => (105, run as u32, 8),
            _ => (106, run as u32, 16),
        });
        zeros -= run;
    }
}

fn of_value(value: i32) -> Symbol {
    let size = value.unsigned_abs();
    match (value, size) {
        (-73..=74, _) => ((value + ZERO) as u8, 0, 0),
        (75.., ..=0xff) => (101, size, 8),
        (75.., _) => (103, size, 16),
        (_, ..=0xff) => (102, size, 8),
        _ => (104, size, 16),
    }
}
