//! Nodes inside the process of their orchestrator: no agent, no session, no network.
//!
//! For programs that carry an orchestrator for the machine that they run on, for tests and for simulations. [`LocalLink`] is
//! the link that such an orchestrator is opened with, [`LocalNode`] a node that lives by itself.

mod ledger;
mod node;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use futures_util::stream;

pub use self::{
    ledger::MemoryLedger,
    node::{LocalNode, LocalNodeConfig},
};
use super::NodeLoop;
use crate::{
    error::PortError,
    id::{NodeId, WorkloadId},
    model::{Generation, Lease, NodeTarget},
    port::{AgentLink, BoxStream, LogLine, LogOptions},
};

/// The way to nodes of the same process: a target is handed over by a call.
///
/// A node that is detached is one without a session: what it is to run waits until it is attached again.
#[derive(Debug, Default)]
pub struct LocalLink {
    nodes: Mutex<BTreeMap<NodeId, Arc<NodeLoop>>>,
}

impl LocalLink {
    /// A link without nodes. It is made before the orchestrator, whose link it is.
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// From now on the node is told its targets; it takes the place of one with the same id.
    pub fn attach(&self, node_loop: Arc<NodeLoop>) {
        self.nodes().insert(node_loop.node().clone(), node_loop);
    }

    /// From now on the node is told nothing. False when it was not attached.
    pub fn detach(&self, node: &NodeId) -> bool {
        self.nodes().remove(node).is_some()
    }

    fn node(&self, node: &NodeId) -> Result<Arc<NodeLoop>, PortError> {
        let found = self.nodes().get(node).cloned();
        found.ok_or_else(|| PortError::unavailable("local.link", format!("node {node} is not in this process")))
    }

    // Whole values go in and out under the lock, so a poisoned one is as good as any.
    fn nodes(&self) -> MutexGuard<'_, BTreeMap<NodeId, Arc<NodeLoop>>> {
        self.nodes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl AgentLink for LocalLink {
    async fn deliver(&self, target: &NodeTarget) -> Result<Generation, PortError> {
        self.node(&target.node)?.accept(target.clone()).await
    }

    async fn renew(&self, node: &NodeId, lease: Lease) -> Result<(), PortError> {
        self.node(node)?.renew(&lease);
        Ok(())
    }

    fn logs(
        &self,
        node: &NodeId,
        workload: &WorkloadId,
        options: LogOptions,
    ) -> BoxStream<'static, Result<LogLine, PortError>> {
        match self.node(node) {
            Ok(node_loop) => node_loop.logs(workload, options),
            Err(error) => Box::pin(stream::once(async { Err(error) })),
        }
    }
}
