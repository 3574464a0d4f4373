//! The key pair of a node, on its disk.

use std::path::Path;

use ed25519_dalek::{Signer as _, SigningKey, pkcs8::EncodePrivateKey as _};
use miaas_core::{
    ErrorKind, PortError,
    model::{NodeKey, from_hex, proof_of, to_hex},
};
use miaas_tls::Identity;

use crate::fsutil::{Durability, io_error, read_optional, write_atomic};

const OPERATION: &str = "node.key";

/// Proves that this is the node it says: its private half never leaves the machine.
pub(crate) struct KeyPair(SigningKey);

impl std::fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyPair({})", self.public())
    }
}

impl KeyPair {
    /// The one in `node.key` of the state folder, made when there is none.
    ///
    /// # Errors
    /// `Invalid` when the file holds something else; `Internal` when it cannot be read or written.
    pub(crate) fn load_or_create(state_dir: &Path) -> Result<Self, PortError> {
        let path = state_dir.join("node.key");
        if let Some(bytes) = read_optional(&path).map_err(|e| io_error(OPERATION, "read", &path, e))? {
            let seed = std::str::from_utf8(&bytes).ok().and_then(|text| from_hex::<32>(text.trim()));
            return seed.map(|seed| Self(SigningKey::from_bytes(&seed))).ok_or_else(|| {
                PortError::new(ErrorKind::Invalid, OPERATION, format!("{} is damaged", path.display()))
                    .with_hint("remove it and start the agent with a join token: it registers again under its name")
            });
        }
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|e| {
            PortError::internal(OPERATION, "the system gives no random numbers").with_source(e.to_string())
        })?;
        let text = format!("{}\n", to_hex(&seed));
        write_atomic(&path, text.as_bytes(), Durability::Power).map_err(|e| io_error(OPERATION, "write", &path, e))?;
        Ok(Self(SigningKey::from_bytes(&seed)))
    }

    /// What the server knows it by.
    pub(crate) fn public(&self) -> NodeKey {
        NodeKey::new(self.0.verifying_key().to_bytes())
    }

    /// What the node shows to a server in the handshake.
    ///
    /// # Errors
    /// `Internal` when the key cannot be shown.
    pub(crate) fn identity(&self) -> Result<Identity, PortError> {
        let der = self.0.to_pkcs8_der().map_err(|e| {
            PortError::internal(OPERATION, "the key of the node cannot be shown").with_source(e.to_string())
        })?;
        Identity::of_key(der.as_bytes())
    }

    /// The answer to a challenge.
    pub(crate) fn prove(&self, challenge: &str) -> String {
        to_hex(&self.0.sign(&proof_of(challenge)).to_bytes())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn n5_the_key_is_made_once_and_private() {
        let dir = tempfile::tempdir().unwrap();
        let key = KeyPair::load_or_create(dir.path()).unwrap();
        assert_eq!(KeyPair::load_or_create(dir.path()).unwrap().public(), key.public());
        let path = dir.path().join("node.key");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!format!("{key:?}").contains(text.trim()));
        std::fs::write(&path, "short").unwrap();
        assert!(KeyPair::load_or_create(dir.path()).unwrap_err().hint().unwrap().contains("join token"));
    }
}
