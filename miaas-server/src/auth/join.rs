//! Join tokens (N1): they turn a machine into a node, expire, and work a limited number of times.

use std::time::Duration;

use miaas_core::{
    ErrorKind, PortError,
    api::v1::{CreateToken, TokenItem},
    id::TokenId,
    name::{LabelKey, Labels},
    port::{Kind, Op, StoreExt as _, Stored, Versioned, When, Write},
    secret::Secret,
    spec::Issue,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use super::{
    keys::{check_description, shown},
    opaque::{self, CredentialHash, JOIN_PREFIX},
    service::Auth,
    unauthenticated,
};

/// How long a join token works unless said otherwise.
const DEFAULT_TTL: Duration = Duration::from_secs(3600);
/// The longest time that one can work: a year.
pub(super) const MAX_TTL_SECONDS: u64 = 365 * 24 * 3600;
/// Most uses of one.
const MAX_USES: u32 = 100_000;

/// What is stored of a join token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct JoinToken {
    id: TokenId,
    description: String,
    labels: Labels,
    uses_left: u32,
    created_at: Timestamp,
    expires_at: Timestamp,
    sha256: CredentialHash,
}

impl Stored for JoinToken {
    const KIND: Kind = Kind::Token;
    fn name(&self) -> &str {
        self.id.as_str()
    }
}

/// The permission that a valid join token gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinGrant {
    /// The token.
    pub token: TokenId,
    /// Labels for the node that joins.
    pub labels: Labels,
}

impl Auth {
    /// Makes a join token; the text of it is shown nowhere else.
    ///
    /// # Errors
    /// `Invalid` with every issue; the store's.
    pub async fn create_join(&self, body: CreateToken, now: Timestamp) -> Result<(TokenItem, Secret), PortError> {
        let labels = check(&body)?;
        let id = TokenId::from_bits(self.next_id());
        let (token, sha256) = opaque::issue(JOIN_PREFIX, id.as_str())?;
        let record = JoinToken {
            id,
            description: body.description,
            labels,
            uses_left: body.uses.unwrap_or(1),
            created_at: now,
            expires_at: now.plus(body.ttl_seconds.map_or(DEFAULT_TTL, Duration::from_secs)),
            sha256,
        };
        self.store().commit(vec![record.put(When::Absent)?]).await?;
        Ok((show(record), token))
    }

    /// All join tokens, also those that are used up or expired, without the tokens themselves.
    ///
    /// # Errors
    /// The store's.
    pub async fn joins(&self) -> Result<Vec<TokenItem>, PortError> {
        Ok(self.store().read_all::<JoinToken>().await?.into_iter().map(|v| show(v.value)).collect())
    }

    /// Deletes a join token; nodes that joined with it stay.
    ///
    /// # Errors
    /// `NotFound`; the store's.
    pub async fn delete_join(&self, id: &str) -> Result<(), PortError> {
        let missing = || PortError::not_found("token.delete", format!("join token {:?}", shown(id)));
        let found = self.store().read::<JoinToken>(id).await?.ok_or_else(missing)?;
        let delete = Write { key: found.value.key(), op: Op::Delete, when: When::Any };
        self.store().commit(vec![delete]).await.map(drop)
    }

    pub(super) async fn find_join(&self, credential: &str, now: Timestamp) -> Result<JoinGrant, PortError> {
        let id = opaque::id_of(JOIN_PREFIX, credential).ok_or_else(refused)?;
        let record = self.store().read::<JoinToken>(id).await?.ok_or_else(refused)?.value;
        if !record.sha256.matches(credential) {
            return Err(refused());
        }
        usable(&record, now)?;
        Ok(JoinGrant { token: record.id, labels: record.labels })
    }

    /// Takes one use. Two callers cannot take the same: the count is written on the condition that nobody wrote meanwhile.
    ///
    /// # Errors
    /// `Unauthenticated` when it is used up, expired or deleted by now; the store's.
    pub async fn take_use(&self, grant: &JoinGrant, now: Timestamp) -> Result<(), PortError> {
        loop {
            let found = self.store().read::<JoinToken>(grant.token.as_str()).await?.ok_or_else(refused)?;
            usable(&found.value, now)?;
            let left = found.value.uses_left - 1;
            if self.set_uses(found, left).await? {
                return Ok(());
            }
        }
    }

    /// Gives a use back, because nothing was registered with it.
    ///
    /// # Errors
    /// The store's.
    pub async fn return_use(&self, grant: &JoinGrant) -> Result<(), PortError> {
        loop {
            let Some(found) = self.store().read::<JoinToken>(grant.token.as_str()).await? else { return Ok(()) };
            let left = found.value.uses_left.saturating_add(1);
            if self.set_uses(found, left).await? {
                return Ok(());
            }
        }
    }

    /// False when somebody else wrote it meanwhile.
    async fn set_uses(&self, found: Versioned<JoinToken>, uses_left: u32) -> Result<bool, PortError> {
        let next = JoinToken { uses_left, ..found.value };
        match self.store().commit(vec![next.put(When::At(found.revision))?]).await {
            Ok(_) => Ok(true),
            Err(e) if e.kind() == ErrorKind::Conflict => Ok(false),
            Err(e) => Err(e),
        }
    }
}

fn refused() -> PortError {
    unauthenticated("the join token is not valid").with_hint("`miaas token create` makes a new one")
}

fn usable(token: &JoinToken, now: Timestamp) -> Result<(), PortError> {
    let why = match token {
        t if now >= t.expires_at => "has expired",
        t if t.uses_left == 0 => "is used up",
        _ => return Ok(()),
    };
    Err(unauthenticated(format!("the join token {why}")).with_hint("`miaas token create` makes a new one"))
}

fn show(t: JoinToken) -> TokenItem {
    let JoinToken { id, description, labels, uses_left, created_at, expires_at, sha256: _ } = t;
    TokenItem { id, description, labels, uses_left, created_at, expires_at }
}

fn check(body: &CreateToken) -> Result<Labels, PortError> {
    let mut issues = Vec::new();
    if body.ttl_seconds.is_some_and(|s| s == 0 || s > MAX_TTL_SECONDS) {
        issues.push(Issue::new("/ttl_seconds", format!("it must be 1 to {MAX_TTL_SECONDS}")));
    }
    if body.uses.is_some_and(|n| n == 0 || n > MAX_USES) {
        issues.push(Issue::new("/uses", format!("it must be 1 to {MAX_USES}")));
    }
    if let Err(e) = check_description(&body.description) {
        issues.extend(e.issues().iter().cloned());
    }
    let mut labels = Labels::default();
    for (key, value) in &body.labels {
        match LabelKey::parse(key) {
            Ok(key) => drop(labels.0.insert(key, value.clone())),
            Err(e) => issues.push(Issue::new("/labels", e.to_string())),
        }
    }
    if let Err(e) = labels.check() {
        issues.push(Issue::new("/labels", e.to_string()));
    }
    if issues.is_empty() { Ok(labels) } else { Err(PortError::invalid("token.create", issues)) }
}
