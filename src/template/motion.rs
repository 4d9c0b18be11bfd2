use super::{Minutia, Template, TemplateError};

impl Template {
    /// The same finger turned counter-clockwise by an angle (radians) and larger by a factor, on a canvas that holds all of
    /// the old one: to try how a matcher bears it. The map of ridges is left out: a grid does not turn without loss.
    ///
    /// # Errors
    /// A canvas that would be larger than a template's can be.
    pub fn turned(&self, radians: f64, scale: f64) -> Result<Template, TemplateError> {
        let (w, h) = (f64::from(self.width()), f64::from(self.height()));
        let side = (libm::sqrt(w * w + h * h) * scale).ceil() + 1.0;
        let (cos, sin) = (scale * libm::cos(radians), scale * libm::sin(radians));
        let turn = |m: &Minutia| {
            let (x, y) = (f64::from(m.x_px()) - w / 2.0, h / 2.0 - f64::from(m.y_px()));
            let (x, y) = (cos * x - sin * y, sin * x + cos * y);
            let quality = f64::from(m.quality) / 100.0;
            Minutia::from_pixels(side / 2.0 + x, side / 2.0 - y, m.direction_rad() + radians, m.kind, quality)
        };
        let minutiae = self.minutiae().iter().map(turn).collect();
        Template::new(side as usize, side as usize, self.position(), self.extractor(), self.quality(), minutiae)
    }
}

#[cfg(test)]
mod tests {
    use crate::matching::testing::finger;

    #[test]
    fn a_turned_template_turns_back_to_the_same_minutiae() {
        let template = finger(5, 40);
        let there = template.turned(2.0, 1.1).unwrap();
        let back = there.turned(-2.0, 1.0 / 1.1).unwrap();
        let shift = |t: &crate::template::Template| (f64::from(t.width()) / 2.0, f64::from(t.height()) / 2.0);
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
}
