//! A small control plane: registration over HTTP, sessions over WebSocket, on one port.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use futures_util::{SinkExt as _, StreamExt as _};
use miaas_core::protocol::{FromAgent, FromServer};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use tokio_tungstenite::{
    WebSocketStream, accept_hdr_async,
    tungstenite::{
        Message,
        handshake::server::{ErrorResponse, Request, Response},
    },
};

/// How long something that must happen may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// What tests change while the server runs.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) join_token: String,
    /// The node token that is accepted.
    pub(crate) node_token: Mutex<String>,
    pub(crate) node_id: Mutex<String>,
    pub(crate) registrations: AtomicU32,
    /// Bodies of registrations.
    pub(crate) bodies: Mutex<Vec<serde_json::Value>>,
    /// Answers connections by closing them.
    pub(crate) down: AtomicBool,
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) rules: Arc<Rules>,
    sessions: mpsc::Receiver<AgentSession>,
    task: tokio::task::JoinHandle<()>,
}

pub(crate) struct AgentSession {
    socket: WebSocketStream<TcpStream>,
    /// The path and the bearer token of the upgrade.
    pub(crate) path: String,
    pub(crate) bearer: String,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let rules = Arc::new(Rules {
            join_token: "join-1".into(),
            node_token: Mutex::new("token-1".into()),
            node_id: Mutex::new("node-a".into()),
            registrations: AtomicU32::new(0),
            bodies: Mutex::default(),
            down: AtomicBool::new(false),
        });
        let (sender, sessions) = mpsc::channel(8);
        let task = tokio::spawn({
            let rules = Arc::clone(&rules);
            async move {
                loop {
                    let (stream, _) = listener.accept().await.unwrap();
                    if !rules.down.load(Ordering::SeqCst) {
                        tokio::spawn(serve(stream, Arc::clone(&rules), sender.clone()));
                    }
                }
            }
        });
        Self { address, rules, sessions, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) async fn session(&mut self) -> AgentSession {
        tokio::time::timeout(PATIENCE, self.sessions.recv()).await.expect("no session in time").unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl AgentSession {
    pub(crate) async fn say(&mut self, message: &FromServer) {
        self.socket.send(Message::text(serde_json::to_string(message).unwrap())).await.unwrap();
    }

    pub(crate) async fn say_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    /// The next message of the agent.
    pub(crate) async fn hear(&mut self) -> FromAgent {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.socket.next()).await.expect("the agent is silent");
            if let Message::Text(text) = message.expect("the agent went away").unwrap() {
                return serde_json::from_str(&text).unwrap();
            }
        }
    }

    /// The first message for which `pick` has an answer.
    pub(crate) async fn hear_until<T>(&mut self, mut pick: impl FnMut(FromAgent) -> Option<T>) -> T {
        let begun = tokio::time::Instant::now();
        loop {
            if let Some(found) = pick(self.hear().await) {
                return found;
            }
            assert!(begun.elapsed() < PATIENCE, "the agent does not say what was waited for");
        }
    }
}

async fn serve(stream: TcpStream, rules: Arc<Rules>, sessions: mpsc::Sender<AgentSession>) {
    let mut start = [0; 4];
    while stream.peek(&mut start).await.unwrap() < 4 {}
    if &start == b"POST" {
        return register(stream, &rules).await;
    }
    let (mut path, mut bearer) = (String::new(), String::new());
    #[allow(clippy::result_large_err, reason = "the signature is the library's")]
    let check = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
        path = request.uri().path().to_owned();
        let header = request.headers().get("authorization").map(|h| h.to_str().unwrap()).unwrap_or_default();
        bearer = header.trim_start_matches("Bearer ").to_owned();
        if bearer == *rules.node_token.lock().unwrap() {
            return Ok(response);
        }
        Err(http_response(401))
    };
    // A refused upgrade is an error here.
    if let Ok(socket) = accept_hdr_async(stream, check).await {
        let _ = sessions.send(AgentSession { socket, path, bearer }).await;
    }
}

fn http_response(status: u16) -> ErrorResponse {
    let mut response = ErrorResponse::new(None);
    *response.status_mut() = status.try_into().unwrap();
    response
}

async fn register(mut stream: TcpStream, rules: &Rules) {
    let mut text = Vec::new();
    let (head, body) = loop {
        let mut chunk = [0; 4096];
        let read = stream.read(&mut chunk).await.unwrap();
        text.extend_from_slice(&chunk[..read]);
        let all = String::from_utf8_lossy(&text).into_owned();
        let Some((head, body)) = all.split_once("\r\n\r\n") else { continue };
        let length = |l: &str| {
            l.to_ascii_lowercase().strip_prefix("content-length:").map(|n| n.trim().parse::<usize>().unwrap())
        };
        if body.len() >= head.lines().find_map(length).unwrap_or(0) {
            break (head.to_owned(), body.to_owned());
        }
    };
    if head.contains("/challenge ") {
        // A server that knows nothing of keys.
        let answer = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        return stream.write_all(answer.as_bytes()).await.unwrap();
    }
    assert!(head.starts_with("POST /api/v1/nodes/register "), "{head}");
    let allowed = head.lines().any(|l| l.to_ascii_lowercase() == format!("authorization: bearer {}", rules.join_token));
    let (status, answer) = if allowed {
        rules.registrations.fetch_add(1, Ordering::SeqCst);
        rules.bodies.lock().unwrap().push(serde_json::from_str(&body).unwrap());
        let answer = serde_json::json!({
            "node_id": *rules.node_id.lock().unwrap(),
            "node_token": *rules.node_token.lock().unwrap(),
            "control_plane_url": "http://elsewhere.example:1",
        });
        ("201 Created", answer)
    } else {
        let error = serde_json::json!({ "error": {
            "code": "unauthenticated", "message": "the join token is not known", "request_id": "r-1",
        }});
        ("401 Unauthorized", error)
    };
    let answer = answer.to_string();
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", answer.len());
    stream.write_all(format!("{head}{answer}").as_bytes()).await.unwrap();
}
