//! Lists of images: JSON Lines, one image a line.

mod error;

pub use error::ManifestError;
