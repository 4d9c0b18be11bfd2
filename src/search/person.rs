//! Two records → one score.

use super::assignment::assign;
use super::parameters::EXCHANGED;
use super::population::FingerRef;
use crate::decision::{Score, fuse};
use crate::matching::{MatchError, Matcher};
use crate::template::ExtractorVersion;

/// How sure it is that two records are of one person, as a [`Score`]: the share of records of different people that
/// would score as high.
///
/// Fingers are compared where their positions agree or one is unknown; several impressions of one known position count
/// as one finger, by the best of their comparisons. Where positions are unknown, the best one-to-one assignment counts,
/// and what choosing among so many gains by chance is taken off (Bonferroni). The fingers are then fused. Two records of the
/// same two fingers are compared crosswise too, as if one had them taken for each other: that costs as much more as
/// [`EXCHANGED`](super::parameters::EXCHANGED) says.
///
/// # Errors
/// Templates of extractors that cannot be compared.
pub fn compare_records(matcher: &mut Matcher, a: &[FingerRef<'_>], b: &[FingerRef<'_>]) -> Result<Score, MatchError> {
    if let ([a], [b]) = (a, b) {
        return if a.position.may_be(b.position) { compare(matcher, a, b) } else { Ok(Score::NONE) };
    }
    let (a, b) = (slots(a), slots(b));
    let (rows, columns) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    let table = rows
        .iter()
        .map(|row| columns.iter().map(|column| compare_slots(matcher, row, column)).collect())
        .collect::<Result<Vec<Vec<Option<f64>>>, MatchError>>()?;
    let paired: Vec<Score> = assign(&table, columns.len())
        .iter()
        .zip(&table)
        .filter_map(|(column, row)| column.and_then(|c| row[c]).map(Score::from_db))
        .collect();
    let straight = less_chance(fuse(&paired), assignments(rows, columns));
    match crosswise(matcher, rows, columns)? {
        Some(crossed) => Ok(better(straight, crossed)),
        None => Ok(straight),
    }
}

/// The fused score of two records of the same two known fingers, each compared with the other one; none for other records.
fn crosswise(matcher: &mut Matcher, rows: &[Slot], columns: &[Slot]) -> Result<Option<Score>, MatchError> {
    let ([first, second], [a, b]) = (rows, columns) else { return Ok(None) };
    if !rows.iter().chain(columns).all(is_known) {
        return Ok(None);
    }
    let position = |slot: &Slot| slot[0].position;
    let (a, b) = if position(a) == position(first) { (a, b) } else { (b, a) };
    if position(a) != position(first) || position(b) != position(second) {
        return Ok(None);
    }
    Ok(Some(fuse(&[best_of(matcher, first, b)?, best_of(matcher, second, a)?])))
}

/// The better of two readings of the same records, each less what its rareness makes of it (Bonferroni, weighted).
fn better(straight: Score, crossed: Score) -> Score {
    let weighted = |score: Score, weight: f64| Score::from_db(score.db() + 10.0 * libm::log10(weight));
    let (straight, crossed) = (weighted(straight, 1.0 - EXCHANGED), weighted(crossed, EXCHANGED));
    if crossed > straight { crossed } else { straight }
}

/// Makes fingers ones that are compared with those of any extractor, by their minutiae, as those from outside are.
pub(super) fn across_extractors(fingers: &mut [FingerRef<'_>]) {
    fingers.iter_mut().for_each(|finger| finger.extractor = ExtractorVersion::FOREIGN);
}

/// Impressions of one finger: all of one known position, or a single one of an unknown.
type Slot<'a> = Vec<FingerRef<'a>>;

fn slots<'a>(fingers: &[FingerRef<'a>]) -> Vec<Slot<'a>> {
    let mut slots: Vec<Slot> = Vec::new();
    for finger in fingers {
        match slots.iter_mut().find(|s| is_known(s) && s[0].position == finger.position) {
            Some(slot) => slot.push(*finger),
            None => slots.push(vec![*finger]),
        }
    }
    slots
}

fn is_known(slot: &Slot) -> bool {
    slot[0].position != crate::template::FingerPosition::Unknown
}

/// The best comparison of two slots in decibels, less the chance that choosing gains; none where they cannot be one
/// finger.
fn compare_slots(matcher: &mut Matcher, a: &Slot, b: &Slot) -> Result<Option<f64>, MatchError> {
    if a[0].position.may_be(b[0].position) { Ok(Some(best_of(matcher, a, b)?.db())) } else { Ok(None) }
}

/// Likewise, of slots that are taken to be one finger.
fn best_of(matcher: &mut Matcher, a: &Slot, b: &Slot) -> Result<Score, MatchError> {
    let mut best = Score::NONE;
    for a in a {
        for b in b {
            let score = compare(matcher, a, b)?;
            best = if score > best { score } else { best };
        }
    }
    Ok(less_chance(best, (a.len() * b.len()) as f64))
}

fn compare(matcher: &mut Matcher, a: &FingerRef, b: &FingerRef) -> Result<Score, MatchError> {
    MatchError::check(a.extractor, b.extractor)?;
    Ok(matcher.compare(a.prepared, b.prepared))
}

/// How many assignments there are to choose from, at most: one where all positions are known, else each way of placing
/// the fewer slots among the more, m! / (m − n)!.
fn assignments(rows: &[Slot], columns: &[Slot]) -> f64 {
    if rows.iter().chain(columns).all(is_known) {
        return 1.0;
    }
    (0..rows.len()).map(|i| (columns.len() - i) as f64).product()
}

/// The best of `choices` comparisons is a false match that many times as often as one.
fn less_chance(score: Score, choices: f64) -> Score {
    if choices > 1.0 { Score::from_db(score.db() - 10.0 * libm::log10(choices)) } else { score }
}
