//! The key ring: root keys, each sealed by the master key.

use std::collections::BTreeMap;

use miaas_core::{
    ErrorKind, PortError,
    port::{Key, Value},
};
use serde::{Deserialize, Serialize};

use super::{
    MasterKey, OPERATION,
    cipher::{self, Bits},
    envelope::Envelope,
};

/// The ring as it lies in the store.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RingRecord {
    /// Fingerprint of the master key.
    pub(super) master: String,
    newest: String,
    keys: BTreeMap<String, String>,
    /// While a store that was in use before is being sealed.
    #[serde(default)]
    accepts_plain: bool,
}

impl RingRecord {
    pub(super) fn read(value: &Value) -> Result<Self, PortError> {
        serde_json::from_str(&value.0)
            .map_err(|e| PortError::internal(OPERATION, "the key ring of the store does not read").with_source(e))
    }

    pub(super) fn write(&self) -> Result<Value, PortError> {
        let text = serde_json::to_string(self)
            .map_err(|e| PortError::internal(OPERATION, "the key ring does not serialise").with_source(e))?;
        Ok(Value(text.into()))
    }
}

/// The ring with open keys.
#[derive(Clone)]
pub(super) struct Ring {
    newest: String,
    keys: BTreeMap<String, Bits>,
    pub(super) accepts_plain: bool,
}

impl Ring {
    pub(super) fn new(accepts_plain: bool) -> Result<Self, PortError> {
        let mut ring = Self { newest: String::new(), keys: BTreeMap::new(), accepts_plain };
        ring.add()?;
        Ok(ring)
    }

    /// Makes a root key that seals from now on.
    pub(super) fn add(&mut self) -> Result<(), PortError> {
        let id: String = cipher::random()?.iter().take(8).map(|b| format!("{b:02x}")).collect();
        self.keys.insert(id.clone(), cipher::random()?);
        self.newest = id;
        Ok(())
    }

    /// Forgets every root key but the newest.
    pub(super) fn forget_old(&mut self) {
        self.keys.retain(|id, _| *id == self.newest);
    }

    pub(super) fn newest(&self) -> &str {
        &self.newest
    }

    pub(super) fn open(record: &RingRecord, master: &MasterKey) -> Result<Self, PortError> {
        let open = |(id, sealed): (&String, &String)| {
            let key = cipher::open_bits(master.bits(), &about(id), sealed).ok_or_else(|| {
                PortError::internal(OPERATION, format!("root key {id} of the store does not open: it was changed"))
            })?;
            Ok((id.clone(), key))
        };
        let keys = record.keys.iter().map(open).collect::<Result<BTreeMap<_, _>, PortError>>()?;
        if !keys.contains_key(&record.newest) {
            return Err(PortError::internal(OPERATION, "the key ring of the store lacks its newest key"));
        }
        Ok(Self { newest: record.newest.clone(), keys, accepts_plain: record.accepts_plain })
    }

    pub(super) fn seal(&self, master: &MasterKey) -> Result<RingRecord, PortError> {
        let seal = |(id, key): (&String, &Bits)| {
            Ok((id.clone(), cipher::seal(master.bits(), cipher::nonce()?, &about(id), &**key)?))
        };
        let keys = self.keys.iter().map(seal).collect::<Result<_, PortError>>()?;
        let (master, newest) = (master.fingerprint(), self.newest.clone());
        Ok(RingRecord { master, newest, keys, accepts_plain: self.accepts_plain })
    }

    pub(super) fn seal_value(&self, key: &Key, clear: &Value) -> Result<Value, PortError> {
        let root = self.keys.get(&self.newest).ok_or_else(|| unknown(&self.newest, key))?;
        Envelope::seal(&self.newest, root, key, clear)
    }

    /// `NotFound` for a root key that this ring lacks.
    pub(super) fn open_value(&self, key: &Key, value: &Value) -> Result<Value, PortError> {
        let Some(envelope) = Envelope::read(value) else {
            if self.accepts_plain {
                return Ok(value.clone());
            }
            return Err(PortError::internal(OPERATION, format!("{key} is not sealed")).with_hint(
                "something other than MIaaS wrote it to the database; remove it there, or restore a backup",
            ));
        };
        let root = self.keys.get(&envelope.sealed_by).ok_or_else(|| unknown(&envelope.sealed_by, key))?;
        envelope.open(root, key)
    }

    /// Whether the newest key sealed this.
    pub(super) fn is_newest(&self, value: &Value) -> bool {
        Envelope::read(value).is_some_and(|e| e.sealed_by == self.newest)
    }
}

fn unknown(id: &str, key: &Key) -> PortError {
    PortError::new(ErrorKind::NotFound, OPERATION, format!("{key} is sealed by root key {id}, which the store lacks"))
}

fn about(id: &str) -> String {
    format!("miaas root key 1\n{id}")
}
