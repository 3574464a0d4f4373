//! The one funnel for errors: whatever fails becomes a [`Failure`], and only [`Failure::raise`] makes an exception of one.
//! Which class of `miaas.errors` that is stands in a table there.

use std::{any::Any, error::Error as StdError, fmt};

use miaas_client::ClientError;
use miaas_core::{
    ErrorKind, PortError,
    id::InvalidName,
    port::{RenderError, Unplaceable},
    spec::Issue,
};
use miaas_placement::{
    UnknownStrategy,
    trace::{CannotGenerate, TraceErrors},
    whatif::WhatIfError,
};
use pyo3::{exceptions::PyException, prelude::*, sync::PyOnceLock};

use crate::gil;

/// What went wrong, on its way to Python.
#[derive(Debug)]
pub(crate) struct Failure(Box<Kind>);

#[derive(Debug)]
enum Kind {
    /// One of our own.
    Ours(Told),
    /// An exception that Python raised, passed on as it is.
    Python(PyErr),
}

#[derive(Debug)]
struct Told {
    kind: ErrorKind,
    /// Failures that have a class of their own beside their kind: `callback`, `closed`, `unplaceable`; else empty.
    special: &'static str,
    operation: String,
    message: String,
    hint: Option<String>,
    issues: Vec<Issue>,
    cause: Option<PyErr>,
}

impl Failure {
    /// A failure of this kind.
    pub(crate) fn new(kind: ErrorKind, operation: &str, message: impl Into<String>) -> Self {
        Self(Box::new(Kind::Ours(Told {
            kind,
            special: "",
            operation: operation.to_owned(),
            message: message.into(),
            hint: None,
            issues: Vec::new(),
            cause: None,
        })))
    }

    /// The input is wrong.
    pub(crate) fn invalid(operation: &str, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, operation, message)
    }

    /// Everything that is wrong with a document.
    pub(crate) fn issues(operation: &'static str, issues: Vec<Issue>) -> Self {
        PortError::invalid(operation, issues).into()
    }

    /// An exception that Python raised.
    pub(crate) fn python(error: PyErr) -> Self {
        Self(Box::new(Kind::Python(error)))
    }

    /// A callable of the caller raised, or gave back nonsense. What is no `Exception` (`KeyboardInterrupt`, `SystemExit`) is
    /// meant for the program and not for us: it is passed on.
    pub(crate) fn callback(py: Python<'_>, what: &str, error: PyErr) -> Self {
        if !error.is_instance_of::<PyException>(py) {
            return Self::python(error);
        }
        let message = format!("{what} failed: {}", error.value(py));
        Self::invalid("placement", message).with(|told| {
            told.special = "callback";
            told.cause = Some(error);
        })
    }

    /// The object cannot be used any more.
    pub(crate) fn closed(message: impl Into<String>, hint: &str) -> Self {
        Self::invalid("close", message).with_hint(hint).with(|told| told.special = "closed")
    }

    /// A defect of ours.
    pub(crate) fn panicked(panic: &(dyn Any + Send)) -> Self {
        Self::defect(gil::said(panic))
    }

    /// A defect of ours, in words.
    pub(crate) fn defect(what: impl fmt::Display) -> Self {
        let message = format!("a defect of MIaaS: {what}");
        Self::new(ErrorKind::Internal, "native", message).with_hint("report it with what you called")
    }

    /// A workload has no place.
    pub(crate) fn unplaceable(operation: &str, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Conflict, operation, message).with(|told| told.special = "unplaceable")
    }

    /// Keeps everything that is wrong, each with its path.
    pub(crate) fn with_issues(self, issues: Vec<Issue>) -> Self {
        self.with(|told| told.issues = issues)
    }

    /// Says what to do next.
    pub(crate) fn with_hint(self, hint: impl Into<String>) -> Self {
        self.with(|told| told.hint = Some(hint.into()))
    }

    fn with(mut self, change: impl FnOnce(&mut Told)) -> Self {
        if let Kind::Ours(told) = &mut *self.0 {
            change(told);
        }
        self
    }

    /// What the caller can do about it; none for an exception of Python's.
    pub(crate) fn kind(&self) -> Option<ErrorKind> {
        match &*self.0 {
            Kind::Ours(told) => Some(told.kind),
            Kind::Python(_) => None,
        }
    }

    /// The exception.
    pub(crate) fn raise(self, py: Python<'_>) -> PyErr {
        match *self.0 {
            Kind::Python(error) => error,
            // An error while making an error: that one is told, it is nearer to the cause.
            Kind::Ours(told) => told.exception(py).unwrap_or_else(|error| error),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Ours(told) => f.write_str(&told.message),
            // What it says is Python's to tell, and whoever writes this may not have the interpreter.
            Kind::Python(_) => f.write_str("it was interrupted"),
        }
    }
}

impl Told {
    fn exception(self, py: Python<'_>) -> PyResult<PyErr> {
        static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let make = MAKE.import(py, "miaas.errors", "_make")?;
        let issues: Vec<_> = self.issues.into_iter().map(|i| (i.path, i.message, i.hint)).collect();
        let args = (self.kind.code(), self.special, self.message, self.operation, self.hint, issues);
        let error = PyErr::from_value(make.call1(args)?);
        error.set_cause(py, self.cause);
        Ok(error)
    }
}

impl From<PortError> for Failure {
    fn from(e: PortError) -> Self {
        let (hint, issues) = (e.hint().map(str::to_owned), e.issues().to_vec());
        Self::new(e.kind(), e.operation(), e.chain()).with(|told| (told.hint, told.issues) = (hint, issues))
    }
}

impl From<ClientError> for Failure {
    fn from(e: ClientError) -> Self {
        let (hint, issues) = (e.hint().map(str::to_owned), e.issues().to_vec());
        Self::new(e.kind(), "client", chain(&e)).with(|told| (told.hint, told.issues) = (hint, issues))
    }
}

impl From<Unplaceable> for Failure {
    fn from(e: Unplaceable) -> Self {
        PortError::from(e).into()
    }
}

impl From<RenderError> for Failure {
    fn from(e: RenderError) -> Self {
        let hint = e.hint.clone();
        Self::invalid("render", e.to_string()).with(|told| told.hint = hint)
    }
}

impl From<InvalidName> for Failure {
    fn from(e: InvalidName) -> Self {
        Self::invalid("name", e.to_string())
    }
}

impl From<UnknownStrategy> for Failure {
    fn from(e: UnknownStrategy) -> Self {
        Self::invalid("placement", e.to_string()).with_hint(e.hint())
    }
}

impl From<WhatIfError> for Failure {
    fn from(e: WhatIfError) -> Self {
        let kind = match e {
            WhatIfError::NoNode(_) | WhatIfError::NoDeployment(_) => ErrorKind::NotFound,
            _ => ErrorKind::Invalid,
        };
        Self::new(kind, "what_if", e.to_string())
    }
}

impl From<TraceErrors> for Failure {
    fn from(e: TraceErrors) -> Self {
        let place = |e: &miaas_placement::trace::TraceError| format!("{}:{}:{}", e.file, e.line, e.column);
        let issue = |e: &miaas_placement::trace::TraceError| Issue {
            path: place(e),
            message: e.message.clone(),
            hint: e.hint.clone(),
        };
        let issues = e.errors.iter().map(issue).collect();
        Self::invalid("trace", e.to_string()).with(|told| told.issues = issues)
    }
}

impl From<CannotGenerate> for Failure {
    fn from(e: CannotGenerate) -> Self {
        Self::invalid("simulate", e.to_string())
    }
}

/// The error and all below it in one line.
fn chain(error: &dyn StdError) -> String {
    let mut out = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        let text = error.to_string();
        // Libraries often repeat their source in their own message.
        if !out.ends_with(&text) {
            out = format!("{out}: {text}");
        }
        next = error.source();
    }
    out
}
