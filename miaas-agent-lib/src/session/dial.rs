//! Opens the WebSocket.

use std::{io, sync::Arc, time::Duration};

use miaas_core::{ErrorKind, PortError};
use rustls::{ClientConfig, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{
        self,
        client::IntoClientRequest as _,
        http::{HeaderValue, header::AUTHORIZATION},
        protocol::WebSocketConfig,
    },
};

use crate::{identity::Identity, server_url::ServerUrl};

const OPERATION: &str = "session.dial";
const LIMIT: Duration = Duration::from_secs(10);
/// A target of a node with very many workloads; a larger message is a defect.
const LARGEST_MESSAGE: usize = 64 * 1024 * 1024;

pub(super) type Socket = WebSocketStream<Box<dyn Stream>>;

/// What a session runs over: TCP, or TLS on it.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// Dials the session of the node.
///
/// # Errors
/// `Unauthenticated` when the server does not accept the identity; `Unavailable` for everything that may pass.
pub(super) async fn dial(
    server: &ServerUrl,
    tls: &Arc<ClientConfig>,
    identity: &Identity,
) -> Result<Socket, PortError> {
    let unavailable = |e: tungstenite::Error| {
        PortError::unavailable(OPERATION, format!("the session with {server} cannot be opened")).with_source(e)
    };
    let mut request = server.session(&identity.node_id).into_client_request().map_err(unavailable)?;
    let mut bearer = HeaderValue::try_from(format!("Bearer {}", identity.node_token.expose())).map_err(|e| {
        PortError::new(ErrorKind::Unauthenticated, OPERATION, "the node token holds characters that no header can")
            .with_source(e)
    })?;
    bearer.set_sensitive(true);
    request.headers_mut().insert(AUTHORIZATION, bearer);
    // Buffers as large as a heartbeat, not as large as a download: there is one session on an idle node.
    let config = WebSocketConfig::default()
        .read_buffer_size(8 * 1024)
        .write_buffer_size(0)
        .max_message_size(Some(LARGEST_MESSAGE))
        .max_frame_size(Some(LARGEST_MESSAGE));
    let opened = async {
        let stream = connect(server, tls).await.map_err(tungstenite::Error::Io)?;
        client_async_with_config(request, stream, Some(config)).await
    };
    match tokio::time::timeout(LIMIT, opened).await {
        Ok(Ok((socket, _))) => Ok(socket),
        Ok(Err(tungstenite::Error::Http(answer))) if matches!(answer.status().as_u16(), 401 | 403 | 404) => {
            let status = answer.status().as_u16();
            let text = format!("{server} does not accept node {} ({status})", identity.node_id);
            Err(PortError::new(ErrorKind::Unauthenticated, OPERATION, text))
        }
        Ok(Err(e)) => Err(unavailable(e)),
        Err(_) => Err(PortError::unavailable(OPERATION, format!("{server} does not answer in {} s", LIMIT.as_secs()))),
    }
}

async fn connect(server: &ServerUrl, tls: &Arc<ClientConfig>) -> io::Result<Box<dyn Stream>> {
    let (host, port) = server.host_and_port();
    let tcp = TcpStream::connect((host, port)).await?;
    tcp.set_nodelay(true)?;
    if !server.is_https() {
        return Ok(Box::new(tcp));
    }
    let name = ServerName::try_from(host.to_owned()).map_err(|e| io::Error::new(io::ErrorKind::InvalidInput, e))?;
    Ok(Box::new(TlsConnector::from(Arc::clone(tls)).connect(name, tcp).await?))
}
