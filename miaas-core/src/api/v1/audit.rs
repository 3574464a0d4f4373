use serde::{Deserialize, Serialize};

use super::Role;
use crate::{hash::sha256_hex, time::Timestamp};

/// An entry of the audit log: who did what. Each holds the digest of the one before, so that none can be changed, taken out or put
/// in between without a trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    /// Counts the entries, from 1.
    pub number: u64,
    /// When the request was answered.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
    /// The API key, or the join token, by its id.
    pub who: String,
    /// What the key may do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The address that the request came from.
    pub from: String,
    /// The method of the request.
    pub method: String,
    /// Its path and query.
    pub path: String,
    /// The status of the answer.
    pub status: u16,
    /// What it was about, as `kind/id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// Keyed digest of the object before; none when there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The same afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The digest of the entry before; empty for the first.
    pub previous: String,
    /// SHA-256 over this entry with an empty digest, as JSON without spaces and with the fields in this order.
    pub digest: String,
}

impl AuditEntry {
    /// With its digest.
    ///
    /// # Errors
    /// The serialiser's.
    pub fn sealed(mut self) -> Result<Self, serde_json::Error> {
        self.digest.clear();
        self.digest = sha256_hex(&serde_json::to_vec(&self)?);
        Ok(self)
    }

    /// What is wrong with this entry behind the one before, when something is.
    #[must_use]
    pub fn flaw(&self, before: Option<&Self>) -> Option<String> {
        let number = self.number;
        let (last, digest) = before.map_or((0, ""), |b| (b.number, b.digest.as_str()));
        if number != last + 1 {
            return Some(format!("after entry {last} comes entry {number}: entries in between are gone"));
        }
        if self.previous != digest {
            return Some(format!("entry {number} does not follow entry {last}: one of them is not what it was"));
        }
        match self.clone().sealed() {
            Ok(again) if again.digest == self.digest => None,
            _ => Some(format!("entry {number} was changed: its digest is another")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<AuditEntry> {
        let mut all: Vec<AuditEntry> = Vec::new();
        for number in 1..=4 {
            let entry = AuditEntry {
                number,
                at: Timestamp::from_millis(1000),
                who: "key-1".into(),
                role: Some(Role::Admin),
                from: "10.0.0.1".into(),
                method: "POST".into(),
                path: "/api/v1/keys".into(),
                status: 201,
                object: None,
                before: None,
                after: None,
                previous: all.last().map(|e| e.digest.clone()).unwrap_or_default(),
                digest: String::new(),
            };
            all.push(entry.sealed().unwrap());
        }
        all
    }

    fn flaw(all: &[AuditEntry]) -> Option<String> {
        let mut before = None;
        for entry in all {
            if let Some(flaw) = entry.flaw(before) {
                return Some(flaw);
            }
            before = Some(entry);
        }
        None
    }

    #[test]
    fn s4_every_change_of_the_chain_is_found() {
        assert_eq!(flaw(&entries()), None);
        let mut changed = entries();
        changed[1].who = "key-2".into();
        assert!(flaw(&changed).unwrap().contains("entry 2 was changed"));
        let mut redone = entries();
        redone[1].who = "key-2".into();
        redone[1] = redone[1].clone().sealed().unwrap();
        assert!(flaw(&redone).unwrap().contains("entry 3 does not follow entry 2"));
        let mut gone = entries();
        gone.remove(2);
        assert!(flaw(&gone).unwrap().contains("after entry 2 comes entry 4"));
        assert!(flaw(&entries()[1..]).unwrap().contains("after entry 0 comes entry 2"));
        let mut swapped = entries();
        swapped.swap(1, 2);
        assert!(flaw(&swapped).is_some());
    }
}
