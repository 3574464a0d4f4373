//! What a server learns of a client in the handshake.
//!
//! Nodes show a certificate that their own Ed25519 key has signed, servers of the same control plane one of its authority, all others
//! none. The handshake proves that they have the key; whose key it is, the record of the node says.

use std::sync::Arc;

use miaas_core::PortError;
use rustls::{
    DigitallySignedStruct, DistinguishedName, Error, RootCertStore, SignatureScheme,
    client::danger::HandshakeSignatureValid,
    crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, UnixTime},
    server::{
        ParsedCertificate, WebPkiClientVerifier,
        danger::{ClientCertVerified, ClientCertVerifier},
    },
};

use crate::{identity::NODE_NAME, provider};

/// Who a client has proved to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// The holder of this Ed25519 key.
    Key([u8; 32]),
    /// Another server of the control plane.
    Server,
}

/// An Ed25519 public key in a certificate: this and 32 bytes (RFC 8410).
const ED25519: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

fn ed25519(certificate: &CertificateDer<'_>) -> Option<[u8; 32]> {
    let parsed = ParsedCertificate::try_from(certificate).ok()?;
    parsed.subject_public_key_info().strip_prefix(&ED25519)?.try_into().ok()
}

/// Who showed this chain, which a verifier of [`client_verifier`] has accepted.
#[must_use]
pub fn peer(chain: &[CertificateDer<'_>]) -> Option<Peer> {
    Some(ed25519(chain.first()?).map_or(Peer::Server, Peer::Key))
}

/// Asks clients for certificates and makes do without. `authority` has issued those of servers.
///
/// # Errors
/// `Internal` when the certificate of the authority is damaged.
pub fn client_verifier(authority: CertificateDer<'static>) -> Result<Arc<dyn ClientCertVerifier>, PortError> {
    let failed = || PortError::internal("tls.peer", "clients cannot be known");
    let mut roots = RootCertStore::empty();
    roots.add(authority).map_err(|e| failed().with_source(e))?;
    let servers = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider())
        .build()
        .map_err(|e| failed().with_source(e))?;
    let mut names = servers.root_hint_subjects().to_vec();
    names.push(DistinguishedName::in_sequence(&node_name()));
    Ok(Arc::new(Peers { servers, names, provider: provider() }))
}

/// The name of the certificates of nodes in DER, without the sequence around it: one attribute, the common name as a UTF-8 text.
fn node_name() -> Vec<u8> {
    let wrap = |tag: u8, content: &[u8]| [&[tag, content.len() as u8], content].concat();
    let common_name = [0x06, 0x03, 0x55, 0x04, 0x03];
    let attribute = [&common_name[..], &wrap(0x0c, NODE_NAME.as_bytes())].concat();
    wrap(0x31, &wrap(0x30, &attribute))
}

#[derive(Debug)]
struct Peers {
    servers: Arc<dyn ClientCertVerifier>,
    names: Vec<DistinguishedName>,
    provider: Arc<CryptoProvider>,
}

impl ClientCertVerifier for Peers {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.names
    }

    fn verify_client_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        // A key speaks for itself; that the client has it, the signature over the handshake says.
        if ed25519(certificate).is_some() {
            return Ok(ClientCertVerified::assertion());
        }
        self.servers.verify_client_cert(certificate, intermediates, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use rustls::{ServerConfig, pki_types::ServerName};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
    use tokio_rustls::{TlsAcceptor, TlsConnector};

    use super::*;
    use crate::{Authority, Identity, client_config};

    const NOW: miaas_core::time::Timestamp = miaas_core::time::Timestamp::from_millis(1_790_000_000_000);

    /// An Ed25519 key as PKCS#8 with its public half (RFC 8410, version 2).
    fn key() -> (Vec<u8>, [u8; 32]) {
        let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
        (pair.serialize_der(), pair.public_key_raw().try_into().unwrap())
    }

    /// Whom the server of `ours` takes the client for.
    async fn seen(ours: &Authority, identity: Option<&Identity>) -> Result<Option<Peer>, String> {
        let issued = ours.issue(&["localhost".to_owned()], NOW).unwrap();
        let server = ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions().unwrap();
        let server = server.with_client_cert_verifier(client_verifier(issued.chain[1].clone()).unwrap());
        let server = server.with_single_cert(issued.chain, issued.key).unwrap();
        let (near, far) = duplex(16 * 1024);
        let serve = async {
            let mut tls = TlsAcceptor::from(Arc::new(server)).accept(far).await.map_err(|e| e.to_string())?;
            let found = tls.get_ref().1.peer_certificates().and_then(peer);
            tls.write_all(b"hello").await.unwrap();
            tls.shutdown().await.ok();
            Ok::<_, String>(found)
        };
        let ask = async {
            let config = client_config(Some(ours.pin().unwrap()), identity).unwrap();
            let name = ServerName::try_from("localhost").unwrap();
            if let Ok(mut tls) = TlsConnector::from(Arc::new(config)).connect(name, near).await {
                tls.read_to_string(&mut String::new()).await.ok();
            }
        };
        tokio::join!(serve, ask).0
    }

    #[tokio::test]
    async fn s2_a_client_is_known_by_its_key_and_a_server_by_the_authority() {
        let (ours, other) = (Authority::new("MIaaS", NOW).unwrap(), Authority::new("other", NOW).unwrap());
        let same_name = Authority::new("MIaaS", NOW).unwrap();
        assert_eq!(seen(&ours, None).await, Ok(None));
        let (pkcs8, public) = key();
        assert_eq!(seen(&ours, Some(&Identity::of_key(&pkcs8).unwrap())).await, Ok(Some(Peer::Key(public))));
        assert_eq!(seen(&ours, Some(&ours.server_identity(NOW).unwrap())).await, Ok(Some(Peer::Server)));
        let error = seen(&ours, Some(&other.server_identity(NOW).unwrap())).await.unwrap_err();
        assert!(error.contains("UnknownIssuer"), "{error}");
        let error = seen(&ours, Some(&same_name.server_identity(NOW).unwrap())).await.unwrap_err();
        assert!(error.contains("BadSignature"), "{error}");
        // A certificate for serving is none for asking.
        let serving = ours.issue(&["localhost".to_owned()], NOW).unwrap();
        let serving = Identity { chain: serving.chain, key: serving.key };
        assert!(seen(&ours, Some(&serving)).await.is_err());
        // Whoever shows the certificate of a node still lacks its key.
        let mut stolen = Identity::of_key(&pkcs8).unwrap();
        stolen.key = Identity::of_key(&key().0).unwrap().key;
        assert!(client_config(Some(ours.pin().unwrap()), Some(&stolen)).is_err());
    }

    #[test]
    fn the_name_that_is_asked_for_is_that_of_the_certificates() {
        let identity = Identity::of_key(&key().0).unwrap();
        let name = node_name();
        assert!(identity.chain[0].windows(name.len()).any(|w| w == name));
    }
}
