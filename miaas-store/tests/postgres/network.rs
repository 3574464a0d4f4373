//! A network between store and database that swallows what it should carry.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::StreamExt as _;
use miaas_core::{ErrorKind, port::Store as _};
use miaas_store::PostgresOptions;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
};

use crate::{
    cluster::Cluster,
    support::{open, open_with, put, read},
};

/// What the network does.
#[derive(Default)]
struct Mood {
    /// Nothing comes back from the server any more, nor goes there; no connection is closed.
    cut: AtomicBool,
    /// From the moment that a COMMIT is sent, nothing comes back.
    lose_answer_to_commit: AtomicBool,
}

/// Listens on a port and carries everything to the server.
async fn network(server: u16, mood: Arc<Mood>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let Ok(server) = TcpStream::connect(("127.0.0.1", server)).await else { continue };
            let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
            let lost = Arc::new(AtomicBool::new(false));
            tokio::spawn(carry(from_client, to_server, Arc::clone(&mood), Some(Arc::clone(&lost)), Arc::default()));
            tokio::spawn(carry(from_server, to_client, Arc::clone(&mood), None, lost));
        }
    });
    port
}

async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mood: Arc<Mood>,
    spy: Option<Arc<AtomicBool>>,
    lost: Arc<AtomicBool>,
) {
    let mut buffer = vec![0; 64 << 10];
    while let Ok(n @ 1..) = from.read(&mut buffer).await {
        let bytes = &buffer[..n];
        if let Some(spy) = &spy
            && mood.lose_answer_to_commit.load(Ordering::SeqCst)
            && bytes.windows(7).any(|w| w == b"COMMIT\0")
        {
            spy.store(true, Ordering::SeqCst);
        }
        if mood.cut.load(Ordering::SeqCst) || lost.load(Ordering::SeqCst) {
            continue;
        }
        if to.write_all(bytes).await.is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_to_a_commit_is_told_as_such() {
    let Some(cluster) = Cluster::start() else { return };
    let direct = open(&cluster.database("db")).await;
    let mood = Arc::new(Mood::default());
    let port = network(cluster.port(), Arc::clone(&mood)).await;
    let options = PostgresOptions::default().with_patience(Duration::from_secs(1));
    let store = open_with(&cluster.url_at(port, "db"), options).await;
    mood.lose_answer_to_commit.store(true, Ordering::SeqCst);
    let error = store.commit(vec![put("a", "1")]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.to_string().contains("may have been done or not"), "{error}");
    assert!(error.hint().unwrap().contains("read again"), "{error:?}");
    assert_eq!(read(&direct, "a").await, Some(("1".into(), 1)), "it was done, and once only");
    mood.lose_answer_to_commit.store(false, Ordering::SeqCst);
    assert_eq!(store.commit(vec![put("b", "1")]).await.unwrap(), 2);
    store.close().await;
    direct.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_network_is_an_error_and_others_go_on() {
    let Some(cluster) = Cluster::start() else { return };
    let direct = open(&cluster.database("db")).await;
    let mood = Arc::new(Mood::default());
    let port = network(cluster.port(), Arc::clone(&mood)).await;
    let options =
        PostgresOptions::default().with_patience(Duration::from_secs(1)).with_poll(Duration::from_millis(300));
    let store = open_with(&cluster.url_at(port, "db"), options).await;
    store.commit(vec![put("a", "1")]).await.unwrap();
    let mut changes = store.watch(1);

    mood.cut.store(true, Ordering::SeqCst);
    let begun = Instant::now();
    let error = store.commit(vec![put("a", "2")]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(begun.elapsed() < Duration::from_secs(8), "took {:?}", begun.elapsed());
    let begun = Instant::now();
    assert_eq!(direct.commit(vec![put("b", "1")]).await.unwrap(), 2, "the one that was cut off did not commit");
    assert!(begun.elapsed() < Duration::from_secs(5), "took {:?}", begun.elapsed());

    mood.cut.store(false, Ordering::SeqCst);
    assert_eq!(store.commit(vec![put("a", "3")]).await.unwrap(), 3);
    let seen: Vec<_> = changes.by_ref().take(2).map(|c| c.unwrap().revision).collect().await;
    assert_eq!(seen, [2, 3], "the watch goes on");
    store.close().await;
    direct.close().await;
}
