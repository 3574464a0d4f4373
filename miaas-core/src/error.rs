//! One error for every port: a kind that says what the caller can do, the operation, and the layer below as `source`.

use std::{error::Error as StdError, fmt};

use crate::model::HostPort;

/// What went wrong, seen from the caller: each kind calls for a different reaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input is wrong; the same call can never succeed.
    Invalid,
    /// The named object does not exist.
    NotFound,
    /// An object of this name exists already.
    AlreadyExists,
    /// Somebody else changed the object meanwhile: read again, decide again.
    Conflict,
    /// The revision asked for was compacted: list again, watch from there.
    Compacted,
    /// No or no valid credentials.
    Unauthenticated,
    /// Valid credentials that do not allow this.
    Forbidden,
    /// The machine, engine or database behind the port cannot do this at all.
    Unsupported,
    /// The other side does not answer now; a later call may succeed.
    Unavailable,
    /// The call took longer than its limit.
    Timeout,
    /// A defect of this program.
    Internal,
}

impl ErrorKind {
    /// Whether the same call may succeed later without any change by the caller.
    #[must_use]
    pub const fn retryable(self) -> bool {
        match self {
            Self::Conflict | Self::Unavailable | Self::Timeout | Self::Compacted => true,
            Self::Invalid
            | Self::NotFound
            | Self::AlreadyExists
            | Self::Unauthenticated
            | Self::Forbidden
            | Self::Unsupported
            | Self::Internal => false,
        }
    }

    /// The stable code of the kind, as it stands in the error envelope of the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::NotFound => "not_found",
            Self::AlreadyExists => "already_exists",
            Self::Conflict => "conflict",
            Self::Compacted => "compacted",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::Unsupported => "unsupported",
            Self::Unavailable => "unavailable",
            Self::Timeout => "timeout",
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The error of every port and of the orchestrator. `Display` prints this layer only; walk `source()` for the rest.
#[derive(Debug)]
pub struct PortError {
    kind: ErrorKind,
    operation: &'static str,
    message: String,
    hint: Option<String>,
    issues: Vec<crate::spec::Issue>,
    taken_port: Option<HostPort>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl PortError {
    /// An error of `kind` met while doing `operation` (for example `"store.commit"`).
    pub fn new(kind: ErrorKind, operation: &'static str, message: impl Into<String>) -> Self {
        Self {
            kind,
            operation,
            message: message.into(),
            hint: None,
            issues: Vec::new(),
            taken_port: None,
            source: None,
        }
    }

    /// Says that something else on the node has this port.
    #[must_use]
    pub const fn with_taken_port(mut self, port: HostPort) -> Self {
        self.taken_port = Some(port);
        self
    }

    /// The port that something else on the node has.
    #[must_use]
    pub const fn taken_port(&self) -> Option<HostPort> {
        self.taken_port
    }

    /// Says what the user can do next.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Keeps the error of the layer below.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// An [`ErrorKind::Invalid`] that carries every issue of a document, each with its path.
    #[must_use]
    pub fn invalid(operation: &'static str, issues: Vec<crate::spec::Issue>) -> Self {
        let message = issues.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        let hint = issues.iter().find_map(|i| i.hint.clone());
        Self { kind: ErrorKind::Invalid, operation, message, hint, issues, taken_port: None, source: None }
    }

    /// See [`ErrorKind::NotFound`].
    pub fn not_found(operation: &'static str, what: impl fmt::Display) -> Self {
        Self::new(ErrorKind::NotFound, operation, format!("{what} does not exist"))
    }

    /// See [`ErrorKind::Unavailable`].
    pub fn unavailable(operation: &'static str, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unavailable, operation, message)
    }

    /// See [`ErrorKind::Internal`].
    pub fn internal(operation: &'static str, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Internal, operation, message)
    }

    /// What the caller can do about it.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What was being done.
    #[must_use]
    pub const fn operation(&self) -> &'static str {
        self.operation
    }

    /// The message without the operation.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do next, when that is known.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// Every issue of an invalid document.
    #[must_use]
    pub fn issues(&self) -> &[crate::spec::Issue] {
        &self.issues
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub const fn retryable(&self) -> bool {
        self.kind.retryable()
    }

    /// This layer and all below it in one line, for logs and for reports that cross a process.
    #[must_use]
    pub fn chain(&self) -> String {
        let mut out = self.to_string();
        let mut next = self.source();
        while let Some(error) = next {
            let text = error.to_string();
            // Libraries often repeat their source in their own message.
            if !out.ends_with(&text) {
                out.push_str(": ");
                out.push_str(&text);
            }
            next = error.source();
        }
        out
    }
}

impl fmt::Display for PortError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for PortError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|s| s as _)
    }
}
