//! API keys: each has a role, and may expire and be limited to some deployments.

use std::time::Duration;

use miaas_core::{
    ErrorKind, PortError,
    api::v1::{CreateKey, CreatedKey, KeyItem, Role},
    id::KeyId,
    name::Labels,
    port::{Key, Kind, Op, Revision, StoreExt as _, Stored, Versioned, When, Write},
    secret::Secret,
    spec::Issue,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use super::{
    access::{Actor, Caller, parse_scope},
    join::MAX_TTL_SECONDS,
    opaque::{self, CredentialHash, KEY_PREFIX},
    service::Auth,
    unauthenticated,
};

/// How exact it is known when a key was last used: each use would be a write otherwise.
const USED_AGAIN: Duration = Duration::from_secs(600);
/// Longest description, in bytes.
pub(super) const MAX_DESCRIPTION: usize = 200;

/// What is stored of an API key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ApiKey {
    id: KeyId,
    description: String,
    role: Role,
    #[serde(default)]
    scope: Labels,
    created_at: Timestamp,
    #[serde(default)]
    expires_at: Option<Timestamp>,
    #[serde(default)]
    last_used_at: Option<Timestamp>,
    sha256: CredentialHash,
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
        let description = "made at the first start".to_owned();
        let body = CreateKey { description, role: Role::Admin, ..CreateKey::default() };
        Ok(Some(self.create_key(body, now).await?.key))
    }

    /// Makes an API key.
    ///
    /// # Errors
    /// `Invalid` with every issue; the store's.
    pub async fn create_key(&self, body: CreateKey, now: Timestamp) -> Result<CreatedKey, PortError> {
        let scope = check(&body)?;
        let id = KeyId::from_bits(self.next_id());
        let (key, sha256) = opaque::issue(KEY_PREFIX, id.as_str())?;
        let record = ApiKey {
            id: id.clone(),
            description: body.description,
            role: body.role,
            scope,
            created_at: now,
            expires_at: body.ttl_seconds.map(|s| now.plus(Duration::from_secs(s))),
            last_used_at: None,
            sha256,
        };
        self.store().commit(vec![record.put(When::Absent)?]).await?;
        Ok(CreatedKey { id, key })
    }

    /// All API keys, without the keys themselves.
    ///
    /// # Errors
    /// The store's.
    pub async fn keys(&self) -> Result<Vec<KeyItem>, PortError> {
        Ok(self.store().read_all::<ApiKey>().await?.into_iter().map(|v| show(v.value)).collect())
    }

    /// Deletes an API key; it is refused from now on.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` for the last one of an administrator that does not expire; the store's.
    pub async fn delete_key(&self, id: &str) -> Result<(), PortError> {
        let keys = self.store().read_all::<ApiKey>().await?;
        let Some(found) = keys.iter().find(|k| k.value.id.as_str() == id) else {
            return Err(PortError::not_found("key.delete", format!("API key {:?}", shown(id))));
        };
        let delete = Write { key: Key::new(Kind::ApiKey, id), op: Op::Delete, when: When::At(found.revision) };
        if !found.value.is_lasting_admin() {
            return self.store().commit(vec![delete]).await.map(drop);
        }
        let Some(other) = keys.iter().find(|k| k.value.id.as_str() != id && k.value.is_lasting_admin()) else {
            let message = "this is the last key of an administrator: without it nobody could make another";
            return Err(
                PortError::new(ErrorKind::Conflict, "key.delete", message).with_hint("create another one first")
            );
        };
        // The other key must still be there: two callers may be deleting the last two.
        let keep = Write { key: other.value.key(), op: Op::Check, when: When::At(other.revision) };
        self.store().commit(vec![keep, delete]).await.map(drop)
    }

    pub(super) async fn find_key(&self, credential: &str, now: Timestamp) -> Result<Caller, PortError> {
        let refused = || unauthenticated("the API key is not valid");
        let id = opaque::id_of(KEY_PREFIX, credential).ok_or_else(refused)?;
        let Versioned { value: record, revision } = self.store().read::<ApiKey>(id).await?.ok_or_else(refused)?;
        if !record.sha256.matches(credential) {
            return Err(refused());
        }
        let caller = record.caller(now)?;
        if record.last_used_at.is_none_or(|at| now.since(at) >= USED_AGAIN) {
            self.note_use(ApiKey { last_used_at: Some(now), ..record }, revision).await;
        }
        Ok(caller)
    }

    /// The holder of the key with this id, who has proved to be that before.
    pub(super) async fn key_holder(&self, id: &KeyId, now: Timestamp) -> Result<Caller, PortError> {
        let record = self.store().read::<ApiKey>(id.as_str()).await?;
        record.ok_or_else(|| unauthenticated("the API key was deleted"))?.value.caller(now)
    }

    /// A request is answered although its time cannot be noted.
    async fn note_use(&self, record: ApiKey, revision: Revision) {
        let written = match record.put(When::At(revision)) {
            Ok(write) => self.store().commit(vec![write]).await.map(drop),
            Err(e) => Err(e),
        };
        match written {
            Err(e) if e.kind() != ErrorKind::Conflict => {
                tracing::warn!(key = %record.id, error = %e.chain(), "it could not be noted when an API key was used");
            }
            _ => {}
        }
    }
}

impl ApiKey {
    fn caller(&self, now: Timestamp) -> Result<Caller, PortError> {
        if self.expires_at.is_some_and(|at| now >= at) {
            return Err(unauthenticated("the API key has expired").with_hint("`miaas key create` makes a new one"));
        }
        let actor = Actor::Key(self.id.clone());
        Ok(Caller { actor, role: self.role, scope: self.scope.clone(), session: None })
    }

    fn is_lasting_admin(&self) -> bool {
        self.role == Role::Admin && self.expires_at.is_none() && self.scope.0.is_empty()
    }
}

fn show(k: ApiKey) -> KeyItem {
    let ApiKey { id, description, role, scope, created_at, expires_at, last_used_at, sha256: _ } = k;
    KeyItem { id, description, role, scope, created_at, expires_at, last_used_at }
}

fn check(body: &CreateKey) -> Result<Labels, PortError> {
    let mut issues = Vec::new();
    if let Err(e) = check_description(&body.description) {
        issues.extend(e.issues().iter().cloned());
    }
    if body.ttl_seconds.is_some_and(|s| s == 0 || s > MAX_TTL_SECONDS) {
        issues.push(Issue::new("/ttl_seconds", format!("it must be 1 to {MAX_TTL_SECONDS}")));
    }
    let scope = parse_scope(&body.scope, body.role, &mut issues);
    if issues.is_empty() { Ok(scope) } else { Err(PortError::invalid("key.create", issues)) }
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
