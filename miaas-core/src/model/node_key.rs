//! The public half of a node's key pair.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An Ed25519 public key, written as 64 hexadecimal digits. The node keeps the private half on its disk and proves with it who it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NodeKey([u8; 32]);

impl NodeKey {
    /// From its bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// What a node signs to prove who it is: the challenge of its server, and nothing that could be taken for anything else.
#[must_use]
pub fn proof_of(challenge: &str) -> Vec<u8> {
    [b"miaas proof of a node 1\n", challenge.as_bytes()].concat()
}

/// Bytes as hexadecimal digits.
#[must_use]
pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// So many bytes from hexadecimal digits.
#[must_use]
pub fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; N];
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok()?;
    }
    Some(bytes)
}

impl fmt::Display for NodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl fmt::Debug for NodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for NodeKey {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        from_hex(&text).map(Self).ok_or("the public key of a node has 64 hexadecimal digits")
    }
}

impl From<NodeKey> for String {
    fn from(key: NodeKey) -> Self {
        key.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_are_written() {
        let key = NodeKey::new([0xa5; 32]);
        assert_eq!(serde_json::from_str::<NodeKey>(&serde_json::to_string(&key).unwrap()).unwrap(), key);
        for text in ["", "a5", &"g5".repeat(32), &"é".repeat(32), &"a5".repeat(33)] {
            assert!(NodeKey::try_from((*text).to_owned()).is_err(), "{text}");
        }
    }
}
