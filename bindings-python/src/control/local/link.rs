//! The link to nodes in this process: a call.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use async_trait::async_trait;
use futures_util::stream;
use miaas_core::{
    PortError,
    engine::NodeLoop,
    id::{NodeId, WorkloadId},
    model::{Generation, Lease, NodeTarget},
    port::{AgentLink, BoxStream, LogLine, LogOptions},
};

/// The loops of the nodes.
#[derive(Debug, Default)]
pub(super) struct LocalLink(RwLock<BTreeMap<NodeId, Arc<NodeLoop>>>);

impl LocalLink {
    pub(super) fn connect(&self, node: NodeId, node_loop: Arc<NodeLoop>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(node, node_loop);
    }

    fn find(&self, node: &NodeId) -> Result<Arc<NodeLoop>, PortError> {
        let nodes = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let missing = || PortError::unavailable("link", format!("node {node} is not part of this orchestrator now"));
        nodes.get(node).cloned().ok_or_else(missing)
    }
}

#[async_trait]
impl AgentLink for LocalLink {
    async fn deliver(&self, target: &NodeTarget) -> Result<Generation, PortError> {
        self.find(&target.node)?.accept(target.clone()).await
    }

    async fn renew(&self, node: &NodeId, lease: Lease) -> Result<(), PortError> {
        self.find(node)?.renew(&lease);
        Ok(())
    }

    fn logs(
        &self,
        node: &NodeId,
        workload: &WorkloadId,
        options: LogOptions,
    ) -> BoxStream<'static, Result<LogLine, PortError>> {
        match self.find(node) {
            Ok(node_loop) => node_loop.logs(workload, options),
            Err(e) => Box::pin(stream::once(async { Err(e) })),
        }
    }
}
