//! What to ask of an impression: the sensor, the person's age, the operator's skill, and faults with their degree.

use super::error::SynthError;
use super::parameters as p;
use super::random::Stream;
use std::str::FromStr;

/// A kind of sensor, with its own size, background, tones and artefacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sensor {
    /// Frustrated total internal reflection: white ground, dark ridges. 388 × 374.
    Optical,
    /// A small solid-state chip: grey ground, grain, fixed pattern. 300 × 300.
    Capacitive,
    /// A thermal line over which the finger is swept: grey ground, hard tones, seams between slices. 300 × 480.
    ThermalSweep,
    /// Ink rolled from nail to nail on paper, scanned. 576 × 640.
    InkRolled,
}

/// Something that goes wrong in a capture. Each is asked for with a degree from 0 (not at all) to 1 (as bad as it gets).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fault {
    /// A wet or sweaty finger: valleys fill.
    Wet,
    /// A dry finger: ridges break up.
    Dry,
    /// The finger lies off the middle of the sensor.
    OffCentre,
    /// The finger is turned.
    Rotated,
    /// The last finger's print is still on the glass.
    Ghost,
    /// Dirt on finger and glass.
    Dirt,
    /// The finger moved while it was captured.
    Smear,
    /// Too little pressure: a small and pale contact.
    Light,
    /// Too much pressure: broad ridges, a flattened finger.
    Heavy,
    /// The skin is dragged and twisted on the glass.
    Distorted,
    /// Only a part of the finger touches.
    Partial,
    /// Many creases, as of old or worked hands.
    Creased,
    /// A cut across the finger.
    Cut,
    /// Worn ridges.
    Worn,
    /// Ridges and valleys of nearly the same tone.
    Faint,
    /// Grain of the sensor.
    Noise,
}

impl Sensor {
    /// All sensors.
    pub const ALL: [Sensor; 4] = [Sensor::Optical, Sensor::Capacitive, Sensor::ThermalSweep, Sensor::InkRolled];

    /// The name that commands and manifests use.
    pub fn name(self) -> &'static str {
        match self {
            Sensor::Optical => "optical",
            Sensor::Capacitive => "capacitive",
            Sensor::ThermalSweep => "thermal-sweep",
            Sensor::InkRolled => "ink-rolled",
        }
    }

    /// Columns and rows at 500 ppi.
    pub fn size(self) -> (usize, usize) {
        match self {
            Sensor::Optical => (388, 374),
            Sensor::Capacitive => (300, 300),
            Sensor::ThermalSweep => (300, 480),
            Sensor::InkRolled => (576, 640),
        }
    }
}

impl Fault {
    /// All faults.
    pub const ALL: [Fault; 16] = [
        Fault::Wet,
        Fault::Dry,
        Fault::OffCentre,
        Fault::Rotated,
        Fault::Ghost,
        Fault::Dirt,
        Fault::Smear,
        Fault::Light,
        Fault::Heavy,
        Fault::Distorted,
        Fault::Partial,
        Fault::Creased,
        Fault::Cut,
        Fault::Worn,
        Fault::Faint,
        Fault::Noise,
    ];

    /// The name that commands and manifests use.
    pub fn name(self) -> &'static str {
        match self {
            Fault::Wet => "wet",
            Fault::Dry => "dry",
            Fault::OffCentre => "off-centre",
            Fault::Rotated => "rotated",
            Fault::Ghost => "ghost",
            Fault::Dirt => "dirt",
            Fault::Smear => "smear",
            Fault::Light => "light",
            Fault::Heavy => "heavy",
            Fault::Distorted => "distorted",
            Fault::Partial => "partial",
            Fault::Creased => "creased",
            Fault::Cut => "cut",
            Fault::Worn => "worn",
            Fault::Faint => "faint",
            Fault::Noise => "noise",
        }
    }

    /// A fault and its degree from `name` (degree 0.5) or `name=degree`.
    ///
    /// # Errors
    /// A name that no fault has; a degree that is not from 0 to 1.
    pub fn with_degree(text: &str) -> Result<(Fault, f32), SynthError> {
        let (name, degree) = text.split_once('=').unwrap_or((text, "0.5"));
        match degree.trim().parse::<f32>() {
            Ok(degree) if (0.0..=1.0).contains(&degree) => Ok((name.trim().parse()?, degree)),
            _ => Err(SynthError::Degree { text: text.into() }),
        }
    }
}

impl FromStr for Sensor {
    type Err = SynthError;

    fn from_str(name: &str) -> Result<Self, SynthError> {
        Sensor::ALL.into_iter().find(|s| s.name() == name).ok_or_else(|| SynthError::Name {
            what: "sensor",
            name: name.into(),
            known: Sensor::ALL.map(Sensor::name).join(", "),
        })
    }
}

impl FromStr for Fault {
    type Err = SynthError;

    fn from_str(name: &str) -> Result<Self, SynthError> {
        Fault::ALL.into_iter().find(|f| f.name() == name).ok_or_else(|| SynthError::Name {
            what: "fault",
            name: name.into(),
            known: Fault::ALL.map(Fault::name).join(", "),
        })
    }
}

/// How impressions are to be taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Capture {
    /// The sensor.
    pub sensor: Sensor,
    /// Columns at 500 ppi; 64 to 2,000 are taken, others clamped.
    pub width: usize,
    /// Rows at 500 ppi; likewise.
    pub height: usize,
    /// Standard deviation of the rotation, degrees.
    pub rotation: f32,
    /// The operator's skill, 0 to 1: how well fingers are placed, pressed and kept still.
    pub skill: f32,
    /// The person's age in years: fingers grow until about 20, and wear later.
    pub age: f32,
    /// How often things go wrong by chance, 0 (never) to 1 (as in the field): each impression draws faults of its own.
    pub hardship: f32,
    /// Faults with their degree, 0 to 1.
    pub faults: Vec<(Fault, f32)>,
}

impl Capture {
    /// The usual capture of a sensor: an adult, a fair operator, no fault.
    pub fn of(sensor: Sensor) -> Self {
        let (width, height) = sensor.size();
        Capture { sensor, width, height, rotation: 7.0, skill: 0.7, age: 30.0, hardship: 0.0, faults: Vec::new() }
    }

    /// The same with one more fault.
    pub fn with_fault(mut self, fault: Fault, degree: f32) -> Self {
        self.faults.push((fault, degree));
        self
    }

    /// The same with what goes wrong by chance: in this impression, and with this finger in all its impressions.
    pub(super) fn with_mishaps(&self, impression: &mut Stream, finger: &mut Stream) -> Self {
        let mut suffered = self.clone();
        let mut draw = |stream: &mut Stream, table: &[(Fault, f64, f64, f64)]| {
            for &(fault, chance, least, greatest) in table {
                let degree = stream.uniform(least, greatest) as f32;
                if stream.chance(chance * f64::from(self.hardship)) {
                    suffered.faults.push((fault, degree));
                }
            }
        };
        draw(impression, &p::MISHAPS);
        draw(finger, &p::AILMENTS);
        suffered
    }

    /// The degree of a fault, the largest where it is asked for twice; 0 where it is not.
    pub(super) fn degree(&self, fault: Fault) -> f32 {
        self.faults.iter().filter(|(f, _)| *f == fault).map(|(_, d)| d.clamp(0.0, 1.0)).fold(0.0, f32::max)
    }

    /// Columns and rows, within what is taken.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.width.clamp(64, 2000), self.height.clamp(64, 2000))
    }
}

impl Default for Capture {
    /// The usual optical capture.
    fn default() -> Self {
        Capture::of(Sensor::Optical)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sensors_and_faults_are_found_by_their_names() {
        assert!(Sensor::ALL.iter().all(|&s| s.name().parse::<Sensor>().is_ok_and(|found| found == s)));
        assert!(Fault::ALL.iter().all(|&f| f.name().parse::<Fault>().is_ok_and(|found| found == f)));
        assert!("camera".parse::<Sensor>().is_err_and(|e| e.to_string().contains("thermal-sweep")));
    }

    #[test]
    fn a_fault_takes_a_degree_from_0_to_1_only() {
        assert!(Fault::with_degree("wet=0.7").is_ok_and(|f| f == (Fault::Wet, 0.7)));
        assert!(Fault::with_degree("dry").is_ok_and(|f| f == (Fault::Dry, 0.5)));
        for wrong in ["wet=1.1", "wet=-0.1", "wet=", "wet=nan", "damp=0.5"] {
            assert!(Fault::with_degree(wrong).is_err(), "{wrong}");
        }
    }
}
