use super::{Minutia, RidgeMap, Template, TemplateError};

impl Template {
    /// The same finger turned counter-clockwise by an angle (radians) and larger by a factor, on a canvas that holds all of
    /// the old one: to try how a matcher bears it. Descriptors stay as they are, which those of a grown finger's image would
    /// not. Of the map of ridges, each new block takes what the old map has at its centre; the blocks grow where the turned
    /// finger would not fit.
    ///
    /// # Errors
    /// A canvas, or a block of the map, that would be larger than a template's can be.
    pub fn turned(&self, radians: f64, scale: f64) -> Result<Template, TemplateError> {
        let (w, h) = (f64::from(self.width()), f64::from(self.height()));
        let side = (libm::sqrt(w * w + h * h) * scale).ceil() + 1.0;
        let motion = Motion {
            radians,
            scale,
            cos: libm::cos(radians),
            sin: libm::sin(radians),
            from: (w / 2.0, h / 2.0),
            to: (side / 2.0, side / 2.0),
        };
        let minutiae: Vec<_> = self.minutiae().iter().map(|m| motion.minutia(m)).collect();
        // Minutiae of one quality change places.
        let mut described: Vec<_> = minutiae.iter().copied().zip(self.descriptors().iter().copied()).collect();
        described.sort_by_key(|(m, _)| m.order());
        let turned =
            Template::new(side as usize, side as usize, self.position(), self.extractor(), self.quality(), minutiae)?;
        turned
            .with_ridges(self.ridges().map(|map| motion.ridges(map)).transpose()?)
            .with_descriptors(described.into_iter().map(|(_, descriptor)| descriptor).collect())
    }
}

/// A turn about one place, growth, and a shift of that place to another. Places are pixels, y downwards.
struct Motion {
    /// Counter-clockwise as seen.
    radians: f64,
    scale: f64,
    cos: f64,
    sin: f64,
    from: (f64, f64),
    to: (f64, f64),
}

impl Motion {
    fn point(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let (x, y) = (self.scale * (x - self.from.0), self.scale * (y - self.from.1));
        (self.to.0 + (self.cos * x + self.sin * y), self.to.1 + (self.cos * y - self.sin * x))
    }

    fn back(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let (x, y) = ((x - self.to.0) / self.scale, (y - self.to.1) / self.scale);
        (self.from.0 + (self.cos * x - self.sin * y), self.from.1 + (self.cos * y + self.sin * x))
    }

    fn minutia(&self, m: &Minutia) -> Minutia {
        let (x, y) = self.point((m.x_px().into(), m.y_px().into()));
        Minutia::from_pixels(x, y, m.direction_rad() + self.radians, m.kind, f64::from(m.quality) / 100.0)
    }

    fn ridges(&self, map: &RidgeMap) -> Result<RidgeMap, TemplateError> {
        const SIDE: f64 = RidgeMap::SIDE as f64;
        let (old, (left, top)) = (f64::from(map.block()), map.corner());
        let (left, top) = (f64::from(left), f64::from(top));
        let middle = self.point((left + SIDE / 2.0 * old, top + SIDE / 2.0 * old));
        let from_middle = |(column, row): (usize, usize)| {
            let (x, y) = self.point(map.centre(column, row));
            (x - middle.0).abs().max((y - middle.1).abs())
        };
        let filled = RidgeMap::places().filter(|&(column, row)| map.get(column, row).is_some());
        let reach = filled.map(from_middle).fold(0.0, f64::max) + 0.5 * old * self.scale;
        // A hundredth of a pixel is rounding, not finger.
        let block = (old * self.scale).round().max((2.0 * reach / SIDE - 0.01).ceil()).max(1.0);
        // A corner that is too far off for a map is clamped: no block comes near the canvas then.
        let corner = |middle: f64| (middle - SIDE / 2.0 * block).round() as i16;
        let (new_left, new_top) = (corner(middle.0), corner(middle.1));
        let mut turned = RidgeMap::new(block as u16, new_left, new_top)?;
        for (column, row) in RidgeMap::places() {
            let (x, y) = self.back(turned.centre(column, row));
            let (u, v) = ((x - left) / old, (y - top) / old);
            if u < 0.0 || v < 0.0 {
                continue;
            }
            if let Some((orientation, sureness)) = map.get(u as usize, v as usize) {
                turned.set(column, row, orientation + self.radians, sureness);
                if let Some(period) = map.period(u as usize, v as usize) {
                    turned.set_period(column, row, period * self.scale);
                }
            }
        }
        Ok(turned)
    }
}

#[cfg(test)]
mod tests {
    use crate::matching::testing::{finger, with_flow};
    use crate::template::{Descriptor, Minutia, RidgeMap, Template};
    use std::f64::consts::{FRAC_PI_2, PI};

    #[test]
    fn a_turned_template_turns_back_to_the_same_minutiae() {
        let template = finger(5, 40);
        let there = template.turned(2.0, 1.1).unwrap();
        let back = there.turned(-2.0, 1.0 / 1.1).unwrap();
        let shift = |t: &Template| (f64::from(t.width()) / 2.0, f64::from(t.height()) / 2.0);
        let ((ax, ay), (bx, by)) = (shift(&template), shift(&back));
        for m in template.minutiae() {
            let found = back.minutiae().iter().any(|n| {
                let (dx, dy) = (
                    f64::from(n.x_px()) - bx - (f64::from(m.x_px()) - ax),
                    f64::from(n.y_px()) - by - (f64::from(m.y_px()) - ay),
                );
                let turn = n.direction.wrapping_sub(m.direction) as i16;
                dx.hypot(dy) < 0.3 && turn.abs() < 4 && (n.kind, n.quality) == (m.kind, m.quality)
            });
            assert!(found, "{m:?}");
        }
        assert!(there.minutiae() != template.minutiae());
        assert!(template.turned(0.0, 100.0).is_err());
    }

    /// Minutiae of one quality change places when their finger is turned.
    #[test]
    fn each_minutia_keeps_its_descriptor_when_its_finger_turns() {
        let template = finger(5, 40);
        let alike = template.minutiae().iter().map(|m| Minutia { quality: 50, ..*m }).collect();
        let (width, height) = (template.width().into(), template.height().into());
        let template = Template::new(width, height, template.position(), template.extractor(), 50, alike).unwrap();
        let descriptors = (0..40).map(|n| Descriptor([n, !n])).collect();
        let template = template.with_descriptors(descriptors).unwrap();
        let turned = template.turned(2.0, 1.1).unwrap();
        let kinds = |t: &Template| {
            let mut kinds: Vec<_> = t.descriptors().iter().zip(t.minutiae()).map(|(d, m)| (*d, m.kind)).collect();
            kinds.sort();
            kinds
        };
        assert!(turned.descriptors() != template.descriptors());
        assert_eq!(kinds(&turned), kinds(&template));
        // Directions turn by 2 rad, to a step.
        for (descriptor, m) in turned.descriptors().iter().zip(turned.minutiae()) {
            let before = template.minutiae()[descriptor.0[0] as usize];
            let turn = m.direction.wrapping_sub(before.direction);
            assert!(turn.abs_diff((2.0 / (2.0 * PI) * 65536.0) as u16) <= 1, "{before:?} became {m:?}");
        }
    }

    /// A finger with a map of blocks of 20 px in the middle of its canvas: ridges around a core off the middle, and none
    /// beyond a disc.
    fn whorl() -> Template {
        let template = finger(5, 40);
        let (x, y) = (i32::from(template.width()) / 2, i32::from(template.height()) / 2);
        let mut map = RidgeMap::new(20, (x - 160) as i16, (y - 160) as i16).unwrap();
        for (column, row) in RidgeMap::places() {
            let (u, v) = (column as f64 - 7.5, 7.5 - row as f64);
            if u.hypot(v) < 8.0 {
                map.set(column, row, (v - 1.0).atan2(u + 2.0) + FRAC_PI_2, 1 + (column / 6) as u8);
            }
        }
        template.with_ridges(Some(map))
    }

    /// What a template's map has at (`u`, `v`) px from the middle of its canvas, v upwards.
    fn at(template: &Template, u: f64, v: f64) -> Option<(f64, u8)> {
        let map = template.ridges()?;
        let cell = |from_edge: f64, corner: i16| (from_edge - f64::from(corner)) / f64::from(map.block());
        let (x, y) = (f64::from(template.width()) / 2.0 + u, f64::from(template.height()) / 2.0 - v);
        let (column, row) = (cell(x, map.corner().0), cell(y, map.corner().1));
        (column >= 0.0 && row >= 0.0).then(|| map.get(column as usize, row as usize))?
    }

    #[test]
    fn a_map_turns_and_grows_with_its_finger() {
        let template = whorl();
        for (radians, scale) in [(0.0, 1.0), (0.0, 1.1), (0.7, 1.0), (-2.5, 0.9), (5.0, 2.0)] {
            let turned = template.turned(radians, scale).unwrap();
            let (sin, cos) = radians.sin_cos();
            let (mut seen, mut near) = (0, 0);
            for n in 0..1024 {
                let (u, v) = (f64::from(n % 32) * 10.0 - 155.0, f64::from(n / 32) * 10.0 - 155.0);
                let there = at(&turned, scale * (cos * u - sin * v), scale * (sin * u + cos * v));
                let Some((was, sureness)) = at(&template, u, v) else { continue };
                seen += 1;
                let Some((is, sure)) = there else { continue };
                // How far apart, of half a turn.
                let apart = (is - was - radians).rem_euclid(PI);
                near += usize::from(apart.min(PI - apart) < 0.25 && sure.abs_diff(sureness) <= 1);
            }
            assert!(seen > 750, "{seen}");
            assert!(near * 100 >= seen * 80, "{near} of {seen} at {radians}, × {scale}");
        }
    }

    #[test]
    fn a_quarter_turn_of_a_map_loses_nothing() {
        let template = whorl();
        let turned = template.turned(FRAC_PI_2, 1.0).unwrap();
        let (was, is) = (template.ridges().unwrap(), turned.ridges().unwrap());
        assert_eq!((was.block(), is.block()), (20, 20));
        for (column, row) in RidgeMap::places() {
            let expected = was.get(column, row).map(|(a, sureness)| ((a * 64.0 / PI).round() as u8 ^ 32, sureness));
            let found = is.get(row, 15 - column).map(|(a, sureness)| ((a * 64.0 / PI).round() as u8, sureness));
            assert_eq!(found, expected, "block ({column}, {row})");
        }
    }

    #[test]
    fn blocks_grow_where_the_turned_finger_would_not_fit_or_are_refused() {
        let full = with_flow(&finger(5, 40), 0.3);
        let block = |t: &Template| t.ridges().unwrap().block();
        assert_eq!(block(&full), 50);
        let turned = full.turned(PI / 4.0, 1.0).unwrap();
        assert!((68..=71).contains(&block(&turned)), "√2 of 50 less the corners, not {}", block(&turned));
        let far = RidgeMap::new(512, i16::MIN, i16::MAX).unwrap();
        assert!(full.clone().with_ridges(Some(far.clone())).turned(0.1, 1.0).is_ok(), "a map without ridges fits");
        let mut wide = far;
        wide.set(0, 0, 0.0, 1);
        assert!(full.with_ridges(Some(wide)).turned(PI / 4.0, 1.0).is_err());
    }
}
