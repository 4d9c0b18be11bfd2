//! Every number of this stage that was chosen, with its unit and where it comes from.

/// Side of the window of the local mean and deviation, pixels; odd. Given by the weights, which were taught with it.
pub(super) const WINDOW: usize = 31;

/// Added to the local deviation, grey levels (0.05 of full scale), so that a blank ground stays quiet. Given by the weights.
pub(super) const DEVIATION_FLOOR: f64 = 0.05 * 255.0;

/// Steps of a normalised pixel in a deviation: 8 bits reach 4 deviations either way. Given by the weights.
pub(super) const STEPS: f64 = 32.0;

/// Sides of the image are padded to a multiple of this, pixels: the network's coarsest stride.
pub(super) const PADDING: usize = 8;

/// Rows of the image that go through all stages before the next do, a multiple of [`PADDING`]. Maps keep a power of two of
/// rows: with 48, the most that needs no more than 32 at a quarter of the sides and 16 at an eighth.
pub(super) const BAND: usize = 48;

/// Pixels from a cell of the network's maps to the next. Given by the architecture.
pub(super) const CELL: usize = 4;

/// Where in its cell, in cells, the zero of the offset maps lies. Given by the weights: the first pixel's centre is half a
/// pixel from the edge, and cell 0 is centred on pixels 0 to 3.
pub(super) const CELL_CENTRE: f64 = 0.375;

/// Places around a minutia that its descriptor sees: rings of a radius, pixels, and so many places, the first of each in the
/// minutia's direction. Given by the weights.
pub(super) const RINGS: [(u8, u8); 6] = [(0, 1), (16, 6), (32, 8), (48, 10), (64, 12), (84, 14)];

/// A minutia's quality is `logistic(FOUND_AGAIN_OFFSET + FOUND_AGAIN_SLOPE · heat)`, heat being the network's log-odds: the
/// chance that it is found again, fitted on 76,577 minutiae of mated impressions of the five FVC sets that the network was
/// taught with, by `training/quality.rs`. The network itself claims too little.
pub(super) const FOUND_AGAIN_OFFSET: f64 = 2.128;

/// See [`FOUND_AGAIN_OFFSET`].
pub(super) const FOUND_AGAIN_SLOPE: f64 = 2.644;

/// The least probability that the network gives a minutia: the working point that the weights were chosen at.
pub(super) const MIN_PROBABILITY: f64 = 0.25;

/// Of two minutiae closer than this only the better is kept, pixels: two thirds of a ridge period.
pub(super) const SUPPRESSION_RADIUS: f64 = 6.0;

/// The most minutiae of one finger; whole rolled fingers have up to 150.
pub(super) const MAX_DETECTIONS: usize = 200;

/// Minutiae to be found again (sum of qualities) in a good impression: the upper quartile of the five FVC sets that the
/// network was taught with, their mean.
pub(super) const GOOD_MINUTIAE: f64 = 45.0;

/// Foreground of a good impression, mm²: likewise.
pub(super) const GOOD_FOREGROUND_MM2: f64 = 218.0;

/// Mean lengths of a block's orientation vectors above which its ridges are surer: two thirds, and wholly. By hand.
pub(super) const SURENESS: [f64; 2] = [1.0 / 3.0, 2.0 / 3.0];

/// The period of a block's ridges, from the image. Pixels. By hand.
pub(super) mod period {
    use std::ops::RangeInclusive;

    /// Length of the window across the ridges.
    pub const LENGTH: usize = 64;
    /// Samples along the ridges …
    pub const ALONG: usize = 11;
    /// … and from one to the next.
    pub const ALONG_STEP: usize = 2;
    /// The mean of so many pixels either way is taken off.
    pub const FLAT: usize = 10;
    /// Periods that are looked for.
    pub const LAGS: RangeInclusive<usize> = 4..=24;
    /// The autocorrelation from which it has a peak …
    pub const LEAST_REPEATED: f64 = 0.15;
    /// … and from which the first peak is believed.
    pub const REPEATED: f64 = 0.3;
}
