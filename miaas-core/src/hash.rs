//! Content hashes: what runs is compared with what should run by hash, never field by field.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The first 16 hexadecimal digits of a SHA-256 over canonical JSON (fields in declaration order, maps sorted).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContentHash(std::sync::Arc<str>);

impl ContentHash {
    /// Hashes anything that serialises; `Err` only for values that JSON cannot express (maps with non-string keys).
    ///
    /// # Errors
    /// The serialiser's.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        Ok(Self(hex(&Sha256::digest(serde_json::to_vec(value)?)[..8]).into()))
    }

    /// The hash of named parts, from theirs.
    #[must_use]
    pub fn of_named(parts: &BTreeMap<String, Self>) -> Self {
        let bytes: Vec<&[u8]> = parts.iter().flat_map(|(name, hash)| [name.as_bytes(), hash.0.as_bytes()]).collect();
        Self(format!("{:016x}", digest64(&bytes)).into())
    }

    /// A hash read back from a container label or a ledger.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self(text.into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// SHA-256 of `bytes` in hexadecimal.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The first 64 bits of a SHA-256 over length-prefixed parts.
#[must_use]
pub fn digest64(parts: &[&[u8]]) -> u64 {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize()[..8].iter().fold(0, |acc, byte| (acc << 8) | u64::from(*byte))
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)] as char, DIGITS[usize::from(b & 15)] as char]).collect()
}
