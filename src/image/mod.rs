//! File bytes or a raw 8-bit buffer, with ppi → [`GrayImage`]; resampling to 500 ppi.

mod blank;
mod decode;
mod encode;
mod error;
mod gray;
mod jpeg;
mod luma;
pub(crate) mod parameters;
mod resample;
mod tag;
mod tiff;
mod turn;

pub use error::ImageError;
pub use gray::GrayImage;
pub(crate) use gray::check_sides;

/// The resolution that all templates have, pixels per inch.
pub const STANDARD_PPI: f64 = 500.0;
