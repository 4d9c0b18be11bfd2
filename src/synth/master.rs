//! A master finger: all that is the same in every impression of it.

use super::dislocation::{MasterMinutia, minutiae};
use super::grid::{CANVAS_HEIGHT, CANVAS_WIDTH, Grid};
use super::growth::grow;
use super::orientation::{Orientation, orientation};
use super::parameters as p;
use super::pattern::{Pattern, Singularities};
use super::period::period;
use super::person::Person;
use super::random::Stream;
use super::skin::{Skin, Texel};
use super::stature::Sex;
use crate::template::FingerPosition;

/// A made-up finger: its ridges from nail to nail, its minutiae, pores and creases.
#[derive(Debug, Clone)]
pub struct Master {
    /// What its own streams are named by.
    pub(super) key: [u64; 3],
    position: FingerPosition,
    pattern: Pattern,
    sex: Sex,
    singularities: Singularities,
    minutiae: Vec<MasterMinutia>,
    pub(super) orientation: Orientation,
    pub(super) period: Grid<f32>,
    pub(super) skin: Skin,
}

impl Master {
    /// The finger at `position` of the first person of the population `seed`.
    pub fn new(seed: u64, position: FingerPosition) -> Self {
        Person::new(seed, 0).finger(position)
    }

    pub(super) fn grow(key: [u64; 3], position: FingerPosition, pattern: Pattern, person: &Person) -> Self {
        let stream = |label| Stream::new(label, &key);
        let singularities = pattern.singularities(&mut stream("singularities"));
        let orientation = orientation(&mut stream("orientation"), pattern, &singularities);
        let mean = person.period() * stream("finger period").normal(1.0, p::FINGER_PERIOD);
        let period = period(&mut stream("period"), &orientation, mean as f32);
        let growth = grow(&mut stream("growth"), &orientation, &period);
        let minutiae = minutiae(&growth);
        let skin = Skin::new(&mut stream("skin"), &growth);
        Master { key, position, pattern, sex: person.sex(), singularities, minutiae, orientation, period, skin }
    }

    /// Which finger it is.
    pub fn position(&self) -> FingerPosition {
        self.position
    }

    /// Its class.
    pub fn pattern(&self) -> Pattern {
        self.pattern
    }

    /// Its size at an age in years, relative to the adult's ([`Sex::finger_scale`]).
    pub fn scale(&self, age: f32) -> f32 {
        self.sex.finger_scale(age)
    }

    /// Its cores and deltas, on its canvas.
    pub fn singularities(&self) -> &Singularities {
        &self.singularities
    }

    /// Its minutiae, on its canvas, from nail to nail: some 100 to 200.
    pub fn minutiae(&self) -> &[MasterMinutia] {
        &self.minutiae
    }

    /// Its ridges on the canvas, row by row, 500 ppi: +127 on a ridge's crest, −127 in a valley, 0 beyond the skin.
    pub fn ridges(&self) -> Vec<i8> {
        self.skin.texels.iter().map(|t: &Texel| t[0]).collect()
    }

    /// Columns and rows of the canvas.
    pub fn size(&self) -> (usize, usize) {
        (CANVAS_WIDTH, CANVAS_HEIGHT)
    }
}
