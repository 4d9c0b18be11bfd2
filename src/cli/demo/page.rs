//! The report: one file that needs nothing else.

use super::super::drawing;
use super::super::exit::Failure;
use super::people::Captured;
use super::{EXPECTED_FALSE_PAIRS, Outcome, chart, numbers};
use std::collections::HashMap;
use std::fmt::Write;
use vantay::gallery::{EncounterId, Snapshot};
use vantay::search::{Key, Pair};

/// The page. `all` holds the best score of every two subjects, also of those below the threshold.
pub fn page(outcome: &Outcome, captured: &[Captured], gallery: &Snapshot, all: &[Pair]) -> Result<String, Failure> {
    let style = include_str!("page.css");
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>vantay demo, seed {}</title>\n<style>{style}</style>\n<main>\n",
        outcome.seed
    );
    page.push_str(&summary(outcome));
    page.push_str(&scores(outcome, all));
    page.push_str(&duplicates(outcome, captured, gallery, all)?);
    page.push_str("</main></html>\n");
    Ok(page)
}

fn summary(outcome: &Outcome) -> String {
    let Outcome { people, subjects, seed, seconds, .. } = outcome;
    let (planted, found) = (outcome.planted.len(), outcome.found.len());
    let (class, verdict) = match outcome.right {
        true => ("good", format!("All {planted} planted pairs were found, and no other.")),
        false => ("bad", format!("{planted} pairs were planted, {found} found: not the same.")),
    };
    let threshold = format!("threshold, for {EXPECTED_FALSE_PAIRS:e} expected false pairs");
    let row = |(what, value): (&str, String)| format!("<tr><td>{what}</td><td>{value}</td></tr>\n");
    let rows = [
        ("impressions made and extracted", format!("{} in {:.1} s", outcome.fingers, seconds.make_and_extract)),
        ("encounters enrolled, durably", format!("{} in {:.2} s", outcome.encounters, seconds.enroll)),
        ("the mapped gallery", format!("{} bytes", outcome.gallery_bytes)),
        ("pairs of encounters compared", format!("{} in {:.2} s", outcome.comparisons, seconds.dedup)),
        (&threshold, format!("{:.1} dB", outcome.threshold)),
        ("CPU level", outcome.cpu_level.into()),
    ];
    format!(
        "<h1>A register of {people} made-up people under {subjects} numbers</h1>\n<p>Seed {seed}. Some people stand in it \
         under two or three numbers. Nobody told the program who: it compared every encounter with every other.</p>\n\
         <p class=\"verdict {class}\">{verdict}</p>\n<table>{}</table>\n",
        rows.map(row).concat()
    )
}

fn scores(outcome: &Outcome, all: &[Pair]) -> String {
    let of = |planted: bool| -> Vec<f64> {
        let kind = all.iter().filter(|p| outcome.planted.contains(&numbers(p)) == planted);
        kind.map(|p| p.score.db()).collect()
    };
    let (different, same) = (of(false), of(true));
    let (highest, lowest) = (outcome.highest_of_different, outcome.lowest_of_same);
    format!(
        "<h2>Scores</h2>\n<p>Every two numbers once, by their best two encounters; all fingers together. A score is \
         decibels of false-match rate: 40 is one false match in 10,000. The highest of different people is {highest:.1}, \
         the lowest of one person {lowest:.1}.</p>\n{}<p><span class=\"key different\">different people, {}</span>\
         <span class=\"key same\">one person, {}</span></p>\n",
        chart::histogram(&different, &same, outcome.threshold),
        different.len(),
        same.len()
    )
}

fn duplicates(outcome: &Outcome, captured: &[Captured], gallery: &Snapshot, all: &[Pair]) -> Result<String, Failure> {
    let by_id: HashMap<EncounterId, &Captured> = captured.iter().map(|c| (c.encounter.id, c)).collect();
    let mut html = String::from(
        "<h2>Duplicates, side by side</h2>\n<p>Rings are minutiae with their direction: orange where a ridge ends, blue \
         where it forks, the fainter the less sure.</p>\n",
    );
    for pair in all {
        let numbers = numbers(pair);
        let (class, what) = match (outcome.planted.contains(&numbers), outcome.found.contains(&numbers)) {
            (true, true) => ("good", "planted and found"),
            (true, false) => ("bad", "planted and missed"),
            (false, true) => ("bad", "found and never planted"),
            (false, false) => continue,
        };
        let _ = writeln!(
            html,
            "<div class=\"card\"><header><span>{} = {}</span><span class=\"{class}\">{what}</span><span>{}</span>\
             </header><div class=\"fingers\">",
            numbers[0], numbers[1], pair.score
        );
        let sides = pair.records.map(|record| by_id.get(&encounter_of(gallery, record)).copied());
        if let [Some(a), Some(b)] = sides {
            html.push_str(&fingers(a, b)?);
        }
        html.push_str("</div></div>\n");
    }
    Ok(html)
}

fn encounter_of(gallery: &Snapshot, record: usize) -> EncounterId {
    use vantay::search::Population;
    let Key { encounter, .. } = gallery.key(record);
    encounter
}

/// The same fingers of both next to each other.
fn fingers(a: &Captured, b: &Captured) -> Result<String, Failure> {
    let mut html = String::new();
    let sides = [a, b].map(|side| side.images.iter().zip(side.encounter.templates()));
    let [left, right] = sides;
    for (left, right) in left.zip(right) {
        for ((image, template), side) in [(left, a), (right, b)] {
            let svg = drawing::svg(image, template)?;
            let (subject, position) = (side.encounter.subject, template.position());
            let _ = writeln!(html, "<figure>{svg}<figcaption>{subject}, {position}</figcaption></figure>");
        }
    }
    Ok(html)
}
