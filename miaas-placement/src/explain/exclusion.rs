//! Kinds of obstacles, and how near the nodes with one are to fitting.

use miaas_core::{
    cluster::NodeView,
    model::GpuRequest,
    port::{Best, Demand, Excluded, RejectReason},
};

use super::units;
use crate::filter;

/// A kind of obstacle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Status,
    Cpu,
    Memory,
    Disk,
    Gpu,
    AutomaticPorts,
    Label,
    Taint,
    Port,
    Executor,
    Architecture,
    Pin,
    Volume,
    Affinity,
    AntiAffinity,
    Skew,
    MaxPerNode,
    Avoided,
    Other,
}

impl Kind {
    pub(super) fn of(reason: &RejectReason) -> Self {
        match reason {
            RejectReason::NotSchedulable { .. } => Self::Status,
            RejectReason::Insufficient { resource, .. } => match resource.as_str() {
                filter::CPU => Self::Cpu,
                filter::MEMORY => Self::Memory,
                filter::DISK => Self::Disk,
                gpu if gpu.contains("gpu") => Self::Gpu,
                _ => Self::AutomaticPorts,
            },
            RejectReason::Label { .. } => Self::Label,
            RejectReason::Taint { .. } => Self::Taint,
            RejectReason::PortTaken { .. } => Self::Port,
            RejectReason::Executor { .. } => Self::Executor,
            RejectReason::Architecture { .. } => Self::Architecture,
            RejectReason::OtherNode { .. } => Self::Pin,
            RejectReason::Volume { .. } => Self::Volume,
            RejectReason::Affinity { .. } => Self::Affinity,
            RejectReason::AntiAffinity { .. } => Self::AntiAffinity,
            RejectReason::Skew { .. } => Self::Skew,
            RejectReason::MaxPerNode { .. } => Self::MaxPerNode,
            RejectReason::Avoided { .. } => Self::Avoided,
            RejectReason::Other { .. } => Self::Other,
        }
    }

    /// Its name in data.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Disk => "disk",
            Self::Gpu => "gpu",
            Self::AutomaticPorts => "automatic_ports",
            Self::Label => "label",
            Self::Taint => "taint",
            Self::Port => "port",
            Self::Executor => "executor",
            Self::Architecture => "architecture",
            Self::Pin => "pin",
            Self::Volume => "volume",
            Self::Affinity => "affinity",
            Self::AntiAffinity => "anti_affinity",
            Self::Skew => "skew",
            Self::MaxPerNode => "max_per_node",
            Self::Avoided => "avoided",
            Self::Other => "other",
        }
    }
}

/// How many nodes have an obstacle, and the one that lacks least.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) count: usize,
    pub(super) best: Option<Best>,
}

impl Tally {
    /// Counts so many nodes with this reason that are like this one, the first of them.
    pub(super) fn add(
        &mut self,
        demand: &Demand,
        (node, count): (&NodeView, usize),
        kind: Kind,
        reason: &RejectReason,
    ) {
        self.count += count;
        let RejectReason::Insufficient { needed, free, .. } = reason else { return };
        let memory = if kind == Kind::Gpu { gpu_memory(demand, node) } else { None };
        let (needed, free) = memory.unwrap_or((*needed, *free));
        if self.best.as_ref().is_none_or(|best| free > best.free) {
            self.best = Some(Best { node: node.id.clone(), needed, free });
        }
    }
}

/// Whether memory is all that it asks of a GPU.
const fn by_memory(asked: &GpuRequest) -> bool {
    asked.memory_mib > 0 && asked.share_milli == 0
}

/// Memory asked for on each GPU, and the most that as many devices have free. None when it asks for something else.
fn gpu_memory(demand: &Demand, node: &NodeView) -> Option<(u64, u64)> {
    let asked = demand.resources.gpu.as_ref().filter(|g| by_memory(g))?;
    let free = || node.gpus.iter().filter(|g| g.matches(asked)).map(|g| g.free_mib());
    let most = if asked.count == 1 {
        free().max()
    } else {
        let mut all: Vec<u64> = free().collect();
        all.sort_unstable_by(|a, b| b.cmp(a));
        (asked.count as usize).checked_sub(1).and_then(|at| all.get(at)).copied()
    };
    Some((asked.memory_mib, most.unwrap_or(0)))
}

/// Whether two reasons of one kind certainly have the same [words](what).
pub(super) fn same_words(a: &RejectReason, b: &RejectReason) -> bool {
    match (a, b) {
        (
            RejectReason::Insufficient { resource: a, total: all_a, .. },
            RejectReason::Insufficient { resource: b, total: all_b, .. },
        ) => a == b && (*all_a == 0) == (*all_b == 0),
        (RejectReason::Label { key: a, wanted: va, .. }, RejectReason::Label { key: b, wanted: vb, .. }) => {
            a == b && va == vb
        }
        _ => a == b,
    }
}

/// What a node with this reason is, behind a count.
pub(super) fn what(demand: &Demand, reason: &RejectReason) -> String {
    match reason {
        RejectReason::NotSchedulable { status } => status.clone(),
        RejectReason::Insufficient { resource, total, .. } => match Kind::of(reason) {
            Kind::Cpu => "short of cpu".to_owned(),
            Kind::Memory => "short of memory".to_owned(),
            Kind::Disk => "short of disk".to_owned(),
            Kind::Gpu if *total > 0 && demand.resources.gpu.as_ref().is_some_and(by_memory) => {
                "short of gpu memory".to_owned()
            }
            Kind::Gpu if *total == 0 => without_gpu(demand),
            _ => format!("short of {resource}"),
        },
        RejectReason::Label { key, wanted, .. } => format!("without label {key}={wanted}"),
        RejectReason::Taint { key, value } if value.is_empty() => format!("with taint {key}"),
        RejectReason::Taint { key, value } => format!("with taint {key}={value}"),
        RejectReason::PortTaken { port, .. } => format!("with port {port} taken"),
        RejectReason::Executor { needed, .. } => format!("without {}", needed.join(" or ")),
        RejectReason::Architecture { needed, .. } => format!("not {}", needed.join(" or ")),
        RejectReason::OtherNode { wanted } => format!("not {wanted}"),
        RejectReason::Volume { .. } => "without its volume".to_owned(),
        RejectReason::Affinity { deployment, .. } => format!("not near {deployment}"),
        RejectReason::AntiAffinity { deployment, .. } => format!("too near to {deployment}"),
        RejectReason::Skew { label, .. } => format!("too many in their {label} already"),
        RejectReason::MaxPerNode { .. } => "at its limit per node".to_owned(),
        RejectReason::Avoided { .. } => "to be avoided".to_owned(),
        RejectReason::Other { filter, .. } => format!("refused by {filter}"),
    }
}

/// `without a gpu`, or of which vendor and model.
fn without_gpu(demand: &Demand) -> String {
    match demand.resources.gpu.as_ref().map(GpuRequest::kind) {
        Some(kind) if !kind.is_empty() => format!("without a gpu ({kind})"),
        _ => "without a gpu".to_owned(),
    }
}

/// For example `1,143 short of gpu memory (best has 9.2 of 16 GiB)`.
pub(super) fn phrase(excluded: &Excluded, of: usize) -> String {
    let text = format!("{} {}", units::count(excluded.count as u64), excluded.what);
    let Some(best) = excluded.best.as_ref().filter(|best| best.free > 0) else { return text };
    let amounts = match excluded.kind.as_str() {
        "cpu" => format!("{} of {}", units::cpu(best.free), units::cpu(best.needed)),
        "memory" | "disk" => units::mib_of(best.free, best.needed),
        "gpu" if excluded.what == "short of gpu memory" => units::mib_of(best.free, best.needed),
        _ => format!("{} of {}", units::count(best.free), units::count(best.needed)),
    };
    // Of one node there is no best.
    let who = if excluded.count == 1 && of == 1 { "it" } else { "best" };
    format!("{text} ({who} has {amounts})")
}
