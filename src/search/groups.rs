use super::dedup::Pair;
use super::population::Population;
use crate::gallery::SubjectId;
use std::collections::BTreeMap;

/// Subjects who are one person, it seems, and all their records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Two or more, ascending.
    pub subjects: Vec<SubjectId>,
    /// The numbers of their records in the population, ascending.
    pub records: Vec<usize>,
}

/// Ties subjects together over the pairs: who is paired with one of a group belongs to it.
pub(super) fn group<P: Population + ?Sized>(population: &P, pairs: &[Pair]) -> Vec<Group> {
    let mut forest = Forest::default();
    for pair in pairs {
        forest.join(pair.keys[0].subject, pair.keys[1].subject);
    }
    let mut groups: BTreeMap<SubjectId, Group> = BTreeMap::new();
    for subject in forest.parent.keys().copied().collect::<Vec<_>>() {
        let empty = || Group { subjects: Vec::new(), records: Vec::new() };
        groups.entry(forest.root(subject)).or_insert_with(empty).subjects.push(subject);
    }
    for record in 0..population.record_count() {
        let subject = population.key(record).subject;
        if forest.parent.contains_key(&subject)
            && let Some(group) = groups.get_mut(&forest.root(subject))
        {
            group.records.push(record);
        }
    }
    groups.into_values().collect()
}

/// Union-find; the smallest subject of a tree is its root, so that the order of joining does not show.
#[derive(Default)]
struct Forest {
    parent: BTreeMap<SubjectId, SubjectId>,
}

impl Forest {
    fn root(&mut self, mut subject: SubjectId) -> SubjectId {
        while let Some(&parent) = self.parent.get(&subject)
            && parent != subject
        {
            // Path halving keeps the trees flat.
            let grandparent = self.parent.get(&parent).copied().unwrap_or(parent);
            self.parent.insert(subject, grandparent);
            subject = grandparent;
        }
        subject
    }

    fn join(&mut self, a: SubjectId, b: SubjectId) {
        self.parent.entry(a).or_insert(a);
        self.parent.entry(b).or_insert(b);
        let (a, b) = (self.root(a), self.root(b));
        self.parent.insert(a.max(b), a.min(b));
    }
}
