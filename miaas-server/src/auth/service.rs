//! From a credential to the one who holds it.

use std::sync::Arc;

use miaas_core::{
    PortError,
    id::KeyId,
    port::{IdSource, Store},
    time::Timestamp,
};

use super::{
    JoinGrant, NodeGrant, NodeTokens,
    opaque::{JOIN_PREFIX, KEY_PREFIX},
};

/// Issues and checks every kind of credential.
#[derive(Debug)]
pub struct Auth {
    store: Arc<dyn Store>,
    ids: Arc<dyn IdSource>,
    node_tokens: NodeTokens,
}

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// The holder of an API key.
    User(KeyId),
    /// The holder of a join token.
    Join(JoinGrant),
    /// A node.
    Node(NodeGrant),
}

impl Auth {
    /// Keeps keys and join tokens in `store`.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, ids: Arc<dyn IdSource>, node_tokens: NodeTokens) -> Self {
        Self { store, ids, node_tokens }
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
            self.find_key(credential).await.map(Principal::User)
        } else if credential.starts_with(JOIN_PREFIX) {
            self.find_join(credential, now).await.map(Principal::Join)
        } else {
            self.node_tokens.verify(credential, now).map(Principal::Node)
        }
    }

    pub(super) fn store(&self) -> &dyn Store {
        &*self.store
    }

    pub(super) fn next_id(&self) -> u64 {
        self.ids.next_bits()
    }
}
