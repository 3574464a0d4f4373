//! Writing and reading of the event log (D8).

use futures_util::stream;

use super::Orchestrator;
use crate::{
    engine::event_log::KEPT,
    error::PortError,
    id::EventId,
    model::{Deployment, Event, Node, Severity, Subject},
    port::{BoxStream, Key, Kind, Op, Revision, Stored as _, When, Write},
};

impl Orchestrator {
    pub(super) fn event(
        &self,
        severity: Severity,
        reason: &str,
        subject: Subject,
        message: impl Into<String>,
    ) -> Result<Write, PortError> {
        Event {
            id: EventId::from_bits(self.ports.ids.next_bits()),
            at: self.now(),
            severity,
            reason: reason.to_owned(),
            subject,
            message: message.into(),
        }
        .put(When::Any)
    }

    /// Events after a cursor, oldest first; a cursor is the revision of the store that wrote an event. A little more than
    /// `limit` when one revision wrote several.
    #[must_use]
    pub fn events(&self, after: Revision, limit: usize) -> Vec<(Revision, Event)> {
        self.events_log().after(after, limit.clamp(1, KEPT))
    }

    /// The newest events after a cursor, at most `limit`, oldest first.
    #[must_use]
    pub fn newest_events(&self, after: Revision, limit: usize) -> Vec<(Revision, Event)> {
        self.events_log().newest_after(after, limit)
    }

    /// Whether no event after this cursor was removed because it was too old.
    #[must_use]
    pub fn has_all_events_after(&self, cursor: Revision) -> bool {
        self.events_log().is_complete_after(cursor)
    }

    /// The cursor of the newest event; 0 when there is none.
    #[must_use]
    pub fn newest_event(&self) -> Revision {
        *self.event_cursor.borrow()
    }

    /// Events after a cursor, then every new one.
    #[must_use]
    pub fn watch_events(
        self: &std::sync::Arc<Self>,
        after: Revision,
    ) -> BoxStream<'static, Result<(Revision, Event), PortError>> {
        let mut cursor_changed = self.event_cursor.subscribe();
        cursor_changed.mark_changed();
        let start = (std::sync::Arc::downgrade(self), cursor_changed, after, std::collections::VecDeque::new());
        Box::pin(stream::unfold(start, |(this, mut changed, mut cursor, mut queue)| async move {
            loop {
                if let Some((revision, event)) = queue.pop_front() {
                    cursor = revision;
                    return Some((Ok((revision, event)), (this, changed, cursor, queue)));
                }
                changed.changed().await.ok()?;
                queue.extend(this.upgrade()?.events(cursor, KEPT));
            }
        }))
    }

    /// Deletes the oldest events beyond what is kept.
    pub(super) async fn prune_events(&self) -> Result<(), PortError> {
        let pruned = self.events_log().prune();
        let delete = |id: EventId| Write { key: Key::new(Kind::Event, id.as_str()), op: Op::Delete, when: When::Any };
        self.commit(pruned.into_iter().map(delete).collect()).await.map(drop)
    }
}

pub(super) fn about_node(node: &Node) -> Subject {
    Subject { kind: "node".into(), id: node.id.to_string(), name: node.name.to_string(), deployment: None }
}

pub(super) fn about_deployment(d: &Deployment) -> Subject {
    Subject {
        kind: "deployment".into(),
        id: d.id.to_string(),
        name: d.name.to_string(),
        deployment: Some(d.name.to_string()),
    }
}

pub(super) fn about_workload(id: &crate::id::WorkloadId, d: Option<&Deployment>) -> Subject {
    Subject {
        kind: "workload".into(),
        id: id.to_string(),
        name: id.to_string(),
        deployment: d.map(|d| d.name.to_string()),
    }
}
