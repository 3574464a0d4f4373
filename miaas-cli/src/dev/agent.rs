//! The agent in `miaas dev`, over a real session on loopback.

use std::time::Duration;

use miaas_agent_lib::{
    agent::{AgentConfig, run},
    identity::IdentityFile,
};
use miaas_client::Client;
use miaas_core::{PortError, api::v1::CreateToken, model::NodeStatus, name::NodeName, secret::Secret};
use miaas_server::RunningServer;
use tokio::{sync::oneshot, task::JoinHandle};

use super::{engine::Executor, folder::Folder};
use crate::failure::fail;

/// How long the join token of the own node is good.
const JOIN_TTL_SECONDS: u64 = 600;
/// Time between two looks at the node.
const LOOK: Duration = Duration::from_millis(20);

/// The running agent.
#[derive(Debug)]
pub(crate) struct Node {
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), PortError>>,
}

/// Starts it.
pub(crate) async fn start(
    folder: &Folder,
    server: &RunningServer,
    executor: Executor,
    name: Option<NodeName>,
) -> anyhow::Result<Node> {
    let state = folder.path().join("agent");
    let mut config = AgentConfig::new(&state, vec![executor.choice()]).with_server(server.url());
    config.join_token = join_token(server, &IdentityFile::in_folder(&state)).await?;
    config.name = name;
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(async move {
        run(config, async move {
            // A dropped sender means the same as a message.
            let _ = stopped.await;
        })
        .await
    });
    Ok(Node { stop, task })
}

/// A join token, when the node is not one yet, was removed, or has no key to get a fresh token with.
async fn join_token(server: &RunningServer, file: &IdentityFile) -> anyhow::Result<Option<Secret>> {
    if let Some(identity) = file.load()?
        && server.orchestrator.node_record(&identity.node_id).is_some_and(|node| node.key.is_some())
    {
        return Ok(None);
    }
    let body = CreateToken {
        ttl_seconds: Some(JOIN_TTL_SECONDS),
        description: "the node of miaas dev".to_owned(),
        ..CreateToken::default()
    };
    let (_, token) = server.state.auth().create_join(body, server.orchestrator.now()).await?;
    Ok(Some(token))
}

/// Waits until the node takes work; gives back its name.
pub(crate) async fn online(client: &Client) -> anyhow::Result<NodeName> {
    loop {
        let nodes = client.nodes().await?;
        let up = |status| matches!(status, NodeStatus::Online | NodeStatus::Cordoned | NodeStatus::Draining);
        if let Some(node) = nodes.into_iter().find(|n| up(n.status)) {
            return Ok(node.name);
        }
        tokio::time::sleep(LOOK).await;
    }
}

impl Node {
    /// Waits for an end that nobody asked for.
    pub(crate) async fn ended(&mut self) -> anyhow::Result<()> {
        match (&mut self.task).await {
            Ok(Ok(())) => Err(fail("the agent ended by itself", "`--log info` says more")),
            Ok(Err(e)) => Err(e.into()),
            Err(e) => Err(e.into()),
        }
    }

    /// Stops it. Workloads keep running.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        // An error means that it has ended already, and was told.
        let _ = self.stop.send(());
        if self.task.is_finished() {
            return Ok(());
        }
        Ok(self.task.await??)
    }
}
