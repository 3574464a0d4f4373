//! One of several control planes on one store leads: it alone decides and talks to agents, the others wait and forward.
//!
//! The leader renews one object in the store. Whoever sees it unchanged for longer than its lease, by its own clock, takes over.
//! No clocks are compared. A second object, the *term*, changes at a takeover only, and every commit of a leader is made on the
//! condition that it is unchanged: a leader that was paused and does not know that it is deposed commits nothing.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::{
    error::{ErrorKind, PortError},
    port::{BoxStream, Change, Clock, Key, Kind, Listing, Op, Revision, Store, Value, Versioned, When, Write},
};

const OPERATION: &str = "leader";
const LEADER: &str = "leader";
const TERM: &str = "leader_term";

/// How long a leader that is not heard of stays one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaderTerms {
    /// How long a renewal lasts.
    pub lease: Duration,
    /// Time between two renewals, and between two looks of those who wait.
    pub beat: Duration,
    /// How much longer others wait: for clocks that run at different speeds.
    pub margin: Duration,
}

impl Default for LeaderTerms {
    fn default() -> Self {
        Self { lease: Duration::from_secs(5), beat: Duration::from_secs(1), margin: Duration::from_millis(500) }
    }
}

/// Who leads, as the store has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leader {
    /// Names the process; another one after a restart.
    pub holder: String,
    /// Where the others forward requests to.
    pub url: String,
    /// How long its renewals last, in milliseconds. 0: it has stepped down.
    lease_ms: u64,
}

/// What a candidate is.
#[derive(Debug)]
pub enum Standing {
    /// It leads from now on.
    Leads(Arc<Term>),
    /// Another one does; none while nobody is known to.
    Follows(Option<Leader>),
}

/// A process that would lead.
#[derive(Debug)]
pub struct Candidate {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    me: Leader,
    terms: LeaderTerms,
    /// The revision of the leader's object, and since when it is known.
    watched: Option<(Revision, Duration)>,
}

impl Candidate {
    /// A candidate under a name that no other process has or had, reached by others under `url`.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, holder: String, url: String, terms: LeaderTerms) -> Self {
        let me = Leader { holder, url, lease_ms: millis(terms.lease) };
        Self { store, clock, me, terms, watched: None }
    }

    /// Looks once, and takes over when nobody leads.
    ///
    /// # Errors
    /// The store's. Nothing is known then, and looking again is right.
    pub async fn step(&mut self) -> Result<Standing, PortError> {
        let Some(found) = self.store.get(&Key::new(Kind::Setting, LEADER)).await? else {
            return self.take(When::Absent).await;
        };
        let now = self.clock.uptime();
        let since = match self.watched {
            Some((revision, since)) if revision == found.revision => since,
            _ => now,
        };
        self.watched = Some((found.revision, since));
        let leader = decode(&found.value)?;
        let patience = Duration::from_millis(leader.lease_ms).saturating_add(self.terms.margin);
        let silent = now.saturating_sub(since);
        if leader.lease_ms == 0 || silent >= patience {
            return self.take(When::At(found.revision)).await;
        }
        Ok(Standing::Follows(Some(leader)))
    }

    async fn take(&mut self, when: When) -> Result<Standing, PortError> {
        let began = self.clock.uptime();
        let term = Write {
            key: term_key(),
            op: Op::Put(Value(serde_json::Value::from(&*self.me.holder).to_string().into())),
            when: When::Any,
        };
        match self.store.commit(vec![put(&self.me, when)?, term]).await {
            Ok(revision) => Ok(Standing::Leads(Arc::new(Term {
                store: Arc::clone(&self.store),
                clock: Arc::clone(&self.clock),
                me: self.me.clone(),
                terms: self.terms,
                fence: revision,
                renewal: Mutex::new(Renewal { revision, holds_until: began.saturating_add(self.terms.lease) }),
                over: watch::Sender::new(false),
            }))),
            // Another one was faster.
            Err(e) if e.kind() == ErrorKind::Conflict => Ok(Standing::Follows(None)),
            Err(e) => Err(e),
        }
    }
}

/// The time in which one process leads.
#[derive(Debug)]
pub struct Term {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    me: Leader,
    terms: LeaderTerms,
    fence: Revision,
    renewal: Mutex<Renewal>,
    over: watch::Sender<bool>,
}

/// The last renewal that is known to have been stored.
#[derive(Debug)]
struct Renewal {
    /// Of the leader's object. Every renewal changes it.
    revision: Revision,
    holds_until: Duration,
}

impl Term {
    /// The store, for this term: after its end every commit is refused.
    #[must_use]
    pub fn store(self: &Arc<Self>) -> Arc<dyn Store> {
        Arc::new(FencedStore(Arc::clone(self)))
    }

    /// Whether nobody else can have taken over yet. True does not replace the condition of a commit: it may have become false
    /// before anything is done about it.
    #[must_use]
    pub fn holds(&self) -> bool {
        let until = self.renewal().holds_until;
        !*self.over.borrow() && self.clock.uptime() < until
    }

    /// Waits for the end of the term.
    pub async fn ended(&self) {
        // An error cannot be: the sender is in `self`.
        self.over.subscribe().wait_for(|over| *over).await.ok();
    }

    /// Renews until the term is over.
    pub async fn keep(&self) {
        while !*self.over.borrow() {
            tokio::time::sleep(self.terms.beat).await;
            self.renew().await;
        }
    }

    /// Renews once. The term is over when another process has taken over, and when renewing failed for as long as it lasts.
    pub async fn renew(&self) {
        let began = self.clock.uptime();
        match self.write(&self.me).await {
            Ok(()) => self.renewal().holds_until = began.saturating_add(self.terms.lease),
            Err(e) if e.kind() == ErrorKind::Conflict => match self.adopt().await {
                Ok(true) => {}
                Ok(false) => self.lost("another process leads"),
                Err(e) => tracing::warn!(error = %e.chain(), "it is not known who leads"),
            },
            Err(e) => tracing::warn!(error = %e.chain(), "the lead could not be renewed"),
        }
        if !self.holds() {
            self.lost("it could not be renewed in time");
        }
    }

    /// Gives the lead up, so that another one takes it at once. Call it when nothing is being committed any more.
    pub async fn release(&self) {
        let gone = Leader { lease_ms: 0, ..self.me.clone() };
        if let Err(e) = self.write(&gone).await {
            tracing::debug!(error = %e.chain(), "the lead was not given up; it runs out");
        }
        self.over.send_replace(true);
    }

    async fn write(&self, leader: &Leader) -> Result<(), PortError> {
        let known = self.renewal().revision;
        let written = self.store.commit(vec![put(leader, When::At(known))?, self.check()]).await?;
        self.renewal().revision = written;
        Ok(())
    }

    /// After a conflict: the answer to an earlier renewal may have been lost. False when this process does not lead.
    async fn adopt(&self) -> Result<bool, PortError> {
        if self.deposed().await? {
            return Ok(false);
        }
        if let Some(found) = self.store.get(&Key::new(Kind::Setting, LEADER)).await? {
            self.renewal().revision = found.revision;
        }
        Ok(true)
    }

    async fn deposed(&self) -> Result<bool, PortError> {
        Ok(self.store.get(&term_key()).await?.is_none_or(|term| term.revision != self.fence))
    }

    fn renewal(&self) -> MutexGuard<'_, Renewal> {
        self.renewal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check(&self) -> Write {
        Write { key: term_key(), op: Op::Check, when: When::At(self.fence) }
    }

    fn lost(&self, why: &str) {
        if !self.over.send_replace(true) {
            tracing::warn!(why, "this process does not lead any more");
        }
    }
}

/// A store whose commits are refused once the term is over.
#[derive(Debug)]
struct FencedStore(Arc<Term>);

#[async_trait]
impl Store for FencedStore {
    async fn get(&self, key: &Key) -> Result<Option<Versioned<Value>>, PortError> {
        self.0.store.get(key).await
    }

    async fn list(&self, kind: Kind) -> Result<Listing, PortError> {
        self.0.store.list(kind).await
    }

    async fn commit(&self, mut writes: Vec<Write>) -> Result<Revision, PortError> {
        writes.push(self.0.check());
        match self.0.store.commit(writes).await {
            Err(e) if e.kind() == ErrorKind::Conflict && self.0.deposed().await? => {
                self.0.lost("another process leads");
                let message = "this control plane does not lead any more, and nothing was changed";
                Err(PortError::unavailable(OPERATION, message)
                    .with_hint("ask again: another one answers")
                    .with_source(e))
            }
            other => other,
        }
    }

    fn watch(&self, from: Revision) -> BoxStream<'static, Result<Change, PortError>> {
        self.0.store.watch(from)
    }
}

fn term_key() -> Key {
    Key::new(Kind::Setting, TERM)
}

fn put(leader: &Leader, when: When) -> Result<Write, PortError> {
    let text = serde_json::to_string(leader)
        .map_err(|e| PortError::internal(OPERATION, "the leader's record does not serialise").with_source(e))?;
    Ok(Write { key: Key::new(Kind::Setting, LEADER), op: Op::Put(Value(text.into())), when })
}

fn decode(value: &Value) -> Result<Leader, PortError> {
    serde_json::from_str(&value.0)
        .map_err(|e| PortError::internal(OPERATION, "the leader's record does not read").with_source(e))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
