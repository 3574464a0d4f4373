//! The smallest program with an orchestrator inside: this machine is the only node, and runs one deployment as local processes.

use std::{sync::Arc, time::Duration};

use futures_util::StreamExt as _;
use miaas_agent_lib::executor::process::ProcessExecutor;
use miaas_core::{
    api::v1::CreateDeployment,
    engine::{EngineConfig, LocalLink, LocalNode, LocalNodeConfig, MemoryStore, Orchestrator, Ports, SystemClock},
    model::Facts,
    name::NodeName,
    port::LogOptions,
};
use miaas_placement::Engine;
use miaas_templates::{Catalog, CatalogRenderer};

const GREETER: &str = "
services:
  main:
    image: busybox:1.36
    x-process: [sh, -c, 'echo hello from $$GREETING_FROM; exec sleep 60']
    environment: {GREETING_FROM: an orchestrator in this process}
";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;

    // The four things that every orchestrator needs, each of which can be exchanged: where its state lives, how it reaches its
    // nodes, what decides where work runs, and what decides what runs.
    let link = LocalLink::new();
    let ports = Ports::new(
        Arc::new(MemoryStore::new()),
        link.clone(),
        Arc::new(Engine::default()),
        Arc::new(CatalogRenderer::new(Catalog::builtin()?)),
    );
    let orchestrator = Orchestrator::open(ports, EngineConfig::default()).await?;
    tokio::spawn(orchestrator.clone().run());

    let executor = ProcessExecutor::open(folder.path(), Arc::new(SystemClock))?;
    let node = LocalNodeConfig::new(NodeName::parse("here")?, vec![Arc::new(executor)]).with_facts(Facts {
        cpu_count: 2,
        mem_mb: 1024,
        ..Facts::default()
    });
    let _node = LocalNode::start(&orchestrator, &link, node).await?;

    // Asking only changes what is wanted; the orchestrator makes it so, and keeps it so.
    orchestrator.create(CreateDeployment::from_compose("greeter", GREETER)).await?;
    let item = orchestrator.wait_ready("greeter", Duration::from_secs(30)).await?;
    println!("{} is {}: {}", item.name, item.status.as_str(), item.workloads[0].why.summary);

    let mut lines = orchestrator.logs("greeter", &LogOptions { follow: true, ..LogOptions::default() })?;
    if let Some(line) = lines.next().await {
        println!("it says: {}", line?.text);
    }

    orchestrator.delete("greeter").await?;
    orchestrator.wait_gone("greeter", Duration::from_secs(30)).await?;
    println!("greeter is gone");
    Ok(())
}
