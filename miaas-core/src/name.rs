//! Names and labels that users choose.

use std::{borrow::Borrow, collections::BTreeMap, fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::id::{InvalidName, check, string_type};

/// Longest deployment name: leaves room for slot and digest in a container name and a DNS label.
pub const MAX_NAME_LEN: usize = 40;

string_type!(
    /** The name of a deployment or of a service in it: lower case letters, digits and inner hyphens, at most 40. */
    Name, "name", check_name
);
string_type!(
    /** The name of a node, usually its host name: letters, digits, '-', '_', '.', at most 253. */
    NodeName, "node name", |what, text| check(what, text, 253)
);

string_type!(
    /** The name that a user signs in with: letters, digits, '-', '_', '.', at most 64. */
    UserName, "user name", |what, text| check(what, text, 64)
);

fn check_name(what: &'static str, text: &str) -> Result<(), InvalidName> {
    check(what, text, MAX_NAME_LEN)?;
    let rule = "only lower case letters, digits and hyphens inside are allowed, at most 40 characters";
    let ok = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') && !text.ends_with('-');
    if ok { Ok(()) } else { Err(InvalidName::new(what, text, rule)) }
}

/// Labels of a node or a deployment. Keys as names with '/' allowed once, values at most 63 characters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Labels(pub BTreeMap<LabelKey, String>);

string_type!(
    /** A label key, for example `zone` or `gpu.vendor` or `example.org/rack`. */
    LabelKey, "label key", check_label_key
);

fn check_label_key(what: &'static str, text: &str) -> Result<(), InvalidName> {
    match text.split_once('/') {
        Some((prefix, rest)) => check(what, prefix, 253).and_then(|()| check(what, rest, 63)),
        None => check(what, text, 63),
    }
}

impl Labels {
    /// Parses `key=value` pairs.
    ///
    /// # Errors
    /// The first pair that is not one, with the rule.
    pub fn parse_pairs<'a>(pairs: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidName> {
        let mut labels = BTreeMap::new();
        for pair in pairs {
            let (key, value) =
                pair.split_once('=').ok_or_else(|| InvalidName::new("label", pair, "it must be key=value"))?;
            check_label_value(value)?;
            labels.insert(LabelKey::parse(key)?, value.to_owned());
        }
        Ok(Self(labels))
    }

    /// Checks every value (keys are checked by their type).
    ///
    /// # Errors
    /// The first value that breaks the rule.
    pub fn check(&self) -> Result<(), InvalidName> {
        self.0.values().try_for_each(|v| check_label_value(v))
    }

    /// Whether every pair of `selector` is here.
    #[must_use]
    pub fn contains_all(&self, selector: &Self) -> bool {
        selector.0.iter().all(|(k, v)| self.0.get(k) == Some(v))
    }

    /// The value under `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn check_label_value(value: &str) -> Result<(), InvalidName> {
    if value.len() <= 63 && value.chars().all(|c| !c.is_control()) {
        return Ok(());
    }
    Err(InvalidName::new("label value", value, "at most 63 bytes without control characters"))
}
