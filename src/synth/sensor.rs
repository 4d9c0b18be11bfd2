//! From ink to grey levels: what each kind of sensor makes of a touch.

use super::capture::{Capture, Fault, Sensor};
use super::field::Field;
use super::parameters as p;
use super::random::Stream;

/// The 8-bit pixels of a touch.
pub(super) fn develop(stream: &mut Stream, capture: &Capture, pressure: &[f32], ink: &[f32]) -> Vec<u8> {
    let (width, height) = capture.size();
    let tones = match capture.sensor {
        Sensor::Optical => p::OPTICAL,
        Sensor::Capacitive => p::CAPACITIVE,
        Sensor::ThermalSweep => p::THERMAL,
        Sensor::InkRolled => p::INK,
    };
    let faint = 1.0 - 0.75 * capture.degree(Fault::Faint);
    let ridge = tones.ridge + stream.normal(0.0, tones.ridge_spread) as f32;
    let slow = Field::new(stream, width, height, p::SHADE_SPACING).plane(width, height);
    let texture = Field::new(stream, width, height, tones.texture_spacing).plane(width, height);
    let columns: Vec<f32> = (0..width).map(|_| stream.normal(0.0, tones.columns) as f32).collect();
    let soft = blurred(ink, width, tones.blur);
    let mut grey: Vec<f32> = (0..width * height)
        .map(|k| {
            let touched = pressure[k];
            let ground = tones.ground + (tones.valley - tones.ground) * (2.0 * touched).min(1.0);
            let dark = ridge + tones.ridge_shade * slow[k] + 0.35 * (tones.valley - ridge) * (1.0 - touched);
            let shade = tones.shade * slow[k] + tones.texture * texture[k] + columns[k % width];
            ground + shade + faint * soft[k] * (dark - ground)
        })
        .collect();
    match capture.sensor {
        Sensor::ThermalSweep => halo(&mut grey, pressure, width),
        Sensor::InkRolled => ruled(stream, &mut grey, width),
        Sensor::Optical | Sensor::Capacitive => (),
    }
    let noise = tones.noise + p::MAX_NOISE * f64::from(capture.degree(Fault::Noise));
    grey.iter().map(|&v| (v + stream.normal(0.0, noise) as f32 + 0.5).clamp(0.0, 255.0) as u8).collect()
}

/// How far each row has slipped: a swept sensor pastes slices together, each a little off.
pub(super) fn seams(stream: &mut Stream, capture: &Capture) -> Vec<f32> {
    let height = capture.size().1;
    if capture.sensor != Sensor::ThermalSweep {
        return vec![0.0; height];
    }
    let clumsy = f64::from(1.5 - capture.skill.clamp(0.0, 1.0));
    let mut slip = 0.0;
    (0..height)
        .map(|y| {
            if y % p::SLICE == 0 {
                slip = 0.8 * slip + stream.normal(0.0, p::SLIP * clumsy);
            }
            slip as f32
        })
        .collect()
}

/// Weights `share`, 1 − 2 `share`, `share` along rows, then along columns.
fn blurred(ink: &[f32], width: usize, share: f32) -> Vec<f32> {
    let mut wide = ink.to_vec();
    for (row, out) in ink.chunks_exact(width).zip(wide.chunks_exact_mut(width)) {
        for x in 1..width - 1 {
            out[x] = row[x] + share * (row[x - 1] - 2.0 * row[x] + row[x + 1]);
        }
    }
    let mut out = wide.clone();
    for k in width..wide.len() - width {
        out[k] = wide[k] + share * (wide[k - width] - 2.0 * wide[k] + wide[k + width]);
    }
    out
}

/// The printed lines of the card's box, where they lie within the image.
fn ruled(stream: &mut Stream, grey: &mut [f32], width: usize) {
    let height = grey.len() / width;
    for side in 0..4 {
        let margin = stream.uniform(p::RULED_MARGIN.0, p::RULED_MARGIN.1) as f32;
        let slope = stream.normal(0.0, p::RULED_SLOPE) as f32;
        if !stream.chance(p::RULED) {
            continue;
        }
        // Left and right lines run down, upper and lower ones across.
        let (across, along) = if side < 2 { (width, height) } else { (height, width) };
        for s in 0..along {
            let from_edge = margin + slope * s as f32;
            let at = if side % 2 == 0 { from_edge } else { across as f32 - 1.0 - from_edge };
            let near = (at - p::RULED_HALF_WIDTH - 1.0).max(0.0) as usize;
            for t in near..across.min(near + 6) {
                let weight = (p::RULED_HALF_WIDTH + 0.5 - (t as f32 - at).abs()).clamp(0.0, 1.0);
                let v = &mut grey[if side < 2 { s * width + t } else { t * width + s }];
                *v += weight * (p::RULED_TONE.min(*v) - *v);
            }
        }
    }
}

/// A swept finger warms the line: the ground around the contact is bright, and settles row by row.
fn halo(grey: &mut [f32], pressure: &[f32], width: usize) {
    let mut warm = vec![0.0f32; width];
    for (row, touched) in grey.chunks_exact_mut(width).zip(pressure.chunks_exact(width)) {
        for x in 0..width {
            warm[x] = (0.94 * warm[x]).max(if touched[x] > 0.1 { 1.0 } else { 0.0 });
            if touched[x] <= 0.1 {
                row[x] -= p::HALO * warm[x];
            }
        }
    }
}
