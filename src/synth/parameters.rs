//! Every number of the generator that was chosen or tuned, with its unit and where it comes from.
//!
//! Pixels are those of 500 ppi: 19.7 to the millimetre. "By eye" means: chosen beside real prints of the public sets,
//! then checked with the figures of `docs/synth.md`.

use super::capture::Fault;

/// Shares of arches, loops and whorls among thumbs, index, middle, ring and little fingers of right hands, per cent:
/// Galton, *Finger Prints* (1892), chapter VIII, 5,000 digits of 500 persons …
pub const RIGHT_SHARES: [[f64; 3]; 5] =
    [[3.0, 53.0, 44.0], [17.0, 53.0, 30.0], [7.0, 78.0, 15.0], [2.0, 53.0, 45.0], [1.0, 86.0, 13.0]];
/// … and of left hands.
pub const LEFT_SHARES: [[f64; 3]; 5] =
    [[5.0, 65.0, 30.0], [17.0, 55.0, 28.0], [8.0, 76.0, 16.0], [3.0, 66.0, 31.0], [2.0, 90.0, 8.0]];
/// Share of the loops that open to the side of the thumb, by finger. Of index fingers 21 of 53 (Galton, the same
/// chapter); of others he says only that they are much rarer.
pub const RADIAL_LOOPS: [f64; 5] = [0.02, 0.39, 0.04, 0.02, 0.01];
/// Share of the arches that are tented, and of the whorls that are double loops, by finger. No table was at hand: by eye.
pub const TENTED: f64 = 0.4;
pub const DOUBLE_LOOPS: [f64; 5] = [0.37, 0.2, 0.22, 0.12, 0.18];
/// How often one chance decides the classes of a left finger and its right one, which then are mirrored but for what
/// the shares of the hands differ in (by eye).
pub const HAND_CORRELATION: f64 = 0.45;
/// The factor on the odds of whorls from person to person: 2 to the power of this deviation (by eye).
pub const WHORL_TENDENCY: f64 = 1.0;

/// A place relative to a core: mean, deviation, least and greatest, pixels right and down.
#[derive(Clone, Copy)]
pub struct Place {
    pub x: (f64, f64, f64, f64),
    pub y: (f64, f64, f64, f64),
}

/// Where the middle of the pattern lies on the canvas, pixels.
pub const CENTRE: [f64; 2] = [256.0, 280.0];
/// From finger to finger, pixels (by eye).
pub const CORE_SPREAD: [f64; 2] = [10.0, 14.0];
/// Delta of a loop whose delta is on the right: ridge counts of 5 to 20 from core to delta.
pub const LOOP_DELTA: Place = Place { x: (88.0, 22.0, 40.0, 150.0), y: (98.0, 24.0, 45.0, 160.0) };
/// Delta of a tented arch: right below its core.
pub const TENTED_DELTA: Place = Place { x: (0.0, 7.0, -15.0, 15.0), y: (85.0, 20.0, 50.0, 130.0) };
/// Lower core of a whorl from its upper one.
pub const WHORL_CORES: Place = Place { x: (0.0, 9.0, -22.0, 22.0), y: (38.0, 16.0, 14.0, 80.0) };
/// Second core of a double loop from its first one.
pub const DOUBLE_LOOP_CORES: Place = Place { x: (44.0, 12.0, 24.0, 75.0), y: (52.0, 16.0, 20.0, 90.0) };
/// Right delta of a whorl from the middle of the pattern.
pub const WHORL_DELTA: Place = Place { x: (112.0, 20.0, 65.0, 165.0), y: (112.0, 22.0, 60.0, 165.0) };
/// How far the upper core of a whorl lies above the middle, pixels.
pub const WHORL_RISE: f64 = 20.0;

/// Amplitudes of the first two harmonics that correct a singular point's angle, radians (by eye; above 0.25 loops break).
pub const ANGLE_CORRECTION: [f64; 2] = [0.10, 0.07];
/// How much straighter than the model's the legs of a loop are: mean and deviation (0 a parabola, 1 a hairpin; by eye) …
pub const LEGS: (f64, f64) = (0.72, 0.1);
/// … and how far from the core, pixels.
pub const LEGS_REACH: f32 = 150.0;
/// Bend of ridges along the outline at the sides of the tip: mean and deviation, radians (by eye).
pub const BEND: (f64, f64) = (0.85, 0.1);
/// Half of the finger's width, where the bend is full, pixels.
pub const HALF_WIDTH: f32 = 220.0;
/// The bend grows from this row of the canvas …
pub const BEND_FOOT: f32 = 470.0;
/// … to this one.
pub const BEND_TOP: f32 = 170.0;
/// Slope of an arch's hump: mean and deviation, radians.
pub const HUMP: (f64, f64) = (0.6, 0.15);
/// Half width of an arch's hump, pixels from … to.
pub const HUMP_WIDTH: (f64, f64) = (75.0, 130.0);
/// Half height of an arch's hump, pixels.
pub const HUMP_HEIGHT: f32 = 150.0;
/// Slope of the whole flow, deviation, radians.
pub const TILT: f64 = 0.05;
/// Random warp of the plane under the orientation model, pixels.
pub const WARP: f32 = 7.0;
/// Width of the warp's features, pixels.
pub const WARP_SPACING: f32 = 110.0;

/// Mean ridge period of an adult's finger: mean and deviation from person to person, pixels.
pub const PERIOD: (f64, f64, f64, f64) = (9.0, 0.45, 8.0, 10.2);
/// From place to place on a finger, share of the mean.
pub const PERIOD_SPREAD: f32 = 0.06;
/// Width of the period's features, pixels.
pub const PERIOD_SPACING: f32 = 110.0;
/// How much wider ridges lie towards the crease, share of the mean.
pub const PERIOD_CREASE: f32 = 0.10;
/// How far the period follows the spread of the flow, and at most so far, as logarithms. Without it all minutiae of a loop
/// point away from its core, and loops of different people are alike (measured: 99.9 % of non-mated scores below 43 dB
/// instead of below 30).
pub const YIELD: f32 = 1.0;
pub const YIELD_RANGE: f32 = 0.25;
/// Stiffness of the period against bending, relaxation steps, and the greatest turn from node to node, radians.
pub const YIELD_STIFFNESS: f32 = 0.1;
pub const YIELD_ITERATIONS: usize = 300;
pub const YIELD_TURN: f32 = 0.5;
/// No period beyond these, pixels: what the kernels are made for.
pub const PERIOD_RANGE: (f32, f32) = (7.0, 12.0);

/// Semi-axes of a finger's skin on the canvas, pixels: a print rolled from nail to nail. Its outline lies between an
/// ellipse and a rectangle, |x|⁴ + |y|⁴ = 1, as those on cards do.
pub const SKIN: [f32; 2] = [240.0, 306.0];
/// Iterations of growth: after these, minutiae lie at the density of real prints (see `docs/synth.md`).
pub const GROWTH_ITERATIONS: (f64, f64) = (8.0, 22.0);
/// Unrest of the flow, from which dislocations arise: amplitude from finger to finger, radians, and width of its features,
/// pixels.
pub const UNREST: (f64, f64) = (0.03, 0.12);
pub const UNREST_SPACING: f32 = 26.0;
/// Gain of an iteration before it is clipped.
pub const GROWTH_GAIN: f64 = 2.0;
/// Deviation of the growth kernels across and along the ridge, in periods (across: Cappelli's three effective peaks).
pub const KERNEL_DEVIATION: (f64, f64) = (0.40, 0.45);
/// Pixels at 250 ppi from the edge of the skin where no minutia is told.
pub const EDGE: usize = 4;
/// Dislocations of opposite direction closer than this are one dent of a ridge, pixels: two thirds of a period.
pub const DENT: f32 = 6.0;
/// How far behind the dislocation the minutia is told, pixels at 500 ppi: where LEADER sees it (measured, `docs/synth.md`).
pub const BEHIND: f32 = 0.7;
/// How far ahead of a minutia its line is looked at, pixels at 250 ppi.
pub const KIND_REACH: [f32; 3] = [1.0, 1.5, 2.0];

/// From finger to finger of a person, deviation of the mean period as a share of it.
pub const FINGER_PERIOD: f64 = 0.015;
/// Width of the finest roughness of ridges, pixels.
pub const ROUGHNESS_SPACING: f32 = 1.6;
/// Side of the cells that have a pore at most, pixels …
pub const PORE_SPACING: usize = 10;
/// … and the share of them that have one. With ridges 9 pixels apart that makes up to 13 pores a centimetre of ridge; on
/// prints 8.4 (men) and 8.8 (women) are counted (Nagesh, Bathwal and Ashoka, *J. Forensic Leg. Med.* 18, 2011), and ours
/// are not all open.
pub const PORE_SHARE: f64 = 0.75;
/// The flexion crease: row of the canvas, mean and deviation; half width, pixels, from … to; and its slope, deviation,
/// radians (by eye on NIST SD4).
pub const FLEXION: (f64, f64) = (552.0, 9.0);
pub const FLEXION_HALF_WIDTH: (f64, f64) = (2.5, 5.0);
pub const FLEXION_SLOPE: f64 = 0.04;
/// Creases of an adult's finger: mean and deviation.
pub const CREASES: (f64, f64) = (2.0, 2.5);
/// Length of a crease, pixels.
pub const CREASE_LENGTH: (f64, f64) = (40.0, 170.0);
/// Half width of a crease, pixels.
pub const CREASE_HALF_WIDTH: (f64, f64) = (0.7, 2.0);

/// Where the finger lies on the sensor: deviation of the middle at fair skill, pixels (by eye on the FVC sets).
pub const PLACEMENT_SPREAD: [f64; 2] = [16.0, 16.0];
/// The same for rolled prints, in their box on the card.
pub const ROLLED_SPREAD: [f64; 2] = [8.0, 10.0];
/// Which point of the finger touches down first, on the canvas, pixels …
pub const CONTACT_CENTRE: [f64; 2] = [256.0, 298.0];
/// … and its deviation at fair skill: the share of finger that mates have in common.
pub const CONTACT_SPREAD: [f64; 2] = [9.0, 15.0];
/// How far off a finger is placed at degree 1, share of the sensor's side.
pub const OFF_CENTRE: f32 = 0.42;
/// Ages in years of [`STATURE_MALE`] and [`STATURE_FEMALE`]; at the last people are grown.
pub const STATURE_AGES: [f32; 9] = [4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0, 18.0, 20.0];
/// Median stature, cm (CDC growth charts for the United States, 2000, stature for age, 50th percentile).
pub const STATURE_MALE: [f32; 9] = [102.2, 115.4, 127.9, 138.6, 149.1, 163.8, 173.5, 176.2, 176.8];
pub const STATURE_FEMALE: [f32; 9] = [100.8, 114.7, 127.6, 138.0, 151.2, 160.4, 162.5, 163.1, 163.3];
/// Torsion of the finger against the held region, deviation, degrees.
pub const TORSION: f64 = 3.5;
/// Traction likewise, pixels.
pub const TRACTION: f64 = 5.0;
/// Beyond these skin would fold in the narrowest transition, degrees and pixels.
pub const MAX_TORSION: f64 = 10.0;
pub const MAX_TRACTION: f64 = 18.0;
/// How much more of both at degree 1 of the fault.
pub const DISTORTED: f64 = 2.5;
/// Rolling shifts skin less than pressing and dragging.
pub const ROLLED_DISTORTION: f64 = 0.7;
/// Semi-axes of the region that does not slip, pixels (a third of the contact).
pub const HELD: [f64; 2] = [50.0, 65.0];
/// Skin plasticity, in radii of that region, from … to.
pub const PLASTICITY: (f64, f64) = (1.4, 2.4);
/// What the model leaves out: amplitude at fair skill, pixels, and width of its features.
pub const REST: f64 = 1.0;
pub const REST_SPACING: f32 = 90.0;
/// Iterations of the inverse: enough for a tenth of a pixel at the worst distortion.
pub const INVERSE_ITERATIONS: usize = 40;

/// Semi-axes of a plain contact, pixels: 150 mm², as flat impressions of adults have.
pub const PLAIN_CONTACT: [f64; 2] = [122.0, 162.0];
/// Contact of thumb, index, middle, ring and little finger, relative to the index finger's.
pub const FINGER_SIZE: [f64; 5] = [1.12, 1.0, 1.02, 0.98, 0.84];
/// How much further a contact reaches below its middle than above, where the finger goes on.
pub const LOWER: f64 = 1.2;
/// Semi-axes of a rolled contact, pixels.
pub const ROLLED_CONTACT: [f64; 2] = [222.0, 288.0];
/// No contact is larger than this share of the skin.
pub const WITHIN_SKIN: f64 = 0.97;
/// How much sharper its edge is, how much more uneven the ink on it, and how much larger its patches.
pub const ROLLED_EDGE: f64 = 0.45;
pub const ROLLED_UNEVEN: f32 = 1.5;
pub const ROLLED_PATCHES: f32 = 1.7;
/// Ragged outline: width of its features, pixels, and amplitude, share of the radius.
pub const OUTLINE_SPACING: f32 = 30.0;
pub const OUTLINE_NOISE: f32 = 0.025;
/// Over which share of the radius pressure falls off, from … to.
pub const EDGE_WIDTH: (f64, f64) = (0.12, 0.35);
/// How much less a ridge prints without pressure, in heights.
pub const EDGE_BIAS: f32 = 1.5;
/// Mean and deviation of what is added to heights: ridges a little broader than valleys.
pub const BIAS: (f64, f64) = (0.05, 0.2);
/// Uneven moisture and pressure at fair skill, in heights, and the width of its patches and spots, pixels.
pub const UNEVEN: f32 = 0.28;
pub const PATCH_SPACING: f32 = 60.0;
pub const SPOT_SPACING: f32 = 9.0;
/// Grain along ridges, mean and deviation in heights, and its width, pixels.
pub const GRAIN: (f64, f64) = (0.22, 0.08);
pub const GRAIN_SPACING: f32 = 1.5;
/// How deep an open pore, a crease and roughness cut, in heights.
pub const PORE_DEPTH: f32 = 1.4;
pub const CREASE_DEPTH: f32 = 2.2;
pub const ROUGHNESS: f32 = 0.5;
/// Slope of ink over height: ridge edges are about two pixels wide.
pub const EDGE_SHARPNESS: f32 = 0.65;
/// Wear at 90, as the fault's degree.
pub const WEAR: f32 = 0.5;
/// Creases at 90, as the fault's degree, and their number at degree 1.
pub const AGE_CREASES: f32 = 0.6;
pub const MAX_CREASES: f64 = 28.0;
/// Specks and hairs of dirt at degree 1.
pub const MAX_BLOTS: f32 = 120.0;
pub const MAX_HAIRS: f32 = 8.0;
/// How dark a ridge of a latent print is at degree 1, and the width of the patches in which it has worn off, pixels.
pub const GHOST_INK: f32 = 0.75;
pub const GHOST_PATCHES: f32 = 40.0;
/// How far it lies from where fingers are placed, deviation, pixels.
pub const GHOST_SHIFT: f64 = 45.0;
/// Path of a smear at degree 1, pixels.
pub const MAX_SMEAR: f32 = 14.0;
/// Pressure from which a place counts as foreground.
pub const FOREGROUND: f32 = 0.3;

/// Grey levels of a sensor, 0 black to 255 white; deviations likewise.
#[derive(Clone, Copy)]
pub struct Tones {
    /// Where nothing touches.
    pub ground: f32,
    /// Between ridges.
    pub valley: f32,
    /// On ridges, and its deviation from impression to impression and from place to place.
    pub ridge: f32,
    pub ridge_spread: f64,
    pub ridge_shade: f32,
    /// Slow shading of the ground, texture and its width in pixels, fixed pattern of columns, noise of pixels.
    pub shade: f32,
    pub texture: f32,
    pub texture_spacing: f32,
    pub columns: f64,
    pub noise: f64,
    /// Share of a pixel's light that falls on each neighbour.
    pub blur: f32,
}

/// By eye beside FVC2002 DB1 and FVC2004 DB1.
pub const OPTICAL: Tones = Tones {
    ground: 252.0,
    valley: 240.0,
    ridge: 64.0,
    ridge_spread: 14.0,
    ridge_shade: 20.0,
    shade: 3.0,
    texture: 1.0,
    texture_spacing: 6.0,
    columns: 0.0,
    noise: 3.0,
    blur: 0.18,
};
/// By eye: the grey ground and grain of solid-state chips. No number was fitted to a set of the fixed fold.
pub const CAPACITIVE: Tones = Tones {
    ground: 128.0,
    valley: 142.0,
    ridge: 48.0,
    ridge_spread: 12.0,
    ridge_shade: 10.0,
    shade: 6.0,
    texture: 3.0,
    texture_spacing: 3.0,
    columns: 2.5,
    noise: 6.0,
    blur: 0.12,
};
/// By eye: hard tones on grey.
pub const THERMAL: Tones = Tones {
    ground: 108.0,
    valley: 226.0,
    ridge: 22.0,
    ridge_spread: 10.0,
    ridge_shade: 8.0,
    shade: 8.0,
    texture: 3.0,
    texture_spacing: 8.0,
    columns: 2.0,
    noise: 5.0,
    blur: 0.14,
};
/// By eye beside NIST SD4.
pub const INK: Tones = Tones {
    ground: 208.0,
    valley: 166.0,
    ridge: 52.0,
    ridge_spread: 14.0,
    ridge_shade: 26.0,
    shade: 8.0,
    texture: 6.0,
    texture_spacing: 1.6,
    columns: 0.0,
    noise: 5.0,
    blur: 0.2,
};
/// The printed lines of a card's boxes: the chance of one at each side, its distance from the edge, pixels from … to, its
/// slope, deviation, its half width, pixels, and its grey level.
pub const RULED: f64 = 0.45;
pub const RULED_MARGIN: (f64, f64) = (4.0, 26.0);
pub const RULED_SLOPE: f64 = 0.012;
pub const RULED_HALF_WIDTH: f32 = 1.6;
pub const RULED_TONE: f32 = 70.0;
/// Width of slow shading, pixels.
pub const SHADE_SPACING: f32 = 80.0;
/// Noise at degree 1 of the fault, grey levels.
pub const MAX_NOISE: f64 = 45.0;
/// Rows of a swept sensor's slice, and how far one slips at fair skill, pixels.
pub const SLICE: usize = 8;
pub const SLIP: f64 = 0.45;
/// How much darker the ground is where a swept finger has just been.
pub const HALO: f32 = 40.0;

/// At hardship 1: the chance that an impression has a fault, and its least and greatest degree (by eye, and so that the
/// error rates of `docs/synth.md` come near those of the FVC sets).
pub const MISHAPS: [(Fault, f64, f64, f64); 13] = [
    (Fault::Wet, 0.2, 0.2, 0.9),
    (Fault::Dry, 0.25, 0.2, 0.9),
    (Fault::OffCentre, 0.25, 0.2, 0.8),
    (Fault::Rotated, 0.15, 0.2, 0.9),
    (Fault::Distorted, 0.4, 0.2, 1.0),
    (Fault::Light, 0.2, 0.2, 0.8),
    (Fault::Heavy, 0.15, 0.2, 0.8),
    (Fault::Partial, 0.2, 0.2, 0.9),
    (Fault::Smear, 0.1, 0.1, 0.5),
    (Fault::Dirt, 0.15, 0.1, 0.7),
    (Fault::Ghost, 0.08, 0.2, 0.7),
    (Fault::Faint, 0.1, 0.2, 0.7),
    (Fault::Noise, 0.1, 0.1, 0.5),
];
/// Likewise of a finger, in all its impressions.
pub const AILMENTS: [(Fault, f64, f64, f64); 3] =
    [(Fault::Worn, 0.15, 0.2, 0.8), (Fault::Creased, 0.15, 0.1, 0.6), (Fault::Cut, 0.04, 0.1, 0.8)];

/// Columns and rows of a slap: 3.2 × 3.0 inches (ANSI/NIST-ITL 1-2011, table 8).
pub const SLAP: (usize, usize) = (1600, 1500);
/// Columns and rows of the area that one finger of a slap is drawn in.
pub const SLAP_TILE: (usize, usize) = (480, 640);
/// Of index, middle, ring and little finger of a right hand: middle of the contact from the hand's middle, pixels right
/// and down, and turn counter-clockwise, degrees (by eye: fingers 19 mm apart, the middle finger longest).
pub const RIGHT_HAND: [(f64, f64, f64); 4] =
    [(-555.0, 60.0, 7.0), (-185.0, -70.0, 2.0), (185.0, -5.0, -4.0), (520.0, 235.0, -12.0)];
/// The thumbs, left and right, likewise.
pub const THUMBS: [(f64, f64, f64); 2] = [(-330.0, 0.0, -8.0), (330.0, 0.0, 8.0)];
/// How far fingers are apart: mean and deviation, share of the above; at 0.65 they touch.
pub const SPREAD: (f64, f64) = (0.98, 0.06);
/// From finger to finger: deviation of the place, pixels, and of the turn, degrees.
pub const FINGER_PLACE: f64 = 14.0;
pub const FINGER_TURN: f64 = 2.5;
/// Of the whole hand: deviation of the place, pixels.
pub const HAND_PLACE: f64 = 30.0;
