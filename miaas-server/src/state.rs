//! What every handler can reach.

use std::{net::IpAddr, sync::Arc, time::Duration};

use miaas_core::{PortError, engine::Orchestrator};
use miaas_store::{MasterKeySource, Sealed};
use miaas_templates::{Catalog, CatalogRenderer, params::Completion};
use tokio::sync::{Mutex, MutexGuard, watch};

use crate::{
    audit::AuditLog,
    auth::{Auth, Buckets, oidc::Oidc, random_bytes},
    config::ApiConfig,
    hub::Hub,
    webhooks::{WebhookConfig, Webhooks},
};

/// How often it is looked whether node tokens need another key.
const KEYS_LOOK: Duration = Duration::from_secs(3600);

/// The state of the API. Cloning shares it.
#[derive(Debug, Clone)]
pub struct AppState(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    orchestrator: Arc<Orchestrator>,
    renderer: CatalogRenderer,
    auth: Auth,
    audit: AuditLog,
    oidc: Option<Oidc>,
    requests: Buckets<String>,
    failures: Buckets<IpAddr>,
    guesses: Buckets<(String, IpAddr)>,
    hub: Arc<Hub>,
    webhooks: Arc<Webhooks>,
    config: ApiConfig,
    edits: Mutex<()>,
    stop: watch::Sender<bool>,
    sealed: Option<(Arc<Sealed>, MasterKeySource)>,
}

/// What an API is made of.
#[derive(Debug)]
pub struct AppParts {
    /// The engine.
    pub orchestrator: Arc<Orchestrator>,
    /// The templates.
    pub renderer: CatalogRenderer,
    /// Keys and tokens.
    pub auth: Auth,
    /// The link that the engine was opened with.
    pub hub: Arc<Hub>,
    /// The sealed store below all this and where its master key comes from: its keys can be rotated then.
    pub sealed: Option<(Arc<Sealed>, MasterKeySource)>,
}

impl AppState {
    /// Puts them together.
    ///
    /// # Errors
    /// When there is no TLS to send events with; `Invalid` for a provider of OpenID Connect that cannot work.
    pub fn new(parts: AppParts, config: ApiConfig, webhooks: &WebhookConfig) -> Result<Self, PortError> {
        let AppParts { orchestrator, renderer, auth, hub, sealed } = parts;
        let webhooks = Arc::new(Webhooks::new(auth.shared_store(), Arc::clone(&orchestrator), webhooks)?);
        let audit = AuditLog::new(auth.shared_store());
        let (requests, failures) = (Buckets::new(config.rates.requests), Buckets::new(config.rates.failures));
        let oidc = config.oidc.clone().map(Oidc::new).transpose()?;
        let guesses = Buckets::new(config.rates.guesses);
        let (edits, stop) = (Mutex::default(), watch::Sender::new(false));
        let inner = Inner {
            orchestrator,
            renderer,
            auth,
            audit,
            oidc,
            requests,
            failures,
            guesses,
            hub,
            webhooks,
            config,
            edits,
            stop,
            sealed,
        };
        Ok(Self(Arc::new(inner)))
    }

    /// The provider that users can sign in over.
    pub(crate) fn oidc(&self) -> Option<&Oidc> {
        self.0.oidc.as_ref()
    }

    /// How many requests a credential may still make.
    pub(crate) fn requests(&self) -> &Buckets<String> {
        &self.0.requests
    }

    /// How many wrong credentials an address may still show.
    pub(crate) fn failures(&self) -> &Buckets<IpAddr> {
        &self.0.failures
    }

    /// How many passwords of a user an address may still try.
    pub(crate) fn guesses(&self) -> &Buckets<(String, IpAddr)> {
        &self.0.guesses
    }

    pub(crate) fn audit(&self) -> &AuditLog {
        &self.0.audit
    }

    pub(crate) fn sealed(&self) -> Option<&(Arc<Sealed>, MasterKeySource)> {
        self.0.sealed.as_ref()
    }

    /// The engine.
    #[must_use]
    pub fn orchestrator(&self) -> &Arc<Orchestrator> {
        &self.0.orchestrator
    }

    /// The templates.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        self.0.renderer.catalog()
    }

    /// Keys and tokens.
    #[must_use]
    pub fn auth(&self) -> &Auth {
        &self.0.auth
    }

    /// The sessions of nodes.
    #[must_use]
    pub fn hub(&self) -> &Arc<Hub> {
        &self.0.hub
    }

    pub(crate) fn webhooks(&self) -> &Arc<Webhooks> {
        &self.0.webhooks
    }

    /// Reconciles and sends events, for ever.
    pub async fn run(&self) {
        tokio::join!(self.orchestrator().clone().run(), self.webhooks().clone().run(), self.turn_keys());
    }

    async fn turn_keys(&self) {
        loop {
            tokio::time::sleep(KEYS_LOOK).await;
            if let Err(error) = self.auth().turn_keys(self.orchestrator().now()).await {
                tracing::warn!(error = %error.chain(), "it is not known whether node tokens need another key");
            }
        }
    }

    /// Limits and times.
    #[must_use]
    pub fn config(&self) -> &ApiConfig {
        &self.0.config
    }

    /// Ends every stream and session, so that a graceful shutdown does not wait for them.
    pub fn end_streams(&self) {
        self.0.stop.send_replace(true);
    }

    /// Waits for [`AppState::end_streams`].
    pub(crate) async fn stopping(&self) {
        // An error cannot be: the sender lives in `self`.
        self.0.stop.subscribe().wait_for(|stop| *stop).await.ok();
    }

    pub(crate) fn renderer(&self) -> &CatalogRenderer {
        &self.0.renderer
    }

    /// Completes a request with what templates want generated.
    pub(crate) fn complete<T>(
        &self,
        complete: impl FnOnce(&Completion<'_>) -> Result<T, PortError>,
    ) -> Result<T, PortError> {
        let stored = |name: &str| self.orchestrator().deployment_record(name).ok().map(|(record, _)| record);
        complete(&Completion { catalog: self.catalog(), stored: &stored, random: random_bytes })
    }

    /// Held while a deployment is compared and changed, so that `If-Match` is exact among the callers of this server.
    pub(crate) async fn edit(&self) -> MutexGuard<'_, ()> {
        self.0.edits.lock().await
    }
}
