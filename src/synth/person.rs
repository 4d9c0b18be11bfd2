//! A person: ten fingers that have something in common.

use super::master::Master;
use super::parameters as p;
use super::pattern::Pattern;
use super::random::Stream;
use super::stature::Sex;
use crate::template::FingerPosition;

/// A made-up person: the same seed and number are the same person, everywhere and for ever.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Person {
    seed: u64,
    number: u64,
    /// Mean ridge period of the adult, pixels at 500 ppi.
    period: f64,
    /// Factor on the odds of whorls.
    whorls: f64,
    sex: Sex,
}

impl Person {
    /// Person `number` of the population `seed`.
    pub fn new(seed: u64, number: u64) -> Self {
        let mut stream = Stream::new("person", &[seed, number]);
        let (mean, deviation, low, high) = p::PERIOD;
        Person {
            seed,
            number,
            period: stream.normal_within(mean, deviation, low, high),
            whorls: libm::exp2(stream.normal(0.0, p::WHORL_TENDENCY)),
            sex: if stream.chance(0.5) { Sex::Female } else { Sex::Male },
        }
    }

    /// The number in the population.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The sex, which decides how the fingers grow from an age to the next.
    pub fn sex(&self) -> Sex {
        self.sex
    }

    /// The class of one finger: at its natural share for this position, and alike on both hands more often than chance.
    pub fn pattern(&self, position: FingerPosition) -> Pattern {
        let own = |position: FingerPosition| {
            let mut stream = self.stream("pattern", position);
            let alike = stream.chance(p::HAND_CORRELATION);
            (stream, alike)
        };
        let (mut stream, alike) = own(position);
        if let (code @ 6..=10, true) = (position.code(), alike) {
            // The chance that decided the right finger decides this one too, at the shares of its own hand.
            stream = own(FingerPosition::ALL[usize::from(code) - 6]).0;
        }
        Pattern::draw(&mut stream, position, self.whorls)
    }

    /// One finger, grown: about a tenth of a second.
    pub fn finger(&self, position: FingerPosition) -> Master {
        self.finger_of(position, self.pattern(position))
    }

    /// One finger of a class of the caller's choice.
    pub fn finger_of(&self, position: FingerPosition, pattern: Pattern) -> Master {
        let key = [self.seed, self.number, u64::from(position.code())];
        Master::grow(key, position, pattern, self)
    }

    /// Mean ridge period of the adult, pixels at 500 ppi.
    pub(super) fn period(&self) -> f64 {
        self.period
    }

    fn stream(&self, label: &str, position: FingerPosition) -> Stream {
        Stream::new(label, &[self.seed, self.number, u64::from(position.code())])
    }
}
