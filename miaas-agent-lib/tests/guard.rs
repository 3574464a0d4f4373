//! The guard stops what needs a lease when the agent is gone and the lease has ended (D7).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::{sync::Arc, time::Duration};

use common::{StateDir as Folder, service, workload};
use miaas_agent_lib::{
    StateDir,
    agent::{AgentConfig, ExecutorChoice},
    executor::process::ProcessExecutor,
    guard,
    identity::Identity,
};
use miaas_core::{
    engine::SystemClock,
    id::NodeId,
    model::{NodeTarget, RenderedWorkload},
    port::{Clock as _, Executor, Ledger as _, NoProgress},
    secret::Secret,
    testing::executor_contract::Step,
};

/// A state folder as a killed agent leaves it: two workloads run, one of them needs a lease.
struct Abandoned {
    folder: Folder,
    executor: ProcessExecutor,
    exclusive: RenderedWorkload,
    other: RenderedWorkload,
}

impl Abandoned {
    async fn new() -> Self {
        let folder = Folder::new();
        let executor = ProcessExecutor::open(folder.path(), Arc::new(SystemClock)).unwrap();
        let lives = || vec![("main", service(&[Step::Pause(600_000)]))];
        let exclusive = RenderedWorkload { exclusive: true, ..workload("once", lives()) };
        let other = workload("other", lives());
        for w in [&exclusive, &other] {
            executor.prepare(w, &NoProgress).await.unwrap();
            executor.start(w).await.unwrap();
        }
        let state = StateDir::open(folder.path()).unwrap();
        let node = NodeId::parse("node-1").unwrap();
        let workloads = vec![exclusive.clone(), other.clone()];
        let target = NodeTarget { generation: 1, workloads, ..NodeTarget::empty(node.clone()) };
        state.ledger(&node).save(&target).await.unwrap();
        let identity = Identity {
            node_id: node,
            node_token: Secret::new("t"),
            server_url: "http://127.0.0.1:1".to_owned(),
            ca_pin: None,
        };
        state.identity().save(&identity).unwrap();
        Self { folder, executor, exclusive, other }
    }

    async fn runs(&self, w: &RenderedWorkload) -> bool {
        let observed = self.executor.observe().await.unwrap();
        observed.get(&w.id).is_some_and(|o| o.services.values().any(|s| s.running))
    }

    /// The guard of an agent that wrote these lines and is gone.
    async fn guard(&self, lines: &str) {
        let config = AgentConfig::new(self.folder.path(), vec![ExecutorChoice::Process]);
        guard::watch(config, lines.as_bytes()).await.unwrap();
    }
}

fn in_millis(millis: u64) -> u64 {
    u64::try_from(SystemClock.uptime().as_millis()).unwrap() + millis
}

#[tokio::test]
async fn d7_only_what_needs_a_lease_is_stopped_and_not_before_it_ends() {
    let left = Abandoned::new().await;
    let end = in_millis(1500);
    let lines = format!("{}\n{end}\n", end - 1000);
    let mut guard = Box::pin(left.guard(&lines));
    let early = tokio::time::timeout(Duration::from_millis(700), &mut guard).await;
    assert!(early.is_err() && left.runs(&left.exclusive).await, "the lease has not ended");
    guard.await;
    assert!(SystemClock.uptime() >= Duration::from_millis(end));
    assert!(!left.runs(&left.exclusive).await && left.runs(&left.other).await);
}

#[tokio::test]
async fn d7_an_agent_that_took_over_is_responsible_and_nothing_to_wait_for_is_nothing_to_do() {
    let left = Abandoned::new().await;
    left.guard(&format!("{}\n0\n", in_millis(0))).await;
    left.guard("").await;
    assert!(left.runs(&left.exclusive).await);
    let taken = StateDir::open(left.folder.path()).unwrap();
    left.guard(&format!("{}\n", in_millis(0))).await;
    assert!(left.runs(&left.exclusive).await);
    drop(taken);
    left.guard(&format!("{}\n", in_millis(0))).await;
    assert!(!left.runs(&left.exclusive).await);
}
