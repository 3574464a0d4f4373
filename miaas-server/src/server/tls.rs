//! The certificate of a server: issued by the authority of the control plane, or brought, and renewed while the server runs.

use std::{
    fs, io,
    net::IpAddr,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use miaas_core::{
    ErrorKind, PortError,
    port::{Kind, Store, StoreExt as _, Stored, When},
    time::Timestamp,
};
use miaas_tls::{Authority, CaPin, Identity, client_verifier, provider};
use rustls::{
    ServerConfig as RustlsConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use serde::{Deserialize, Serialize};
use tokio_rustls::TlsAcceptor;

const OPERATION: &str = "server.tls";
/// How often brought files are looked at.
const FILES_LOOK: Duration = Duration::from_secs(1);
/// How often a certificate of our own is made anew.
const ISSUE_AGAIN: Duration = Duration::from_secs(24 * 3600);

/// Where the certificate of a server comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsSource {
    /// From the authority of the control plane, for these names and addresses besides those of this machine.
    Own(Vec<String>),
    /// From files with the chain and the key as PEM. They may be replaced while the server runs.
    Files {
        /// The certificate, then those up to its authority.
        chain: PathBuf,
        /// Its key, readable by its owner only.
        key: PathBuf,
    },
}

/// The authority as it lies in the store.
#[derive(Debug, Serialize, Deserialize)]
struct StoredAuthority(Authority);

impl Stored for StoredAuthority {
    const KIND: Kind = Kind::Setting;
    fn name(&self) -> &str {
        "authority"
    }
}

/// What a server that speaks TLS needs.
#[derive(Debug)]
pub(crate) struct Tls {
    certificate: Arc<Certificate>,
    /// By which clients know it; none when the certificate was brought.
    pub(crate) pin: Option<CaPin>,
    /// The certificate of the authority.
    pub(crate) authority_pem: Option<String>,
    /// The authority that servers of this control plane are known by.
    authority: Authority,
}

#[derive(Debug)]
struct Certificate {
    now: RwLock<Arc<CertifiedKey>>,
    origin: Origin,
}

#[derive(Debug)]
enum Origin {
    Own { authority: Authority, names: Vec<String> },
    Files { chain: PathBuf, key: PathBuf },
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Tls {
    /// Reads or makes what is needed.
    ///
    /// # Errors
    /// `Invalid` for files that hold no certificate and its key; the store's.
    pub(crate) async fn open(
        store: &dyn Store,
        source: &TlsSource,
        listen: IpAddr,
        now: Timestamp,
    ) -> Result<Self, PortError> {
        let authority = authority(store, now).await?;
        let (origin, pin, authority_pem) = match source {
            TlsSource::Own(more) => {
                let authority = authority.clone();
                let (pin, pem) = (authority.pin()?, authority.certificate_pem().to_owned());
                (Origin::Own { authority, names: names(listen, more) }, Some(pin), Some(pem))
            }
            TlsSource::Files { chain, key } => (Origin::Files { chain: chain.clone(), key: key.clone() }, None, None),
        };
        let first = RwLock::new(Arc::new(origin.certified(now)?));
        Ok(Self { certificate: Arc::new(Certificate { now: first, origin }), pin, authority_pem, authority })
    }

    /// What this server shows to the others of its control plane.
    pub(crate) fn identity(&self, now: Timestamp) -> Result<Identity, PortError> {
        self.authority.server_identity(now)
    }

    pub(crate) fn acceptor(&self) -> Result<TlsAcceptor, PortError> {
        let failed = |e: rustls::Error| PortError::internal(OPERATION, "TLS cannot be set up").with_source(e);
        let builder =
            RustlsConfig::builder_with_provider(provider()).with_safe_default_protocol_versions().map_err(failed)?;
        let clients = client_verifier(self.authority.certificate()?)?;
        let mut config =
            builder.with_client_cert_verifier(clients).with_cert_resolver(Arc::clone(&self.certificate) as _);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// Renews the certificate, for ever. One that cannot be had leaves the present one in use.
    pub(crate) fn renewal(
        &self,
        clock: impl Fn() -> Timestamp + Send + 'static,
    ) -> impl Future<Output = ()> + Send + 'static {
        let certificate = Arc::clone(&self.certificate);
        async move {
            let mut seen = certificate.origin.changed_at();
            loop {
                tokio::time::sleep(certificate.origin.pause()).await;
                let at = certificate.origin.changed_at();
                if at.is_some() && at == seen {
                    continue;
                }
                match certificate.origin.certified(clock()) {
                    Ok(fresh) => {
                        seen = at;
                        *certificate.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
                        tracing::info!("the certificate of the server was renewed");
                    }
                    Err(error) => {
                        tracing::error!(error = %error.chain(), "the certificate of the server could not be renewed");
                    }
                }
            }
        }
    }
}

impl Origin {
    const fn pause(&self) -> Duration {
        match self {
            Self::Own { .. } => ISSUE_AGAIN,
            Self::Files { .. } => FILES_LOOK,
        }
    }

    /// When the files were written; none for what comes from no files, which is always made anew.
    fn changed_at(&self) -> Option<(SystemTime, SystemTime)> {
        let Self::Files { chain, key } = self else { return None };
        let written = |path: &Path| fs::metadata(path).and_then(|m| m.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        Some((written(chain), written(key)))
    }

    fn certified(&self, now: Timestamp) -> Result<CertifiedKey, PortError> {
        let (chain, key) = match self {
            Self::Own { authority, names } => {
                let issued = authority.issue(names, now)?;
                (issued.chain, issued.key)
            }
            Self::Files { chain, key } => (read_chain(chain)?, read_key(key)?),
        };
        CertifiedKey::from_der(chain, key, &provider()).map_err(|e| {
            invalid("the certificate and the key of the server do not go together".to_owned()).with_source(e)
        })
    }
}

/// The authority in the store, made at the first start. All servers on one store have the same.
async fn authority(store: &dyn Store, now: Timestamp) -> Result<Authority, PortError> {
    loop {
        if let Some(found) = store.read::<StoredAuthority>("authority").await? {
            return Ok(found.value.0);
        }
        let new = StoredAuthority(Authority::new("MIaaS control plane", now)?);
        match store.commit(vec![new.put(When::Absent)?]).await {
            Ok(_) => return Ok(new.0),
            Err(e) if e.kind() == ErrorKind::Conflict => {}
            Err(e) => return Err(e),
        }
    }
}

/// Names and addresses that programs which check them may ask for.
fn names(listen: IpAddr, more: &[String]) -> Vec<String> {
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_owned();
    let usual = ["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned(), host];
    let own = (!listen.is_unspecified()).then(|| listen.to_string());
    let mut all: Vec<String> = Vec::new();
    for name in usual.into_iter().chain(own).chain(more.iter().cloned()).filter(|n| !n.is_empty()) {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

fn read_chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, PortError> {
    let text = read(path)?;
    let chain = CertificateDer::pem_slice_iter(&text).collect::<Result<Vec<_>, _>>();
    match chain {
        Ok(chain) if !chain.is_empty() => Ok(chain),
        _ => Err(invalid(format!("{} holds no certificate as PEM", path.display()))),
    }
}

fn read_key(path: &Path) -> Result<PrivateKeyDer<'static>, PortError> {
    PrivateKeyDer::from_pem_slice(&read(path)?)
        .map_err(|e| invalid(format!("{} holds no key as PEM", path.display())).with_source(e.to_string()))
}

fn read(path: &Path) -> Result<Vec<u8>, PortError> {
    fs::read(path).map_err(|e: io::Error| invalid(format!("cannot read {}", path.display())).with_source(e))
}

fn invalid(message: String) -> PortError {
    PortError::new(ErrorKind::Invalid, OPERATION, message)
        .with_hint("give the chain with --tls-cert and its key with --tls-key, both as PEM")
}
