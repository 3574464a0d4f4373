//! Opaque credentials: `<prefix><id>_<secret>`. The id finds the stored hash; the secret has 256 random bits.

use miaas_core::{
    PortError,
    id::base32,
    secret::{Secret, constant_time_eq},
};
use rand::{TryRngCore as _, rngs::OsRng};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Prefix of API keys, so that people and scanners recognise a leaked one.
pub(super) const KEY_PREFIX: &str = "miaas_key_";
/// Prefix of the tokens of sessions.
pub(super) const SESSION_PREFIX: &str = "miaas_session_";
/// Prefix of the codes of links that sign in.
pub(super) const LINK_PREFIX: &str = "miaas_link_";
/// Prefix of join tokens.
pub(super) const JOIN_PREFIX: &str = "miaas_join_";

/// What is stored of a credential: its SHA-256 in hexadecimal. A slow hash would add nothing: the secret is random, not chosen
/// by people. It has no `==`, whose time would tell how much of a guess is right.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct CredentialHash(String);

impl CredentialHash {
    pub(super) fn of(credential: &str) -> Self {
        Self(hash(credential))
    }

    /// Whether it is the hash of this credential; how long that takes says nothing about it.
    pub(super) fn matches(&self, credential: &str) -> bool {
        constant_time_eq(self.0.as_bytes(), hash(credential).as_bytes())
    }
}

/// A fresh credential of the object `id`, and the hash to store.
pub(super) fn issue(prefix: &str, id: &str) -> Result<(Secret, CredentialHash), PortError> {
    let text = format!("{prefix}{id}_{}", random_text()?);
    let hash = CredentialHash::of(&text);
    Ok((Secret::new(text), hash))
}

/// The id in a credential of this prefix.
pub(super) fn id_of<'a>(prefix: &str, credential: &'a str) -> Option<&'a str> {
    credential.strip_prefix(prefix)?.rsplit_once('_').map(|(id, _)| id).filter(|id| !id.is_empty())
}

/// SHA-256 in hexadecimal.
pub(super) fn hash(credential: &str) -> String {
    Sha256::digest(credential.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}

/// 256 random bits as text, from the operating system.
fn random_text() -> Result<String, PortError> {
    let bytes = random_bytes()?;
    Ok(bytes.chunks_exact(8).map(|c| base32(c.iter().fold(0, |n, b| (n << 8) | u64::from(*b)))).collect())
}

/// 32 random bytes from the operating system.
pub(crate) fn random_bytes() -> Result<[u8; 32], PortError> {
    let mut bytes = [0; 32];
    OsRng.try_fill_bytes(&mut bytes).map_err(|e| {
        PortError::internal("auth.random", "the operating system gives no random numbers").with_source(e.to_string())
    })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_names_its_object_and_never_repeats() {
        let (one, stored) = issue(KEY_PREFIX, "key-1").unwrap();
        let (two, _) = issue(KEY_PREFIX, "key-1").unwrap();
        assert_ne!(one, two);
        assert_eq!(id_of(KEY_PREFIX, one.expose()), Some("key-1"));
        assert_eq!(id_of(JOIN_PREFIX, one.expose()), None);
        assert!(stored.matches(one.expose()));
        assert!(!stored.matches(two.expose()));
        assert_eq!(one.expose().len(), KEY_PREFIX.len() + "key-1_".len() + 52);
    }
}
