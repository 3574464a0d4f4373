//! The meaning of a commit, shared by every store: which conditions hold, and what is written when all of them do.

use std::collections::BTreeMap;

use super::store::{Key, Op, Revision, Value, When, Write};
use crate::error::{ErrorKind, PortError};

/// What a commit does: the new value of each object that it changes, none for a delete. Empty when nothing changes.
pub type Effects = BTreeMap<Key, Option<Value>>;

/// Checks every condition against the state before the commit and says what the commit does.
///
/// `revision_of` gives the present revision of an object, none when it does not exist. Of several writes of one key the
/// last one that is no [`Op::Check`] counts, so that a watcher sees each key at most once per revision.
///
/// # Errors
/// `Conflict` naming the first key whose condition does not hold.
pub fn settle(writes: Vec<Write>, revision_of: impl Fn(&Key) -> Option<Revision>) -> Result<Effects, PortError> {
    for write in &writes {
        check(&write.key, write.when, revision_of(&write.key))?;
    }
    let mut effects = Effects::new();
    for write in writes {
        match write.op {
            Op::Put(value) => {
                effects.insert(write.key, Some(value));
            }
            Op::Delete => {
                effects.insert(write.key, None);
            }
            Op::Check => {}
        }
    }
    effects.retain(|key, value| value.is_some() || revision_of(key).is_some());
    Ok(effects)
}

fn check(key: &Key, when: When, present: Option<Revision>) -> Result<(), PortError> {
    let message = match (when, present) {
        (When::Any, _) | (When::Absent, None) => return Ok(()),
        (When::At(wanted), Some(revision)) if wanted == revision => return Ok(()),
        (When::Absent, Some(revision)) => format!("{key} exists already, at revision {revision}"),
        (When::At(wanted), Some(revision)) => format!("{key} is at revision {revision}, not {wanted}"),
        (When::At(wanted), None) => format!("{key} does not exist, it was expected at revision {wanted}"),
    };
    Err(PortError::new(ErrorKind::Conflict, "store.commit", message)
        .with_hint("read the object again and decide again"))
}
