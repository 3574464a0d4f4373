//! The key that a node showed in the TLS handshake, also when another server of the control plane took its connection.

use axum::http::{Extensions, HeaderMap, HeaderName};
use miaas_core::{
    ErrorKind, PortError,
    model::{NodeKey, from_hex},
};
use miaas_tls::Peer;

/// Names the key that a node showed to the server which forwards its request. It counts from such servers only.
pub(crate) const SHOWN: HeaderName = HeaderName::from_static("x-miaas-node-key");

/// The key that came with a request.
pub(crate) fn shown(extensions: &Extensions, headers: &HeaderMap) -> Option<NodeKey> {
    match extensions.get::<Peer>()? {
        Peer::Key(key) => Some(NodeKey::new(*key)),
        Peer::Server => from_hex::<32>(headers.get(&SHOWN)?.to_str().ok()?).map(NodeKey::new),
    }
}

/// Refuses a node token that came over the connection of somebody else, and where that is required one that came without a key.
///
/// # Errors
/// `Forbidden`.
pub(super) fn check(shown: Option<&NodeKey>, own: Option<&NodeKey>, required: bool) -> Result<(), PortError> {
    let forbidden =
        |message: &str, hint: &str| Err(PortError::new(ErrorKind::Forbidden, "auth.tls", message).with_hint(hint));
    match (shown, own) {
        (Some(shown), Some(own)) if shown != own => forbidden(
            "the token is of another node than the key of this connection",
            "each node has a state folder of its own; a token is good on its node only",
        ),
        (None, _) | (_, None) if required => forbidden(
            "the node must show its key in the TLS handshake",
            "let the agent reach the server itself over https: nothing may end TLS between them",
        ),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn s2_a_token_is_good_on_the_connection_of_its_node() {
        let (a, b) = (NodeKey::new([1; 32]), NodeKey::new([2; 32]));
        for (shown, own, required, fine) in [
            (Some(&a), Some(&a), true, true),
            (Some(&b), Some(&a), false, false),
            (None, Some(&a), false, true),
            (None, Some(&a), true, false),
            (Some(&a), None, true, false),
            (Some(&a), None, false, true),
        ] {
            assert_eq!(check(shown, own, required).is_ok(), fine, "{shown:?} {own:?} {required}");
        }
    }

    #[test]
    fn s2_only_other_servers_say_what_key_a_node_showed() {
        let text = "02".repeat(32);
        let headers = HeaderMap::from_iter([(SHOWN, HeaderValue::try_from(text).unwrap())]);
        let with = |peer: Option<Peer>| {
            let mut extensions = Extensions::new();
            peer.map(|peer| extensions.insert(peer));
            shown(&extensions, &headers)
        };
        assert_eq!(with(None), None);
        assert_eq!(with(Some(Peer::Key([1; 32]))), Some(NodeKey::new([1; 32])));
        assert_eq!(with(Some(Peer::Server)), Some(NodeKey::new([2; 32])));
    }
}
