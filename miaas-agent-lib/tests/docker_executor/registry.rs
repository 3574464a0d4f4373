//! Pulling: what a registry answers reaches the user.

use std::sync::Mutex;

use miaas_core::{
    ErrorKind,
    model::PullProgress,
    port::{Executor as _, NoProgress, Progress},
    testing::executor_contract::ExecutorFixtures as _,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use crate::bench::on_engine;

/// A registry that has nothing.
async fn empty_registry() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let n = stream.read(&mut request).await.unwrap_or(0);
            let ping = request[..n].starts_with(b"GET /v2/ ");
            let (status, body) = match ping {
                true => ("200 OK", "{}"),
                false => ("404 Not Found", r#"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}"#),
            };
            let head =
                "Content-Type: application/json\r\nConnection: close\r\nDocker-Distribution-Api-Version: registry/2.0";
            let answer = format!("HTTP/1.1 {status}\r\n{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            // The engine may have gone; it will ask again.
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    port
}

#[tokio::test]
async fn an_image_that_does_not_exist_is_named_with_the_registry_s_answer() {
    on_engine("absent", |bench| async move {
        let image = format!("127.0.0.1:{}/shop/web:9", empty_registry().await);
        let mut service = bench.service(&[]);
        service.image.clone_from(&image);
        let w = bench.workload("w", vec![("web", service)]);
        let error = bench.executor.prepare(&w, &NoProgress).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        for part in [w.id.as_str(), "web", &image, "manifest unknown"] {
            assert!(error.to_string().contains(part), "{error}");
        }
        assert!(error.hint().is_some());
        // Without the pull, the engine itself says so.
        let error = bench.executor.start(&w).await.unwrap_err();
        assert!(error.kind() == ErrorKind::NotFound && error.to_string().contains(&image), "{error}");
    })
    .await;
}

#[tokio::test]
async fn a_registry_that_does_not_answer_is_unavailable() {
    on_engine("refused", |bench| async move {
        let (service, image) = bench.unpreparable();
        let w = bench.workload("w", vec![("web", service)]);
        let error = bench.executor.prepare(&w, &NoProgress).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
        assert!(error.to_string().contains(&image) && error.to_string().contains("connection refused"), "{error}");
    })
    .await;
}

#[derive(Default)]
struct Kept(Mutex<Vec<PullProgress>>);
impl Progress for Kept {
    fn pulled(&self, progress: &PullProgress) {
        self.0.lock().unwrap().push(progress.clone());
    }
}

#[tokio::test]
async fn what_the_engine_has_is_not_pulled() {
    on_engine("present", |bench| async move {
        let w = bench.workload("w", vec![("main", bench.service(&[]))]);
        let kept = Kept::default();
        bench.executor.prepare(&w, &kept).await.unwrap();
        assert!(kept.0.lock().unwrap().is_empty());
    })
    .await;
}
