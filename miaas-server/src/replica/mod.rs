//! One of several control planes on one database (O2). One leads: it answers requests, holds the sessions of the agents and
//! decides. The others forward everything to it, so that any of them may be asked and dialled, and take over when it is silent.

mod forward;
mod leading;
mod role;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{Request, State},
    response::{IntoResponse as _, Response},
    routing::get,
};
use miaas_core::{
    ErrorKind, PortError,
    engine::{
        SystemClock, SystemIds,
        leader::{Candidate, LeaderTerms, Standing},
    },
    port::{Clock as _, IdSource as _},
    secret::Secret,
};
use miaas_store::{DurableStore, Sealed};
use miaas_templates::CatalogRenderer;
use miaas_tls::CaPin;
use serde_json::json;
use tokio::{
    sync::{Notify, watch},
    task::JoinHandle,
};
use tower::ServiceExt as _;

pub(crate) use self::forward::CLIENT;
use self::{forward::Forwarder, leading::Leading, role::Role};
use crate::{
    error::ApiError,
    server::{ServerConfig, Tls, answer, assemble, bind, cannot_listen, finish, scheme, state_dir},
};

/// A replica that runs until its shutdown future is done.
#[derive(Debug)]
pub struct RunningReplica {
    /// The address that it listens on, with the real port.
    pub addr: SocketAddr,
    /// Whether it leads. The first API key is in it when this process made one; it is also in `admin.key` of its state
    /// directory.
    pub standing: watch::Receiver<Seat>,
    /// By which clients know the authority of its certificate; none when it speaks plain HTTP or its certificate was brought.
    pub ca_pin: Option<CaPin>,
    scheme: &'static str,
    task: JoinHandle<Result<(), PortError>>,
}

/// What a replica is at the moment.
#[derive(Debug, Clone, Default)]
pub enum Seat {
    /// It is not known who leads.
    #[default]
    Waiting,
    /// It leads; with the first API key, when this process made it.
    Leads(Option<Secret>),
    /// The replica at this address leads.
    Follows(String),
}

impl RunningReplica {
    /// The address for clients on this machine.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.addr)
    }

    /// Waits until it is known who leads.
    pub async fn seated(&mut self) -> Seat {
        // An error means that the replica has ended, which `wait` tells of.
        self.standing.wait_for(|seat| !matches!(seat, Seat::Waiting)).await.map(|seat| seat.clone()).unwrap_or_default()
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// What ended it, when nobody asked for the end.
    pub async fn wait(self) -> Result<(), PortError> {
        self.task.await.map_err(|e| PortError::internal("server", "the server has died").with_source(e))?
    }
}

/// Starts a replica; it answers requests when this returns, by forwarding them or with the hint to wait. `advertise` is the
/// address under which the other replicas reach it; none takes the address that it listens on.
///
/// # Errors
/// `Invalid` for a configuration that is refused, `Unavailable` when the address or the database cannot be had.
pub async fn serve_replica<F>(
    config: ServerConfig,
    advertise: Option<String>,
    terms: LeaderTerms,
    shutdown: F,
) -> Result<RunningReplica, PortError>
where
    F: Future<Output = ()> + Send + 'static,
{
    config.check()?;
    let listener = bind(config.listen).await?;
    let addr = listener.local_addr().map_err(|e| cannot_listen(config.listen, e))?;
    let url = match advertise {
        Some(url) => forward::check(&url)?,
        None if addr.ip().is_unspecified() => return Err(unknown_address(addr)),
        None => format!("{}://{addr}", if config.tls().is_some() { "https" } else { "http" }),
    };
    state_dir::create(&config.state_dir)?;
    let renderer = assemble::renderer(&config).await?;
    let location = config.store();
    let (store, sealed) = DurableStore::open_sealed(&location, &config.master_key()).await?;
    let tls = match config.tls() {
        Some(source) => Some(Tls::open(&*sealed, &source, addr.ip(), SystemClock.now()).await?),
        None => None,
    };
    let holder = format!("{url} {:016x}", SystemIds.next_bits());
    let candidate = Candidate::new(sealed.clone(), Arc::new(SystemClock), holder, url.clone(), terms);
    let (seat, standing) = watch::channel(Seat::default());
    let replica = Arc::new(Replica {
        config,
        renderer,
        store,
        sealed,
        terms,
        forwarder: Forwarder::new(url.clone(), tls.as_ref())?,
        tls,
        role: role::Seats::new(seat),
        stop: Notify::new(),
    });
    let ending = Arc::clone(&replica);
    let acceptor = replica.tls.as_ref().map(Tls::acceptor).transpose()?;
    let stopping = async move { ending.stop.notified().await };
    let http = answer(listener, acceptor, routes(Arc::clone(&replica)), replica.config.connections, stopping);
    tracing::info!(%addr, store = %location, url, "the replica is ready");
    let (scheme, ca_pin) = (scheme(replica.tls.as_ref()), replica.tls.as_ref().and_then(|tls| tls.pin));
    let task = tokio::spawn(run(replica, candidate, http, shutdown));
    Ok(RunningReplica { addr, ca_pin, scheme, standing, task })
}

#[derive(Debug)]
struct Replica {
    config: ServerConfig,
    renderer: CatalogRenderer,
    store: DurableStore,
    sealed: Arc<Sealed>,
    tls: Option<Tls>,
    terms: LeaderTerms,
    forwarder: Forwarder,
    role: role::Seats,
    stop: Notify,
}

fn routes(replica: Arc<Replica>) -> Router {
    Router::new()
        .route("/healthz", get(|| async { Json(json!({"status": "ok"})) }))
        .fallback(dispatch)
        .with_state(replica)
}

async fn dispatch(State(replica): State<Arc<Replica>>, request: Request) -> Response {
    match replica.role.get() {
        // A router is infallible.
        Role::Leads { router, term } if term.holds() => {
            router.oneshot(request).await.unwrap_or_else(|never| match never {})
        }
        Role::Follows(Some(leader)) => match replica.forwarder.forward(&leader, request).await {
            Ok(answer) => answer,
            Err(e) => e.into_response(),
        },
        Role::Leads { .. } | Role::Follows(None) => nobody_leads().into_response(),
    }
}

/// What is answered while it is not known who leads.
fn nobody_leads() -> ApiError {
    ApiError::from(
        PortError::unavailable("server.replica", "the control plane is choosing a leader")
            .with_hint("ask again in a few seconds"),
    )
}

fn unknown_address(addr: SocketAddr) -> PortError {
    let message = format!("the server listens on {addr}, and the other replicas need an address to reach it under");
    PortError::new(ErrorKind::Invalid, "server.replica", message)
        .with_hint("give it with --advertise-url, for example http://10.0.0.5:7070")
}

async fn run(
    replica: Arc<Replica>,
    candidate: Candidate,
    mut http: JoinHandle<()>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), PortError> {
    let renewal = replica.tls.as_ref().map(|tls| tokio::spawn(tls.renewal(|| SystemClock.now())));
    let ended = {
        let mut campaign = Box::pin(campaign(&replica, candidate));
        tokio::select! {
            () = shutdown => Ok(()),
            ended = &mut campaign => ended,
            ended = &mut http => Err(PortError::internal("server.listen", format!("the listener has ended: {ended:?}"))),
        }
    };
    tracing::info!("the server ends");
    replica.role.stop().await;
    replica.stop.notify_one();
    if ended.is_ok() {
        finish(http).await;
    }
    if let Some(renewal) = renewal {
        renewal.abort();
    }
    replica.store.close().await;
    ended
}

/// Looks who leads, and leads when nobody does, for ever. Ends only when this process cannot lead for a reason that waiting
/// does not change.
async fn campaign(replica: &Arc<Replica>, mut candidate: Candidate) -> Result<(), PortError> {
    loop {
        match candidate.step().await {
            Ok(Standing::Follows(leader)) => replica.role.follow(leader.map(|l| l.url)),
            Ok(Standing::Leads(term)) => {
                tracing::info!("this replica leads");
                match Leading::open(
                    &replica.config,
                    replica.renderer.clone(),
                    Arc::clone(&term),
                    Arc::clone(&replica.sealed),
                    replica.tls.as_ref(),
                )
                .await
                {
                    Ok(leading) => replica.role.lead(leading).await,
                    Err(e) if e.retryable() => {
                        tracing::error!(error = %e.chain(), "this replica cannot lead now");
                        term.release().await;
                    }
                    Err(e) => {
                        term.release().await;
                        return Err(e);
                    }
                }
                continue;
            }
            Err(e) => {
                replica.role.follow(None);
                tracing::warn!(error = %e.chain(), "it is not known who leads");
            }
        }
        tokio::time::sleep(replica.terms.beat.min(Duration::from_secs(1))).await;
    }
}
