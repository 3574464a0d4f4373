//! Regular expressions for the values of parameters.

use std::{borrow::Cow, fmt};

use regex_lite::{Regex, RegexBuilder};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Largest compiled expression in bytes: room for any list of alternatives, none for `((a{99}){99}){99}`.
const MAX_COMPILED: usize = 256 << 10;

/// A regular expression that is searched in linear time. Those of browsers mean the same, since forms check with them.
#[derive(Clone)]
pub struct Pattern(Regex);

impl Pattern {
    /// Compiles an expression.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let group = |at: usize| text.get(at + 2..).unwrap_or_default().starts_with(':');
        let escaped = |at: usize| text[..at].bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 1;
        if let Some((at, _)) = text.match_indices("(?").find(|(at, _)| !group(*at) && !escaped(*at)) {
            let rest: String = text[at..].chars().take(4).collect();
            return Err(format!("the pattern has {rest:?}, which browsers do not know: only (?: is allowed"));
        }
        let regex = RegexBuilder::new(text).size_limit(MAX_COMPILED).build();
        regex.map(Self).map_err(|e| format!("the pattern {text:?} is no regular expression: {e}"))
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it is somewhere in a text; `^` and `$` hold it to the ends.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(d)?).map_err(D::Error::custom)
    }
}

impl JsonSchema for Pattern {
    fn schema_name() -> Cow<'static, str> {
        "Pattern".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A regular expression without look-around and flags; `^` and `$` hold it to the ends.",
            "type": "string",
            "format": "regex",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn t2_patterns_that_browsers_or_memory_would_not_bear_are_refused() {
        for good in ["^[a-z]+$", "(?:a|b)", "\\(?x", "[0-9]{1,99}", "é"] {
            assert!(Pattern::parse(good).is_ok(), "{good}");
        }
        for (bad, why) in [
            ("(?i)a", "(?: is allowed"),
            ("(?=a)", "(?: is allowed"),
            ("\\\\(?<n>a)", "(?: is allowed"),
            ("a(", "no regular expression"),
            ("((a{99}){99}){99}", "no regular expression"),
        ] {
            let message = Pattern::parse(bad).unwrap_err();
            assert!(message.contains(why), "{bad}: {message}");
        }
    }

    #[test]
    fn t2_no_pattern_is_slow() {
        let pattern = Pattern::parse("^(a+)+$").unwrap();
        assert!(!pattern.is_in(&format!("{}b", "a".repeat(4096))), "this takes forever where it backtracks");
    }
}
