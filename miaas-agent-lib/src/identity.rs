//! Who the node is to its server: kept in the state folder, readable by its owner only.

use std::path::{Path, PathBuf};

use miaas_core::{ErrorKind, PortError, id::NodeId, secret::Secret};
use miaas_tls::CaPin;
use serde::{Deserialize, Serialize};

use crate::fsutil::{Durability, io_error, read_optional, write_atomic};

/// What a registration gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The node.
    pub node_id: NodeId,
    /// Its present credential; replaced over the session.
    pub node_token: Secret,
    /// The server that gave both.
    pub server_url: String,
    /// By which the authority of that server is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_pin: Option<CaPin>,
}

/// The file `identity.json`.
#[derive(Debug, Clone)]
pub struct IdentityFile {
    path: PathBuf,
}

impl IdentityFile {
    /// The file in this state folder.
    #[must_use]
    pub fn in_folder(state_dir: &Path) -> Self {
        Self { path: state_dir.join("identity.json") }
    }

    /// What was kept; none before the first registration.
    ///
    /// # Errors
    /// `Invalid` when the file is damaged, saying what to do; `Internal` when it cannot be read.
    pub fn load(&self) -> Result<Option<Identity>, PortError> {
        let bytes = read_optional(&self.path).map_err(|e| io_error("identity.load", "read", &self.path, e))?;
        let Some(bytes) = bytes else { return Ok(None) };
        serde_json::from_slice(&bytes).map(Some).map_err(|e| {
            PortError::new(ErrorKind::Invalid, "identity.load", format!("{} is damaged", self.path.display()))
                .with_hint("remove this file and start the agent with a join token: it registers again under its name")
                .with_source(e)
        })
    }

    /// Keeps it, durably.
    ///
    /// # Errors
    /// `Internal` when it cannot be written.
    pub fn save(&self, identity: &Identity) -> Result<(), PortError> {
        let bytes = serde_json::to_vec_pretty(identity)
            .map_err(|e| PortError::internal("identity.save", "the identity does not serialise").with_source(e))?;
        write_atomic(&self.path, &bytes, Durability::Power)
            .map_err(|e| io_error("identity.save", "write", &self.path, e))
    }
}
