//! How a node becomes known to its server, and known again.

use std::sync::Arc;

use miaas_core::{ErrorKind, PortError, api::v1::RegisterNode, model::Facts, secret::Secret};
use miaas_tls::CaPin;
use tokio::sync::watch;

use super::AgentConfig;
use crate::{
    identity::{Identity, IdentityFile},
    register::register,
    server_url::Servers,
    session::Pauses,
};

/// What is needed to register.
#[derive(Debug)]
pub(super) struct Enrolment<'a> {
    pub config: &'a AgentConfig,
    pub file: IdentityFile,
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
        let join = self.config.join_token.as_ref().ok_or_else(|| {
            missing("join token", "make one with `miaas token create` and pass it with MIAAS_JOIN_TOKEN")
        })?;
        let servers = Servers::parse(url)?;
        let mut pauses = Pauses::new();
        let mut attempt = 0;
        loop {
            match self.register(&servers, self.config.ca_pin, attempt, join).await {
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

    /// A new identity for a node that its server does not accept any more; none when that is not possible now.
    pub(super) async fn again(&self, old: &Identity, refused: &PortError) -> Option<Identity> {
        let Some(join) = &self.config.join_token else {
            tracing::error!(
                error = %refused.chain(),
                "THE SERVER DOES NOT ACCEPT THIS NODE; its workloads keep running, but it takes no orders. To register it \
                 again, start the agent with a join token (`miaas token create`, MIAAS_JOIN_TOKEN)"
            );
            return None;
        };
        tracing::warn!(error = %refused.chain(), "registering again");
        let servers = self.servers(old);
        match async { self.register(&servers?, self.pin(old), 0, join).await }.await {
            Ok(fresh) => Some(fresh),
            Err(e) => {
                let hint = e.hint().unwrap_or_default();
                tracing::error!(error = %e.chain(), hint, "THE NODE COULD NOT BE REGISTERED AGAIN; its workloads keep running");
                None
            }
        }
    }

    async fn register(
        &self,
        servers: &Servers,
        pin: Option<CaPin>,
        attempt: usize,
        join: &Secret,
    ) -> Result<Identity, PortError> {
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
        };
        let answer = register(server, pin, join, &body).await?;
        let identity = Identity {
            node_id: answer.node_id,
            node_token: answer.node_token,
            server_url: servers.to_string(),
            ca_pin: pin,
        };
        self.file.save(&identity)?;
        tracing::info!(node = %identity.node_id, name = %body.name, %server, "registered");
        Ok(identity)
    }
}
