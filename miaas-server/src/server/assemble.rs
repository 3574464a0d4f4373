//! The parts of a control plane, put together over an open store.

use std::sync::Arc;

use miaas_core::{
    PortError,
    engine::{Orchestrator, Ports, SystemClock, SystemIds},
    port::Store,
    secret::Secret,
};
use miaas_templates::{Catalog, CatalogRenderer, Policy};

use super::{ServerConfig, placer};
use crate::{
    AppState, Hub,
    auth::{Auth, NodeTokens},
};

/// What renders, as the configuration says.
pub(crate) fn renderer(config: &ServerConfig) -> Result<CatalogRenderer, PortError> {
    Ok(CatalogRenderer::new(catalog(config)?).with_policy(policy(config)?))
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
    let state = AppState::new(orchestrator, renderer, auth, hub, config.api.clone());
    let admin_key = state.auth().bootstrap(state.orchestrator().now()).await?;
    if let Some(key) = &admin_key {
        crate::auth::write_private(&config.state_dir.join("admin.key"), format!("{}\n", key.expose()).as_bytes())?;
    }
    Ok((state, admin_key))
}

fn catalog(config: &ServerConfig) -> Result<Catalog, PortError> {
    let builtin = Catalog::builtin()?;
    let Some(dir) = config.template_dir.as_deref() else { return Ok(builtin) };
    let catalog = builtin.with_dir(dir)?;
    for problem in catalog.problems() {
        let issues = problem.issues.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        tracing::warn!(directory = problem.origin, issues, "a template is left out of the catalogue");
    }
    Ok(catalog)
}

fn policy(config: &ServerConfig) -> Result<Policy, PortError> {
    let Some(file) = &config.policy_file else { return Ok(Policy::default()) };
    let fail = |message| PortError::new(miaas_core::ErrorKind::Invalid, "server.policy", message);
    let text = std::fs::read_to_string(file)
        .map_err(|e| fail(format!("cannot read the policy file {}", file.display())).with_source(e))?;
    Policy::parse(&text, &file.display().to_string()).map_err(fail)
}
