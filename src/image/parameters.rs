//! Every number of this stage, and where it comes from.

/// Resolutions taken, pixels per inch: below 250 a ridge period (about 0.5 mm) has fewer than 5 pixels; scanners end at 2000.
pub const MIN_PPI: f64 = 250.0;
/// See [`MIN_PPI`].
pub const MAX_PPI: f64 = 2000.0;

/// The longest side of an input, pixels: [`MAX_STANDARD_SIDE`] at [`MAX_PPI`].
pub const MAX_SIDE: usize = 8000;

/// The shortest side at 500 ppi, pixels: 64 px are 3.3 mm, about seven ridges; less holds no minutiae to speak of.
pub const MIN_STANDARD_SIDE: usize = 64;
/// The longest side at 500 ppi, pixels: 2000 px are 102 mm, more than four fingers in a row.
pub const MAX_STANDARD_SIDE: usize = 2000;

/// What decoding may take at most, bytes, so that a small file cannot ask for gigabytes: 8000 × 8000 px of colour with
/// alpha at 8 bits, and a little.
pub const MAX_DECODED_BYTES: u64 = 256 << 20;

/// Two resolutions along the two axes are one if they differ by less than this part: tags round to whole pixels per
/// metre, centimetre or inch.
pub const SQUARE_TOLERANCE: f64 = 0.01;

/// Blank: the grey levels below which the darkest and the lightest [`BLANK_TAIL`] of the pixels lie are closer than
/// this. Of 640 images of FVC2002 and FVC2004 (set B), 516 of FCJ2020 and 300 of NIST SD 4 the faintest has 99; a blank
/// frame with sensor noise of 4 grey levels (standard deviation) has 19.
pub const BLANK_CONTRAST: u8 = 24;
/// See [`BLANK_CONTRAST`]: a hundredth.
pub const BLANK_TAIL: usize = 100;

/// Bits behind the point of the resampling weights.
pub const WEIGHT_BITS: u32 = 14;
/// Bits behind the point between the two passes of resampling: with the overshoot of the kernel (a quarter) a pixel
/// still fits an `i16`.
pub const BETWEEN_BITS: u32 = 6;
