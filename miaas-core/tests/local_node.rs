//! Nodes in the process of their orchestrator: they say how the machine is doing, go on where they were, and end wholly.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use miaas_core::{
    api::v1::CreateDeployment,
    engine::{EngineConfig, LocalLink, LocalNode, LocalNodeConfig, MemoryStore, Orchestrator, Ports},
    model::{Facts, Heartbeat, NodeStatus},
    name::NodeName,
    testing::{
        fake_executor::FakeExecutor,
        simulator::{FirstFit, PlainRenderer},
    },
};
use serde_json::json;

async fn orchestrator(link: &Arc<LocalLink>) -> Arc<Orchestrator> {
    let store = Arc::new(MemoryStore::new());
    let ports = Ports::new(store, link.clone(), Arc::new(FirstFit), Arc::new(PlainRenderer));
    Orchestrator::open(ports, EngineConfig::default()).await.unwrap()
}

fn here(executor: &FakeExecutor) -> LocalNodeConfig {
    LocalNodeConfig::new(NodeName::parse("here").unwrap(), vec![Arc::new(executor.clone())]).with_facts(Facts {
        cpu_count: 4,
        mem_mb: 8192,
        ..Facts::default()
    })
}

#[tokio::test]
async fn n2_its_heartbeats_say_how_the_machine_is_doing() {
    let link = LocalLink::new();
    let control = orchestrator(&link).await;
    let mut samples = 0_u32;
    let config = here(&FakeExecutor::new()).with_sample(move || {
        samples += 1;
        Heartbeat { cpu_usage: Some(f64::from(samples)), ..Heartbeat::default() }
    });
    let _node = LocalNode::start(&control, &link, config).await.unwrap();
    let item = control.node("here").unwrap();
    assert_eq!((item.status, item.usage.cpu_usage), (NodeStatus::Online, Some(1.0)));
}

#[tokio::test]
async fn it_ends_wholly_and_the_next_one_goes_on() {
    let link = LocalLink::new();
    let control = orchestrator(&link).await;
    let executor = FakeExecutor::new();
    let held = Arc::new(());
    let witness = Arc::clone(&held);
    let config = here(&executor).with_sample(move || {
        let _ = &witness;
        Heartbeat::default()
    });
    let node = LocalNode::start(&control, &link, config).await.unwrap();
    let id = node.id().clone();
    let body = CreateDeployment {
        name: Some("web".into()),
        template: Some("plain".into()),
        params: [("image".to_owned(), json!("a")), ("cpu".to_owned(), json!(1000))].into(),
        ..CreateDeployment::default()
    };
    let running = tokio::spawn(control.clone().run());
    control.create(body).await.unwrap();
    control.wait_ready("web", std::time::Duration::from_secs(20)).await.unwrap();
    assert!(Arc::strong_count(&held) > 1);
    node.stop().await;
    assert_eq!(Arc::strong_count(&held), 1, "nothing of it is left");
    let again = LocalNode::start(&control, &link, here(&executor)).await.unwrap();
    assert_eq!((again.id(), control.nodes().len()), (&id, 1));
    control.delete("web").await.unwrap();
    control.wait_gone("web", std::time::Duration::from_secs(20)).await.unwrap();
    running.abort();
}
