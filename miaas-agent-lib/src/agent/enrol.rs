//! How a node becomes known to its server, and known again.

use std::{sync::Arc, time::Duration};

use miaas_core::{ErrorKind, PortError, api::v1::RegisterNode, id::NodeId, model::Facts, secret::Secret};
use miaas_tls::CaPin;
use tokio::sync::watch;

use super::AgentConfig;
use crate::{
    identity::{Identity, IdentityFile},
    node_key::KeyPair,
    register::{register, renew},
    server_url::{ServerUrl, Servers},
    session::Pauses,
};

/// How often a node that waits to be accepted asks whether it was.
const ACCEPTED_LOOK: Duration = Duration::from_secs(2);

/// What is needed to register.
#[derive(Debug)]
pub(super) struct Enrolment<'a> {
    pub config: &'a AgentConfig,
    pub file: IdentityFile,
    pub key: &'a KeyPair,
    pub facts: watch::Receiver<Arc<Facts>>,
}

impl Enrolment<'_> {
    /// The server of an identity: the configured one, since a server may move.
    pub(super) fn servers(&self, identity: &Identity) -> Result<Servers, PortError> {
        Servers::parse(self.config.server_url.as_deref().unwrap_or(&identity.server_url))
    }

    /// By which the authority of the server is known.
    pub(super) fn pin(&self, identity: &Identity) -> Option<CaPin> {
        self.config.ca_pin.or(identity.ca_pin)
    }

    /// The identity that was kept, or a new one. A server that cannot be reached is waited for.
    pub(super) async fn first(&self) -> Result<Identity, PortError> {
        if let Some(known) = self.file.load()? {
            tracing::info!(node = %known.node_id, "continuing as a registered node");
            return Ok(known);
        }
        let missing = |what: &str, hint: &str| {
            let text = format!("this node is not registered yet, and there is no {what}");
            PortError::new(ErrorKind::Invalid, "agent.config", text).with_hint(hint)
        };
        let url = self.config.server_url.as_deref();
        let url = url.ok_or_else(|| missing("server address", "pass --server or MIAAS_SERVER"))?;
        if self.config.join_token.is_none() && !self.config.request_approval {
            return Err(missing(
                "join token",
                "make one with `miaas token create` and pass it with MIAAS_JOIN_TOKEN; where the server has operators accept nodes, \
                 ask for it with --request-approval",
            ));
        }
        let servers = Servers::parse(url)?;
        let mut pauses = Pauses::new();
        let mut attempt = 0;
        loop {
            match self.register(&servers, self.config.ca_pin, attempt).await {
                Err(e) if e.retryable() => {
                    let pause = pauses.next();
                    tracing::warn!(error = %e.chain(), again_in_ms = pause.as_millis(), "not registered yet");
                    tokio::time::sleep(pause).await;
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    /// The identity of a node whose token its server does not accept: with a fresh token where its key gets it one, else a new
    /// one; none when neither is possible now.
    pub(super) async fn again(&self, old: &Identity, refused: &PortError) -> Option<Identity> {
        match self.renewed(old).await {
            Ok(fresh) => {
                tracing::info!(node = %fresh.node_id, "the node proved who it is and has a fresh token");
                return Some(fresh);
            }
            // The server does not know the key, or is one that knows nothing of keys.
            Err(e) if matches!(e.kind(), ErrorKind::Unauthenticated | ErrorKind::NotFound | ErrorKind::Invalid) => {}
            Err(e) => {
                tracing::warn!(error = %e.chain(), "no fresh token could be had; its workloads keep running");
                return None;
            }
        }
        if self.config.join_token.is_none() && !self.config.request_approval {
            tracing::error!(
                error = %refused.chain(),
                "THE SERVER DOES NOT ACCEPT THIS NODE; its workloads keep running, but it takes no orders. To register it \
                 again, start the agent with a join token (`miaas token create`, MIAAS_JOIN_TOKEN)"
            );
            return None;
        }
        tracing::warn!(error = %refused.chain(), "registering again");
        let servers = self.servers(old);
        match async { self.register(&servers?, self.pin(old), 0).await }.await {
            Ok(fresh) => Some(fresh),
            Err(e) => {
                let hint = e.hint().unwrap_or_default();
                tracing::error!(error = %e.chain(), hint, "THE NODE COULD NOT BE REGISTERED AGAIN; its workloads keep running");
                None
            }
        }
    }

    async fn renewed(&self, old: &Identity) -> Result<Identity, PortError> {
        let servers = self.servers(old)?;
        let mut last = None;
        // Each of several servers knows the node; one that is away says nothing about it.
        for server in servers.all() {
            match renew(server, self.pin(old), &old.node_id, self.key).await {
                Ok(node_token) => {
                    let fresh = Identity { node_token, ..old.clone() };
                    self.file.save(&fresh)?;
                    return Ok(fresh);
                }
                Err(e) if e.retryable() => last = Some(e),
                Err(e) => return Err(e),
            }
        }
        Err(last.unwrap_or_else(|| PortError::unavailable("agent.renew", "there is no server to ask")))
    }

    async fn register(&self, servers: &Servers, pin: Option<CaPin>, attempt: usize) -> Result<Identity, PortError> {
        let server = servers.at(attempt);
        let facts = self.facts.borrow().clone();
        let name = self.config.name.as_ref().map_or_else(|| facts.hostname.clone(), ToString::to_string);
        if name.is_empty() {
            return Err(PortError::new(ErrorKind::Invalid, "agent.config", "this machine has no host name")
                .with_hint("name the node with --name"));
        }
        let body = RegisterNode {
            name,
            ip: self.config.ip.unwrap_or_else(|| server.local_address()).to_string(),
            capabilities: (*facts).clone(),
            agent_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            public_key: Some(self.key.public()),
        };
        let answer = register(server, pin, self.config.join_token.as_ref(), &body).await?;
        let node_token = match answer.node_token {
            Some(token) => token,
            None => self.accepted(server, pin, &answer.node_id, &body.name).await?,
        };
        let identity = Identity { node_id: answer.node_id, node_token, server_url: servers.to_string(), ca_pin: pin };
        self.file.save(&identity)?;
        tracing::info!(node = %identity.node_id, name = %body.name, %server, "registered");
        Ok(identity)
    }

    /// The token of a node that waits until an operator accepts it.
    async fn accepted(
        &self,
        server: &ServerUrl,
        pin: Option<CaPin>,
        node: &NodeId,
        name: &str,
    ) -> Result<Secret, PortError> {
        tracing::info!(%node, "the node waits until an operator accepts it: `miaas node approve {name}`");
        loop {
            match renew(server, pin, node, self.key).await {
                Err(e) if e.kind() == ErrorKind::Forbidden || e.retryable() => tokio::time::sleep(ACCEPTED_LOOK).await,
                other => return other,
            }
        }
    }
}
