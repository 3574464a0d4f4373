//! Deciding several commits at once, without the database. Shared by the stores, so that they cannot differ in it.

use std::collections::BTreeMap;

use miaas_core::{
    PortError,
    port::{Change, Key, Revision, Write, settle},
};

/// What a transaction has to do, and what each caller is told when it is durable.
#[derive(Debug)]
pub(crate) struct Batch {
    /// One for each commit, in order.
    pub(crate) answers: Vec<Result<Revision, PortError>>,
    /// The changes of each new revision, in order.
    pub(crate) revisions: Vec<Vec<Change>>,
    /// The revision of the store afterwards.
    pub(crate) head: Revision,
}

impl Batch {
    /// Decides the commits one after the other, each against the state that those before it lead to.
    /// `before` gives the revision of an object in the database, none when it does not exist.
    pub(crate) fn decide<'a>(
        before: impl Fn(&Key) -> Option<Revision>,
        head: Revision,
        commits: impl Iterator<Item = &'a Vec<Write>>,
    ) -> Self {
        let mut batch = Self { answers: Vec::new(), revisions: Vec::new(), head };
        let mut changed: BTreeMap<Key, Option<Revision>> = BTreeMap::new();
        for writes in commits {
            let now = |key: &Key| changed.get(key).copied().unwrap_or_else(|| before(key));
            let answer = settle(writes.clone(), now).map(|effects| {
                if effects.is_empty() {
                    return batch.head;
                }
                batch.head += 1;
                let revision = batch.head;
                changed.extend(effects.iter().map(|(key, value)| (key.clone(), value.as_ref().map(|_| revision))));
                let changes = effects.into_iter().map(|(key, value)| Change { revision, key, value });
                batch.revisions.push(changes.collect());
                revision
            });
            batch.answers.push(answer);
        }
        batch
    }

    /// The last change of each object: what its row has to say afterwards.
    pub(crate) fn last_changes(&self) -> impl Iterator<Item = &Change> {
        let last: BTreeMap<&Key, &Change> = self.revisions.iter().flatten().map(|c| (&c.key, c)).collect();
        last.into_values()
    }
}

#[cfg(test)]
mod tests {
    use miaas_core::port::{Kind, Op, Value, When};

    use super::*;

    fn put(name: &str, text: &str, when: When) -> Vec<Write> {
        vec![Write { key: Key::new(Kind::Node, name), op: Op::Put(Value(text.into())), when }]
    }

    fn delete(name: &str, when: When) -> Vec<Write> {
        vec![Write { key: Key::new(Kind::Node, name), op: Op::Delete, when }]
    }

    #[test]
    fn each_commit_sees_those_before_it() {
        let before = |key: &Key| (*key == Key::new(Kind::Node, "old")).then_some(3);
        let commits = [
            put("a", "1", When::Absent),   // revision 6
            put("a", "2", When::Absent),   // too late
            put("a", "3", When::At(6)),    // revision 7
            delete("old", When::At(4)),    // never was
            delete("old", When::At(3)),    // revision 8
            delete("old", When::Any),      // nothing to do
            put("old", "4", When::Absent), // revision 9
            vec![],
        ];
        let batch = Batch::decide(before, 5, commits.iter());
        let answers: Vec<_> = batch.answers.iter().map(|a| a.as_ref().ok().copied()).collect();
        assert_eq!(answers, [Some(6), None, Some(7), None, Some(8), Some(8), Some(9), Some(9)]);
        assert_eq!(batch.head, 9);
        assert_eq!(batch.revisions.iter().map(|r| r[0].revision).collect::<Vec<_>>(), [6, 7, 8, 9]);
        let rows: Vec<_> = batch.last_changes().map(|c| (&*c.key.name, c.revision, c.value.is_some())).collect();
        assert_eq!(rows, [("a", 7, true), ("old", 9, true)]);
    }

    #[test]
    fn a_batch_of_refusals_changes_nothing() {
        let commits = [put("a", "1", When::At(1)), delete("b", When::At(1))];
        let batch = Batch::decide(|_| None, 5, commits.iter());
        assert!(batch.answers.iter().all(Result::is_err) && batch.revisions.is_empty() && batch.head == 5);
    }
}
