//! Minutiae in text, as LEADER's are passed around: `# width height`, then `x y direction type quality` a line.

use super::{ExtractorVersion, FingerPosition, Minutia, MinutiaKind, Template, TemplateError};

impl Template {
    /// A template from minutiae in text, from outside this library.
    ///
    /// The first line is `# width height`, pixels at 500 ppi. Each other line is a minutia: x and y in pixels from the
    /// top left corner, direction in radians counter-clockwise, type (≥ 0.5: ending), quality 0 to 1, parted by spaces
    /// or commas. Empty lines are passed over; minutiae outside the image are moved to its edge.
    ///
    /// # Errors
    /// A line that is not of this form, by its number; an image too large.
    pub fn from_csv(text: &str) -> Result<Self, TemplateError> {
        let wrong = |line: usize, reason: String| TemplateError::Csv { line: line + 1, reason };
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let header = lines.next().and_then(|(_, line)| line.trim().strip_prefix('#'));
        let header = header.ok_or_else(|| wrong(0, "\"# width height\" is expected".into()))?;
        let [width, height] = numbers(header).map_err(|reason| wrong(0, reason))?;
        let mut minutiae = Vec::new();
        for (number, line) in lines {
            let [x, y, direction, kind, quality] = numbers(line).map_err(|reason| wrong(number, reason))?;
            let kind = if kind >= 0.5 { MinutiaKind::Ending } else { MinutiaKind::Bifurcation };
            let last = |side: f64| side - 1.0 / f64::from(Minutia::SUBPIXELS);
            let (x, y) = (x.clamp(0.0, last(width.max(1.0))), y.clamp(0.0, last(height.max(1.0))));
            minutiae.push(Minutia::from_pixels(x, y, direction, kind, quality));
        }
        let mean = minutiae.iter().map(|m| u32::from(m.quality)).sum::<u32>() / minutiae.len().max(1) as u32;
        Template::new(
            width as usize,
            height as usize,
            FingerPosition::Unknown,
            ExtractorVersion::FOREIGN,
            mean as u8,
            minutiae,
        )
    }
}

/// Exactly `N` finite numbers.
fn numbers<const N: usize>(line: &str) -> Result<[f64; N], String> {
    let fields = line.split(|c: char| c == ',' || c.is_whitespace()).filter(|field| !field.is_empty());
    let mut numbers = [0.0; N];
    let mut count = 0;
    for field in fields {
        let number: f64 = field.parse().map_err(|_| format!("{field:?} is no number"))?;
        if !number.is_finite() {
            return Err(format!("{field:?} is not finite"));
        }
        if let Some(slot) = numbers.get_mut(count) {
            *slot = number;
        }
        count += 1;
    }
    if count == N { Ok(numbers) } else { Err(format!("{count} numbers, {N} are expected")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_minutiae_the_best_first() {
        let t = Template::from_csv("# 388 374\n173.0 86.5 3.14159265 0.97 0.5\n\n246,79,0,0.2,0.9\n").unwrap();
        assert_eq!((t.width(), t.height(), t.extractor()), (388, 374, ExtractorVersion::FOREIGN));
        let [best, other] = t.minutiae() else { panic!("two minutiae") };
        assert_eq!((best.x_px(), best.y_px(), best.kind, best.quality), (246.0, 79.0, MinutiaKind::Bifurcation, 90));
        assert_eq!((other.y_px(), other.direction, other.kind), (86.5, 32768, MinutiaKind::Ending));
    }

    #[test]
    fn a_wrong_line_is_named_by_its_number() {
        for (text, line) in [
            ("", 1),
            ("388 374", 1),
            ("# 388", 1),
            ("# 388 374\n1 2 3 4", 2),
            ("# 388 374\n\n1 2 3 4 x", 3),
            ("# 388 374\n1 2 3 4 nan", 2),
        ] {
            let error = Template::from_csv(text).unwrap_err();
            assert!(matches!(error, TemplateError::Csv { line: l, .. } if l == line), "{text:?}: {error}");
        }
    }
}
