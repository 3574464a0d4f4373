use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context as _, bail};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
    time::Instant,
};

use crate::Percentiles;

/// A request that is sent again and again.
#[derive(Debug, Clone)]
pub struct Request(Arc<Vec<u8>>);

impl Request {
    /// A request with a JSON body (may be empty) and a bearer token (may be empty).
    #[must_use]
    pub fn new(method: &str, path: &str, token: &str, body: &str) -> Self {
        let auth = if token.is_empty() { String::new() } else { format!("authorization: Bearer {token}\r\n") };
        Self(Arc::new(
            format!(
                "{method} {path} HTTP/1.1\r\nhost: bench\r\n{auth}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            )
            .into_bytes(),
        ))
    }
}

/// What a load achieved.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Answers a second.
    pub per_second: f64,
    /// Latencies.
    pub latency: Percentiles,
}

/// Sends requests over `connections` for `time`, each connection the next of `requests` in turn (`next` gives one by its
/// number), and expects `status` from all.
///
/// # Errors
/// The first answer with another status, with its text; connections that break.
pub async fn run_load(
    addr: SocketAddr,
    connections: usize,
    time: Duration,
    status: u16,
    next: impl Fn(usize) -> Request + Clone + Send + 'static,
) -> anyhow::Result<Load> {
    let begin = Instant::now();
    let mut tasks = JoinSet::new();
    for connection in 0..connections {
        let next = next.clone();
        tasks.spawn(async move {
            let mut stream = TcpStream::connect(addr).await?;
            stream.set_nodelay(true)?;
            let (mut samples, mut buffer) = (Vec::new(), Vec::with_capacity(16 * 1024));
            let mut number = connection;
            while begin.elapsed() < time {
                let sent = Instant::now();
                stream.write_all(&next(number).0).await?;
                let got = answer(&mut stream, &mut buffer).await?;
                if got != status {
                    bail!("expected {status}, got {got}: {}", String::from_utf8_lossy(&buffer));
                }
                samples.push(sent.elapsed());
                number += connections;
            }
            Ok(samples)
        });
    }
    let mut samples = Vec::new();
    while let Some(done) = tasks.join_next().await {
        samples.extend(done??);
    }
    let per_second = samples.len() as f64 / begin.elapsed().as_secs_f64();
    Ok(Load { per_second, latency: Percentiles::of(&mut samples) })
}

/// Reads one answer with a content length and returns its status.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> anyhow::Result<u16> {
    buffer.clear();
    let mut wanted = None;
    loop {
        if stream.read_buf(buffer).await? == 0 {
            bail!("the server closed the connection");
        }
        if wanted.is_none()
            && let Some(end) = buffer.windows(4).position(|w| w == b"\r\n\r\n")
        {
            let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
            let length = head.split("content-length:").nth(1).and_then(|rest| rest.lines().next());
            let length: usize = length.map_or(Ok(0), |l| l.trim().parse()).context("content-length")?;
            wanted = Some(end + 4 + length);
        }
        if wanted.is_some_and(|wanted| buffer.len() >= wanted) {
            let status = buffer.get(9..12).and_then(|s| std::str::from_utf8(s).ok()).context("status line")?;
            return Ok(status.parse()?);
        }
    }
}
