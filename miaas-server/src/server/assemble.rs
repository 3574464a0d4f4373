//! The parts of a control plane, put together over an open store.

use std::sync::Arc;

use miaas_core::{
    PortError,
    engine::{Orchestrator, Ports, SystemClock, SystemIds},
    port::Store,
    secret::Secret,
};
use miaas_templates::{CatalogRenderer, Policy};

use super::{ServerConfig, placer};
use crate::{
    AppState, Hub,
    auth::{Auth, NodeTokens},
    catalogs,
};

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
    node_key: &[u8; 32],
) -> Result<(AppState, Option<Secret>), PortError> {
    let auth = Auth::new(store.clone(), Arc::new(SystemIds), NodeTokens::new(node_key, config.node_token_ttl));
    let hub = Hub::new();
    let ports = Ports {
        store,
        link: hub.clone(),
        placer: Arc::new(placer()),
        renderer: Arc::new(renderer.clone()),
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
    };
    let orchestrator = Orchestrator::open(ports, config.engine).await?;
    let state = AppState::new(orchestrator, renderer, auth, hub, config.api.clone(), &config.webhooks)?;
    let admin_key = state.auth().bootstrap(state.orchestrator().now()).await?;
    if let Some(key) = &admin_key {
        crate::auth::write_private(&config.state_dir.join("admin.key"), format!("{}\n", key.expose()).as_bytes())?;
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
