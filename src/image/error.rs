use super::parameters as p;
use crate::ErrorKind;
use std::path::PathBuf;
use thiserror::Error;

/// An image that cannot be used, and why.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ImageError {
    /// A raw buffer does not have the length that its width and height ask for.
    #[error("a raw image of {width} × {height} has {expected} bytes, this buffer has {actual}")]
    BufferLength {
        /// Columns.
        width: usize,
        /// Rows.
        height: usize,
        /// `width * height`.
        expected: usize,
        /// What was given.
        actual: usize,
    },
    /// A file could not be read.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file that holds no usable image, with its path.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<ImageError>,
    },
    /// Bytes of no image format that is read.
    #[error(
        "not an image that is read: it starts with {start:02x?}; PNG, BMP, TIFF, JPEG, PGM, WSQ and JPEG 2000 are read"
    )]
    UnknownFormat {
        /// The first bytes, at most eight.
        start: Vec<u8>,
    },
    /// A damaged file, or a variant of its format that is not read.
    #[error("a {format} image that cannot be decoded: {reason}")]
    Decode {
        /// The format's name.
        format: &'static str,
        /// What the decoder said.
        reason: String,
    },
    /// An image could not be written in a format.
    #[error("the image cannot be written as {format}: {reason}")]
    Encode {
        /// The format's name.
        format: &'static str,
        /// What the encoder said.
        reason: String,
    },
    /// An image whose sides are out of bounds before resampling.
    #[error("an image of {width} × {height} px; 1 to {} px a side are taken", p::MAX_SIDE)]
    Side {
        /// Columns.
        width: usize,
        /// Rows.
        height: usize,
    },
    /// Decoding would take more memory than is allowed.
    #[error(
        "a {format} image of {width} × {height} px takes {bytes} bytes to decode; {} are allowed: save it as 8-bit grey",
        p::MAX_DECODED_BYTES
    )]
    Memory {
        /// The format's name.
        format: &'static str,
        /// Columns.
        width: usize,
        /// Rows.
        height: usize,
        /// What it would take.
        bytes: u64,
    },
    /// Neither the caller nor the file tells the resolution.
    #[error("the resolution is not known: this {format} file tells none; give it (ppi), live scanners have mostly 500")]
    NoPpi {
        /// The format's name.
        format: &'static str,
    },
    /// The file tells one resolution along x and another along y.
    #[error(
        "this {format} file tells {x:.1} ppi across and {y:.1} ppi down; only square pixels are taken: give the ppi if the tag is wrong, else resample"
    )]
    NotSquare {
        /// The format's name.
        format: &'static str,
        /// Pixels per inch across.
        x: f64,
        /// Pixels per inch down.
        y: f64,
    },
    /// A resolution outside what is taken.
    #[error(
        "a resolution of {ppi} ppi; {} to {} are taken: give the ppi if the file's tag is wrong",
        p::MIN_PPI,
        p::MAX_PPI
    )]
    Ppi {
        /// Pixels per inch.
        ppi: f64,
    },
    /// Too small at 500 ppi.
    #[error(
        "too small: {width} × {height} px at {ppi} ppi are {standard_width} × {standard_height} px at 500 ppi; {} a side are needed",
        p::MIN_STANDARD_SIDE
    )]
    TooSmall {
        /// Columns.
        width: usize,
        /// Rows.
        height: usize,
        /// Pixels per inch.
        ppi: f64,
        /// Columns at 500 ppi.
        standard_width: usize,
        /// Rows at 500 ppi.
        standard_height: usize,
    },
    /// Too large at 500 ppi.
    #[error(
        "too large: {width} × {height} px at {ppi} ppi are {standard_width} × {standard_height} px at 500 ppi; {} a side are taken: cut out one finger",
        p::MAX_STANDARD_SIDE
    )]
    TooLarge {
        /// Columns.
        width: usize,
        /// Rows.
        height: usize,
        /// Pixels per inch.
        ppi: f64,
        /// Columns at 500 ppi.
        standard_width: usize,
        /// Rows at 500 ppi.
        standard_height: usize,
    },
    /// Nothing on it.
    #[error(
        "blank: all but the darkest and the lightest hundredth of the pixels lie within {contrast} grey levels; a finger has {} or more: capture it again",
        p::BLANK_CONTRAST
    )]
    Blank {
        /// Grey levels.
        contrast: u8,
    },
}

impl ImageError {
    /// The kind of this error.
    pub fn kind(&self) -> ErrorKind {
        match self {
            ImageError::Io { .. } => ErrorKind::Io,
            ImageError::File { source, .. } => source.kind(),
            _ => ErrorKind::Image,
        }
    }
}
