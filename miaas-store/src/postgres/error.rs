//! What the errors of PostgreSQL mean to the caller.

use std::fmt::Display;

use miaas_core::{ErrorKind, PortError};

/// An error that can be told to several callers.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub(super) kind: ErrorKind,
    pub(super) message: String,
    hint: Option<&'static str>,
    /// Nothing was done, and the same may work in a moment.
    pub(super) again: bool,
}

const UNREACHABLE: &str = "is PostgreSQL running, and may this machine connect to it?";

impl Failure {
    /// What `error` means, met with the database `name`.
    pub(super) fn new(name: impl Display, error: &sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|e| e.code());
        let (kind, again, hint) = match code.as_deref() {
            Some(code) => Self::of_code(code),
            None => Self::without_code(error),
        };
        let message = match error {
            sqlx::Error::PoolClosed => format!("the store {name} was closed"),
            sqlx::Error::PoolTimedOut => format!("database {name}: no connection could be made in time"),
            _ => format!("database {name}: {error}"),
        };
        Self { kind, message, hint, again }
    }

    /// By the codes of the manual's appendix A, of which the first two letters are a class.
    fn of_code(code: &str) -> (ErrorKind, bool, Option<&'static str>) {
        use ErrorKind::{Internal, Invalid, Unavailable};
        match code {
            "28P01" | "28000" => {
                (Unavailable, false, Some("check the user and the password, and pg_hba.conf of the server"))
            }
            "3D000" => (Unavailable, false, Some("create the database first: createdb --owner USER DATABASE")),
            "42501" => (Unavailable, false, Some("the user must own the database, or the schema miaas and all in it")),
            "25006" => (Unavailable, true, Some("this server is a read-only replica: name the primary")),
            "53100" => (Unavailable, false, Some("free space on the disk of the database, then try again")),
            "53300" => {
                (Unavailable, true, Some("raise max_connections of the server, or end other programs that use it"))
            }
            "55P03" => (Unavailable, true, Some("another program holds a lock on the schema miaas: end it")),
            // Encodings and characters that a text cannot hold, and indexed names that are too long.
            "22021" | "22P05" | "54000" => {
                (Invalid, false, Some("names and documents hold no NUL; names have up to 2,000 bytes"))
            }
            // Cut off by an administrator, starting, shutting down, or idle in a transaction for too long.
            "57P01" | "57P02" | "57P03" | "57P05" | "25P03" => (Unavailable, true, None),
            "40001" | "40P01" => (Unavailable, true, None),
            _ if code.starts_with("08") => (Unavailable, true, Some(UNREACHABLE)),
            _ if code.starts_with("53") || code.starts_with("57") || code.starts_with("58") => {
                (Unavailable, false, None)
            }
            _ if code.starts_with("XX") => (Internal, false, Some("the database is damaged: restore the last backup")),
            _ => (Internal, false, None),
        }
    }

    fn without_code(error: &sqlx::Error) -> (ErrorKind, bool, Option<&'static str>) {
        match error {
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut => (ErrorKind::Unavailable, true, Some(UNREACHABLE)),
            sqlx::Error::PoolClosed => (ErrorKind::Unavailable, false, None),
            sqlx::Error::Tls(_) => (
                ErrorKind::Unavailable,
                false,
                Some("check sslmode and sslrootcert of the address, and the certificate"),
            ),
            _ => (ErrorKind::Internal, false, None),
        }
    }

    /// The database says nothing at all.
    pub(super) fn silent(name: impl Display, seconds: f64) -> Self {
        let message = format!("database {name}: no answer within {seconds} s");
        Self { kind: ErrorKind::Unavailable, message, hint: Some(UNREACHABLE), again: true }
    }

    /// The answer to a COMMIT did not arrive.
    pub(super) fn in_doubt(self) -> Self {
        let message = format!("{}; the commit may have been done or not", self.message);
        let hint = Some("read again what is stored before you try again");
        Self { kind: ErrorKind::Unavailable, message, hint, again: false }
    }

    /// A newer version of this program has changed the schema.
    pub(super) fn newer_schema(name: impl Display, found: i64, known: i64) -> Self {
        let message = format!(
            "the database {name} has schema version {found}, this program knows versions up to {known}: a newer version of \
             it uses the database"
        );
        let hint = Some("use the newer version, or restore a backup that this version wrote");
        Self { kind: ErrorKind::Unsupported, message, hint, again: false }
    }

    /// Another process uses the database in a way that excludes this one.
    pub(super) fn in_use(name: impl Display, by: &str, hint: &'static str) -> Self {
        let message = format!("the database {name} is in use by {by}");
        Self { kind: ErrorKind::Unavailable, message, hint: Some(hint), again: true }
    }

    /// A defect: the database says what this program never writes.
    pub(super) fn damaged(name: impl Display, what: &str) -> Self {
        let message = format!("database {name}: {what}");
        let hint = Some("the database is damaged: restore the last backup");
        Self { kind: ErrorKind::Internal, message, hint, again: false }
    }

    /// The error of a port.
    pub(super) fn port(&self, operation: &'static str) -> PortError {
        let error = PortError::new(self.kind, operation, self.message.clone());
        match self.hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }
}
