//! The digest of an authority's certificate.

use std::{fmt, str::FromStr};

use miaas_core::{ErrorKind, PortError};
use rustls::pki_types::CertificateDer;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

const PREFIX: &str = "sha256:";

/// SHA-256 of the DER form of a certificate, written as `sha256:` and 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CaPin([u8; 32]);

impl CaPin {
    /// The pin of a certificate.
    #[must_use]
    pub fn of(certificate: &CertificateDer<'_>) -> Self {
        Self(Sha256::digest(certificate.as_ref()).into())
    }
}

impl fmt::Display for CaPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PREFIX)?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for CaPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for CaPin {
    type Err = PortError;

    fn from_str(text: &str) -> Result<Self, PortError> {
        let digits = text.trim().strip_prefix(PREFIX).filter(|d| d.len() == 64 && d.is_ascii());
        let mut bytes = [0; 32];
        let read = digits.is_some_and(|d| {
            bytes.iter_mut().enumerate().all(|(i, byte)| match u8::from_str_radix(&d[2 * i..2 * i + 2], 16) {
                Ok(value) => {
                    *byte = value;
                    true
                }
                Err(_) => false,
            })
        });
        if read {
            return Ok(Self(bytes));
        }
        let shown: String = text.chars().take(80).collect();
        Err(PortError::new(ErrorKind::Invalid, "tls.pin", format!("{shown:?} is no pin of an authority"))
            .with_hint("it is sha256: and 64 hexadecimal digits, as the server prints it when it starts"))
    }
}

impl TryFrom<String> for CaPin {
    type Error = PortError;

    fn try_from(text: String) -> Result<Self, PortError> {
        text.parse()
    }
}

impl From<CaPin> for String {
    fn from(pin: CaPin) -> Self {
        pin.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_are_read_as_they_are_written() {
        let pin = CaPin::of(&CertificateDer::from(vec![1, 2, 3]));
        assert_eq!(pin.to_string().parse::<CaPin>().unwrap(), pin);
        let digits = "0".repeat(64);
        for text in ["", "sha256:", &digits, "sha256:zz", &format!("sha1:{digits}"), &format!("sha256:{digits}0")] {
            assert!(text.parse::<CaPin>().is_err(), "{text}");
        }
    }
}
