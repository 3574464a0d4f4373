//! The session with the server (N6): dialled by the agent, so it works behind NAT; dialled again for ever, resuming where
//! the last one ended.

mod backoff;
mod dial;
mod live;
mod log_streams;

use std::{sync::Arc, time::Duration};

use miaas_core::{ErrorKind, PortError, engine::NodeLoop, model::Facts, secret::Secret};
use rustls::ClientConfig;
use tokio::{sync::watch, time::Instant};

pub(crate) use self::backoff::Pauses;
use crate::{
    facts::Sampler,
    identity::{Identity, IdentityFile},
    server_url::Servers,
};

/// Times of a session.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct SessionOptions {
    /// Time between two heartbeats.
    pub heartbeat_interval: Duration,
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self { heartbeat_interval: Duration::from_secs(5) }
    }
}

/// What a session needs.
#[derive(Debug)]
pub struct Session {
    /// Where to dial.
    pub servers: Servers,
    /// Whom to believe over TLS.
    pub tls: Arc<ClientConfig>,
    /// As whom.
    pub identity: Identity,
    /// Where fresh tokens are kept.
    pub identity_file: IdentityFile,
    /// What takes targets and gives reports.
    pub node_loop: Arc<NodeLoop>,
    /// The newest facts.
    pub facts: watch::Receiver<Arc<Facts>>,
    /// What heartbeats say.
    pub sampler: Sampler,
    /// Times.
    pub options: SessionOptions,
}

impl Session {
    /// Dials, talks and dials again, for ever; returns only when the server does not accept the identity, with its answer.
    pub async fn run(&mut self) -> PortError {
        let mut pauses = Pauses::new();
        let mut attempt = 0;
        loop {
            let begun = Instant::now();
            let server = self.servers.at(attempt).clone();
            let ended = match dial::dial(&server, &self.tls, &self.identity).await {
                Ok(socket) => {
                    tracing::info!(%server, node = %self.identity.node_id, "session opened");
                    live::live(self, socket).await
                }
                Err(e) if e.kind() == ErrorKind::Unauthenticated => return e,
                Err(e) => e,
            };
            attempt += 1;
            if begun.elapsed() >= backoff::GOOD_AFTER {
                pauses = Pauses::new();
            }
            let pause = pauses.next();
            tracing::warn!(error = %ended.chain(), again_in_ms = pause.as_millis(), "no session with the server");
            tokio::time::sleep(pause).await;
        }
    }

    /// A fresh token is used from now on, also when it cannot be written down: then it is lost with this process only.
    fn keep_token(&mut self, token: Secret) {
        self.identity.node_token = token;
        if let Err(e) = self.identity_file.save(&self.identity) {
            tracing::error!(error = %e.chain(), "the fresh node token could not be kept");
        }
    }
}
