use std::fmt::Debug;

use async_trait::async_trait;

use super::{BoxStream, LogLine, LogOptions};
use crate::{
    error::PortError,
    id::{NodeId, WorkloadId},
    model::{Generation, Lease, NodeTarget},
};

/// The way to the agents.
///
/// # Contract
/// `deliver` hands a whole target to a node; doing so twice, or with an older one later, is harmless, since the node fences.
/// `Unavailable` when the node has no session: it gets its target when it connects. The returned generation is the newest
/// that the link knows the node to have been given.
#[async_trait]
pub trait AgentLink: Debug + Send + Sync + 'static {
    /// Delivers.
    async fn deliver(&self, target: &NodeTarget) -> Result<Generation, PortError>;
    /// Hands over a lease. A node that does not get it does without: `Unavailable` needs no second try, since an answer to
    /// the node's next heartbeat follows.
    async fn renew(&self, node: &NodeId, lease: Lease) -> Result<(), PortError>;
    /// The output of a workload on its node.
    fn logs(
        &self,
        node: &NodeId,
        workload: &WorkloadId,
        options: LogOptions,
    ) -> BoxStream<'static, Result<LogLine, PortError>>;
}
