//! From the network's maps to minutiae: peaks of the heat map, refined by what the other maps say there.

use super::map::{Channel, Outputs};
use super::parameters::{
    CELL, CELL_CENTRE, FOUND_AGAIN_OFFSET, FOUND_AGAIN_SLOPE, MAX_DETECTIONS, MIN_PROBABILITY, SUPPRESSION_RADIUS,
};
use crate::template::{Minutia, MinutiaKind};

/// A minutia in full precision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detection {
    /// From the left edge of the image at 500 ppi, pixels.
    pub x: f64,
    /// From the top edge, pixels.
    pub y: f64,
    /// Counter-clockwise from the positive x axis as seen on the image, radians, −π to π.
    pub direction: f64,
    /// The probability that it is an ending and no bifurcation.
    pub ending: f64,
    /// The chance that another impression which shows this place has it too.
    pub quality: f64,
}

impl Detection {
    /// As a template of an image of this size holds it.
    pub(super) fn minutia(&self, width: usize, height: usize) -> Minutia {
        let kind = if self.ending >= 0.5 { MinutiaKind::Ending } else { MinutiaKind::Bifurcation };
        // Rounding to the template's steps must not leave the image.
        let step = 1.0 / f64::from(Minutia::SUBPIXELS);
        let (x, y) = (self.x.min(width as f64 - step), self.y.min(height as f64 - step));
        Minutia::from_pixels(x, y, self.direction, kind, self.quality)
    }
}

/// What may be minutiae, in reading order, from the rows of the network's maps as they come.
#[derive(Debug, Default)]
pub(super) struct Peaks {
    /// Rows that have been looked at.
    rows: usize,
    found: Vec<Peak>,
}

/// A cell that is nowhere below its eight neighbours.
#[derive(Debug)]
struct Peak {
    /// The logarithm of the odds that a minutia is here.
    heat: f32,
    detection: Detection,
}

impl Peaks {
    /// Ready for another image.
    pub fn start(&mut self) {
        self.rows = 0;
        self.found.clear();
    }

    /// Looks at the rows that have come, but for one that the next may still outshine.
    pub fn advance(&mut self, maps: &Outputs) {
        let least = log_odds(MIN_PROBABILITY) as f32;
        let rows = self.rows..maps.reached(1);
        self.rows = rows.end;
        for y in rows {
            for x in 0..maps.width() {
                let heat = maps.at(x, y, Channel::Heat);
                if heat >= least && neighbours(maps, x, y).all(|other| other <= heat) {
                    self.found.push(Peak { heat, detection: detection(maps, x, y) });
                }
            }
        }
    }

    /// The minutiae of an image of `width` × `height` pixels, the best first, [`MAX_DETECTIONS`] at most.
    pub fn detections(&mut self, width: usize, height: usize) -> Vec<Detection> {
        // Reading order decides between equals.
        self.found.sort_by(|a, b| b.heat.total_cmp(&a.heat));
        let mut kept: Vec<Detection> = Vec::new();
        for &Peak { detection, .. } in &self.found {
            let inside = (0.0..width as f64).contains(&detection.x) && (0.0..height as f64).contains(&detection.y);
            if inside && kept.iter().all(|k| apart(k, &detection)) {
                kept.push(detection);
                if kept.len() == MAX_DETECTIONS {
                    break;
                }
            }
        }
        kept
    }
}

/// What the maps say of a minutia in this cell.
fn detection(maps: &Outputs, x: usize, y: usize) -> Detection {
    let channel = |channel| f64::from(maps.at(x, y, channel));
    Detection {
        x: (x as f64 + channel(Channel::OffsetX) + CELL_CENTRE) * CELL as f64,
        y: (y as f64 + channel(Channel::OffsetY) + CELL_CENTRE) * CELL as f64,
        direction: libm::atan2(channel(Channel::Sine), channel(Channel::Cosine)),
        ending: probability(channel(Channel::Ending)),
        quality: probability(FOUND_AGAIN_OFFSET + FOUND_AGAIN_SLOPE * channel(Channel::Heat)),
    }
}

fn neighbours(maps: &Outputs, x: usize, y: usize) -> impl Iterator<Item = f32> {
    let columns = x.saturating_sub(1)..(x + 2).min(maps.width());
    let rows = y.saturating_sub(1)..(y + 2).min(maps.height());
    rows.flat_map(move |y| columns.clone().map(move |x| maps.at(x, y, Channel::Heat)))
}

fn apart(a: &Detection, b: &Detection) -> bool {
    let (dx, dy) = (a.x - b.x, a.y - b.y);
    dx * dx + dy * dy > SUPPRESSION_RADIUS * SUPPRESSION_RADIUS
}

fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-log_odds))
}

fn log_odds(probability: f64) -> f64 {
    libm::log(probability / (1.0 - probability))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Maps of 20 × 10 cells, cold but for cells `(x, y, heat, offset x)`.
    fn maps(hot: &[(usize, usize, f32, f32)]) -> Outputs {
        let mut maps = Outputs::zeros(20, 10);
        for (x, y) in (0..10).flat_map(|y| (0..20).map(move |x| (x, y))) {
            maps.set(x, y, Channel::Heat, -5.0);
        }
        for &(x, y, heat, offset) in hot {
            maps.set(x, y, Channel::Heat, heat);
            maps.set(x, y, Channel::OffsetX, offset);
            maps.set(x, y, Channel::Sine, -1.0);
            maps.set(x, y, Channel::Ending, 2.0);
        }
        maps
    }

    fn detections(maps: &Outputs, width: usize, height: usize) -> Vec<Detection> {
        let mut peaks = Peaks::default();
        peaks.advance(maps);
        peaks.detections(width, height)
    }

    fn places(hot: &[(usize, usize, f32, f32)]) -> Vec<(f64, f64)> {
        detections(&maps(hot), 80, 40).iter().map(|d| (d.x, d.y)).collect()
    }

    #[test]
    fn a_peak_becomes_a_minutia_where_its_offset_says() {
        let found = detections(&maps(&[(5, 4, 0.0, 0.25)]), 80, 40);
        let half_turn = -std::f64::consts::FRAC_PI_2;
        let [d] = found[..] else { panic!("{found:?}") };
        // Even odds of the network are found again more often than not.
        assert_eq!((d.x, d.y, d.quality), (22.5, 17.5, probability(FOUND_AGAIN_OFFSET)));
        assert!((d.direction - half_turn).abs() < 1e-12 && d.ending > 0.88);
        let m = d.minutia(80, 40);
        assert_eq!((m.x, m.y, m.direction, m.kind, m.quality), (180, 140, 49152, MinutiaKind::Ending, 89));
    }

    #[test]
    fn only_what_is_probable_enough_is_kept() {
        // The logarithm of 0.25 / 0.75 is −1.099.
        assert_eq!(places(&[(5, 4, -1.10, 0.0)]), []);
        assert_eq!(places(&[(5, 4, -1.09, 0.0)]).len(), 1);
    }

    #[test]
    fn the_better_of_two_close_minutiae_is_kept() {
        assert_eq!(places(&[(5, 4, 1.0, 0.0), (6, 4, 2.0, 0.0)]), [(25.5, 17.5)], "neighbours");
        // Two cells apart, drawn together by their offsets.
        assert_eq!(places(&[(5, 4, 1.0, 0.5), (7, 4, 2.0, -0.5)]), [(27.5, 17.5)], "4 px apart");
        assert_eq!(places(&[(5, 4, 1.0, 0.0), (7, 4, 2.0, 0.0)]), [(29.5, 17.5), (21.5, 17.5)], "8 px apart");
    }

    #[test]
    fn what_falls_outside_the_image_is_dropped_and_the_edge_stays_inside() {
        assert_eq!(places(&[(0, 4, 1.0, -0.5), (19, 5, 1.0, 0.7)]), []);
        let found = detections(&maps(&[(19, 5, 1.0, 0.62)]), 80, 40);
        assert!(found[0].x > 79.97 && found[0].minutia(80, 40).x == 8 * 80 - 1);
    }

    #[test]
    fn no_more_than_the_most_are_kept() {
        let mut maps = Outputs::zeros(60, 60);
        for y in (0..60).step_by(2) {
            for x in (0..60).step_by(2) {
                maps.set(x, y, Channel::Heat, 1.0 + (x * y) as f32);
            }
        }
        let found = detections(&maps, 240, 240);
        assert_eq!(found.len(), MAX_DETECTIONS);
        assert!(found.is_sorted_by(|a, b| a.quality >= b.quality));
    }
}
