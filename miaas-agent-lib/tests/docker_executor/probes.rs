//! Health checks over HTTP, which the agent makes.

use std::time::Duration;

use bollard::exec::{CreateExecOptions, StartExecOptions};
use futures_util::StreamExt as _;
use miaas_core::{
    model::{DependsOn, HealthTest, Healthcheck, HttpTest, Millis, RenderedWorkload, Service},
    port::{Executor as _, NoProgress},
    testing::executor_contract::ExecutorFixtures as _,
};

use crate::bench::{Bench, on_engine};

/// A service that answers with files, of which there are none at first.
fn page(bench: &Bench, retries: u32) -> Service {
    let mut service = bench.service(&[]);
    let run = "mkdir -p /www && exec busybox httpd -f -p 8080 -h /www";
    service.entrypoint = Some(["sh", "-c", run].map(str::to_owned).into());
    service.command = Some(Vec::new());
    service.healthcheck = Some(Healthcheck {
        test: HealthTest::Http(HttpTest { port: 8080, path: "/ready".into() }),
        interval: Millis(100),
        timeout: Millis(1_000),
        retries,
        start_period: Millis(0),
        start_interval: None,
    });
    service
}

async fn within(bench: &Bench, w: &RenderedWorkload, service: &str, command: &str) {
    let cmd = ["sh", "-c", command].map(str::to_owned).to_vec();
    let exec = CreateExecOptions { cmd: Some(cmd), ..CreateExecOptions::default() };
    let exec = bench.docker.create_exec(&bench.container(w, service), exec).await.unwrap();
    bench.docker.start_exec(&exec.id, Some(StartExecOptions { detach: true, ..Default::default() })).await.unwrap();
}

#[tokio::test]
async fn d2_health_over_http_is_asked_by_the_agent_and_followed() {
    on_engine("http", |bench| async move {
        let w = bench.hashed(bench.workload("w", vec![("page", page(&bench, 3))]));
        bench.run(&w).await;
        let mut changes = bench.executor.changes();
        let seen = bench.until(&w.id, "it is unhealthy", |o| o.services["page"].healthy == Some(false)).await;
        let why = seen.services["page"].error.clone().unwrap();
        assert!(why.contains("/ready answered 404"), "{why}");
        // Drained, so that only what happens from here on wakes.
        while tokio::time::timeout(Duration::from_millis(500), changes.next()).await.is_ok() {}
        within(&bench, &w, "page", "touch /www/ready").await;
        let woken = tokio::time::timeout(Duration::from_secs(20), changes.next()).await;
        assert_eq!(woken.expect("a change of health wakes"), Some(()));
        bench.until(&w.id, "it is healthy", |o| o.services["page"].healthy == Some(true)).await;
        // Another agent, as after a restart, finds out by itself.
        let fresh = bench.fresh();
        let start = tokio::time::Instant::now();
        while fresh.observe().await.unwrap()[&w.id].services["page"].healthy != Some(true) {
            assert!(start.elapsed() < Duration::from_secs(20));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        within(&bench, &w, "page", "rm /www/ready").await;
        bench.until(&w.id, "it is unhealthy again", |o| o.services["page"].healthy == Some(false)).await;
    })
    .await;
}

#[tokio::test]
async fn a_service_waits_until_another_answers_over_http() {
    on_engine("http-wait", |bench| async move {
        let mut later = bench.service(&[]);
        later.depends_on.insert("page".into(), DependsOn::ServiceHealthy);
        let w = bench.hashed(bench.workload("w", vec![("page", page(&bench, 1_000)), ("later", later)]));
        bench.executor.prepare(&w, &NoProgress).await.unwrap();
        let (executor, started) = (bench.executor.clone(), w.clone());
        let start = tokio::spawn(async move { executor.start(&started).await });
        bench.until(&w.id, "the first runs", |o| o.services.get("page").is_some_and(|s| s.running)).await;
        tokio::time::sleep(Duration::from_millis(700)).await;
        let runs = |o: &miaas_core::port::Observed| o.services.get("later").is_some_and(|s| s.running);
        assert!(!runs(&bench.look(&w.id).await.unwrap()), "it did not wait");
        within(&bench, &w, "page", "touch /www/ready").await;
        start.await.unwrap().unwrap();
        bench.until(&w.id, "the second runs", runs).await;
    })
    .await;
}
