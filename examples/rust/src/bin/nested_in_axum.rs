//! An application of its own with the whole API of MIaaS below `/miaas`, next to its own routes, on one port and in one process.
//! Its own routes use the orchestrator directly; nodes, the command line and other clients use the nested API.

use std::{net::SocketAddr, sync::Arc};

use anyhow::Context as _;
use axum::{Json, Router, extract::State, routing::get};
use miaas_client::Client;
use miaas_core::{
    api::v1::CreateDeployment,
    engine::{EngineConfig, MemoryStore, Orchestrator, Ports, SystemIds},
    port::Store,
    secret::Secret,
};
use miaas_placement::Engine;
use miaas_server::{
    ApiConfig, AppParts, AppState, Hub, WebhookConfig,
    auth::{Auth, NODE_TOKEN_TTL},
    router,
};
use miaas_templates::{Catalog, CatalogRenderer};
use tokio::net::TcpListener;

/// The control plane, and the first key to it. `base` is the address that nodes and users reach it under.
async fn control_plane(base: &str) -> anyhow::Result<(AppState, Secret)> {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let renderer = CatalogRenderer::new(Catalog::builtin()?);
    // The hub is both: the orchestrator's link to its nodes, and where their sessions come in.
    let hub = Hub::new();
    let ports = Ports::new(Arc::clone(&store), hub.clone(), Arc::new(Engine::default()), Arc::new(renderer.clone()));
    let orchestrator = Orchestrator::open(ports, EngineConfig::default()).await?;
    let auth = Auth::open(store, Arc::new(SystemIds), NODE_TOKEN_TTL, orchestrator.now()).await?;
    let key = auth.bootstrap(orchestrator.now()).await?.context("a fresh store has no key yet")?;
    let parts = AppParts { orchestrator, renderer, auth, hub, sealed: None };
    let mut config = ApiConfig::default();
    config.public_url = Some(base.to_owned());
    Ok((AppState::new(parts, config, &WebhookConfig::default())?, key))
}

/// What the application had before.
fn application() -> Router<Arc<Orchestrator>> {
    Router::new().route("/", get(|| async { "an application of its own\n" })).route("/waiting", get(waiting))
}

/// A route of the application that looks into the orchestrator.
async fn waiting(State(orchestrator): State<Arc<Orchestrator>>) -> Json<Vec<String>> {
    let waiting = orchestrator.deployments().into_iter().filter(|d| d.ready < d.replicas);
    Json(waiting.map(|d| d.name.to_string()).collect())
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let address = listener.local_addr()?;
    let base = format!("http://{address}/miaas");
    let (state, key) = control_plane(&base).await?;

    let working = state.clone();
    tokio::spawn(async move { working.run().await });
    let app = application().with_state(Arc::clone(state.orchestrator())).nest("/miaas", router(state));
    // With the address of the caller: wrong credentials are counted by it.
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });

    let client = Client::new(&base, key)?;
    let made = client.create(&CreateDeployment::from_template("redis")).await?;
    println!("made over the nested API: {} from {}", made.name, made.template);
    for path in ["/", "/waiting", "/miaas/healthz", "/miaas/api/v1/status"] {
        println!("GET {path}: {}", fetch(address, path).await?);
    }
    Ok(())
}

/// The status and the last line of an answer, without credentials.
async fn fetch(address: SocketAddr, path: &str) -> anyhow::Result<String> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let status = answer.split(' ').nth(1).context("no status")?;
    Ok(format!("{status} {}", answer.lines().last().unwrap_or_default()))
}
