//! What a minutia's quality should be: the chance that it is found again in another impression of the finger.
//!
//! usage: quality MANIFEST [SET,…]
//!
//! Every two impressions of one finger that match by 30 dB or more are laid on each other; a minutia of one that falls well
//! inside the hull of the other's minutiae should be there again. Prints how often it was, by the quality that the extractor
//! told, and the line `found = logistic(a + b · log-odds(told))` that fits best (maximum likelihood).

use std::collections::BTreeMap;
use vantay::extract::Extractor;
use vantay::image::GrayImage;
use vantay::manifest::Manifest;
use vantay::matching::{Matcher, Prepared};
use vantay::template::Template;

/// A minutia this near to the hull's edge may have slipped out of the other impression, px.
const INSIDE: f32 = 16.0;
const LEAST_DB: f64 = 30.0;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (manifest, sets) = match &arguments[..] {
        [manifest] => (manifest, None),
        [manifest, sets] => (manifest, Some(sets.split(',').collect::<Vec<_>>())),
        _ => return Err("usage: quality MANIFEST [SET,…]".into()),
    };
    let mut extractor = Extractor::new();
    let mut fingers: BTreeMap<_, Vec<(Template, Prepared)>> = BTreeMap::new();
    for entry in Manifest::read(manifest, true)?.entries {
        let set = entry.set.clone().unwrap_or_default();
        if sets.as_ref().is_some_and(|chosen| !chosen.contains(&set.as_str())) {
            continue;
        }
        let template = extractor.extract(&GrayImage::open(&entry.path, entry.ppi)?, entry.finger)?;
        let prepared = Prepared::new(&template);
        fingers.entry((set, entry.subject, entry.finger.code())).or_default().push((template, prepared));
    }
    let mut matcher = Matcher::new();
    let mut seen: Vec<(f64, bool)> = Vec::new();
    for impressions in fingers.values() {
        for (i, (a, prepared)) in impressions.iter().enumerate() {
            for (j, (b, other)) in impressions.iter().enumerate() {
                let explanation = matcher.explain(prepared.view(), other.view());
                let (Some(motion), true) = (explanation.alignment, explanation.score.db() >= LEAST_DB) else {
                    continue;
                };
                if i == j {
                    continue;
                }
                let hull = hull(b.minutiae().iter().map(|m| motion.apply(m.x_px(), m.y_px())).collect());
                for (number, m) in a.minutiae().iter().enumerate() {
                    if depth(&hull, m.x_px(), m.y_px()) >= INSIDE {
                        let found = explanation.pairs.iter().any(|pair| pair.a == number);
                        seen.push((f64::from(m.quality) / 100.0, found));
                    }
                }
            }
        }
    }
    println!("{} minutiae that should be found again", seen.len());
    println!("quality  minutiae  found");
    for tenth in 0..10 {
        let of: Vec<bool> = seen.iter().filter(|s| (s.0 * 10.0).min(9.9) as usize == tenth).map(|s| s.1).collect();
        if !of.is_empty() {
            let share = of.iter().filter(|&&f| f).count() as f64 / of.len() as f64;
            println!("{:.1}–{:.1}  {:8}  {share:.3}", tenth as f64 / 10.0, (tenth + 1) as f64 / 10.0, of.len());
        }
    }
    let (a, b) = logistic(&seen);
    println!("a {a:.3}, b {b:.3}");
    Ok(())
}

/// The convex hull, in one sense of turning (A. M. Andrew, 1979).
fn hull(mut points: Vec<(f32, f32)>) -> Vec<(f32, f32)> {
    points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let half = |points: &mut dyn Iterator<Item = (f32, f32)>| {
        let mut chain: Vec<(f32, f32)> = Vec::new();
        for p in points {
            while let [.., a, b] = chain[..] {
                if (b.0 - a.0) * (p.1 - a.1) - (b.1 - a.1) * (p.0 - a.0) > 0.0 {
                    break;
                }
                chain.pop();
            }
            chain.push(p);
        }
        chain.pop();
        chain
    };
    let lower = half(&mut points.iter().copied());
    [lower, half(&mut points.iter().rev().copied())].concat()
}

/// How deep a point lies within a hull, px; negative outside.
fn depth(hull: &[(f32, f32)], x: f32, y: f32) -> f32 {
    let edge = |(a, b): (&(f32, f32), &(f32, f32))| {
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        (dx * (y - a.1) - dy * (x - a.0)) / (dx * dx + dy * dy).sqrt().max(1e-6)
    };
    hull.iter().zip(hull.iter().cycle().skip(1)).map(edge).fold(f32::INFINITY, f32::min)
}

/// Newton's method on the two numbers.
fn logistic(seen: &[(f64, bool)]) -> (f64, f64) {
    let (mut a, mut b) = (0.0, 1.0);
    for _ in 0..30 {
        let (mut g, mut h) = ([0.0; 2], [0.0; 3]);
        for &(quality, found) in seen {
            let q = quality.clamp(0.005, 0.995);
            let x = (q / (1.0 - q)).ln();
            let p = 1.0 / (1.0 + (-(a + b * x)).exp());
            let (error, weight) = (f64::from(u8::from(found)) - p, p * (1.0 - p));
            (g[0], g[1]) = (g[0] + error, g[1] + error * x);
            (h[0], h[1], h[2]) = (h[0] + weight, h[1] + weight * x, h[2] + weight * x * x);
        }
        let determinant = h[0] * h[2] - h[1] * h[1];
        (a, b) = (a + (h[2] * g[0] - h[1] * g[1]) / determinant, b + (h[0] * g[1] - h[1] * g[0]) / determinant);
    }
    (a, b)
}
