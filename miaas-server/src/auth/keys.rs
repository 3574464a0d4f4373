//! API keys. Each may call every user route; roles are not yet told apart.

use miaas_core::{
    ErrorKind, PortError,
    api::v1::{CreateKey, CreatedKey, KeyItem},
    id::KeyId,
    port::{Key, Kind, Op, StoreExt as _, Stored, When, Write},
    secret::{Secret, constant_time_eq},
    spec::Issue,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use super::{
    opaque::{self, KEY_PREFIX},
    service::Auth,
    unauthenticated,
};

/// Longest description, in bytes.
pub(super) const MAX_DESCRIPTION: usize = 200;

/// What is stored of an API key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ApiKey {
    id: KeyId,
    description: String,
    created_at: Timestamp,
    sha256: String,
}

impl Stored for ApiKey {
    const KIND: Kind = Kind::ApiKey;
    fn name(&self) -> &str {
        self.id.as_str()
    }
}

impl Auth {
    /// The first API key, when the store has none yet. It is shown nowhere else and not again.
    ///
    /// # Errors
    /// The store's.
    pub async fn bootstrap(&self, now: Timestamp) -> Result<Option<Secret>, PortError> {
        if !self.store().list(Kind::ApiKey).await?.items.is_empty() {
            return Ok(None);
        }
        let body = CreateKey { description: "admin, made at the first start".to_owned() };
        Ok(Some(self.create_key(body, now).await?.key))
    }

    /// Makes an API key.
    ///
    /// # Errors
    /// `Invalid` for a description that is too long; the store's.
    pub async fn create_key(&self, body: CreateKey, now: Timestamp) -> Result<CreatedKey, PortError> {
        check_description(&body.description)?;
        let id = KeyId::from_bits(self.next_id());
        let (key, sha256) = opaque::issue(KEY_PREFIX, id.as_str())?;
        let record = ApiKey { id: id.clone(), description: body.description, created_at: now, sha256 };
        self.store().commit(vec![record.put(When::Absent)?]).await?;
        Ok(CreatedKey { id, key })
    }

    /// All API keys, without the keys themselves.
    ///
    /// # Errors
    /// The store's.
    pub async fn keys(&self) -> Result<Vec<KeyItem>, PortError> {
        let show = |k: ApiKey| KeyItem { id: k.id, description: k.description, created_at: k.created_at };
        Ok(self.store().read_all::<ApiKey>().await?.into_iter().map(|v| show(v.value)).collect())
    }

    /// Deletes an API key; it is refused from now on.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` for the last one, since nobody could call any more; the store's.
    pub async fn delete_key(&self, id: &str) -> Result<(), PortError> {
        let keys = self.store().read_all::<ApiKey>().await?;
        let Some(found) = keys.iter().find(|k| k.value.id.as_str() == id) else {
            return Err(PortError::not_found("key.delete", format!("API key {:?}", shown(id))));
        };
        let Some(other) = keys.iter().find(|k| k.value.id.as_str() != id) else {
            let message = "this is the last API key: without it nobody could call this server";
            return Err(
                PortError::new(ErrorKind::Conflict, "key.delete", message).with_hint("create another one first")
            );
        };
        // The other key must still be there: two callers may be deleting the last two.
        let keep = Write { key: other.value.key(), op: Op::Check, when: When::At(other.revision) };
        let delete = Write { key: Key::new(Kind::ApiKey, id), op: Op::Delete, when: When::At(found.revision) };
        self.store().commit(vec![keep, delete]).await.map(drop)
    }

    pub(super) async fn find_key(&self, credential: &str) -> Result<KeyId, PortError> {
        let refused = || unauthenticated("the API key is not valid");
        let id = opaque::id_of(KEY_PREFIX, credential).ok_or_else(refused)?;
        let record = self.store().read::<ApiKey>(id).await?.ok_or_else(refused)?.value;
        let same = constant_time_eq(record.sha256.as_bytes(), opaque::hash(credential).as_bytes());
        if same { Ok(record.id) } else { Err(refused()) }
    }
}

pub(super) fn check_description(text: &str) -> Result<(), PortError> {
    if text.len() <= MAX_DESCRIPTION && !text.chars().any(char::is_control) {
        return Ok(());
    }
    let message = format!("it must be at most {MAX_DESCRIPTION} bytes without control characters");
    Err(PortError::invalid("describe", vec![Issue::new("/description", message)]))
}

/// A text of the client, cut for messages.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(80).collect()
}
