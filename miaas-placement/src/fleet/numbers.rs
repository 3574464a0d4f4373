//! A view in numbers: good enough to say what is worth trying. Whether it can be done, the filters say.

use miaas_core::{
    cluster::{ClusterView, GpuSharing, GpuView, Held, NodeView},
    model::{ComputeCapability, NodeStatus},
    port::Demand,
};

use super::{MAX_GPUS, Models, Shape, State, WHOLE};

/// The number of every kind of GPU beyond the 62 first.
const OTHER: usize = 62;
/// The number of a kind that no node has.
const NONE: u8 = 63;

/// The kinds of GPUs of a cluster.
#[derive(Debug)]
pub(crate) struct Numbers {
    /// One idle GPU of each kind: vendor, model and memory.
    kinds: Vec<GpuView>,
}

impl Numbers {
    pub(crate) fn of(view: &ClusterView) -> Self {
        let mut kinds: Vec<GpuView> = view
            .nodes()
            .flat_map(|n| &n.gpus)
            .map(|g| GpuView {
                vendor: g.vendor.clone(),
                model: g.model.clone(),
                compute: g.compute,
                memory_mib: g.memory_mib,
                margin_mib: g.margin_mib,
                sharing: g.sharing,
                ..GpuView::default()
            })
            .collect();
        kinds.sort_by(|a, b| key(a).cmp(&key(b)));
        kinds.dedup_by(|b, a| key(a) == key(b));
        Self { kinds }
    }

    /// What is free on a node; nothing on one that takes no work. Of a node with several kinds of GPUs, the first counts.
    pub(crate) fn state(&self, node: &NodeView) -> State {
        let gpus = node.gpus.len().min(MAX_GPUS);
        let model = node.gpus.first().map_or(NONE, |g| self.number(g));
        let mut state = State::idle(0, 0, gpus as u8, model);
        state.free = [0; MAX_GPUS];
        if node.status == NodeStatus::Online {
            let free = node.free();
            (state.cpu_milli, state.mem_mib) = (clamp(free.cpu_milli), clamp(free.mem_mib));
            for (free, gpu) in state.free.iter_mut().zip(&node.gpus) {
                *free = free_milli(gpu);
            }
        }
        state
    }

    /// The most that a node could have free once these are gone: their GPUs count as idle.
    pub(crate) fn without(&self, node: &NodeView, gone: &[&Held]) -> State {
        let mut state = self.state(node);
        for held in gone {
            state.cpu_milli = state.cpu_milli.saturating_add(clamp(held.resources.cpu_milli));
            state.mem_mib = state.mem_mib.saturating_add(clamp(held.resources.mem_mib));
            for (free, _) in
                state.free.iter_mut().zip(&node.gpus).filter(|(_, g)| held.devices.iter().any(|d| d.uuid == g.uuid))
            {
                *free = WHOLE;
            }
        }
        state
    }

    /// What a demand asks of a node, by its first GPU that will do; of any node when none is given.
    pub(crate) fn shape(&self, demand: &Demand, node: Option<&NodeView>) -> Shape {
        let r = &demand.resources;
        let mut shape = Shape {
            cpu_milli: clamp(r.cpu_milli),
            mem_mib: clamp(r.mem_mib),
            gpus: 0,
            gpu_milli: 0,
            models: Models::ANY,
        };
        let Some(asked) = r.gpu.as_ref().filter(|g| g.count > 0) else { return shape };
        let matching = || self.kinds.iter().filter(|k| k.matches(asked));
        let set = matching().fold(0, |set, kind| set | 1 << self.number(kind));
        let gpu = match node {
            Some(node) => node.gpus.iter().find(|g| g.matches(asked)),
            None => matching().next(),
        };
        shape.models = Models { spelling: 0, set: if set == 0 { 1 << NONE } else { set } };
        (shape.gpus, shape.gpu_milli) = (asked.count.min(u32::from(u8::MAX)) as u8, WHOLE);
        let claim = gpu.map(|gpu| (gpu, gpu.claim_for(asked))).filter(|(_, claim)| !claim.exclusive);
        if let Some((gpu, claim)) = claim {
            let memory = part(claim.memory_mib, gpu.offered_mib());
            // Several shares cannot be told as a shape: one of them is the least that it needs.
            (shape.gpus, shape.gpu_milli) =
                (1, memory.max(u64::from(claim.share_milli)).clamp(1, u64::from(WHOLE) - 1) as u16);
        }
        shape
    }

    fn number(&self, gpu: &GpuView) -> u8 {
        self.kinds.binary_search_by(|kind| key(kind).cmp(&key(gpu))).map_or(NONE, |at| at.min(OTHER) as u8)
    }
}

fn key(gpu: &GpuView) -> (&str, &str, Option<ComputeCapability>, u64, u64, &str) {
    (&gpu.vendor, &gpu.model, gpu.compute, gpu.memory_mib, gpu.margin_mib, gpu.sharing.as_str())
}

fn free_milli(gpu: &GpuView) -> u16 {
    match gpu.sharing {
        _ if gpu.is_idle() => WHOLE,
        GpuSharing::Shared => part(gpu.free_mib(), gpu.offered_mib()).min(u64::from(gpu.free_milli())).min(999) as u16,
        GpuSharing::Exclusive | GpuSharing::Mig => 0,
    }
}

/// Thousandths of a whole; none of nothing.
fn part(amount: u64, whole: u64) -> u64 {
    amount.saturating_mul(1000).checked_div(whole).unwrap_or(0)
}

fn clamp(amount: u64) -> u32 {
    u32::try_from(amount).unwrap_or(u32::MAX)
}
