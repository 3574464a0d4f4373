//! Requests that may be repeated (U3): what was done under a key is stored in the commit that does it, so that a repeat finds
//! it whichever process answers.

use std::time::Duration;

use super::Orchestrator;
use crate::{
    api::v1::{CreateDeployment, DeploymentItem},
    error::{ErrorKind, PortError},
    hash::sha256_hex,
    model::{Deployment, Request},
    port::{Key, Kind, Op, StoreExt as _, Stored as _, When, Write},
    spec::Issue,
};

/// How long a key is remembered.
const REMEMBERED: Duration = Duration::from_secs(24 * 3600);
/// Time between two removals of those that are no longer.
const PRUNE: Duration = Duration::from_secs(3600);
/// Longest key, in bytes.
const MAX_KEY: usize = 255;

const OPERATION: &str = "deployment.create";

impl Orchestrator {
    /// As [`Self::create`], but once for each `key`: a repeat gets the deployment that the first request made. `asked` is what
    /// the caller asked for, as it was sent. What was refused is not remembered.
    ///
    /// # Errors
    /// As [`Self::create`]. `Invalid` for a key that is empty or longer than 255 bytes; `Conflict` when the key was used for
    /// another request, or what it made is gone.
    pub async fn create_once(
        &self,
        key: &str,
        asked: &[u8],
        body: CreateDeployment,
    ) -> Result<DeploymentItem, PortError> {
        if key.is_empty() || key.len() > MAX_KEY {
            let message = format!("the header Idempotency-Key must have 1 to {MAX_KEY} characters");
            return Err(PortError::invalid(OPERATION, vec![Issue::new("", message)]));
        }
        let (id, asked) = (sha256_hex(key.as_bytes()), sha256_hex(asked));
        let known = self.store().read::<Request>(&id).await?;
        let when = match &known {
            Some(old) if self.now().since(old.value.at) < REMEMBERED => return self.repeated(&old.value, &asked).await,
            Some(old) => When::At(old.revision),
            None => When::Absent,
        };
        let note = |deployment| {
            Request { id: id.clone(), asked: asked.clone(), deployment, at: self.now() }.put(when).map(Some)
        };
        match self.create_with(body, note).await {
            // The same request may have come twice at a time.
            Err(e) if matches!(e.kind(), ErrorKind::Conflict | ErrorKind::AlreadyExists) => {
                match self.store().read::<Request>(&id).await? {
                    Some(now) if known.is_none_or(|old| old.revision != now.revision) => {
                        self.repeated(&now.value, &asked).await
                    }
                    _ => Err(e),
                }
            }
            other => other,
        }
    }

    async fn repeated(&self, first: &Request, asked: &str) -> Result<DeploymentItem, PortError> {
        let refused =
            |message: &str| Err(PortError::new(ErrorKind::Conflict, OPERATION, message).with_hint("choose a new key"));
        if first.asked != asked {
            return refused("this Idempotency-Key was used for another request");
        }
        // It may have been made a moment ago, and the view be behind: whether it is gone is known by the store.
        loop {
            match self.deployment(first.deployment.as_str()) {
                Err(e) if e.kind() == ErrorKind::NotFound => {}
                other => return other,
            }
            if self.store().read::<Deployment>(first.deployment.as_str()).await?.is_none() {
                return refused("the deployment that was made under this Idempotency-Key is gone");
            }
            self.after_conflict().await?;
        }
    }

    /// Forgets keys after their time.
    pub(super) async fn prune_requests(&self) -> Result<(), PortError> {
        let now = self.now();
        {
            let mut notes = self.notes();
            if notes.pruned_at.is_some_and(|at| now.since(at) < PRUNE) {
                return Ok(());
            }
            notes.pruned_at = Some(now);
        }
        let old = self.store().read_all::<Request>().await?;
        let old = old.into_iter().filter(|r| now.since(r.value.at) >= REMEMBERED);
        let delete =
            |r: String, revision| Write { key: Key::new(Kind::Request, &*r), op: Op::Delete, when: When::At(revision) };
        for request in old {
            match self.commit(vec![delete(request.value.id, request.revision)]).await {
                // It was used again meanwhile.
                Err(e) if e.kind() == ErrorKind::Conflict => {}
                other => drop(other?),
            }
        }
        Ok(())
    }
}
