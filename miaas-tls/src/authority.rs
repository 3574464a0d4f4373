//! The authority of a control plane, and what it issues.

use miaas_core::{PortError, secret::Secret, time::Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject as _};
use serde::{Deserialize, Serialize};

use crate::{CaPin, Identity, named};

const OPERATION: &str = "tls.authority";

/// An authority with its key. It serialises with the key in clear, for a sealed store.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Authority {
    certificate: String,
    key: Secret,
}

/// A certificate with its chain, ready to be served, and its key.
#[derive(Debug)]
pub struct Issued {
    /// The certificate, then that of the authority.
    pub chain: Vec<CertificateDer<'static>>,
    /// Its key.
    pub key: PrivateKeyDer<'static>,
}

impl Authority {
    /// A new one, for ten years.
    ///
    /// # Errors
    /// `Internal` when the key cannot be made.
    pub fn new(name: &str, now: Timestamp) -> Result<Self, PortError> {
        let key = KeyPair::generate().map_err(failed)?;
        let certificate = params(name, year(now), 10).self_signed(&key).map_err(failed)?;
        Ok(Self { certificate: certificate.pem(), key: Secret::new(key.serialize_pem()) })
    }

    /// Its certificate as PEM, for programs that want a file.
    #[must_use]
    pub fn certificate_pem(&self) -> &str {
        &self.certificate
    }

    /// What clients know it by.
    ///
    /// # Errors
    /// `Internal` when its certificate is damaged.
    pub fn pin(&self) -> Result<CaPin, PortError> {
        Ok(CaPin::of(&self.certificate()?))
    }

    /// A certificate for a server of these names and addresses, good until the end of next year at most.
    ///
    /// # Errors
    /// `Internal` when it cannot be signed, for example for a name that is none.
    pub fn issue(&self, names: &[String], now: Timestamp) -> Result<Issued, PortError> {
        self.sign(names, ExtendedKeyUsagePurpose::ServerAuth, now)
    }

    /// What a server shows to the others of its control plane, good until the end of next year at most.
    ///
    /// # Errors
    /// `Internal` when it cannot be signed.
    pub fn server_identity(&self, now: Timestamp) -> Result<Identity, PortError> {
        let Issued { chain, key } = self.sign(&[], ExtendedKeyUsagePurpose::ClientAuth, now)?;
        Ok(Identity { chain, key })
    }

    /// The certificate as the one that signs those of servers.
    ///
    /// # Errors
    /// `Internal` when it is damaged.
    pub fn certificate(&self) -> Result<CertificateDer<'static>, PortError> {
        CertificateDer::from_pem_slice(self.certificate.as_bytes()).map_err(|e| {
            PortError::internal(OPERATION, "the certificate of the authority does not read").with_source(e)
        })
    }

    fn sign(&self, names: &[String], purpose: ExtendedKeyUsagePurpose, now: Timestamp) -> Result<Issued, PortError> {
        let certificate = self.certificate()?;
        let issuer_key = KeyPair::from_pem(self.key.expose()).map_err(failed)?;
        let issuer = Issuer::from_ca_cert_der(&certificate, issuer_key).map_err(failed)?;
        let key = KeyPair::generate().map_err(failed)?;
        let mut params = CertificateParams::new(names.to_vec()).map_err(failed)?;
        params.distinguished_name = named("MIaaS server");
        (params.not_before, params.not_after) =
            (date_time_ymd(year(now) - 1, 1, 1), date_time_ymd(year(now) + 1, 12, 31));
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![purpose];
        params.use_authority_key_identifier_extension = true;
        let issued = params.signed_by(&key, &issuer).map_err(failed)?;
        Ok(Issued {
            chain: vec![issued.der().clone(), certificate],
            key: PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der())),
        })
    }
}

fn params(name: &str, year: i32, years: i32) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = named(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    (params.not_before, params.not_after) = (date_time_ymd(year - 1, 1, 1), date_time_ymd(year + years, 12, 31));
    params
}

/// The year of a time: certificates count from the beginning of the one before, so that a clock which is a little behind still
/// believes them.
fn year(at: Timestamp) -> i32 {
    let text = at.to_string();
    text.get(..4).and_then(|year| year.parse().ok()).unwrap_or(1970)
}

fn failed(error: rcgen::Error) -> PortError {
    PortError::internal(OPERATION, "a certificate cannot be made").with_source(error)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::{ClientConfig, ServerConfig, pki_types::ServerName};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
    use tokio_rustls::{TlsAcceptor, TlsConnector};

    use super::*;
    use crate::{client_config, provider};

    const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

    async fn talk(issued: Issued, client: ClientConfig, name: &'static str) -> Result<(), String> {
        let server = ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions().unwrap();
        let server = server.with_no_client_auth().with_single_cert(issued.chain, issued.key).unwrap();
        let (near, far) = duplex(16 * 1024);
        let serve = async {
            if let Ok(mut tls) = TlsAcceptor::from(Arc::new(server)).accept(far).await {
                tls.write_all(b"hello").await.unwrap();
                tls.shutdown().await.ok();
            }
        };
        let ask = async {
            let name = ServerName::try_from(name).unwrap();
            let mut tls = TlsConnector::from(Arc::new(client)).connect(name, near).await.map_err(|e| e.to_string())?;
            let mut text = String::new();
            tls.read_to_string(&mut text).await.map_err(|e| e.to_string())?;
            assert_eq!(text, "hello");
            Ok(())
        };
        tokio::join!(serve, ask).1
    }

    #[tokio::test]
    async fn s2_a_pinned_client_believes_its_authority_under_any_name_and_no_other() {
        let ours = Authority::new("MIaaS", NOW).unwrap();
        let ours: Authority = serde_json_round(&ours);
        let other = Authority::new("MIaaS", NOW).unwrap();
        let names = ["localhost".to_owned(), "10.0.0.5".to_owned()];
        let pinned = || client_config(Some(ours.pin().unwrap()), None).unwrap();
        talk(ours.issue(&names, NOW).unwrap(), pinned(), "localhost").await.unwrap();
        talk(ours.issue(&names, NOW).unwrap(), pinned(), "gpu-7.example").await.unwrap();

        let error = talk(other.issue(&names, NOW).unwrap(), pinned(), "localhost").await.unwrap_err();
        assert!(error.contains("UnknownIssuer"), "{error}");
        // Whoever shows the certificate of the authority still lacks its key.
        let mut forged = other.issue(&names, NOW).unwrap();
        forged.chain[1] = ours.certificate().unwrap();
        talk(forged, pinned(), "localhost").await.unwrap_err();
        // The certificate of the authority is none of a server.
        let key = PrivateKeyDer::from_pem_slice(ours.key.expose().as_bytes()).unwrap();
        let own = Issued { chain: vec![ours.certificate().unwrap(), ours.certificate().unwrap()], key };
        talk(own, pinned(), "localhost").await.unwrap_err();
        let later = Timestamp::from_millis(1_000_000_000_000);
        talk(ours.issue(&names, later).unwrap(), pinned(), "localhost").await.unwrap_err();
        talk(ours.issue(&names, NOW).unwrap(), client_config(None, None).unwrap(), "localhost").await.unwrap_err();
        assert!(!format!("{ours:?}").contains("PRIVATE"));
    }

    fn serde_json_round(authority: &Authority) -> Authority {
        serde_json::from_str(&serde_json::to_string(authority).unwrap()).unwrap()
    }
}
