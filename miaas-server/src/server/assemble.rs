//! The parts of a control plane, put together over an open store.

use std::sync::Arc;

use miaas_core::{
    PortError,
    engine::{Orchestrator, Ports, SystemClock, SystemIds},
    port::{Clock as _, Store},
    secret::Secret,
};
use miaas_store::Sealed;
use miaas_templates::{CatalogRenderer, Policy};

use super::{ServerConfig, Tls, placer};
use crate::{ApiConfig, AppParts, AppState, Hub, auth::Auth, catalogs};

/// What renders, as the configuration says.
pub(crate) async fn renderer(config: &ServerConfig) -> Result<CatalogRenderer, PortError> {
    let catalog = catalogs::load(&config.catalogs, &config.state_dir).await?;
    Ok(CatalogRenderer::new(catalog).with_policy(policy(config)?))
}

/// Reads the state; afterwards requests can be answered. The engine does not run yet. The first API key, when there was none.
pub(crate) async fn assemble(
    config: &ServerConfig,
    renderer: CatalogRenderer,
    store: Arc<dyn Store>,
    sealed: Arc<Sealed>,
    tls: Option<&Tls>,
) -> Result<(AppState, Option<Secret>), PortError> {
    let now = SystemClock.now();
    let auth = Auth::open(store.clone(), Arc::new(SystemIds), config.node_token_ttl, now).await?;
    let hub = Hub::new();
    let ports = Ports::new(store, hub.clone(), Arc::new(placer()), Arc::new(renderer.clone()));
    let orchestrator = Orchestrator::open(ports, config.engine).await?;
    let api = ApiConfig {
        https: tls.is_some(),
        ca_pin: tls.and_then(|tls| tls.pin),
        ca_pem: tls.and_then(|tls| tls.authority_pem.clone()),
        ..config.api.clone()
    };
    let sealed = Some((sealed, config.master_key()));
    let state = AppState::new(AppParts { orchestrator, renderer, auth, hub, sealed }, api, &config.webhooks)?;
    let admin_key = state.auth().bootstrap(state.orchestrator().now()).await?;
    if let Some(key) = &admin_key {
        crate::private_file::write_private(
            &config.state_dir.join("admin.key"),
            format!("{}\n", key.expose()).as_bytes(),
        )?;
    }
    Ok((state, admin_key))
}

fn policy(config: &ServerConfig) -> Result<Policy, PortError> {
    let Some(file) = &config.policy_file else { return Ok(Policy::default()) };
    let fail = |message| PortError::new(miaas_core::ErrorKind::Invalid, "server.policy", message);
    let text = std::fs::read_to_string(file)
        .map_err(|e| fail(format!("cannot read the policy file {}", file.display())).with_source(e))?;
    Policy::parse(&text, &file.display().to_string()).map_err(fail)
}
