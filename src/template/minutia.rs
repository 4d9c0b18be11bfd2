use std::cmp::Reverse;

/// Where a ridge ends or forks, as integers, so that a template is the same in memory, in bytes and on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Minutia {
    /// From the left edge of the image at 500 ppi, eighths of a pixel.
    pub x: u16,
    /// From the top edge, eighths of a pixel.
    pub y: u16,
    /// Counter-clockwise from the positive x axis, as seen on the image; 65,536 to the turn.
    pub direction: u16,
    /// Ending, bifurcation, or not known.
    pub kind: MinutiaKind,
    /// The chance in per cent that another impression which shows this place has it too, 0 to 100.
    pub quality: u8,
}

/// The kind of a minutia (ISO/IEC 19794-2:2005, 6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum MinutiaKind {
    /// Not told, or neither.
    Unknown = 0,
    /// A ridge ends.
    Ending = 1,
    /// A ridge forks.
    Bifurcation = 2,
}

impl Minutia {
    /// Steps of a pixel in `x` and `y`.
    pub const SUBPIXELS: u16 = 8;
    /// The largest side of an image, pixels.
    pub const MAX_SIDE: u16 = u16::MAX / Self::SUBPIXELS;

    /// A minutia from pixels and radians; `quality` from 0 to 1. Values outside are clamped, the direction is taken
    /// modulo a turn.
    pub fn from_pixels(x: f64, y: f64, direction: f64, kind: MinutiaKind, quality: f64) -> Self {
        let fixed = |v: f64| (v * f64::from(Self::SUBPIXELS)).round().clamp(0.0, f64::from(u16::MAX)) as u16;
        let turns = direction / std::f64::consts::TAU;
        let turns = turns - turns.floor();
        Minutia {
            x: fixed(x),
            y: fixed(y),
            direction: ((turns * 65536.0).round() as u32 & 0xffff) as u16,
            kind,
            quality: (quality * 100.0).round().clamp(0.0, 100.0) as u8,
        }
    }

    /// From the left edge, pixels.
    pub fn x_px(&self) -> f32 {
        f32::from(self.x) / f32::from(Self::SUBPIXELS)
    }

    /// From the top edge, pixels.
    pub fn y_px(&self) -> f32 {
        f32::from(self.y) / f32::from(Self::SUBPIXELS)
    }

    /// Counter-clockwise from the positive x axis, 0 to 2π.
    pub fn direction_rad(&self) -> f64 {
        f64::from(self.direction) / 65536.0 * std::f64::consts::TAU
    }

    /// The place of this minutia in a template: the best first, ties by content.
    pub(super) fn order(&self) -> (Reverse<u8>, u16, u16, u16, MinutiaKind) {
        (Reverse(self.quality), self.x, self.y, self.direction, self.kind)
    }
}

impl MinutiaKind {
    /// From the number that stands in bytes.
    pub fn from_code(code: u8) -> Option<Self> {
        [MinutiaKind::Unknown, MinutiaKind::Ending, MinutiaKind::Bifurcation].into_iter().find(|&k| k as u8 == code)
    }
}
