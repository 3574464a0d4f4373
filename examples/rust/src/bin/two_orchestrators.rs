//! Two orchestrators in one process: there are no globals, so each has its own fleet, its own deployments and its own strategy,
//! even under the same names. What happens to one is nothing to the other.

use std::{sync::Arc, time::Duration};

use miaas_core::{
    ErrorKind,
    api::v1::CreateDeployment,
    engine::{EngineConfig, LocalLink, LocalNode, LocalNodeConfig, MemoryStore, Orchestrator, Ports},
    model::Facts,
    name::NodeName,
    testing::{fake_executor::FakeExecutor, simulator::PlainRenderer},
};
use miaas_placement::{Engine, Strategy, strategy};
use tokio::task::JoinHandle;

const LIMIT: Duration = Duration::from_secs(30);

/// A fleet of machines in memory, with its orchestrator.
struct Fleet {
    orchestrator: Arc<Orchestrator>,
    _running: JoinHandle<()>,
    _nodes: Vec<LocalNode>,
}

impl Fleet {
    async fn new(strategy: Strategy) -> anyhow::Result<Self> {
        let link = LocalLink::new();
        let placer = Arc::new(Engine::new(strategy));
        let ports = Ports::new(Arc::new(MemoryStore::new()), link.clone(), placer, Arc::new(PlainRenderer));
        let orchestrator = Orchestrator::open(ports, EngineConfig::default()).await?;
        let running = tokio::spawn(orchestrator.clone().run());
        let mut nodes = Vec::new();
        for name in ["one", "two"] {
            let machine = LocalNodeConfig::new(NodeName::parse(name)?, vec![Arc::new(FakeExecutor::new())])
                .with_facts(Facts { cpu_count: 8, mem_mb: 16_384, ..Facts::default() });
            nodes.push(LocalNode::start(&orchestrator, &link, machine).await?);
        }
        Ok(Self { orchestrator, _running: running, _nodes: nodes })
    }

    async fn deploy(&self, image: &str) -> anyhow::Result<()> {
        let web = CreateDeployment::from_template("web").with_param("image", image).with_replicas(2);
        self.orchestrator.create(web.with_param("cpu", 1_000).with_param("mem", 512)).await?;
        self.orchestrator.wait_ready("web", LIMIT).await?;
        Ok(())
    }

    /// What runs, and on how many machines.
    fn says(&self) -> anyhow::Result<String> {
        let web = self.orchestrator.deployment("web")?;
        let mut nodes: Vec<_> = web.workloads.iter().filter_map(|w| w.node_name.clone()).collect();
        nodes.sort_unstable();
        nodes.dedup();
        let image = web.params["image"].as_str().unwrap_or_default().to_owned();
        Ok(format!("{} of {} of {image} on {} of its machines", web.ready, web.replicas, nodes.len()))
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let (packed, spread) = tokio::try_join!(Fleet::new(strategy::binpack()), Fleet::new(strategy::spread()))?;
    tokio::try_join!(packed.deploy("nginx:1"), spread.deploy("caddy:2"))?;
    println!("the first runs {}", packed.says()?);
    println!("the second runs {}", spread.says()?);

    packed.orchestrator.delete("web").await?;
    packed.orchestrator.wait_gone("web", LIMIT).await?;
    let gone = packed.orchestrator.deployment("web").is_err_and(|e| e.kind() == ErrorKind::NotFound);
    println!("the first has it removed: {gone}");
    println!("the second still runs {}", spread.says()?);
    Ok(())
}
