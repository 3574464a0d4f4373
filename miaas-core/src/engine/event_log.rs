//! The newest events in memory, by cursor (the revision that wrote them).

use std::collections::{BTreeMap, btree_map::Entry};

use crate::{id::EventId, model::Event, port::Revision};

/// Events kept; older ones are deleted from the store, too.
pub(super) const KEPT: usize = 10_000;

#[derive(Debug, Default)]
pub(super) struct EventLog {
    events: BTreeMap<(Revision, EventId), Event>,
}

impl EventLog {
    /// Adds an event; false when it is known.
    pub(super) fn add(&mut self, revision: Revision, event: Event) -> bool {
        match self.events.entry((revision, event.id.clone())) {
            Entry::Occupied(_) => false,
            Entry::Vacant(slot) => {
                slot.insert(event);
                true
            }
        }
    }

    /// Events after a cursor, oldest first. More than `limit` only to finish a revision, so that a cursor skips nothing.
    pub(super) fn after(&self, cursor: Revision, limit: usize) -> Vec<(Revision, Event)> {
        let mut page: Vec<(Revision, Event)> = Vec::new();
        let from = (cursor.saturating_add(1), EventId::lowest());
        for ((revision, _), event) in self.events.range(from..) {
            if page.len() >= limit && page.last().is_some_and(|(last, _)| last != revision) {
                break;
            }
            page.push((*revision, event.clone()));
        }
        page
    }

    /// Removes what is beyond the limit, oldest first, and says what it was.
    pub(super) fn prune(&mut self) -> Vec<EventId> {
        let mut pruned = Vec::new();
        while self.events.len() > KEPT {
            if let Some(((_, id), _)) = self.events.pop_first() {
                pruned.push(id);
            }
        }
        pruned
    }
}
