//! Made-up fingers, so that the repository holds no real person's: people, their fingers, impressions of them on sensors
//! of several kinds, and the exact truth of every image.
//!
//! ```text
//! Person ──▶ Master ────────────────▶ Impression ──────────────▶ PNG + manifest
//! seed,      pattern → orientation    placement → distortion →   Population
//! number     → period → growth        contact → sensor; Truth
//!            → minutiae
//! ```
//!
//! Everything is drawn from named streams of ChaCha8 and computed in integers or in plain IEEE arithmetic with `libm`:
//! one seed gives the same bytes on every machine. What was taken from the literature is cited where it is used; how
//! lifelike the result is, `docs/synth.md` shows.

mod capture;
mod contact;
mod dislocation;
mod distortion;
mod error;
mod field;
mod grid;
mod growth;
mod impression;
mod kernels;
mod marks;
mod master;
mod orientation;
#[allow(missing_docs)]
mod parameters;
mod pattern;
mod period;
mod person;
mod placement;
mod population;
mod random;
mod sensor;
mod skin;
mod slap;
mod stature;
mod truth;
mod truth_files;

pub use capture::{Capture, Fault, Sensor};
pub use dislocation::MasterMinutia;
pub use error::SynthError;
pub use grid::{CANVAS_HEIGHT, CANVAS_WIDTH, STRIDE};
pub use impression::Impression;
pub use master::Master;
pub use pattern::{Pattern, Singularities};
pub use person::Person;
pub use population::Population;
pub use slap::{Slap, SlapFinger, SlapImpression};
pub use stature::Sex;
pub use truth::{TrueMinutia, Truth};
