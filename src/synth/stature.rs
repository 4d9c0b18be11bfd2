//! How fingers grow with the person.

use super::parameters as p;

/// Which growth chart a person follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Sex {
    Female,
    Male,
}

impl Sex {
    /// The size of a finger at an age in years, relative to the adult's: between 0.57 and 1, and 1 from 20 on. Fingers
    /// grow in all directions alike, and as stature does (Gottschlich, Hotz, Lorenz, Bernhardt, Hantschel and Munk,
    /// "Modeling the growth of fingerprints improves matching for adolescents", 2011); stature is the median of the charts
    /// for the United States (CDC, 2000), linear between even years. Below four years it is that of four.
    pub fn finger_scale(self, age: f32) -> f32 {
        let stature = match self {
            Sex::Female => p::STATURE_FEMALE,
            Sex::Male => p::STATURE_MALE,
        };
        let (ages, grown) = (p::STATURE_AGES, stature[stature.len() - 1]);
        // A comparison that fails for NaN too: such an age counts as an adult's.
        let older = ages.iter().position(|&a| age <= a);
        match older {
            None => 1.0,
            Some(0) => stature[0] / grown,
            Some(k) => {
                let t = (age - ages[k - 1]) / (ages[k] - ages[k - 1]);
                (stature[k - 1] + t * (stature[k] - stature[k - 1])) / grown
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingers_grow_until_twenty_and_keep_their_size_then() {
        for sex in [Sex::Female, Sex::Male] {
            let sizes: Vec<f32> = (0..=250).map(|tenth| sex.finger_scale(tenth as f32 * 0.1)).collect();
            assert!(sizes.windows(2).all(|p| p[0] <= p[1] && p[1] - p[0] < 0.01), "{sex:?}");
            assert_eq!([20.0, 25.0, 70.0, f32::NAN].map(|age| sex.finger_scale(age)), [1.0; 4]);
        }
    }

    #[test]
    fn from_fourteen_on_boys_fingers_grow_by_eight_per_cent_and_girls_by_two() {
        let grown = |sex: Sex| 1.0 / sex.finger_scale(14.0);
        assert!((1.075..1.085).contains(&grown(Sex::Male)), "{}", grown(Sex::Male));
        assert!((1.015..1.022).contains(&grown(Sex::Female)), "{}", grown(Sex::Female));
    }
}
