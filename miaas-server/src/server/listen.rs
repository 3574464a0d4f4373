//! Accepts connections: so many at most, each with so much time to say what it wants, with or without TLS.

use std::{convert::Infallible, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use miaas_core::PortError;
use miaas_tls::Peer;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch},
    task::JoinHandle,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

/// Limits of connections.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct ConnectionLimits {
    /// Connections at a time; further ones wait until one has ended.
    pub connections: usize,
    /// Time for the headers of a request, from the connection or the end of the request before.
    pub headers: Duration,
    /// Time for a TLS handshake.
    pub handshake: Duration,
    /// Bytes of the headers of one request.
    pub header_bytes: usize,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            connections: 20_000,
            headers: Duration::from_secs(20),
            handshake: Duration::from_secs(10),
            header_bytes: 64 * 1024,
        }
    }
}

pub(crate) async fn bind(addr: SocketAddr) -> Result<TcpListener, PortError> {
    TcpListener::bind(addr).await.map_err(|e| cannot_listen(addr, e))
}

pub(crate) fn cannot_listen(addr: SocketAddr, error: io::Error) -> PortError {
    PortError::unavailable("server.listen", format!("cannot listen on {addr}"))
        .with_source(error)
        .with_hint("choose another address with --listen, or end the program that has this one")
}

/// Answers requests until `stop` is done, and then what has begun.
pub(crate) fn answer(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    limits: ConnectionLimits,
    stop: impl Future<Output = ()> + Send + 'static,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        let slots = Arc::new(Semaphore::new(limits.connections));
        let (ending, is_ending) = watch::channel(false);
        // Every connection holds a sender; none is left when all have ended.
        let (alive, mut none_alive) = mpsc::channel::<Infallible>(1);
        let mut stop = Box::pin(stop);
        loop {
            tokio::select! {
                biased;
                () = &mut stop => break,
                (socket, peer, slot) = accept(&listener, &slots) => {
                    let connection = Connection { peer, router: router.clone(), limits, ending: is_ending.clone(), _alive: alive.clone() };
                    tokio::spawn(connection.run(socket, tls.clone(), slot));
                }
            }
        }
        drop((listener, alive));
        ending.send_replace(true);
        none_alive.recv().await;
    })
}

/// The next connection, once there is room for it.
async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    // An error cannot be: the semaphore is never closed.
    let slot = Arc::clone(slots).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((socket, peer)) => return (socket, peer, slot),
            // The other side has gone already, or this process has no more files: the latter passes when others end.
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Waits for the end of the listener.
async fn ends(ending: &mut watch::Receiver<bool>) {
    // An error cannot be: the sender outlives every connection.
    ending.wait_for(|ending| *ending).await.map(drop).ok();
}

struct Connection {
    peer: SocketAddr,
    router: Router,
    limits: ConnectionLimits,
    ending: watch::Receiver<bool>,
    _alive: mpsc::Sender<Infallible>,
}

impl Connection {
    async fn run(self, socket: TcpStream, tls: Option<TlsAcceptor>, slot: Option<OwnedSemaphorePermit>) {
        // Small answers must not wait for more. A socket that refuses this still works.
        if let Err(error) = socket.set_nodelay(true) {
            tracing::debug!(%error, "a socket keeps its delay");
        }
        let peer = self.peer;
        match tls {
            None => self.serve(socket, None).await,
            Some(tls) => match timeout(self.limits.handshake, tls.accept(socket)).await {
                Ok(Ok(socket)) => {
                    let shown = socket.get_ref().1.peer_certificates().and_then(miaas_tls::peer);
                    self.serve(socket, shown).await;
                }
                Ok(Err(error)) => tracing::debug!(%peer, %error, "no TLS was agreed on"),
                Err(_) => tracing::debug!(%peer, "a TLS handshake took too long"),
            },
        }
        drop(slot);
    }

    async fn serve(self, socket: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, shown: Option<Peer>) {
        let Self { peer, router, limits, mut ending, _alive } = self;
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            if let Some(shown) = shown {
                request.extensions_mut().insert(shown);
            }
            let router = router.clone();
            async move {
                Ok::<_, Infallible>(router.oneshot(request.map(Body::new)).await.unwrap_or_else(|never| match never {}))
            }
        });
        let served = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.headers)
            .max_buf_size(limits.header_bytes)
            .serve_connection(TokioIo::new(socket), service)
            .with_upgrades();
        let mut served = pin!(served);
        let ended = tokio::select! {
            ended = served.as_mut() => ended,
            () = ends(&mut ending) => {
                served.as_mut().graceful_shutdown();
                served.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%peer, %error, "a connection ended badly");
        }
    }
}
