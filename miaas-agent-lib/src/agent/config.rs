//! What an agent is told.

use std::{ffi::OsString, net::IpAddr, path::PathBuf, sync::Arc, time::Duration};

use miaas_core::{ErrorKind, PortError, name::NodeName, port::Executor, secret::Secret};
use miaas_tls::CaPin;

use crate::{server_url::Servers, session::SessionOptions};

/// What runs workloads.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ExecutorChoice {
    /// Containers of the engine behind a socket. Only what is chosen here is ever touched (N10).
    Docker {
        /// Path of the socket.
        socket: PathBuf,
    },
    /// Supervised local processes.
    Process,
    /// An executor from outside this crate.
    Custom(Arc<dyn Executor>),
}

/// The configuration of an agent.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AgentConfig {
    /// Where everything is kept. One agent a folder.
    pub state_dir: PathBuf,
    /// Executors that are offered; at least one.
    pub executors: Vec<ExecutorChoice>,
    /// Address of the server, or those of its replicas separated by commas; none takes the one of the last registration.
    pub server_url: Option<String>,
    /// By which the authority of the server is known; none takes the one of the last registration, and without that believes
    /// the authorities of the system.
    pub ca_pin: Option<CaPin>,
    /// Allows to register; needed the first time, and when the server has forgotten the node.
    pub join_token: Option<Secret>,
    /// Ask to be let in without a join token, and wait until an operator accepts the node.
    pub request_approval: bool,
    /// Name of the node; none takes the host name.
    pub name: Option<NodeName>,
    /// Address that others reach the node by; none takes the one on the way to the server.
    pub ip: Option<IpAddr>,
    /// Times of the session.
    pub session: SessionOptions,
    /// Time between two looks at the facts.
    pub facts_look: Duration,
    /// Time after which facts are sent although nothing but use has changed.
    pub facts_full: Duration,
    /// Program and arguments that call [`guard::watch`](crate::guard::watch) with this configuration and their standard
    /// input. Without a guard, what needs a lease runs on when the agent is killed and not started again.
    pub guard: Option<Vec<OsString>>,
}

impl AgentConfig {
    /// A configuration with the usual times.
    pub fn new(state_dir: impl Into<PathBuf>, executors: Vec<ExecutorChoice>) -> Self {
        Self {
            state_dir: state_dir.into(),
            executors,
            server_url: None,
            ca_pin: None,
            join_token: None,
            request_approval: false,
            name: None,
            ip: None,
            session: SessionOptions::default(),
            facts_look: Duration::from_secs(20),
            facts_full: Duration::from_secs(60),
            guard: None,
        }
    }

    /// With the address of the server.
    #[must_use]
    pub fn with_server(mut self, url: impl Into<String>) -> Self {
        self.server_url = Some(url.into());
        self
    }

    /// With the pin of the server's authority.
    #[must_use]
    pub const fn with_ca_pin(mut self, pin: CaPin) -> Self {
        self.ca_pin = Some(pin);
        self
    }

    /// With a join token.
    #[must_use]
    pub fn with_join_token(mut self, token: Secret) -> Self {
        self.join_token = Some(token);
        self
    }

    /// With a name.
    #[must_use]
    pub fn with_name(mut self, name: NodeName) -> Self {
        self.name = Some(name);
        self
    }

    /// With the address that others reach the node by.
    #[must_use]
    pub const fn with_ip(mut self, ip: IpAddr) -> Self {
        self.ip = Some(ip);
        self
    }

    /// Refuses what can be seen to be wrong before anything is touched.
    pub(super) fn check(&self) -> Result<(), PortError> {
        if self.executors.is_empty() {
            return Err(PortError::new(ErrorKind::Invalid, "agent.config", "no executor is turned on")
                .with_hint("turn on containers with --docker or local processes with --process"));
        }
        if self.session.heartbeat_interval.is_zero() {
            return Err(PortError::new(ErrorKind::Invalid, "agent.config", "the heartbeat interval is zero"));
        }
        let Some(url) = &self.server_url else { return Ok(()) };
        Servers::parse(url)?.check(self.ca_pin)
    }
}
