//! Evidence → one figure, the larger the surer; `decision` turns it into decibels.

use super::Evidence;

/// The raw score: by hand, for now. Pairs foretold by the others, as a share of what the overlap holds.
#[inline(always)]
pub(crate) fn raw(e: &Evidence) -> f64 {
    let overlap = e.overlap[0] + e.overlap[1];
    if overlap <= 0.0 {
        return 0.0;
    }
    f64::from(e.foretold * (2.0 * e.fitted / overlap))
}

/// Decibels by hand, for now: 10, 20, 30 and 40 dB stood at 1.2, 1.9, 2.6 and 3.3 among the FVC sets' impostors.
pub(crate) fn decibels(raw: f64) -> f64 {
    if raw < 1.2 { raw * (10.0 / 1.2) } else { 10.0 + (raw - 1.2) * 14.3 }
}
