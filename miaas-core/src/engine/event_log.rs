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

    /// The newest events after a cursor, at most so many, oldest first.
    pub(super) fn newest_after(&self, cursor: Revision, limit: usize) -> Vec<(Revision, Event)> {
        let (from, to) = (cursor.saturating_add(1), self.through.saturating_add(1));
        if from >= to {
            return Vec::new();
        }
        let known = self.events.range((from, EventId::lowest())..(to, EventId::lowest()));
        let mut newest: Vec<_> =
            known.rev().take(limit).map(|((revision, _), event)| (*revision, event.clone())).collect();
        newest.reverse();
        newest
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{Severity, Subject},
        time::Timestamp,
    };

    fn event(bits: u64) -> Event {
        Event {
            id: EventId::from_bits(bits),
            at: Timestamp::from_millis(0),
            severity: Severity::Info,
            reason: "test".to_owned(),
            subject: Subject { kind: "node".into(), id: "n".into(), name: "n".into(), deployment: None },
            message: String::new(),
        }
    }

    #[test]
    fn d8_the_newest_come_in_order_and_not_before_all_before_them_are_known() {
        let mut log = EventLog::default();
        for (bits, revision) in [(1, 2), (2, 4), (3, 4), (4, 7), (5, 9)] {
            assert!(log.add(revision, event(bits)));
        }
        let newest = |log: &EventLog, after, limit| -> Vec<Revision> {
            log.newest_after(after, limit).into_iter().map(|(revision, _)| revision).collect()
        };
        assert_eq!(newest(&log, 0, 10), [0; 0], "nothing is known to be complete");
        log.complete_through(7);
        assert_eq!(newest(&log, 0, 10), [2, 4, 4, 7]);
        assert_eq!(newest(&log, 0, 2), [4, 7]);
        assert_eq!(newest(&log, 4, 10), [7]);
        assert_eq!(newest(&log, 7, 10), [0; 0]);
        assert_eq!(newest(&log, Revision::MAX, 10), [0; 0]);
    }
}
