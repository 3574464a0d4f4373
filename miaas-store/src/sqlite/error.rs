//! What the errors of SQLite mean to the caller.

use std::path::Path;

use miaas_core::{ErrorKind, PortError};

// The primary result codes of SQLite that call for a reaction of their own.
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READONLY: i32 = 8;
const IOERR: i32 = 10;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANTOPEN: i32 = 14;
const TOOBIG: i32 = 18;
const NOTADB: i32 = 26;

/// An error that can be told to several callers.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    kind: ErrorKind,
    pub(super) message: String,
    hint: Option<&'static str>,
    /// Another program holds the file: trying each commit alone would only wait again.
    pub(super) busy: bool,
}

impl Failure {
    /// What `error` means, met with the file at `path`.
    pub(super) fn new(path: &Path, error: &sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|e| e.code()).and_then(|c| c.parse::<i32>().ok());
        // Extended codes carry the primary one in their low byte.
        let code = code.map(|c| c & 0xff);
        let (kind, hint) = match code {
            Some(BUSY | LOCKED) => {
                (ErrorKind::Unavailable, Some("another program writes to this file: end it, then try again"))
            }
            Some(FULL) => (
                ErrorKind::Unavailable,
                Some("free space on this disk or raise the limit of the database, then try again"),
            ),
            Some(READONLY | IOERR | CANTOPEN) => {
                (ErrorKind::Unavailable, Some("check the disk and the permissions of the file and its folder"))
            }
            Some(NOTADB) => (ErrorKind::Invalid, Some("name another file, or move this one away")),
            Some(CORRUPT) => (ErrorKind::Internal, Some("the database is damaged: restore the last backup")),
            Some(TOOBIG) => (ErrorKind::Invalid, Some("store a smaller document")),
            _ => (Self::kind_without_code(error), None),
        };
        let message = match error {
            sqlx::Error::PoolClosed => format!("the store {} was closed", path.display()),
            _ => format!("database {}: {error}", path.display()),
        };
        Self { kind, message, hint, busy: matches!(code, Some(BUSY | LOCKED)) }
    }

    fn kind_without_code(error: &sqlx::Error) -> ErrorKind {
        match error {
            sqlx::Error::PoolClosed | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed | sqlx::Error::Io(_) => {
                ErrorKind::Unavailable
            }
            _ => ErrorKind::Internal,
        }
    }

    /// A defect: the database says what this program never writes.
    pub(super) fn damaged(path: &Path, what: &str) -> Self {
        let message = format!("database {}: {what}", path.display());
        let hint = Some("the database is damaged: restore the last backup");
        Self { kind: ErrorKind::Internal, message, hint, busy: false }
    }

    /// The file system below does not have what a write-ahead log needs.
    pub(super) fn no_write_ahead_log(path: &Path, mode: &str) -> Self {
        let message = format!("database {}: a write-ahead log cannot be used here, only {mode:?}", path.display());
        let hint = Some("put it on a local disk: network file systems lack the shared memory this needs");
        Self { kind: ErrorKind::Unsupported, message, hint, busy: false }
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
