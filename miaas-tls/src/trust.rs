//! What a client believes.

use std::{error::Error as StdError, io, sync::Arc};

use miaas_core::PortError;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_cert_signed_by_trust_anchor,
    },
    crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
};

use crate::{CaPin, Identity, provider};

/// How a client checks whom it talks to: against a pinned authority, or without a pin against those of the system; and what it shows
/// of itself to a server that asks.
///
/// # Errors
/// `Unavailable` when the system has no authorities and there is no pin; `Internal` when certificate and key of the identity differ.
pub fn client_config(pin: Option<CaPin>, identity: Option<&Identity>) -> Result<ClientConfig, PortError> {
    let failed = |e: Error| PortError::internal("tls.client", "TLS cannot be set up").with_source(e);
    let builder =
        ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions().map_err(failed)?;
    let builder = if let Some(pin) = pin {
        builder.dangerous().with_custom_certificate_verifier(Arc::new(Pinned { pin, provider: provider() }))
    } else {
        let mut roots = RootCertStore::empty();
        // Some of a system's authorities may be damaged; the others count.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        builder.with_root_certificates(roots)
    };
    match identity {
        Some(Identity { chain, key }) => builder.with_client_auth_cert(chain.clone(), key.clone_key()).map_err(failed),
        None => Ok(builder.with_no_client_auth()),
    }
}

/// A builder of HTTP clients that speak `http`, and `https` with whom [`client_config`] believes.
///
/// # Errors
/// Those of [`client_config`].
pub fn http(pin: Option<CaPin>) -> Result<reqwest::ClientBuilder, PortError> {
    Ok(reqwest::Client::builder().tls_backend_preconfigured(client_config(pin, None)?))
}

/// Whether a connection failed because the other side is not believed: trying again does not help.
#[must_use]
pub fn is_untrusted(error: &(dyn StdError + 'static)) -> bool {
    if matches!(error.downcast_ref::<Error>(), Some(Error::InvalidCertificate(_))) {
        return true;
    }
    // The source of an I/O error is that of what it carries, which is left out thereby.
    let carried = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    carried.is_some_and(|e| is_untrusted(e)) || error.source().is_some_and(is_untrusted)
}

/// What to do when a server is not believed.
pub const UNTRUSTED_HINT: &str = "give --ca-pin or MIAAS_CA_PIN as the server printed it when it started; if that was given, somebody \
                                  else answers at this address";

/// Believes what the pinned authority has signed for a server. It signs for nobody but the servers of one control plane, so the
/// name that they were asked under says nothing more and is not looked at: they may move and be reached through anything.
#[derive(Debug)]
struct Pinned {
    pin: CaPin,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let unknown = || Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let authority = intermediates.iter().find(|c| CaPin::of(c) == self.pin).ok_or_else(unknown)?;
        let mut roots = RootCertStore::empty();
        roots.add(authority.clone().into_owned())?;
        let algorithms = self.provider.signature_verification_algorithms.all;
        let parsed = ParsedCertificate::try_from(end_entity)?;
        verify_server_cert_signed_by_trust_anchor(&parsed, &roots, intermediates, now, algorithms)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
