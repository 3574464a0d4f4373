//! An object as it lies in the store.

use miaas_core::{
    PortError,
    port::{Key, Value},
};
use serde::{Deserialize, Serialize};

use super::{
    OPERATION,
    cipher::{self, Bits},
};

/// A sealed object. The field names are the mark by which it is told from one in clear.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Envelope {
    /// The root key that sealed the data key.
    pub(super) sealed_by: String,
    key: String,
    data: String,
}

impl Envelope {
    pub(super) fn seal(id: &str, root: &Bits, key: &Key, clear: &Value) -> Result<Value, PortError> {
        let (data_key, [for_key, for_data]) = cipher::key_and_nonces()?;
        let about = about(id, key);
        let envelope = Self {
            sealed_by: id.to_owned(),
            key: cipher::seal(root, for_key, &about, &*data_key)?,
            data: cipher::seal(&data_key, for_data, &about, clear.0.as_bytes())?,
        };
        let text = serde_json::to_string(&envelope)
            .map_err(|e| PortError::internal(OPERATION, format!("{key} does not serialise")).with_source(e))?;
        Ok(Value(text.into()))
    }

    /// None for what is no envelope.
    pub(super) fn read(value: &Value) -> Option<Self> {
        serde_json::from_str(&value.0).ok()
    }

    pub(super) fn open(&self, root: &Bits, key: &Key) -> Result<Value, PortError> {
        let damaged = || {
            PortError::internal(OPERATION, format!("{key} does not open: it was changed, or belongs to another place"))
                .with_hint("somebody or something other than MIaaS wrote to the database; restore a backup")
        };
        let about = about(&self.sealed_by, key);
        let data_key = cipher::open_bits(root, &about, &self.key).ok_or_else(damaged)?;
        let clear = cipher::open(&data_key, &about, &self.data).ok_or_else(damaged)?;
        std::str::from_utf8(&clear).map(|text| Value(text.into())).map_err(|_| damaged())
    }
}

/// What ties a sealed object to its place.
fn about(id: &str, key: &Key) -> String {
    format!("miaas object 1\n{id}\n{key}")
}
