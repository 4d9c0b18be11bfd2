use super::identify::Candidate;
use std::cmp::Ordering;
use std::collections::HashSet;

/// The best candidates so far, one a subject, at most `limit`: what memory an identification needs does not grow with
/// the gallery.
pub(super) struct Best {
    limit: usize,
    candidates: Vec<Candidate>,
}

impl Best {
    pub(super) fn new(limit: usize) -> Self {
        Best { limit, candidates: Vec::new() }
    }

    pub(super) fn push(mut self, candidate: Candidate) -> Self {
        self.candidates.push(candidate);
        // Cut now and then rather than always: a sort a candidate would be slow.
        if self.candidates.len() >= self.limit.saturating_mul(4).max(1024) {
            self.cut();
        }
        self
    }

    pub(super) fn merge(mut self, other: Best) -> Self {
        self.candidates.extend(other.candidates);
        self.cut();
        self
    }

    pub(super) fn into_sorted(mut self) -> Vec<Candidate> {
        self.cut();
        self.candidates
    }

    /// The best encounter of each subject, the best subjects first. Whichever way the candidates were split before, the
    /// same remain, because their order is total.
    fn cut(&mut self) {
        self.candidates.sort_unstable_by(better_first);
        let mut seen = HashSet::new();
        self.candidates.retain(|c| seen.insert(c.key.subject));
        self.candidates.truncate(self.limit);
    }
}

/// By score, the highest first, then by subject, encounter and place.
fn better_first(a: &Candidate, b: &Candidate) -> Ordering {
    b.score.db().total_cmp(&a.score.db()).then_with(|| (a.key, a.record).cmp(&(b.key, b.record)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::Score;
    use crate::gallery::{EncounterId, SubjectId};
    use crate::search::Key;

    fn candidate(record: usize, subject: u64, db: f64) -> Candidate {
        let key = Key { subject: SubjectId(subject), encounter: EncounterId(record as u128) };
        Candidate { record, key, score: Score::from_db(db) }
    }

    #[test]
    fn the_same_remain_however_the_work_was_split() {
        let all: Vec<_> =
            (0..5000).map(|i| candidate(i, i as u64 * 7919 % 1500, f64::from((i as u32 * 7907) % 97))).collect();
        let whole = all.iter().fold(Best::new(30), |best, &c| best.push(c)).into_sorted();
        for parts in [2, 3, 17] {
            let split = all
                .chunks(all.len() / parts)
                .map(|chunk| chunk.iter().fold(Best::new(30), |best, &c| best.push(c)))
                .reduce(Best::merge)
                .map(Best::into_sorted);
            assert_eq!(split.as_ref(), Some(&whole));
        }
        assert_eq!(whole.len(), 30);
    }

    #[test]
    fn of_one_subject_the_best_encounter_counts() {
        let best = [candidate(0, 1, 20.0), candidate(1, 1, 50.0), candidate(2, 2, 30.0)];
        let best = best.into_iter().fold(Best::new(5), Best::push).into_sorted();
        assert_eq!(best.iter().map(|c| c.record).collect::<Vec<_>>(), [1, 2]);
    }
}
