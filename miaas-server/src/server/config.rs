//! What can be chosen about a server.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use miaas_core::{ErrorKind, PortError, engine::EngineConfig};
use miaas_store::{Location, MasterKeySource};

use super::{ConnectionLimits, TlsSource};
use crate::{ApiConfig, CatalogSource, Registration, WebhookConfig, auth::NODE_TOKEN_TTL};

/// The address that a server listens on unless told otherwise.
pub const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 7070);

/// The configuration of a server.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ServerConfig {
    /// Where keys of the server lie, and its state unless `store` is elsewhere. Created when missing, for this user only.
    pub state_dir: PathBuf,
    /// The database with the state; none keeps it in a file in the state directory.
    pub store: Option<Location>,
    /// The key that opens the database; none takes the file `master.key` of the state directory, which is made at the first
    /// start. Servers on one database need the same key.
    pub master_key: Option<MasterKeySource>,
    /// The address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The certificate to speak TLS with; none speaks plain HTTP on loopback, and takes one of its own elsewhere.
    pub tls: Option<TlsSource>,
    /// Serve plain HTTP also on addresses that other machines reach.
    pub insecure_http: bool,
    /// Let every machine that reaches the server become a node, where the registration is open.
    pub open_to_all: bool,
    /// Limits of connections.
    pub connections: ConnectionLimits,
    /// Further templates; of several with one name the first counts, and the built-in ones before all.
    pub catalogs: Vec<CatalogSource>,
    /// A file that says what workloads may have that reaches out of their containers; none allows nothing of it.
    pub policy_file: Option<PathBuf>,
    /// How long a node token is valid.
    pub node_token_ttl: Duration,
    /// How events are sent to webhooks.
    pub webhooks: WebhookConfig,
    /// The engine.
    pub engine: EngineConfig,
    /// Limits and times of the API.
    pub api: ApiConfig,
}

impl ServerConfig {
    /// A server on loopback with its state in this directory.
    #[must_use]
    pub fn new(state_dir: impl Into<PathBuf>) -> Self {
        Self {
            state_dir: state_dir.into(),
            store: None,
            master_key: None,
            listen: DEFAULT_LISTEN,
            tls: None,
            insecure_http: false,
            open_to_all: false,
            connections: ConnectionLimits::default(),
            catalogs: Vec::new(),
            policy_file: None,
            node_token_ttl: NODE_TOKEN_TTL,
            webhooks: WebhookConfig::default(),
            engine: EngineConfig::default(),
            api: ApiConfig::default(),
        }
    }

    pub(crate) fn store(&self) -> Location {
        self.store.clone().unwrap_or_else(|| Location::Sqlite(self.state_dir.join("miaas.db")))
    }

    pub(crate) fn master_key(&self) -> MasterKeySource {
        self.master_key.clone().unwrap_or_else(|| MasterKeySource::File(self.state_dir.join("master.key")))
    }

    pub(crate) fn check(&self) -> Result<(), PortError> {
        // Agents send heartbeats every 5 s; one that is late is no sign of anything.
        const LEAST: Duration = Duration::from_secs(10);
        let patience = &self.engine.patience;
        if patience.suspect_after < LEAST || patience.lost_after <= patience.suspect_after {
            let message = format!(
                "nodes cannot be unreachable after {:?} and lost after {:?} of silence",
                patience.suspect_after, patience.lost_after
            );
            return Err(PortError::new(ErrorKind::Invalid, "server.patience", message).with_hint(format!(
                "take at least {} s until a node is unreachable, and more until it is lost",
                LEAST.as_secs()
            )));
        }
        if self.api.mutual_tls && self.tls.is_none() && (self.listen.ip().is_loopback() || self.insecure_http) {
            let message = "nodes cannot show their key to a server that speaks plain HTTP".to_owned();
            return Err(PortError::new(ErrorKind::Invalid, "server.mutual_tls", message)
                .with_hint("give --tls as well, or leave --mutual-tls out"));
        }
        if self.api.registration == Registration::Open && !self.listen.ip().is_loopback() && !self.open_to_all {
            let message =
                format!("every machine that reaches {} could become a node, and would get secrets", self.listen);
            return Err(PortError::new(ErrorKind::Invalid, "server.registration", message)
                .with_hint("take --registration approval, or accept it with --registration open --open-to-all"));
        }
        Ok(())
    }

    /// TLS wherever other machines can listen, unless plain HTTP was asked for.
    pub(crate) fn tls(&self) -> Option<TlsSource> {
        match &self.tls {
            None if self.listen.ip().is_loopback() => None,
            None if self.insecure_http => {
                tracing::warn!(
                    listen = %self.listen,
                    "PLAIN HTTP ON AN ADDRESS THAT OTHER MACHINES REACH: API keys and node tokens go over the network in clear"
                );
                None
            }
            None => Some(TlsSource::Own(Vec::new())),
            chosen => chosen.clone(),
        }
    }
}
