//! What the engine answers, as errors that say what to do.

use bollard::errors::Error;
use miaas_core::{
    ErrorKind, PortError,
    model::{HostPort, RenderedWorkload},
};

/// What engines say when something else has a host port.
const TAKEN: [&str; 2] = ["port is already allocated", "address already in use"];

/// The port of the workload that something else has, when the engine said so.
pub(super) fn taken_port(said: &str, w: &RenderedWorkload) -> Option<HostPort> {
    let lower = said.to_lowercase();
    if !TAKEN.iter().any(|words| lower.contains(words)) {
        return None;
    }
    let names = |port: u16| {
        let number = format!(":{port}");
        lower
            .match_indices(&number)
            .any(|(at, _)| !lower[at + number.len()..].starts_with(|c: char| c.is_ascii_digit()))
    };
    let mut published = w.spec.services.values().flat_map(|service| &service.ports);
    let port = published.find(|p| names(p.host))?;
    Some(HostPort { protocol: port.protocol, port: port.host })
}

/// What an answer of the engine or of a registry means, by its words: it has few codes, and 500 says nothing.
const ANSWERS: &[(&str, ErrorKind, &str)] = &[
    (
        "port is already allocated",
        ErrorKind::Conflict,
        "another container publishes this host port: free it, or choose another port",
    ),
    (
        "address already in use",
        ErrorKind::Conflict,
        "another process listens on this host port: free it, or choose another port",
    ),
    (
        "could not select device driver",
        ErrorKind::Unsupported,
        "the engine cannot give GPUs to containers: install the NVIDIA container toolkit on the node",
    ),
    (
        "no space left on device",
        ErrorKind::Unavailable,
        "the node's disk is full: free space, for example `docker image prune`",
    ),
    (
        "executable file not found",
        ErrorKind::Invalid,
        "the command does not exist in the image: check command and image",
    ),
    ("bind source path does not exist", ErrorKind::Invalid, "create the folder on the node, or use a named volume"),
    (
        "pull access denied",
        ErrorKind::NotFound,
        "check the image's name and tag; a private image needs a login on the node",
    ),
    ("manifest unknown", ErrorKind::NotFound, "the registry has no such tag: check the image's name and tag"),
    ("no such image", ErrorKind::NotFound, "check the image's name and tag"),
    ("repository name not known", ErrorKind::NotFound, "the registry has no such image: check its name"),
    ("toomanyrequests", ErrorKind::Unavailable, "the registry limits pulls: wait, log in on the node, or use a mirror"),
    (
        "connection refused",
        ErrorKind::Unavailable,
        "the node cannot reach the registry: check its address and the network",
    ),
    (
        "no such host",
        ErrorKind::Unavailable,
        "the node cannot resolve the registry's name: check it and the node's DNS",
    ),
    ("i/o timeout", ErrorKind::Unavailable, "the node cannot reach the registry: check the network"),
    ("invalid reference format", ErrorKind::Invalid, "an image is written as registry/name:tag"),
];

/// Whether the engine was not reached, so that nothing is known about what it did.
pub(super) const fn unreachable(error: &Error) -> bool {
    matches!(
        error,
        Error::IOError { .. }
            | Error::HyperResponseError { .. }
            | Error::HyperLegacyError { .. }
            | Error::SocketNotFoundError(_)
            | Error::RequestTimeoutError
    )
}

/// The status code, when the engine answered with one.
pub(super) const fn status(error: &Error) -> Option<u16> {
    if let Error::DockerResponseServerError { status_code, .. } = error { Some(*status_code) } else { None }
}

/// Whether what was asked about is not there any more. Podman answers 500 when it goes in the middle of the answer.
pub(super) fn is_gone(error: &Error) -> bool {
    status(error) == Some(404) || text(error).contains("no such container")
}

/// What the engine said, without the library's own words.
pub(super) fn text(error: &Error) -> String {
    match error {
        Error::DockerResponseServerError { message, .. } => message.trim().to_owned(),
        Error::DockerStreamError { error } => error.trim().to_owned(),
        other => other.to_string(),
    }
}

/// The error for the user. `about` names the workload and the service or image.
pub(super) fn port_error(operation: &'static str, about: &str, socket: &str, error: Error) -> PortError {
    if matches!(error, Error::RequestTimeoutError) {
        let message = format!("{about}: the Docker engine at {socket} did not answer in time");
        return PortError::new(ErrorKind::Timeout, operation, message).with_source(error);
    }
    if unreachable(&error) {
        return PortError::unavailable(operation, format!("{about}: the Docker engine at {socket} does not answer"))
            .with_hint("check that it runs: systemctl status docker")
            .with_source(error);
    }
    let said = text(&error);
    let lower = said.to_lowercase();
    let message = format!("{about}: the engine answered: {said}");
    if let Some((_, kind, hint)) = ANSWERS.iter().find(|(words, ..)| lower.contains(words)) {
        return PortError::new(*kind, operation, message).with_hint(*hint);
    }
    let kind = match status(&error) {
        Some(400) => ErrorKind::Invalid,
        Some(401 | 403) => ErrorKind::Forbidden,
        Some(404) => ErrorKind::NotFound,
        Some(409) => ErrorKind::Conflict,
        // A failure inside the engine or the registry, which may pass.
        Some(_) => ErrorKind::Unavailable,
        None if matches!(error, Error::DockerStreamError { .. }) => ErrorKind::Unavailable,
        None => ErrorKind::Internal,
    };
    PortError::new(kind, operation, message)
}

#[cfg(test)]
mod tests {
    use miaas_core::model::{Protocol, PublishedPort, Service};

    use super::*;
    use crate::executor::docker::fixtures::workload;

    #[test]
    fn a_taken_port_is_known_by_its_number() {
        let port = |host| PublishedPort { host_ip: String::new(), host, container: 80, protocol: Protocol::Tcp };
        let w = workload([("main", Service { ports: vec![port(2000), port(20007)], ..Service::default() })]);
        for (said, wanted) in [
            ("Bind for 0.0.0.0:20007 failed: port is already allocated", Some(20007)),
            ("listen tcp4 0.0.0.0:2000: bind: address already in use", Some(2000)),
            ("Bind for 0.0.0.0:20008 failed: port is already allocated", None),
            ("connect to 10.0.0.1:20007: connection refused", None),
        ] {
            assert_eq!(taken_port(said, &w).map(|p| p.port), wanted, "{said}");
        }
    }

    #[test]
    fn answers_are_understood() {
        let server =
            |status_code, message: &str| Error::DockerResponseServerError { status_code, message: message.into() };
        let table = [
            (server(500, "driver failed: Bind for 0.0.0.0:80 failed: port is already allocated"), ErrorKind::Conflict),
            (server(404, "manifest for x:9 not found: manifest unknown: manifest unknown"), ErrorKind::NotFound),
            (server(500, "Get http://r/v2/: dial tcp: connect: connection refused"), ErrorKind::Unavailable),
            (server(500, "something odd"), ErrorKind::Unavailable),
            (server(409, "Conflict. The container name is in use"), ErrorKind::Conflict),
            (Error::DockerStreamError { error: "write: No space left on device".into() }, ErrorKind::Unavailable),
            (Error::RequestTimeoutError, ErrorKind::Timeout),
            (Error::SocketNotFoundError("/x".into()), ErrorKind::Unavailable),
        ];
        for (error, kind) in table {
            let said = text(&error);
            let reached = !unreachable(&error);
            let seen = port_error("test", "workload w, service s", "/x", error);
            assert_eq!(seen.kind(), kind, "{said}");
            assert!(seen.message().starts_with("workload w, service s: "), "{seen}");
            assert!(!reached || seen.message().contains(&said), "{seen}");
        }
    }
}
