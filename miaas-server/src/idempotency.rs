//! Answers to requests with an `Idempotency-Key` (U3), in memory: a repeated request gets the first answer again and does
//! nothing. A restart of the server forgets them; the unique names of deployments then still refuse a second one.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use miaas_core::{ErrorKind, PortError, api::v1::DeploymentItem, spec::Issue};
use sha2::{Digest as _, Sha256};
use tokio::{sync::OnceCell, time::Instant};

/// Most answers that are remembered; the oldest goes first.
const LIMIT: usize = 1024;
/// Longest key, in bytes.
const MAX_KEY: usize = 255;

#[derive(Debug)]
struct Entry {
    body: [u8; 32],
    since: Instant,
    answer: OnceCell<DeploymentItem>,
}

#[derive(Debug, Default)]
struct Entries {
    by_key: BTreeMap<String, Arc<Entry>>,
    oldest_first: VecDeque<String>,
}

/// The remembered answers.
#[derive(Debug)]
pub(crate) struct Idempotency {
    ttl: Duration,
    entries: Mutex<Entries>,
}

impl Idempotency {
    pub(crate) fn new(ttl: Duration) -> Self {
        Self { ttl, entries: Mutex::default() }
    }

    /// The first answer for `key`, made by `run` when there is none. Requests with one key that come at the same time run
    /// once. An error is not remembered. `body` is what the request asks for.
    pub(crate) async fn once<F>(&self, key: &str, body: &[u8], run: F) -> Result<DeploymentItem, PortError>
    where
        F: Future<Output = Result<DeploymentItem, PortError>>,
    {
        if key.is_empty() || key.len() > MAX_KEY {
            let message = format!("the header Idempotency-Key must have 1 to {MAX_KEY} characters");
            return Err(PortError::invalid("idempotency", vec![Issue::new("", message)]));
        }
        let body: [u8; 32] = Sha256::digest(body).into();
        let entry = self.entry(key, body);
        if entry.body != body {
            let message = "this Idempotency-Key was used for another request";
            return Err(PortError::new(ErrorKind::Conflict, "idempotency", message).with_hint("choose a new key"));
        }
        entry.answer.get_or_try_init(|| run).await.cloned()
    }

    fn entry(&self, key: &str, body: [u8; 32]) -> Arc<Entry> {
        let now = Instant::now();
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(oldest) = entries.oldest_first.front() {
            let stale = entries.by_key.get(oldest).is_none_or(|e| now.duration_since(e.since) >= self.ttl);
            if !stale && entries.by_key.len() < LIMIT {
                break;
            }
            if let Some(oldest) = entries.oldest_first.pop_front() {
                entries.by_key.remove(&oldest);
            }
        }
        if let Some(entry) = entries.by_key.get(key) {
            return Arc::clone(entry);
        }
        let entry = Arc::new(Entry { body, since: now, answer: OnceCell::new() });
        entries.by_key.insert(key.to_owned(), Arc::clone(&entry));
        entries.oldest_first.push_back(key.to_owned());
        entry
    }
}
