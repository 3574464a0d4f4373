//! Links that sign somebody in at the page, once and soon: a key need not be typed or pasted into a browser then.
//!
//! They are kept in memory: a server that ends forgets them, and whoever holds one makes another.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use miaas_core::{PortError, api::v1::SignInLink, id::KeyId, secret::Secret, time::Timestamp};

use super::{opaque, unauthenticated};

/// How long a link is good.
const LIFETIME: Duration = Duration::from_secs(60);
/// Links at a time; the one that ends first makes room.
const MOST: usize = 1_000;

/// The links that are good, by the hash of their code.
#[derive(Debug, Default)]
pub(super) struct Links(Mutex<BTreeMap<String, (Timestamp, KeyId)>>);

impl Links {
    pub(super) fn make(&self, key: KeyId, now: Timestamp) -> Result<SignInLink, PortError> {
        let (code, _) = opaque::issue(opaque::LINK_PREFIX, "1")?;
        let expires_at = now.plus(LIFETIME);
        let mut good = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        good.retain(|_, (until, _)| *until > now);
        if good.len() >= MOST
            && let Some(first) = good.iter().min_by_key(|(_, (until, _))| *until).map(|(hash, _)| hash.clone())
        {
            good.remove(&first);
        }
        good.insert(opaque::hash(code.expose()), (expires_at, key));
        Ok(SignInLink { code, expires_at })
    }

    /// The key whose holder a code signs in; it is spent by that.
    pub(super) fn spend(&self, code: &Secret, now: Timestamp) -> Result<KeyId, PortError> {
        let found = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&opaque::hash(code.expose()));
        found.filter(|(until, _)| *until > now).map(|(_, key)| key).ok_or_else(|| {
            unauthenticated("the link was used, or is older than a minute").with_hint("make another one: `miaas page`")
        })
    }
}
