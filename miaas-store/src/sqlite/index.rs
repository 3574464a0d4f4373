//! What the writer remembers of the database, so that conditions cost no query.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use miaas_core::port::{Change, Key, Kind, Op, Revision, When, Write};

/// The revision of every object, without the objects.
#[derive(Debug, Default)]
pub(super) struct Index {
    revisions: BTreeMap<Key, Revision>,
    /// The events, oldest first.
    events: BTreeSet<(Revision, Arc<str>)>,
}

impl Index {
    pub(super) fn get(&self, key: &Key) -> Option<Revision> {
        self.revisions.get(key).copied()
    }

    pub(super) fn set(&mut self, key: &Key, revision: Option<Revision>) {
        let before = match revision {
            Some(revision) => self.revisions.insert(key.clone(), revision),
            None => self.revisions.remove(key),
        };
        if key.kind == Kind::Event {
            if let Some(before) = before {
                self.events.remove(&(before, Arc::clone(&key.name)));
            }
            if let Some(revision) = revision {
                self.events.insert((revision, Arc::clone(&key.name)));
            }
        }
    }

    /// Takes over a change that is durable.
    pub(super) fn apply(&mut self, change: &Change) {
        self.set(&change.key, change.value.as_ref().map(|_| change.revision));
    }

    /// Deletes of the oldest events, down to `keep`, once there are a tenth more than that.
    pub(super) fn surplus_events(&self, keep: usize) -> Option<Vec<Write>> {
        let surplus = self.events.len().checked_sub(keep)?;
        if surplus == 0 || surplus < keep / 10 {
            return None;
        }
        let delete = |(revision, name): &(Revision, Arc<str>)| Write {
            key: Key::new(Kind::Event, Arc::clone(name)),
            op: Op::Delete,
            when: When::At(*revision),
        };
        Some(self.events.iter().take(surplus).map(delete).collect())
    }
}
