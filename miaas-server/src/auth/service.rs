//! From a credential to the one who holds it.

use std::{sync::Arc, time::Duration};

use miaas_core::{
    PortError,
    port::{IdSource, Store},
    time::Timestamp,
};

use super::{
    Caller, JoinGrant, NodeGrant, NodeTokens,
    links::Links,
    opaque::{JOIN_PREFIX, KEY_PREFIX, SESSION_PREFIX},
    passwords::Passwords,
    signing_keys,
};

/// Issues and checks every kind of credential.
#[derive(Debug)]
pub struct Auth {
    store: Arc<dyn Store>,
    ids: Arc<dyn IdSource>,
    node_tokens: NodeTokens,
    passwords: Passwords,
    links: Links,
}

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// The holder of an API key, or somebody who is signed in.
    User(Caller),
    /// The holder of a join token.
    Join(JoinGrant),
    /// A node.
    Node(NodeGrant),
    /// Nobody known; only a registration without a join token is let through with this.
    Anonymous,
}

impl Auth {
    /// Keeps all keys and join tokens in `store`; node tokens are valid for `ttl`.
    ///
    /// # Errors
    /// The store's.
    pub async fn open(
        store: Arc<dyn Store>,
        ids: Arc<dyn IdSource>,
        ttl: Duration,
        now: Timestamp,
    ) -> Result<Self, PortError> {
        let node_tokens = NodeTokens::new(signing_keys::turn(&*store, ttl, now).await?, ttl);
        Ok(Self { store, ids, node_tokens, passwords: Passwords::new()?, links: Links::default() })
    }

    /// Gives node tokens another key where it is time for that.
    ///
    /// # Errors
    /// The store's.
    pub async fn turn_keys(&self, now: Timestamp) -> Result<(), PortError> {
        self.node_tokens.use_keys(signing_keys::turn(&*self.store, self.node_tokens.ttl(), now).await?);
        Ok(())
    }

    /// Where keys and tokens are kept.
    pub(crate) fn shared_store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }

    /// Signs and checks node tokens.
    #[must_use]
    pub const fn node_tokens(&self) -> &NodeTokens {
        &self.node_tokens
    }

    /// Finds out who holds a credential. For a node token nothing but its signature is checked: see [`NodeGrant`].
    ///
    /// # Errors
    /// `Unauthenticated`; the store's.
    pub async fn identify(&self, credential: &str, now: Timestamp) -> Result<Principal, PortError> {
        if credential.starts_with(KEY_PREFIX) {
            self.find_key(credential, now).await.map(Principal::User)
        } else if credential.starts_with(SESSION_PREFIX) {
            self.find_session(credential, now).await.map(Principal::User)
        } else if credential.starts_with(JOIN_PREFIX) {
            self.find_join(credential, now).await.map(Principal::Join)
        } else {
            self.node_tokens.verify(credential, now).map(Principal::Node)
        }
    }

    pub(super) const fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    pub(super) const fn links(&self) -> &Links {
        &self.links
    }

    pub(super) fn store(&self) -> &dyn Store {
        &*self.store
    }

    pub(super) fn next_id(&self) -> u64 {
        self.ids.next_bits()
    }
}
