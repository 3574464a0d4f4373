//! The keys that sign node tokens: Ed25519, the newest signs, older ones are believed until what they signed has expired.
//!
//! They lie in the store, so that every server on it knows the nodes of every other, and the store is sealed.

use std::time::Duration;

use ed25519_dalek::SigningKey;
use jsonwebtoken::{DecodingKey, EncodingKey};
use miaas_core::{
    ErrorKind, PortError,
    port::{Kind, Store, StoreExt as _, Stored, When},
    secret::Secret,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use super::opaque::random_bytes;

/// After this time another key signs.
const SIGNS_FOR: Duration = Duration::from_secs(30 * 24 * 3600);

const NAME: &str = "node_token_keys";

/// The keys as they are stored.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct SigningKeys(Vec<StoredKey>);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct StoredKey {
    id: String,
    seed: Secret,
    made_at: Timestamp,
}

impl Stored for SigningKeys {
    const KIND: Kind = Kind::Setting;
    fn name(&self) -> &str {
        NAME
    }
}

/// One key, ready for use.
#[derive(Clone)]
pub(super) struct TokenKey {
    pub(super) id: String,
    pub(super) signs: EncodingKey,
    pub(super) checks: DecodingKey,
}

impl TokenKey {
    pub(super) fn new(id: impl Into<String>, seed: &[u8; 32]) -> Self {
        // PKCS #8 of RFC 8410: the same bytes before every seed.
        const PKCS8: [u8; 16] =
            [0x30, 0x2e, 0x02, 0x01, 0, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
        let public = SigningKey::from_bytes(seed).verifying_key();
        Self {
            id: id.into(),
            signs: EncodingKey::from_ed_der(&[&PKCS8[..], seed].concat()),
            checks: DecodingKey::from_ed_der(public.as_bytes()),
        }
    }
}

impl SigningKeys {
    /// The keys at this time: a new one when the newest has signed for long, without those whose last token has expired.
    fn turned(mut self, ttl: Duration, now: Timestamp) -> Result<Self, PortError> {
        self.0.retain(|key| now < key.made_at.plus(SIGNS_FOR).plus(ttl));
        if self.0.last().is_none_or(|newest| now >= newest.made_at.plus(SIGNS_FOR)) {
            self.0.push(StoredKey::random(now)?);
        }
        Ok(self)
    }

    fn ready(&self) -> Result<Vec<TokenKey>, PortError> {
        self.0.iter().map(StoredKey::ready).collect()
    }
}

impl StoredKey {
    fn random(now: Timestamp) -> Result<Self, PortError> {
        let (id, seed) = (hex(&random_bytes()?[..8]), hex(&random_bytes()?));
        Ok(Self { id, seed: Secret::new(seed), made_at: now })
    }

    fn ready(&self) -> Result<TokenKey, PortError> {
        let damaged = || PortError::internal("auth.node_key", "a key of node tokens in the store does not read");
        let text = self.seed.expose();
        if text.len() != 64 || !text.is_ascii() {
            return Err(damaged());
        }
        let mut seed = [0; 32];
        for (i, byte) in seed.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).map_err(|e| damaged().with_source(e))?;
        }
        Ok(TokenKey::new(self.id.clone(), &seed))
    }
}

/// The keys of a store, the newest last; makes and forgets some where it is time for that.
///
/// # Errors
/// The store's; `Internal` when something else stands in their place.
pub(super) async fn turn(store: &dyn Store, ttl: Duration, now: Timestamp) -> Result<Vec<TokenKey>, PortError> {
    loop {
        let found = store.read::<SigningKeys>(NAME).await?;
        let (old, when) = match found {
            Some(found) => (found.value, When::At(found.revision)),
            None => (SigningKeys::default(), When::Absent),
        };
        let new = old.clone().turned(ttl, now)?;
        if new == old {
            return old.ready();
        }
        match store.commit(vec![new.put(when)?]).await {
            Ok(_) => return new.ready(),
            // Another server did the same.
            Err(e) if e.kind() == ErrorKind::Conflict => {}
            Err(e) => return Err(e),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use miaas_core::engine::MemoryStore;

    use super::*;

    #[tokio::test]
    async fn n5_keys_turn_and_old_ones_are_believed_until_their_tokens_have_expired() {
        let store = MemoryStore::new();
        let (ttl, start) = (Duration::from_secs(3600), Timestamp::from_millis(1_700_000_000_000));
        let ids = async |after: Duration| -> Vec<String> {
            turn(&store, ttl, start.plus(after)).await.unwrap().into_iter().map(|k| k.id).collect()
        };
        let first = ids(Duration::ZERO).await;
        assert_eq!(ids(SIGNS_FOR - Duration::from_secs(1)).await, first);
        let both = ids(SIGNS_FOR).await;
        assert_eq!((both.len(), &both[0]), (2, &first[0]));
        assert_eq!(ids(SIGNS_FOR + ttl).await, both[1..]);
    }
}
