use super::EvalError;
use crate::template::FingerPosition;
use std::collections::{BTreeMap, HashSet};

/// One impression of a finger, as a manifest tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The set it belongs to: one sensor, one collection.
    pub set: String,
    /// Whose finger.
    pub subject: String,
    /// Which of that subject's; unknown where a subject is one finger.
    pub position: FingerPosition,
    /// The first impression of a finger is the one with the lowest number.
    pub impression: u32,
}

/// What a pair of samples is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// Two impressions of one finger.
    Mated,
    /// Of two fingers.
    NonMated,
    /// Not certain enough to count as either.
    Neither,
}

/// Pairs of subjects that are one finger, although the manifest does not say so: they count as neither mated nor
/// non-mated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exclusions {
    pairs: HashSet<(String, String)>,
}

impl Exclusions {
    /// From texts `SUBJECT=SUBJECT`; every subject must be one of the samples'.
    ///
    /// # Errors
    /// Another text, a subject that no sample has.
    pub fn parse<T: AsRef<str>>(texts: &[T], samples: &[Sample]) -> Result<Self, EvalError> {
        let known: HashSet<&str> = samples.iter().map(|s| s.subject.as_str()).collect();
        let mut pairs = HashSet::new();
        for text in texts.iter().map(AsRef::as_ref) {
            let exclusion = || EvalError::Exclusion { text: text.to_owned() };
            let (a, b) = text.split_once('=').ok_or_else(exclusion)?;
            let (a, b) = (a.trim(), b.trim());
            if a.is_empty() || b.is_empty() || a == b {
                return Err(exclusion());
            }
            if let Some(subject) = [a, b].into_iter().find(|s| !known.contains(s)) {
                return Err(EvalError::UnknownSubject { subject: subject.to_owned() });
            }
            pairs.insert((a.to_owned(), b.to_owned()));
            pairs.insert((b.to_owned(), a.to_owned()));
        }
        Ok(Exclusions { pairs })
    }

    pub(super) fn relation(&self, a: &Sample, b: &Sample) -> Relation {
        if a.subject == b.subject {
            match (a.position == b.position, a.position.may_be(b.position)) {
                (true, _) => Relation::Mated,
                // A finger of unknown position may be any of its subject's.
                (false, true) => Relation::Neither,
                (false, false) => Relation::NonMated,
            }
        } else if !self.pairs.is_empty() && self.pairs.contains(&(a.subject.clone(), b.subject.clone())) {
            Relation::Neither
        } else {
            Relation::NonMated
        }
    }
}

/// Samples by finger: subject and position together, numbered in the order of their first sample.
pub(super) struct Fingers {
    /// The finger of each sample.
    pub(super) of_sample: Vec<usize>,
    /// The set of each finger's first sample, as a number.
    pub(super) set_of: Vec<usize>,
    /// The names of the sets, in the order of their first sample.
    pub(super) sets: Vec<String>,
    /// The set of each sample.
    pub(super) set_of_sample: Vec<usize>,
}

impl Fingers {
    pub(super) fn new(samples: &[Sample]) -> Self {
        let mut numbers: BTreeMap<(&str, &str, FingerPosition), usize> = BTreeMap::new();
        let mut fingers =
            Fingers { of_sample: Vec::new(), set_of: Vec::new(), sets: Vec::new(), set_of_sample: Vec::new() };
        for sample in samples {
            let set = fingers.sets.iter().position(|s| *s == sample.set).unwrap_or_else(|| {
                fingers.sets.push(sample.set.clone());
                fingers.sets.len() - 1
            });
            // One finger on two sensors is drawn as two: the bootstrap draws within a set.
            let finger = *numbers.entry((&sample.set, &sample.subject, sample.position)).or_insert_with(|| {
                fingers.set_of.push(set);
                fingers.set_of.len() - 1
            });
            fingers.of_sample.push(finger);
            fingers.set_of_sample.push(set);
        }
        fingers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(subject: &str, finger: u8) -> Sample {
        let position = FingerPosition::from_code(finger).unwrap_or_default();
        Sample { set: "s".into(), subject: subject.into(), position, impression: 1 }
    }

    #[test]
    fn one_subjects_fingers_are_mated_only_where_they_are_the_same() {
        let none = Exclusions::default();
        assert_eq!(none.relation(&sample("a", 0), &sample("a", 0)), Relation::Mated);
        assert_eq!(none.relation(&sample("a", 2), &sample("a", 2)), Relation::Mated);
        assert_eq!(none.relation(&sample("a", 2), &sample("a", 3)), Relation::NonMated);
        assert_eq!(none.relation(&sample("a", 2), &sample("a", 0)), Relation::Neither);
        assert_eq!(none.relation(&sample("a", 2), &sample("b", 2)), Relation::NonMated);
    }

    #[test]
    fn excluded_subjects_are_neither_mated_nor_non_mated_either_way_round() {
        let samples = [sample("a", 0), sample("b", 0), sample("c", 0)];
        let exclusions = Exclusions::parse(&["b=a"], &samples).expect("both are known");
        assert_eq!(exclusions.relation(&samples[0], &samples[1]), Relation::Neither);
        assert_eq!(exclusions.relation(&samples[1], &samples[0]), Relation::Neither);
        assert_eq!(exclusions.relation(&samples[0], &samples[2]), Relation::NonMated);
    }

    #[test]
    fn an_exclusion_that_names_nobody_is_refused() {
        let samples = [sample("a", 0), sample("b", 0)];
        assert_eq!(Exclusions::parse(&["a=x"], &samples), Err(EvalError::UnknownSubject { subject: "x".into() }));
        assert!(matches!(Exclusions::parse(&["a"], &samples), Err(EvalError::Exclusion { .. })));
        assert!(matches!(Exclusions::parse(&["a=a"], &samples), Err(EvalError::Exclusion { .. })));
    }
}
