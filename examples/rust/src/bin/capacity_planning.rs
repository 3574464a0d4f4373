//! Is this fleet large enough for that work, and if not, what would be? Both are read from a JSON file and decided on as a
//! running orchestrator would; nothing is touched: `capacity_planning [FILE]`.

use anyhow::Context as _;
use miaas_core::{
    cluster::{Capacity, ClusterView, GpuView, NodeView},
    id::{DeploymentId, NodeId, WorkloadId},
    model::{ExecutorKind, GpuRequest, Resources},
    name::{Name, NodeName},
    port::Demand,
};
use miaas_placement::{
    Engine, what_if,
    whatif::{Change, Diff, RoomInfo},
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Plan {
    machines: Vec<Machines>,
    work: Vec<Work>,
}

#[derive(Deserialize)]
struct Machines {
    kind: String,
    count: u32,
    cpus: u64,
    memory_gib: u64,
    disk_gib: u64,
    gpus: Option<Gpus>,
}

#[derive(Deserialize)]
struct Work {
    name: Name,
    replicas: u32,
    cpus: u64,
    memory_gib: u64,
    #[serde(default)]
    disk_gib: u64,
    gpus: Option<Gpus>,
}

#[derive(Deserialize)]
struct Gpus {
    count: u32,
    #[serde(default)]
    model: String,
    memory_gib: u64,
}

fn node(m: &Machines, number: u32) -> anyhow::Result<NodeView> {
    let name = format!("{}-{number}", m.kind);
    let gpu = |model: &str, i: u32, memory_mib: u64| GpuView {
        uuid: format!("{name}-gpu-{i}"),
        vendor: "nvidia".to_owned(),
        model: model.to_owned(),
        memory_mib,
        margin_mib: GpuView::default_margin(memory_mib),
        ..GpuView::default()
    };
    let gpus = m.gpus.iter().flat_map(|g| (0..g.count).map(move |i| gpu(&g.model, i, g.memory_gib * 1024)));
    Ok(NodeView {
        executors: vec![ExecutorKind::Docker],
        allocatable: Capacity { cpu_milli: m.cpus * 1000, mem_mib: m.memory_gib * 1024, disk_mib: m.disk_gib * 1024 },
        gpus: gpus.collect(),
        ..NodeView::empty(NodeId::parse(&name)?, NodeName::parse(&name)?)
    })
}

fn demand(w: &Work, replica: u32) -> anyhow::Result<Demand> {
    let deployment = DeploymentId::parse(w.name.as_str())?;
    let workload = WorkloadId::parse(&format!("{}-{replica}", w.name))?;
    let gpu = w.gpus.as_ref();
    let gpu = gpu.map(|g| GpuRequest { count: g.count, memory_mib: g.memory_gib * 1024, ..GpuRequest::default() });
    let resources =
        Resources { cpu_milli: w.cpus * 1000, mem_mib: w.memory_gib * 1024, disk_mib: w.disk_gib * 1024, gpu };
    let executors = vec![ExecutorKind::Docker];
    Ok(Demand { resources, executors, ..Demand::new(workload, deployment, w.name.clone()) })
}

fn main() -> anyhow::Result<()> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/data/fleet.json");
    let file = std::env::args().nth(1).unwrap_or_else(|| default.to_owned());
    let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {file}"))?;
    let plan: Plan = serde_json::from_str(&text).with_context(|| format!("{file} is no fleet with its work"))?;

    let all = |m: &Machines| (0..m.count).map(|i| node(m, i)).collect::<anyhow::Result<Vec<_>>>();
    let nodes: Vec<Vec<NodeView>> = plan.machines.iter().map(all).collect::<Result<_, _>>()?;
    let view = ClusterView::new(nodes.into_iter().flatten());
    let each = plan.work.iter().flat_map(|w| (0..w.replicas).map(|i| demand(w, i)));
    let work = each.collect::<anyhow::Result<Vec<_>>>()?;

    let engine = Engine::default();
    let now = what_if(&engine, &view, &work, &[])?;
    tell("as it is", work.len(), &now);
    for m in plan.machines.iter().filter(|_| !now.lost.is_empty()) {
        let one_more = Change::AddNodes { like: NodeId::parse(&format!("{}-0", m.kind))?, count: 1 };
        tell(&format!("with one more {}", m.kind), work.len(), &what_if(&engine, &view, &work, &[one_more])?);
    }
    Ok(())
}

fn tell(title: &str, wanted: usize, diff: &Diff) {
    let RoomInfo { nodes, free, gpu_free_mib, .. } = diff.after;
    println!("{title}: {} of {wanted} have a place on {nodes} machines", diff.placed.len());
    let (cpus, memory, gpus) = (free.cpu_milli / 1000, free.mem_mib / 1024, gpu_free_mib / 1024);
    println!("  left: {cpus} CPUs, {memory} GiB, {gpus} GiB of GPUs");
    for lost in &diff.lost {
        println!("  {}: {}", lost.workload, lost.why.as_ref().map_or("unknown", |why| why.summary.as_str()));
    }
}
