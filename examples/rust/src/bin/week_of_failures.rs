//! A week of failing machines in some seconds: the orchestrator, its planners and the loops of the nodes are the real ones, the
//! machines and the time are not. How much of what is wanted runs, for how long? `week_of_failures [SEED]`.

use std::{sync::Arc, time::Duration};

use miaas_core::{
    PortError,
    api::v1::{CreateDeployment, RegisterNode},
    engine::{EngineConfig, LocalLink, MemoryLedger, MemoryStore, NodeLoop, Orchestrator, Ports},
    id::{NodeId, WorkloadId},
    model::{ExecutorKind, Facts, Heartbeat},
    name::Labels,
    port::Executor,
    testing::{ManualClock, fake_executor::FakeExecutor, rng::Rng, simulator::PlainRenderer},
};
use miaas_placement::{Engine, strategy};

const MINUTE: Duration = Duration::from_secs(60);
const MINUTES: u32 = 7 * 24 * 60;
const MACHINES: u32 = 12;
const REPLICAS: u32 = 30;
/// A machine fails about every two days.
const BETWEEN_FAILURES: u64 = 2 * 24 * 60;

struct Machine {
    id: NodeId,
    executor: FakeExecutor,
    agent: Arc<NodeLoop>,
    /// The minute in which it is repaired.
    down_until: u32,
}

impl Machine {
    async fn new(number: u32, control: &Orchestrator) -> Result<Self, PortError> {
        let facts = Facts { cpu_count: 8, mem_mb: 16_384, executors: vec![ExecutorKind::Fake], ..Facts::default() };
        let body = RegisterNode {
            name: format!("machine-{number:02}"),
            ip: "127.0.0.1".to_owned(),
            capabilities: facts,
            agent_version: None,
            public_key: None,
        };
        let id = control.register_node(body, Labels::default()).await?.id;
        let executor = FakeExecutor::new();
        let executors = vec![Arc::new(executor.clone()) as Arc<dyn Executor>];
        let (ledger, clock) = (Arc::new(MemoryLedger::default()), Arc::clone(control.clock()));
        let agent = NodeLoop::open(id.clone(), executors, ledger, clock).await?;
        Ok(Self { id, executor, agent, down_until: 0 })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let seed = std::env::args().nth(1).map_or(Ok(1), |text| text.parse::<u64>())?;
    let (clock, link, mut rng) = (Arc::new(ManualClock::default()), LocalLink::new(), Rng::new(seed, "failures"));
    let placer = Arc::new(Engine::new(strategy::spread()));
    let ports = Ports::new(Arc::new(MemoryStore::new()), link.clone(), placer, Arc::new(PlainRenderer))
        .with_clock(clock.clone())
        .with_ids(clock.clone());
    let mut config = EngineConfig::default();
    config.patience.suspect_after = 2 * MINUTE;
    config.patience.lost_after = 5 * MINUTE;
    let control = Orchestrator::open(ports, config).await?;
    let mut machines = Vec::new();
    for number in 1..=MACHINES {
        machines.push(Machine::new(number, &control).await?);
    }
    let web = CreateDeployment::from_template("web").with_param("image", "web:1").with_param("cpu", 2_000);
    control.create(web.with_replicas(REPLICAS)).await?;

    let (mut failures, mut all, mut sum, mut fewest) = (0, 0, 0, REPLICAS);
    for minute in 1..=MINUTES {
        // A detector that looks less often takes itself for one that was paused, and gives no machine up.
        for _ in 0..12 {
            clock.pass(MINUTE / 12);
            control.detect().await?;
        }
        for machine in machines.iter_mut().filter(|m| m.down_until <= minute) {
            if rng.once_in(BETWEEN_FAILURES) {
                machine.down_until = minute + 60 * (1 + u32::try_from(rng.below(8))?);
                machine.executor.kill_all();
                link.detach(&machine.id);
                failures += 1;
            } else {
                link.attach(Arc::clone(&machine.agent));
                control.heartbeat(&machine.id, Heartbeat::default())?;
            }
        }
        control.tick().await?;
        control.redeliver().await;
        for machine in machines.iter().filter(|m| m.down_until <= minute) {
            machine.agent.step().await?;
            control.report(machine.agent.full_report()).await?;
        }
        // What the machines say, which the orchestrator does not know of those that are silent.
        let runs = |id: &WorkloadId, node: &NodeId| machines.iter().any(|m| m.id == *node && m.executor.runs(id));
        let wanted = control.deployment("web")?.workloads;
        let running = u32::try_from(wanted.into_iter().filter(|w| runs(&w.id, &w.node)).count())?;
        (all, sum, fewest) = (all + u32::from(running == REPLICAS), sum + running, fewest.min(running));
    }
    let percent = |part: u32, whole: u32| 100.0 * f64::from(part) / f64::from(whole);
    println!("{MACHINES} machines, {failures} failures in {} days, {REPLICAS} replicas wanted", MINUTES / 60 / 24);
    println!("all of them ran in {:.2} % of the minutes", percent(all, MINUTES));
    println!("a replica ran {:.3} % of the time; the fewest at once were {fewest}", percent(sum, MINUTES * REPLICAS));
    Ok(())
}
