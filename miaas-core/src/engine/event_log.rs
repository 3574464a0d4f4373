//! The newest events in memory, by cursor (the revision that wrote them).

use std::collections::{BTreeMap, btree_map::Entry};

use crate::{id::EventId, model::Event, port::Revision};

/// Events kept; older ones are deleted from the store, too.
pub(super) const KEPT: usize = 10_000;

#[derive(Debug, Default)]
pub(super) struct EventLog {
    events: BTreeMap<(Revision, EventId), Event>,
    /// Events up to this revision may be missing.
    gone: Revision,
    /// Every event up to this revision is known. Commits are answered in any order, so those after it may have gaps, and are
    /// not shown yet: whoever reads on from a cursor would never see what fills them.
    through: Revision,
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

    /// Every event up to this revision has been added. The cursor of the newest.
    pub(super) fn complete_through(&mut self, revision: Revision) -> Revision {
        self.through = self.through.max(revision);
        let shown = self.events.range(..(self.through.saturating_add(1), EventId::lowest()));
        shown.last().map_or(0, |((revision, _), _)| *revision)
    }

    /// Events after a cursor, oldest first. More than `limit` only to finish a revision, so that a cursor skips nothing.
    pub(super) fn after(&self, cursor: Revision, limit: usize) -> Vec<(Revision, Event)> {
        let mut page: Vec<(Revision, Event)> = Vec::new();
        let from = (cursor.saturating_add(1), EventId::lowest());
        for ((revision, _), event) in self.events.range(from..) {
            let enough = page.len() >= limit && page.last().is_some_and(|(last, _)| last != revision);
            if enough || *revision > self.through {
                break;
            }
            page.push((*revision, event.clone()));
        }
        page
    }

    /// Whether every event after this cursor is here, as far as is known. What was removed before a restart is not, so a full
    /// log counts as one that something was removed from.
    pub(super) fn is_complete_after(&self, cursor: Revision) -> bool {
        let full = self.events.len() >= KEPT;
        let oldest = self.events.first_key_value().map_or(0, |((revision, _), _)| *revision);
        cursor >= self.gone && !(full && cursor < oldest.saturating_sub(1))
    }

    /// Removes what is beyond the limit, oldest first, and says what it was.
    pub(super) fn prune(&mut self) -> Vec<EventId> {
        let mut pruned = Vec::new();
        while self.events.len() > KEPT {
            if let Some(((revision, id), _)) = self.events.pop_first() {
                self.gone = self.gone.max(revision);
                pruned.push(id);
            }
        }
        pruned
    }
}
