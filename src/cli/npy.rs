use super::exit::Failure;
use ndarray::Array2;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Writes a matrix as a NumPy file: format version 1.0, little-endian float64, row by row (NEP 1, Kern 2007).
pub fn write(path: &Path, matrix: &Array2<f64>) -> Result<(), Failure> {
    let write = || -> std::io::Result<()> {
        let mut out = BufWriter::new(File::create(path)?);
        out.write_all(&header(matrix.dim()))?;
        for value in matrix {
            out.write_all(&value.to_le_bytes())?;
        }
        out.flush()
    };
    write().map_err(Failure::io(path))
}

/// Magic, version, length and the dictionary, padded with spaces so that the data begin at a multiple of 64.
fn header((rows, columns): (usize, usize)) -> Vec<u8> {
    const PREFIX: usize = 10;
    let mut dictionary =
        format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({rows}, {columns}), }}").into_bytes();
    dictionary.resize((PREFIX + dictionary.len() + 1).next_multiple_of(64) - PREFIX - 1, b' ');
    dictionary.push(b'\n');
    let mut header = b"\x93NUMPY\x01\x00".to_vec();
    header.extend_from_slice(&(dictionary.len() as u16).to_le_bytes());
    header.extend_from_slice(&dictionary);
    header
}

#[cfg(test)]
mod tests {
    #[test]
    fn data_begin_at_a_multiple_of_64_and_the_length_is_told() {
        for shape in [(0, 0), (1, 1), (640, 640), (123_456_789, 123_456_789)] {
            let header = super::header(shape);
            assert_eq!(header.len() % 64, 0);
            assert_eq!(usize::from(u16::from_le_bytes([header[8], header[9]])), header.len() - 10);
            assert_eq!(header.last(), Some(&b'\n'));
        }
    }
}
