//! A renderer of one's own: what users ask for is not a template but a command, and this turns it into a workload. Everything
//! else (placement, updates, failures, logs) stays as it is.

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt as _, TryStreamExt as _};
use miaas_agent_lib::executor::process::ProcessExecutor;
use miaas_core::{
    api::v1::CreateDeployment,
    engine::{EngineConfig, LocalLink, LocalNode, LocalNodeConfig, MemoryStore, Orchestrator, Ports, SystemClock},
    model::{
        Assignment, Deployment, DeploymentSpec, ExecutorKind, Facts, RenderedWorkload, Resources, Service, Source,
        WorkloadSpec,
    },
    name::{Name, NodeName},
    port::{LogOptions, RenderContext, RenderError, RenderedDemand, Renderer},
    spec::Issue,
};
use miaas_placement::Engine;

/// Runs the parameter `run` of anything by the shell, with the name of its node in `NODE`.
#[derive(Debug)]
struct Commands;

impl Commands {
    fn command(spec: &DeploymentSpec) -> Option<&str> {
        match &spec.source {
            Source::Template { params, .. } => params.get("run")?.as_str().filter(|command| !command.trim().is_empty()),
            Source::Compose(_) => None,
        }
    }
}

impl Renderer for Commands {
    fn validate(&self, _: Option<&Name>, spec: &DeploymentSpec) -> Vec<Issue> {
        match Self::command(spec) {
            Some(_) => Vec::new(),
            None => vec![Issue::new("/source/params/run", "it is required").with_hint("give it a line of shell")],
        }
    }

    fn demand(&self, deployment: &Deployment) -> Result<Vec<RenderedDemand>, RenderError> {
        let each = Resources { cpu_milli: 100, mem_mib: 16, ..Resources::default() };
        Ok(vec![RenderedDemand::new(deployment, each, vec![ExecutorKind::Process])])
    }

    fn render(
        &self,
        deployment: &Deployment,
        at: &Assignment,
        context: RenderContext<'_>,
    ) -> Result<RenderedWorkload, RenderError> {
        let command = Self::command(&deployment.spec).ok_or_else(|| RenderError::new("there is no command"))?;
        let process = ["sh", "-c", command].map(str::to_owned).to_vec();
        let mut service = Service { process, ..Service::default() };
        service.environment.0.insert("NODE".to_owned(), context.node.name.into());
        let services = [("main".to_owned(), Arc::new(service))].into();
        let spec = WorkloadSpec { services, ..WorkloadSpec::default() };
        RenderedWorkload::assigned(deployment, at, context.node.executor, spec, command.to_owned())
    }
}

fn job(run: &str) -> CreateDeployment {
    CreateDeployment::from_template("job").with_param("run", run).with_replicas(2)
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let link = LocalLink::new();
    let store = Arc::new(MemoryStore::new());
    let ports = Ports::new(store, link.clone(), Arc::new(Engine::default()), Arc::new(Commands));
    let orchestrator = Orchestrator::open(ports, EngineConfig::default()).await?;
    tokio::spawn(orchestrator.clone().run());
    let executor = ProcessExecutor::open(folder.path(), Arc::new(SystemClock))?;
    let node = LocalNodeConfig::new(NodeName::parse("workshop")?, vec![Arc::new(executor)]).with_facts(Facts {
        cpu_count: 2,
        mem_mb: 1024,
        ..Facts::default()
    });
    let _node = LocalNode::start(&orchestrator, &link, node).await?;

    if let Err(refused) = orchestrator.create(job(" ")).await {
        println!("refused: {refused} ({})", refused.hint().unwrap_or_default());
    }
    orchestrator.create(job("echo made in the $NODE; exec sleep 60")).await?;
    let item = orchestrator.wait_ready("job", Duration::from_secs(30)).await?;
    println!("{} of {} run", item.ready, item.replicas);
    let mut lines = orchestrator.logs("job", &LogOptions { follow: true, ..LogOptions::default() })?.take(2);
    while let Some(line) = lines.try_next().await? {
        println!("{}: {}", line.service, line.text);
    }
    orchestrator.delete("job").await?;
    orchestrator.wait_gone("job", Duration::from_secs(30)).await?;
    Ok(())
}
