use super::Explanation;
use super::alignment::{Alignment, Moved, Pair};
use super::candidates::{self, Candidates, Column as CandidateColumn};
use super::descriptors;
use super::evidence::{self, Evidence};
use super::growth;
use super::local;
use super::overlap;
use super::parameters::MAX_MINUTIAE;
use super::parameters::candidates::{DESCRIBED, MAX};
use super::parameters::growth::{ROUNDS, ROUNDS_OF_WEAK, SECOND, STRONG};
use super::parameters::relaxation::{DESCRIBED_PER_PX, RESIDUAL_PER_PX};
use super::prepared::PreparedRef;
use super::relaxation;
use super::ridges;
use super::score;
use super::side::Side;
use crate::decision::Score;
use crate::simd::{Job, Level, Simd, run};
use std::fmt;

/// Compares fingers. Holds scratch memory, so keep one a thread; making one costs some 100 kB.
pub struct Matcher {
    level: Level,
    scratch: Box<Scratch>,
}

struct Scratch {
    a: Side,
    b: Side,
    similarities: Vec<local::Row>,
    ranking: candidates::Ranking,
    candidates: Candidates,
    compatibility: relaxation::Compatibility,
    support: CandidateColumn,
    /// Of the best alignment so far, and of the one that is tried.
    pairs: Vec<Pair>,
    grown: Vec<Pair>,
    moved: Moved,
}

impl Matcher {
    /// A matcher at the [`current`](Level::current) CPU level.
    pub fn new() -> Self {
        Matcher::at(Level::current())
    }

    /// A matcher at a level; one that this CPU lacks is lowered. All levels give the same scores, to the bit.
    pub fn at(level: Level) -> Self {
        let scratch = Scratch {
            a: Side::default(),
            b: Side::default(),
            similarities: vec![local::Row::default(); MAX_MINUTIAE],
            ranking: candidates::Ranking::default(),
            candidates: Candidates::new(),
            compatibility: [CandidateColumn::default(); MAX],
            support: CandidateColumn::default(),
            pairs: Vec::new(),
            grown: Vec::new(),
            moved: Moved::default(),
        };
        Matcher { level, scratch: Box::new(scratch) }
    }

    /// How sure it is that the two are of one finger. The positions are not looked at.
    pub fn compare(&mut self, a: PreparedRef<'_>, b: PreparedRef<'_>) -> Score {
        let (a, b) = ordered(a, b);
        score::score(&run(self.level, Comparison::of(&mut self.scratch, a, b)).0)
    }

    /// What speaks for and against the two being one finger: what [`Matcher::compare`] weighs.
    pub fn evidence(&mut self, a: PreparedRef<'_>, b: PreparedRef<'_>) -> Evidence {
        let (a, b) = ordered(a, b);
        run(self.level, Comparison { whole: true, ..Comparison::of(&mut self.scratch, a, b) }).0
    }

    /// The first steps of a comparison, for the bench that tells their shares: see [`STEPS`].
    #[doc(hidden)]
    pub fn steps(&mut self, steps: usize, a: PreparedRef<'_>, b: PreparedRef<'_>) {
        let (a, b) = ordered(a, b);
        run(self.level, Comparison { steps, ..Comparison::of(&mut self.scratch, a, b) });
    }

    /// The comparison with all that led to its score, which is the very score that [`Matcher::compare`] gives. Costs
    /// little more.
    pub fn explain(&mut self, a: PreparedRef<'_>, b: PreparedRef<'_>) -> Explanation {
        let (first, second) = ordered(a, b);
        let swapped = !std::ptr::eq(first.bytes(), a.bytes());
        let job = Comparison { whole: true, ..Comparison::of(&mut self.scratch, first, second) };
        let (evidence, alignment) = run(self.level, job);
        let explanation = Explanation::new(evidence, alignment, &self.scratch.pairs, score::score(&evidence));
        if swapped { explanation.swapped() } else { explanation }
    }
}

/// The one order in which two fingers are compared, whoever comes first: fewer minutiae first, then by the minutiae. What
/// else a block tells, as of the extractor, does not count: the same minutiae score the same, however they came.
fn ordered<'a, 'b>(a: PreparedRef<'a>, b: PreparedRef<'b>) -> (PreparedRef<'a>, PreparedRef<'b>)
where
    'a: 'b,
    'b: 'a,
{
    if (a.len(), a.content()) <= (b.len(), b.content()) { (a, b) } else { (b, a) }
}

/// The steps of a comparison, in order.
#[doc(hidden)]
pub const STEPS: [&str; 8] =
    ["unpack", "local", "descriptors", "candidates", "relaxation", "growth", "evidence", "ridges"];

struct Comparison<'a> {
    scratch: &'a mut Scratch,
    a: PreparedRef<'a>,
    b: PreparedRef<'a>,
    /// How many of [`STEPS`] to take: all but in a bench.
    steps: usize,
    /// Gathers what the score does not ask for, too.
    whole: bool,
}

impl<'a> Comparison<'a> {
    fn of(scratch: &'a mut Scratch, a: PreparedRef<'a>, b: PreparedRef<'a>) -> Self {
        Comparison { scratch, a, b, steps: STEPS.len(), whole: false }
    }
}

impl Job for Comparison<'_> {
    type Output = (Evidence, Option<Alignment>);

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Self::Output {
        let s = self.scratch;
        let stop = |steps: usize| self.steps == steps;
        s.a.unpack(simd, self.a);
        s.b.unpack(simd, self.b);
        if stop(1) {
            return Default::default();
        }
        local::similarities(simd, &s.a, &s.b, &mut s.similarities);
        if stop(2) {
            return Default::default();
        }
        // What a map calls sure is its extractor's business, and the weights are of maps of one.
        let of_one = self.a.extractor() == self.b.extractor();
        let described = self.a.is_described() && self.b.is_described();
        let maps = self.a.ridges().zip(self.b.ridges()).filter(|_| of_one && described);
        if maps.is_some() {
            s.a.unpack_descriptors(simd, self.a);
            s.b.unpack_descriptors(simd, self.b);
            descriptors::weigh(simd, &s.a, &s.b, &mut s.similarities);
        }
        if stop(3) {
            return Default::default();
        }
        let (most, per_px) = if maps.is_some() { (DESCRIBED, DESCRIBED_PER_PX) } else { (MAX, RESIDUAL_PER_PX) };
        candidates::select(simd, &s.a, &s.b, &s.similarities, most, &mut s.ranking, &mut s.candidates);
        if stop(4) {
            return Default::default();
        }
        relaxation::compatibility(simd, &s.candidates, per_px, &mut s.compatibility);
        relaxation::support(simd, &s.candidates, &s.compatibility, &mut s.support);
        if stop(5) {
            return Default::default();
        }
        let minutiae = [s.a.count as f32, s.b.count as f32];
        let mut best: Option<(Evidence, Alignment)> = None;
        let mut first = 0.0;
        // From the best cluster, and from one that contradicts it where that is strong too: the chance cluster of a bent or
        // small print may be the stronger.
        for attempt in 0..2 {
            if attempt > 0 && (maps.is_none() || !growth::leave_out(&s.candidates, &s.compatibility, &mut s.support)) {
                break;
            }
            let strength = growth::cluster(&s.candidates, &s.compatibility, &s.support, &mut s.grown);
            if attempt == 0 {
                first = strength;
            } else if strength < SECOND {
                break;
            }
            let rounds = if maps.is_some() && strength >= STRONG { ROUNDS.len() } else { ROUNDS_OF_WEAK };
            let Some(alignment) = growth::grow(simd, &s.a, &s.b, rounds, &mut s.grown, &mut s.moved) else { break };
            if stop(6) {
                return Default::default();
            }
            let gathered = evidence::gather(simd, &s.a, &s.b, &s.grown, alignment, &s.moved);
            let evidence = Evidence { strength, ..gathered };
            if best.is_none_or(|(so_far, _)| score::raw(&evidence) > score::raw(&so_far)) {
                best = Some((evidence, alignment));
                std::mem::swap(&mut s.pairs, &mut s.grown);
            }
        }
        let Some((mut evidence, alignment)) = best else {
            return (Evidence { minutiae, strength: first, ..Evidence::default() }, None);
        };
        if self.whole {
            evidence.similarity = s.pairs.iter().map(|p| similarity(s, p)).sum();
            evidence.area = overlap::shared_area(simd, &s.a, &s.b, alignment);
        }
        if !stop(7)
            && let Some((of_a, of_b)) = maps
            && (self.whole || score::asks_for_ridges(&evidence))
        {
            ridges::gather([of_a, of_b], &s.a, &s.b, &s.pairs, alignment, &mut evidence);
        }
        (evidence, Some(alignment))
    }
}

#[inline(always)]
fn similarity(s: &Scratch, pair: &Pair) -> f32 {
    let (i, j) = (usize::from(pair.a), usize::from(pair.b));
    local::similarity(s.similarities[i].as_flattened()[j])
}

impl Default for Matcher {
    fn default() -> Self {
        Matcher::new()
    }
}

impl fmt::Debug for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Matcher").field("level", &self.level).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
