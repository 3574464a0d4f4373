//! An agent that does nothing but talk.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use miaas_core::{
    hash::ContentHash,
    id::NodeId,
    model::{NodeReport, NodeTarget, Phase, WorkloadReport, WorkloadState},
    protocol::{FromAgent, FromServer, VERSION},
};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest as _, http::HeaderValue},
};

use crate::support::{Server, facts};

const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct FakeAgent {
    node: NodeId,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// Opens a WebSocket with a credential; the HTTP status when it is refused.
pub(crate) async fn open(
    server: &Server,
    path: &str,
    credential: &str,
) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>, u16> {
    let mut request = format!("ws://{}{path}", server.running.addr).into_client_request().unwrap();
    let value = HeaderValue::from_str(&format!("Bearer {credential}")).unwrap();
    request.headers_mut().insert("authorization", value);
    match connect_async(request).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(response)) => Err(response.status().as_u16()),
        Err(other) => panic!("{other}"),
    }
}

impl FakeAgent {
    pub(crate) async fn dial(server: &Server, node: &str, token: &str) -> Result<Self, u16> {
        let socket = open(server, &format!("/api/v1/nodes/{node}/session"), token).await?;
        Ok(Self { node: NodeId::parse(node).unwrap(), socket })
    }

    /// Dials and says hello.
    pub(crate) async fn connect(server: &Server, node: &str, token: &str) -> Self {
        let mut agent = Self::dial(server, node, token).await.unwrap();
        agent.hello(VERSION).await;
        agent
    }

    pub(crate) async fn hello(&mut self, protocol: u32) {
        let (agent_version, facts) = ("test".to_owned(), Box::new(facts()));
        self.send(&FromAgent::Hello { protocol, agent_version, generation: 0, facts }).await;
    }

    pub(crate) async fn send(&mut self, message: &FromAgent) {
        self.send_text(&serde_json::to_string(message).unwrap()).await;
    }

    pub(crate) async fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    /// The next message, or the close code.
    pub(crate) async fn next(&mut self) -> Result<FromServer, u16> {
        loop {
            match tokio::time::timeout(PATIENCE, self.socket.next()).await.expect("the server says something") {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(frame))) => return Err(frame.map_or(1005, |f| f.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(1006),
            }
        }
    }

    /// The next target that has workloads.
    pub(crate) async fn target(&mut self) -> NodeTarget {
        loop {
            if let Ok(FromServer::Target(target)) = self.next().await
                && !target.workloads.is_empty()
            {
                return target;
            }
        }
    }

    /// Reports that all of a target runs.
    pub(crate) async fn report_running(&mut self, target: &NodeTarget) {
        let running = |hash: ContentHash, generation| WorkloadState {
            phase: Phase::Running,
            running_hash: Some(hash),
            running_generation: Some(generation),
            ..WorkloadState::default()
        };
        let workloads = target
            .workloads
            .iter()
            .map(|w| WorkloadReport { workload: w.id.clone(), state: running(w.hash.clone(), w.generation) })
            .collect();
        let (node, generation) = (self.node.clone(), target.generation);
        self.send(&FromAgent::Report(NodeReport { node, generation, full: true, workloads })).await;
    }
}
