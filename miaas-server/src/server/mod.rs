//! A whole server in one process: state directory, store, engine, API, listener.

pub(crate) mod assemble;
mod config;
mod listen;
pub(crate) mod state_dir;
mod tls;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use miaas_core::{
    PortError,
    engine::{Orchestrator, SystemClock},
    port::Clock as _,
    secret::Secret,
};
use miaas_placement::Engine;
use miaas_store::DurableStore;
use tokio::{
    net::TcpListener,
    sync::Notify,
    task::JoinHandle,
    time::{Instant, timeout},
};

pub use config::{DEFAULT_LISTEN, ServerConfig};
pub use listen::ConnectionLimits;
pub(crate) use listen::{answer, bind, cannot_listen};
use miaas_tls::CaPin;
pub(crate) use tls::Tls;
pub use tls::TlsSource;

use crate::{AppState, http::router};

/// The placer of a server; what is only thought of is placed by the same.
pub(crate) fn placer() -> Engine {
    Engine::default()
}

/// How long requests that are being answered may still take after the end was asked for.
const GRACE: Duration = Duration::from_secs(5);

/// A server that runs until its shutdown future is done or [`RunningServer::stop`] is called.
#[derive(Debug)]
pub struct RunningServer {
    /// The address that it listens on, with the real port.
    pub addr: SocketAddr,
    /// The first API key, at the first start only. It is also in `admin.key` of the state directory.
    pub admin_key: Option<Secret>,
    /// The engine.
    pub orchestrator: Arc<Orchestrator>,
    /// The state of the API, for example to make a join token.
    pub state: AppState,
    /// How long it took from the call of [`serve`] to the first request that could be answered.
    pub ready_after: Duration,
    /// By which clients know the authority of its certificate; none when it speaks plain HTTP or its certificate was brought.
    pub ca_pin: Option<CaPin>,
    scheme: &'static str,
    stop: Arc<Notify>,
    task: JoinHandle<Result<(), PortError>>,
}

impl RunningServer {
    /// The address for clients on this machine, for example `http://127.0.0.1:7070`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.addr)
    }

    /// Asks it to end; [`RunningServer::wait`] says when it has.
    pub fn stop(&self) {
        self.stop.notify_one();
    }

    /// Waits for the end. What was accepted is stored by then, and the state directory is free for another server.
    ///
    /// # Errors
    /// What ended it, when nobody asked for the end.
    pub async fn wait(self) -> Result<(), PortError> {
        self.task.await.map_err(|e| PortError::internal("server", "the server has died").with_source(e))?
    }
}

/// Starts a server; it answers requests when this returns.
///
/// # Errors
/// `Invalid` for a configuration that is refused, `Unavailable` when the address or the database is in use, the store's
/// and the catalogue's.
pub async fn serve<F>(config: ServerConfig, shutdown: F) -> Result<RunningServer, PortError>
where
    F: Future<Output = ()> + Send + 'static,
{
    let begun = Instant::now();
    config.check()?;
    let listener = bind(config.listen).await?;
    let addr = listener.local_addr().map_err(|e| cannot_listen(config.listen, e))?;
    state_dir::create(&config.state_dir)?;
    let renderer = assemble::renderer(&config).await?;
    let location = config.store();
    let (store, sealed) = DurableStore::open_sealed(&location, &config.master_key()).await?;
    let tls = match config.tls() {
        Some(source) => Some(Tls::open(&*sealed, &source, addr.ip(), SystemClock.now()).await?),
        None => None,
    };
    let (state, admin_key) = assemble::assemble(&config, renderer, sealed.clone(), sealed, tls.as_ref()).await?;
    let orchestrator = state.orchestrator().clone();
    let stop = Arc::new(Notify::new());
    let (scheme, ca_pin) = (scheme(tls.as_ref()), tls.as_ref().and_then(|tls| tls.pin));
    let running = Running { listener, tls, config, store, state: state.clone(), stop: stop.clone() };
    let task = tokio::spawn(running.run(shutdown));
    let ready_after = begun.elapsed();
    tracing::info!(%addr, store = %location, ready_after_ms = ready_after.as_secs_f64() * 1e3, "the server is ready");
    Ok(RunningServer { addr, admin_key, orchestrator, state, ready_after, ca_pin, scheme, stop, task })
}

/// Waits for the last requests, for a while.
pub(crate) async fn finish(mut http: JoinHandle<()>) {
    if timeout(GRACE, &mut http).await.is_err() {
        tracing::warn!("some requests took too long and were cut off");
        http.abort();
    }
}

pub(crate) const fn scheme(tls: Option<&Tls>) -> &'static str {
    if tls.is_some() { "https" } else { "http" }
}

struct Running {
    listener: TcpListener,
    tls: Option<Tls>,
    config: ServerConfig,
    store: DurableStore,
    state: AppState,
    stop: Arc<Notify>,
}

impl Running {
    async fn run(self, shutdown: impl Future<Output = ()> + Send + 'static) -> Result<(), PortError> {
        let working = self.state.clone();
        let engine = tokio::spawn(async move { working.run().await });
        let ending = self.state.clone();
        let stopping = async move { ending.stopping().await };
        let acceptor = self.tls.as_ref().map(Tls::acceptor).transpose()?;
        let renewal = self.tls.as_ref().map(|tls| tokio::spawn(tls.renewal(|| SystemClock.now())));
        let routes = router(self.state.clone());
        let mut http = answer(self.listener, acceptor, routes, self.config.connections, stopping);
        let ended = tokio::select! {
            () = shutdown => Ok(()),
            () = self.stop.notified() => Ok(()),
            ended = &mut http => Err(PortError::internal("server.listen", format!("the listener has ended: {ended:?}"))),
        };
        tracing::info!("the server ends");
        self.state.end_streams();
        if ended.is_ok() {
            finish(http).await;
        }
        engine.abort();
        if let Some(renewal) = renewal {
            renewal.abort();
        }
        if let Err(error) = self.state.orchestrator().flush().await {
            tracing::warn!(error = %error.chain(), "the last observations of nodes were not stored");
        }
        self.store.close().await;
        ended
    }
}
