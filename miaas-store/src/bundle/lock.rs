//! What a backup is locked with, and opened.

use std::io::{self, Read, Write};

use age::secrecy::SecretString;
use miaas_core::{ErrorKind, PortError, secret::Secret};

use super::OPERATION;

/// What a backup is locked with.
#[non_exhaustive]
pub enum BundleLock {
    /// Public keys of age (`age1…`): any of their identities opens it.
    Recipients(Vec<age::x25519::Recipient>),
    /// A passphrase.
    Passphrase(Secret),
}

impl std::fmt::Debug for BundleLock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Recipients(all) => f.debug_list().entries(all.iter().map(ToString::to_string)).finish(),
            Self::Passphrase(secret) => write!(f, "Passphrase({secret})"),
        }
    }
}

impl BundleLock {
    /// For these recipients, or with a passphrase; exactly one of both.
    ///
    /// # Errors
    /// `Invalid` for what is no recipient, for both or neither, and for a passphrase that is short.
    pub fn new(recipients: &[String], passphrase: Option<Secret>) -> Result<Self, PortError> {
        match passphrase {
            None if recipients.is_empty() => {
                Err(invalid("a backup is locked with something").with_hint("give a recipient of age, or a passphrase"))
            }
            None => {
                let read = |text: &String| {
                    text.trim().parse().map_err(|why: &str| {
                        let shown: String = text.chars().take(80).collect();
                        invalid(&format!("{shown:?} is no recipient: {why}"))
                            .with_hint("it begins with age1; `age-keygen` makes one")
                    })
                };
                Ok(Self::Recipients(recipients.iter().map(read).collect::<Result<_, _>>()?))
            }
            Some(_) if !recipients.is_empty() => Err(invalid("a backup has recipients or a passphrase, not both")),
            Some(secret) if secret.expose().chars().count() < 12 => {
                Err(invalid("the passphrase is shorter than 12 characters"))
            }
            Some(secret) => Ok(Self::Passphrase(secret)),
        }
    }

    pub(super) fn wrap<W: Write>(&self, out: W) -> io::Result<age::stream::StreamWriter<W>> {
        let encryptor = match self {
            Self::Recipients(all) => age::Encryptor::with_recipients(all.iter().map(|r| r as &dyn age::Recipient))
                .map_err(|e| io::Error::other(e.to_string()))?,
            Self::Passphrase(secret) => {
                age::Encryptor::with_user_passphrase(SecretString::from(secret.expose().to_owned()))
            }
        };
        encryptor.wrap_output(out)
    }
}

/// What opens a backup.
#[non_exhaustive]
pub enum BundleIdentity {
    /// Private keys of age (`AGE-SECRET-KEY-…`).
    Keys(Vec<age::x25519::Identity>),
    /// A passphrase.
    Passphrase(Secret),
}

impl std::fmt::Debug for BundleIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Keys(_) => "Keys(***)",
            Self::Passphrase(_) => "Passphrase(***)",
        })
    }
}

impl BundleIdentity {
    /// Reads the file of `age-keygen`: one key a line, with comments.
    ///
    /// # Errors
    /// `Invalid` when there is none in it; the message repeats nothing of it.
    pub fn keys(text: &str) -> Result<Self, PortError> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let keys: Result<Vec<age::x25519::Identity>, _> = lines.map(str::parse).collect();
        match keys {
            Ok(keys) if !keys.is_empty() => Ok(Self::Keys(keys)),
            _ => Err(invalid("this is no file with keys of age").with_hint("its lines begin with AGE-SECRET-KEY-")),
        }
    }

    pub(super) fn open<R: Read>(&self, file: R) -> Result<age::stream::StreamReader<R>, PortError> {
        let no_backup = |e: age::DecryptError| {
            let refused = |kind, message: &str| PortError::new(kind, OPERATION, message).with_source(e.to_string());
            match &e {
                age::DecryptError::NoMatchingKeys
                | age::DecryptError::KeyDecryptionFailed
                | age::DecryptError::DecryptionFailed => {
                    refused(ErrorKind::Unauthenticated, "this does not open the backup")
                        .with_hint("it was locked for another key, or with another passphrase")
                }
                _ => {
                    refused(ErrorKind::Invalid, "this is no backup, or it is damaged").with_hint("nothing was changed")
                }
            }
        };
        let decryptor = age::Decryptor::new(file).map_err(no_backup)?;
        match self {
            Self::Keys(keys) => decryptor.decrypt(keys.iter().map(|k| k as &dyn age::Identity)).map_err(no_backup),
            Self::Passphrase(secret) => {
                let identity = age::scrypt::Identity::new(SecretString::from(secret.expose().to_owned()));
                decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)).map_err(no_backup)
            }
        }
    }
}

fn invalid(message: &str) -> PortError {
    PortError::new(ErrorKind::Invalid, OPERATION, message)
}
