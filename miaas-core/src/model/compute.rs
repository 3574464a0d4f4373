use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Compute capability of an NVIDIA device: which instructions it has. Written `8.6`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ComputeCapability {
    /// Number before the dot.
    pub major: u16,
    /// Number behind the dot.
    pub minor: u16,
}

/// A text that is no compute capability.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no compute capability: write it as 8.6")]
pub struct InvalidComputeCapability(String);

impl fmt::Display for ComputeCapability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl FromStr for ComputeCapability {
    type Err = InvalidComputeCapability;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || InvalidComputeCapability(text.to_owned());
        let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
        let number = |digits: &str| match digits.bytes().all(|b| b.is_ascii_digit()) {
            true => digits.parse().map_err(|_| wrong()),
            false => Err(wrong()),
        };
        Ok(Self { major: number(major)?, minor: number(minor)? })
    }
}

impl From<ComputeCapability> for String {
    fn from(c: ComputeCapability) -> Self {
        c.to_string()
    }
}

impl TryFrom<String> for ComputeCapability {
    type Error = InvalidComputeCapability;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "helpers of tests fail the test")]

    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        let of = |t: &str| t.parse::<ComputeCapability>().unwrap();
        assert!(of("10.0") > of("9.0") && of("8.9") > of("8.6") && of("7") == of("7.0"));
        assert_eq!(serde_json::from_str::<ComputeCapability>("\"8.6\"").unwrap().to_string(), "8.6");
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", ".", "8.", ".6", "8.6.1", "+8.6", "sm_86", "70000.0"] {
            assert!(text.parse::<ComputeCapability>().is_err(), "{text:?}");
        }
    }
}
