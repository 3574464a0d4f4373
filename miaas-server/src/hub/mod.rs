//! The sessions of nodes (N6): one per node, a newer one replaces the older. The hub is the way of the engine to the agents.

mod close;
mod log_streams;
mod outbox;
mod session;
mod socket;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};
use miaas_core::{
    PortError,
    id::{NodeId, WorkloadId},
    model::{Generation, Lease, NodeTarget},
    port::{AgentLink, BoxStream, LogLine, LogOptions},
    protocol::FromServer,
};

pub(crate) use close::CloseReason;
use session::Session;
pub(crate) use socket::serve;

/// Every session of this server.
#[derive(Debug, Default)]
pub struct Hub {
    sessions: Mutex<BTreeMap<NodeId, Arc<Session>>>,
    serial: AtomicU64,
}

impl Hub {
    /// A hub without sessions. It is made before the orchestrator, whose link it is.
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// The nodes that have a session, by id.
    #[must_use]
    pub fn connected(&self) -> Vec<NodeId> {
        self.sessions().keys().cloned().collect()
    }

    /// Ends the session of a node, when there is one.
    pub(crate) fn disconnect(&self, node: &NodeId, reason: CloseReason) {
        if let Some(session) = self.sessions().remove(node) {
            session.end(reason);
        }
    }

    fn open(&self, node: &NodeId) -> Arc<Session> {
        let session = Arc::new(Session::new(node.clone(), self.serial.fetch_add(1, Ordering::Relaxed)));
        if let Some(older) = self.sessions().insert(node.clone(), Arc::clone(&session)) {
            older.end(CloseReason::Replaced);
        }
        session
    }

    /// Forgets a session that has ended, unless a newer one took its place.
    fn forget(&self, session: &Session) {
        let mut sessions = self.sessions();
        if sessions.get(session.node()).is_some_and(|s| s.serial() == session.serial()) {
            sessions.remove(session.node());
        }
    }

    fn session(&self, node: &NodeId) -> Result<Arc<Session>, PortError> {
        let found = self.sessions().get(node).cloned();
        found.ok_or_else(|| PortError::unavailable("hub", format!("node {node} is not connected")))
    }

    // Whole values go in and out under the lock, so a poisoned one is as good as any.
    fn sessions(&self) -> MutexGuard<'_, BTreeMap<NodeId, Arc<Session>>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl AgentLink for Hub {
    async fn deliver(&self, target: &NodeTarget) -> Result<Generation, PortError> {
        Ok(self.session(&target.node)?.outbox().offer_target(target))
    }

    async fn renew(&self, node: &NodeId, lease: Lease) -> Result<(), PortError> {
        self.session(node)?.outbox().push(FromServer::Lease(lease))
    }

    fn logs(
        &self,
        node: &NodeId,
        workload: &WorkloadId,
        options: LogOptions,
    ) -> BoxStream<'static, Result<LogLine, PortError>> {
        match self.session(node).and_then(|session| session.logs(workload, options)) {
            Ok(lines) => lines,
            Err(error) => stream::once(async { Err(error) }).boxed(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;
    use miaas_core::ErrorKind;

    fn target(node: &NodeId, generation: u64) -> NodeTarget {
        NodeTarget { generation, ..NodeTarget::empty(node.clone()) }
    }

    #[tokio::test]
    async fn an_undelivered_target_is_replaced_and_never_by_an_older_one() {
        let hub = Hub::new();
        let node = NodeId::parse("n1").unwrap();
        assert_eq!(hub.deliver(&target(&node, 1)).await.unwrap_err().kind(), ErrorKind::Unavailable);
        let session = hub.open(&node);
        for (offered, known) in [(1, 1), (3, 3), (2, 3)] {
            assert_eq!(hub.deliver(&target(&node, offered)).await.unwrap(), known);
        }
        let sent = session.outbox().next().await;
        assert!(matches!(sent, FromServer::Target(t) if t.generation == 3));
        assert!(session.outbox().next().now_or_never().is_none());
    }

    #[tokio::test]
    async fn a_newer_session_replaces_the_older_and_outlives_its_end() {
        let hub = Hub::new();
        let node = NodeId::parse("n1").unwrap();
        let older = hub.open(&node);
        let newer = hub.open(&node);
        assert_eq!(older.ended().await, CloseReason::Replaced);
        hub.forget(&older);
        assert_eq!(hub.connected(), vec![node.clone()]);
        hub.forget(&newer);
        assert!(hub.connected().is_empty());
    }

    #[tokio::test]
    async fn a_dropped_log_is_stopped_and_a_lost_node_ends_it_with_an_error() {
        let hub = Hub::new();
        let (node, workload) = (NodeId::parse("n1").unwrap(), WorkloadId::parse("w-0").unwrap());
        let session = hub.open(&node);
        let logs = hub.logs(&node, &workload, LogOptions::default());
        let FromServer::LogStart { request, .. } = session.outbox().next().await else { panic!("no start") };
        drop(logs);
        assert_eq!(session.outbox().next().await, FromServer::LogStop { request });

        let mut logs = hub.logs(&node, &workload, LogOptions::default());
        hub.disconnect(&node, CloseReason::Revoked);
        session.close_logs();
        assert_eq!(logs.next().await.unwrap().unwrap_err().kind(), ErrorKind::Unavailable);
        assert!(logs.next().await.is_none());
    }
}
