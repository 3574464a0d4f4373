use std::{fmt::Debug, sync::Arc};

use async_trait::async_trait;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::BoxStream;
use crate::error::PortError;

/// Where the state lives.
///
/// # Contract
/// - One revision counter for the whole store, starting at 0 for an empty store. Each commit that changes something takes
///   the next revision; every object that it puts carries that revision.
/// - `commit` is all or nothing and durable when it returns. When a condition does not hold, nothing is written and the
///   error is `Conflict` and names the key. An empty commit returns the present revision.
/// - Conditions look at the state before the commit. Of several writes of one key the last that is no check counts.
///   Stores get both from [`settle`](super::settle()).
/// - Deleting what does not exist is no error under [`When::Any`] (and takes no revision when nothing else changes).
/// - `list` is a consistent snapshot in key order; its `revision` is that of the whole store, so watching from it misses
///   nothing.
/// - `watch(from)` yields every change with a revision greater than `from`, in order, each key at most once per revision,
///   then waits for more. A compacted `from` ends the stream with `Compacted`; a consumer that is too slow likewise.
#[async_trait]
pub trait Store: Debug + Send + Sync + 'static {
    /// One object.
    async fn get(&self, key: &Key) -> Result<Option<Versioned<Value>>, PortError>;
    /// All objects of a kind.
    async fn list(&self, kind: Kind) -> Result<Listing, PortError>;
    /// Writes all or nothing.
    async fn commit(&self, writes: Vec<Write>) -> Result<Revision, PortError>;
    /// Every change after `from`.
    fn watch(&self, from: Revision) -> BoxStream<'static, Result<Change, PortError>>;
}

/// Counts the commits of a store.
pub type Revision = u64;

/// A document as JSON text; the store does not look inside.
#[derive(Clone, PartialEq, Eq)]
pub struct Value(pub Arc<str>);

impl Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Documents may hold rendered environments.
        write!(f, "Value({} bytes)", self.0.len())
    }
}

/// The kinds of objects that are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// [`crate::model::Node`] by node id.
    Node,
    /// [`crate::model::Observation`] by node id.
    Observation,
    /// [`crate::model::Deployment`] by deployment id.
    Deployment,
    /// [`crate::model::Assignment`] by workload id.
    Assignment,
    /// [`crate::model::NodeTarget`] by node id.
    Target,
    /// [`crate::model::WorkloadStatus`] by workload id.
    Status,
    /// [`crate::model::Event`] by event id.
    Event,
    /// [`crate::model::StoredSecret`] by name.
    Secret,
    /// [`crate::model::Revision`] by deployment and number.
    Revision,
    /// [`crate::model::Rollout`] by deployment id.
    Rollout,
    /// Join tokens by token id.
    Token,
    /// API keys by key id.
    ApiKey,
    /// Users by name.
    User,
    /// Those who are signed in at a browser, by session id.
    Session,
    /// Addresses that events are sent to, by name.
    Webhook,
    /// How far the sending has come, by name of the webhook.
    Delivery,
    /// [`crate::model::Request`] by digest of its key.
    Request,
    /// Entries of the audit log, by number.
    Audit,
    /// Single objects of the control plane, for example the head of planning.
    Setting,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 19] = [
        Self::Node,
        Self::Observation,
        Self::Deployment,
        Self::Assignment,
        Self::Target,
        Self::Status,
        Self::Event,
        Self::Secret,
        Self::Revision,
        Self::Rollout,
        Self::Token,
        Self::ApiKey,
        Self::User,
        Self::Session,
        Self::Webhook,
        Self::Delivery,
        Self::Request,
        Self::Audit,
        Self::Setting,
    ];

    /// The name in a store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Observation => "observation",
            Self::Deployment => "deployment",
            Self::Assignment => "assignment",
            Self::Target => "target",
            Self::Status => "status",
            Self::Event => "event",
            Self::Secret => "secret",
            Self::Revision => "revision",
            Self::Rollout => "rollout",
            Self::Token => "token",
            Self::ApiKey => "api_key",
            Self::User => "user",
            Self::Session => "session",
            Self::Webhook => "webhook",
            Self::Delivery => "delivery",
            Self::Request => "request",
            Self::Audit => "audit",
            Self::Setting => "setting",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == name)
    }
}

/// Kind and name of an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The kind.
    pub kind: Kind,
    /// The name within the kind.
    pub name: Arc<str>,
}

impl Key {
    /// A key.
    pub fn new(kind: Kind, name: impl Into<Arc<str>>) -> Self {
        Self { kind, name: name.into() }
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.kind.as_str(), self.name)
    }
}

/// An object with the revision that last wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned<T> {
    /// The object.
    pub value: T,
    /// The revision that wrote it.
    pub revision: Revision,
}

/// A snapshot of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The objects in key order.
    pub items: Vec<(Key, Versioned<Value>)>,
    /// The revision of the store to watch from.
    pub revision: Revision,
}

/// One write of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// Which object.
    pub key: Key,
    /// What to do with it.
    pub op: Op,
    /// Under which condition.
    pub when: When,
}

impl Write {
    /// A write that only checks that an object is still of this revision.
    pub fn check<T: Stored>(object: &T, revision: Revision) -> Self {
        Self { key: object.key(), op: Op::Check, when: When::At(revision) }
    }
}

/// What a write does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    /// Writes the object.
    Put(Value),
    /// Deletes it.
    Delete,
    /// Only checks the condition.
    Check,
}

/// The condition of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// None.
    Any,
    /// The object must not exist.
    Absent,
    /// The object must exist and be of this revision.
    At(Revision),
}

/// A change seen by a watcher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The revision that made it.
    pub revision: Revision,
    /// Which object.
    pub key: Key,
    /// What it is now; none after a delete.
    pub value: Option<Value>,
}

/// A type that is stored as one kind.
pub trait Stored: Serialize + DeserializeOwned {
    /// Its kind.
    const KIND: Kind;
    /// Its name within the kind.
    fn name(&self) -> &str;

    /// Its key.
    fn key(&self) -> Key {
        Key::new(Self::KIND, self.name())
    }

    /// A write of it.
    ///
    /// # Errors
    /// `Internal` when it does not serialise.
    fn put(&self, when: When) -> Result<Write, PortError> {
        let text = serde_json::to_string(self).map_err(|e| {
            PortError::internal("store.encode", format!("{} does not serialise", self.key())).with_source(e)
        })?;
        Ok(Write { key: self.key(), op: Op::Put(Value(text.into())), when })
    }

    /// Reads it back.
    ///
    /// # Errors
    /// `Internal` when the text is not of this type.
    fn decode(key: &Key, value: &Value) -> Result<Self, PortError> {
        serde_json::from_str(&value.0).map_err(|e| {
            PortError::internal("store.decode", format!("{key} does not read back as {}", Self::KIND.as_str()))
                .with_source(e)
        })
    }
}

macro_rules! stored {
    ($($type:ident => $kind:ident by $field:ident),* $(,)?) => {$(
        impl Stored for crate::model::$type {
            const KIND: Kind = Kind::$kind;
            fn name(&self) -> &str {
                self.$field.as_str()
            }
        }
    )*};
}
stored! {
    Node => Node by id,
    Observation => Observation by node,
    Deployment => Deployment by id,
    StoredSecret => Secret by name,
    Revision => Revision by id,
    Rollout => Rollout by deployment,
    Assignment => Assignment by workload,
    NodeTarget => Target by node,
    WorkloadStatus => Status by workload,
    Event => Event by id,
    Request => Request by id,
}

/// Typed conveniences over any store.
#[async_trait]
pub trait StoreExt: Store {
    /// One object of a type.
    ///
    /// # Errors
    /// Those of [`Store::get`], and `Internal` when what is stored is no such object.
    async fn read<T: Stored + Send>(&self, name: &str) -> Result<Option<Versioned<T>>, PortError> {
        let key = Key::new(T::KIND, name);
        let Some(found) = self.get(&key).await? else { return Ok(None) };
        Ok(Some(Versioned { value: T::decode(&key, &found.value)?, revision: found.revision }))
    }

    /// All objects of a type.
    ///
    /// # Errors
    /// Those of [`Store::list`], and `Internal` when something that is stored is no such object.
    async fn read_all<T: Stored + Send>(&self) -> Result<Vec<Versioned<T>>, PortError> {
        let listing = self.list(T::KIND).await?;
        listing
            .items
            .iter()
            .map(|(key, v)| Ok(Versioned { value: T::decode(key, &v.value)?, revision: v.revision }))
            .collect()
    }
}
impl<S: Store + ?Sized> StoreExt for S {}
