//! Two templates go in, a score comes out.

use crate::argument::{Out, reference};
use crate::failure::{guard, vantay_status};
use crate::template::vantay_template;
use vantay_core::decision::{Score, threshold};
use vantay_core::matching::verify;

/// How sure it is that two templates are of one finger: `*score` becomes decibels of false-match rate, -10·log10(FMR). 0
/// says nothing, 40 is one false match in 10,000. The order of the two does not matter, and their positions are not
/// looked at.
///
/// Fails with VANTAY_STATUS_INCOMPATIBLE for templates of extractors that cannot be compared.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_verify(
    a: *const vantay_template,
    b: *const vantay_template,
    score: *mut f64,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (mut out, a, b) = unsafe { (Out::new(score, "score")?, reference(a, "a")?, reference(b, "b")?) };
        out.set(verify(&a.template, &b.template)?.db());
        Ok(())
    })
}

/// The score in decibels from which on `false_matches` non-mated pairs are expected among `comparisons`: 1,000,000
/// comparisons with 0.1 expected need 70 dB. For one verification, `comparisons` is 1 and `false_matches` the FMR.
#[unsafe(no_mangle)]
pub extern "C" fn vantay_threshold(comparisons: u64, false_matches: f64) -> f64 {
    threshold(comparisons, false_matches).db()
}

/// Whether a score of one comparison claims more than the impostors that the calibration saw can show (above 40 dB): it
/// follows the fitted tail, is still the best guess, and should be called extrapolated where it is printed.
#[unsafe(no_mangle)]
pub extern "C" fn vantay_is_extrapolated(score: f64) -> bool {
    Score::from_db(score).is_extrapolated()
}
