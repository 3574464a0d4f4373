//! What a client shows of itself in the handshake.

use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Names the certificates of nodes: what a server asks for is offered to nobody's browser but where there is one of these.
#[cfg(feature = "identity")]
pub(crate) const NODE_NAME: &str = "MIaaS node";

/// A certificate and its key.
#[derive(Debug)]
pub struct Identity {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key: PrivateKeyDer<'static>,
}

#[cfg(feature = "identity")]
impl Identity {
    /// Shows an Ed25519 key, given as PKCS#8. The certificate is signed by that key itself and says nothing beyond it: whoever knows
    /// the key knows the node, and nothing needs to be issued or renewed.
    ///
    /// # Errors
    /// `Internal` when it is no such key.
    pub fn of_key(pkcs8: &[u8]) -> Result<Self, miaas_core::PortError> {
        use miaas_core::PortError;
        use rcgen::{CertificateParams, KeyPair, PKCS_ED25519, date_time_ymd};
        use rustls::pki_types::PrivatePkcs8KeyDer;

        let failed = |e: rcgen::Error| PortError::internal("tls.identity", "a key cannot be shown").with_source(e);
        let der = PrivatePkcs8KeyDer::from(pkcs8.to_vec());
        let pair = KeyPair::from_pkcs8_der_and_sign_algo(&der, &PKCS_ED25519).map_err(failed)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = crate::named(NODE_NAME);
        (params.not_before, params.not_after) = (date_time_ymd(2000, 1, 1), date_time_ymd(9999, 12, 31));
        let certificate = params.self_signed(&pair).map_err(failed)?;
        Ok(Self { chain: vec![certificate.der().clone()], key: PrivateKeyDer::from(der) })
    }
}
