//! Errors as people read them: what happened, then on a line of its own what to do next.

use std::io;

use miaas_client::ClientError;
use miaas_core::PortError;

use crate::{app::App, exit::Exit};

/// An error of the command line itself.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Failure {
    message: String,
    hint: Option<String>,
}

/// An error with a hint.
pub(crate) fn fail(message: impl Into<String>, hint: impl Into<String>) -> anyhow::Error {
    Failure { message: message.into(), hint: Some(hint.into()) }.into()
}

/// Whether the reader of our output went away, for example `miaas events | head`.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|e| e.downcast_ref::<io::Error>()).any(|e| e.kind() == io::ErrorKind::BrokenPipe)
}

/// Tells the user.
pub(crate) fn report(app: &App, error: &anyhow::Error) -> Exit {
    app.say.error(&message(error));
    let client = error.chain().find_map(|e| e.downcast_ref::<ClientError>());
    // One issue is the message already; of several each has its own line, with its hint.
    for issue in client.map(ClientError::issues).filter(|issues| issues.len() > 1).into_iter().flatten() {
        app.say.line(&match &issue.hint {
            Some(hint) => format!("  {issue} ({hint})"),
            None => format!("  {issue}"),
        });
    }
    if client.is_some_and(|c| c.issues().len() > 1) {
        return Exit::Failed;
    }
    let own = error.chain().find_map(|e| e.downcast_ref::<Failure>()).and_then(|f| f.hint.as_deref());
    let port = || error.chain().find_map(|e| e.downcast_ref::<PortError>()).and_then(PortError::hint);
    if let Some(hint) = own.or_else(|| client.and_then(ClientError::hint)).or_else(port) {
        app.say.hint(hint);
    }
    Exit::Failed
}

/// All layers in one line; libraries often repeat their source in their own message.
fn message(error: &anyhow::Error) -> String {
    let client = error.chain().find_map(|e| e.downcast_ref::<ClientError>());
    if let Some(client) = client.filter(|c| c.issues().len() > 1) {
        return format!("{} things are wrong with the request:", client.issues().len());
    }
    let mut text = String::new();
    for layer in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = layer;
        } else if !text.ends_with(&layer) {
            text = format!("{text}: {layer}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    #[test]
    fn layers_are_joined_once() {
        let io = || io::Error::new(io::ErrorKind::NotFound, "no such file");
        let error = Err::<(), _>(io()).context("cannot read x.yaml").expect_err("fails");
        assert_eq!(message(&error), "cannot read x.yaml: no such file");
        let error = Err::<(), _>(io()).context("cannot read x.yaml: no such file").expect_err("fails");
        assert_eq!(message(&error), "cannot read x.yaml: no such file");
    }

    #[test]
    fn a_reader_that_went_away_is_no_error() {
        let error = anyhow::Error::new(io::Error::from(io::ErrorKind::BrokenPipe)).context("cannot write");
        assert!(is_broken_pipe(&error));
        assert!(!is_broken_pipe(&fail("a", "b")));
    }
}
