//! Typed identifiers. They parse once, at the edge; inside the system a wrong one cannot exist.

use std::{borrow::Borrow, fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Longest identifier, in bytes.
pub const MAX_ID_LEN: usize = 128;

/// Why a text is no identifier or name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} {text:?} is not valid: {rule}")]
pub struct InvalidName {
    /// What it was meant to be, for example `node id`.
    pub what: &'static str,
    /// The refused text, cut to 80 characters.
    pub text: String,
    /// The rule that it breaks.
    pub rule: &'static str,
}

impl InvalidName {
    pub(crate) fn new(what: &'static str, text: &str, rule: &'static str) -> Self {
        Self { what, text: text.chars().take(80).collect(), rule }
    }
}

pub(crate) fn check(what: &'static str, text: &str, max: usize) -> Result<(), InvalidName> {
    let err = |rule| Err(InvalidName::new(what, text, rule));
    if text.is_empty() {
        return err("it is empty");
    }
    if text.len() > max {
        return err("it is too long");
    }
    if !text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')) {
        return err("only letters, digits, '-', '_' and '.' are allowed");
    }
    if !text.as_bytes()[0].is_ascii_alphanumeric() {
        return err("it must start with a letter or a digit");
    }
    Ok(())
}

macro_rules! string_type {
    ($(#[$doc:meta])* $name:ident, $what:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks the rule of this type.
            ///
            /// # Errors
            /// [`InvalidName`] with the rule that is broken.
            pub fn parse(text: &str) -> Result<Self, InvalidName> {
                ($check)($what, text)?;
                Ok(Self(text.into()))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl FromStr for $name {
            type Err = InvalidName;
            fn from_str(s: &str) -> Result<Self, InvalidName> {
                Self::parse(s)
            }
        }
        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(&self.0)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                Self::parse(&text).map_err(D::Error::custom)
            }
        }
    };
}
pub(crate) use string_type;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $prefix:literal) => {
        string_type!($(#[$doc])* $name, $what, |what, text| check(what, text, MAX_ID_LEN));

        impl $name {
            /// A new identifier from 64 random or counted bits of an [`IdSource`](crate::port::IdSource).
            #[must_use]
            pub fn from_bits(bits: u64) -> Self {
                Self(format!(concat!($prefix, "-{}"), base32(bits)).into())
            }
        }
    };
}

id!(/** A registered node. */ NodeId, "node id", "node");
id!(/** A deployment: what somebody wants to run. */ DeploymentId, "deployment id", "dep");
id!(/** A join token for nodes. */ TokenId, "token id", "tok");
id!(/** An API key. */ KeyId, "key id", "key");
id!(/** Somebody who is signed in at a browser. */ SessionId, "session id", "ses");
id!(/** An entry of the event log. */ EventId, "event id", "ev");
string_type!(
    /** One instance of a slot of a deployment on one node; also the Compose project name on that node. */
    WorkloadId, "workload id", |what, text| check(what, text, MAX_ID_LEN)
);

#[cfg(feature = "engine")]
impl EventId {
    /// Before every other in order.
    #[must_use]
    pub(crate) fn lowest() -> Self {
        Self("0".into())
    }
}

impl WorkloadId {
    /// The instance number `incarnation` of `slot`. Derived, so that planning twice gives the same name, and carrying a
    /// digest of the deployment's id, so that a deployment created anew under an old name never meets old containers.
    #[must_use]
    pub fn derive(name: &crate::name::Name, deployment: &DeploymentId, slot: u32, incarnation: u32) -> Self {
        let digest =
            crate::hash::digest64(&[deployment.as_str().as_bytes(), &slot.to_le_bytes(), &incarnation.to_le_bytes()]);
        Self(format!("{name}-{slot}-{}", &base32(digest)[8..]).into())
    }
}

/// 64 bits as 13 characters of Crockford's base 32 in lower case: no look-alikes, sortable.
#[must_use]
pub fn base32(bits: u64) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    (0..13).rev().map(|i| ALPHABET[((bits >> (i * 5)) & 31) as usize] as char).collect()
}
