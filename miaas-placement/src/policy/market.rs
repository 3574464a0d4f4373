//! The GPUs of a cluster view in the numbers that policies decide on.

use std::{cell::RefCell, collections::BTreeMap};

use miaas_core::{
    cluster::{ClusterView, GpuView, Held, NodeView},
    model::GpuRequest,
    port::Demand,
};

use super::{Foresight, Policy, foresight};
use crate::fleet::{Fleet, MAX_GPUS, Models, Shape, State, WHOLE};

/// The number of every model beyond the 63 first.
const OTHER: u8 = 63;

/// What the GPUs of a fleet are asked for, learned from what runs on it.
#[derive(Debug)]
pub(crate) struct Market {
    /// Models by vendor and name.
    models: BTreeMap<(String, String), u8>,
    foresight: RefCell<Foresight>,
    running: Vec<Shape>,
    /// Policies by name, each told of what runs when it is first asked.
    policies: RefCell<BTreeMap<&'static str, Box<dyn Policy>>>,
}

impl Market {
    /// Learns from everything that runs: O(nodes + workloads), and a bounded amount of work for what was learned.
    pub(crate) fn of(view: &ClusterView) -> Self {
        let mut names: Vec<(String, String)> =
            view.nodes().flat_map(|n| &n.gpus).map(|g| (g.vendor.clone(), g.model.clone())).collect();
        names.sort_unstable();
        names.dedup();
        let models = names.into_iter().enumerate().map(|(i, name)| (name, i.min(usize::from(OTHER)) as u8)).collect();
        let fleet = Fleet::new(view.nodes().map(|n| state(&models, n)));
        let running: Vec<Shape> = view.nodes().flat_map(shapes).collect();
        let foresight = RefCell::new(Foresight::of_running(running.iter().copied(), &fleet));
        Self { models, foresight, running, policies: RefCell::default() }
    }

    /// What the policy of this name thinks of the node; the worst where it cannot be asked, since it knows no more GPUs
    /// than [`MAX_GPUS`] and no shares of several.
    pub(crate) fn rate(&self, policy: &'static str, demand: &Demand, node: &NodeView) -> i64 {
        let (state, shape) = (state(&self.models, node), self.shape(demand, node));
        let mut policies = self.policies.borrow_mut();
        if !policies.contains_key(policy)
            && let Some(mut new) = super::by_name(policy)
        {
            new.expect(&self.running);
            policies.insert(policy, new);
        }
        match policies.get_mut(policy) {
            Some(policy) if shape.fits(&state) => i64::from(policy.rate(&shape, &state).score),
            _ => i64::from(i32::MIN),
        }
    }

    /// What the placement gives up of what the fleet could still sell, in thousandths of a GPU.
    pub(crate) fn cost(&self, demand: &Demand, node: &NodeView) -> i64 {
        let before = state(&self.models, node);
        let shape = self.shape(demand, node);
        if !shape.fits(&before) {
            // Several shares, or more GPUs than are told apart: what it takes is what is lost.
            return i64::from(shape.gpu_total());
        }
        let mut foresight = self.foresight.borrow_mut();
        i64::from(foresight.cost_of(&shape, &before, &before.with_tightest(&shape))) / foresight::UNIT
    }

    fn shape(&self, demand: &Demand, node: &NodeView) -> Shape {
        let asked = demand.resources.gpu.as_ref().filter(|g| g.count > 0);
        let claim = asked.and_then(|a| Some((a, node.gpus.iter().find(|g| g.matches(a))?.claim_for(a))));
        let set = |a: &GpuRequest| {
            let named = |name: &(String, String)| {
                GpuView { vendor: name.0.clone(), model: name.1.clone(), ..GpuView::default() }.matches(a)
            };
            self.models.iter().filter(|(name, _)| named(name)).fold(0, |set, (_, number)| set | 1 << number)
        };
        let confined = |a: &GpuRequest| a.vendor.is_some() || a.model.is_some();
        Shape {
            cpu_milli: clamp(demand.resources.cpu_milli),
            mem_mib: clamp(demand.resources.mem_mib),
            gpus: claim.as_ref().map_or(0, |(a, _)| a.count.min(MAX_GPUS as u32) as u8),
            gpu_milli: claim.as_ref().map_or(0, |(a, c)| of_device(c.exclusive || a.count > 1, c.share_milli)),
            models: Models { spelling: 0, set: asked.filter(|a| confined(a)).map_or(0, set) },
        }
    }
}

/// What runs on a node.
fn shapes(node: &NodeView) -> impl Iterator<Item = Shape> {
    node.workloads.values().map(move |held| held_shape(held, node))
}

/// What runs as what it would ask for. Which models would have done is not known any more: any.
fn held_shape(held: &Held, node: &NodeView) -> Shape {
    let there = || held.devices.iter().filter(|d| node.gpus.iter().any(|g| g.uuid == d.uuid));
    let gpus = there().count().min(MAX_GPUS) as u8;
    let most = there().map(|d| of_device(d.exclusive || gpus > 1, d.share_milli)).max();
    Shape {
        cpu_milli: clamp(held.resources.cpu_milli),
        mem_mib: clamp(held.resources.mem_mib),
        gpus,
        gpu_milli: most.unwrap_or(0),
        models: Models::ANY,
    }
}

fn of_device(whole: bool, share_milli: u32) -> u16 {
    if whole { WHOLE } else { share_milli.clamp(1, u32::from(WHOLE)) as u16 }
}

fn state(models: &BTreeMap<(String, String), u8>, node: &NodeView) -> State {
    let free = node.free();
    let number = |g: &GpuView| models.get(&(g.vendor.clone(), g.model.clone())).copied().unwrap_or(OTHER);
    let model = node.gpus.first().map_or(OTHER, number);
    let mut state = State::idle(clamp(free.cpu_milli), clamp(free.mem_mib), node.gpus.len().min(MAX_GPUS) as u8, model);
    state.kinds = shapes(node).filter_map(|shape| shape.kind()).fold(0, |kinds, kind| kinds | kind);
    for (left, gpu) in state.free.iter_mut().zip(&node.gpus) {
        *left = if gpu.is_idle() { WHOLE } else { free_share(gpu) };
    }
    state
}

/// What can still be claimed of a device in use: of its compute or of its memory, whichever is less.
fn free_share(gpu: &GpuView) -> u16 {
    let by_memory = (gpu.free_mib() * u64::from(WHOLE)).checked_div(gpu.offered_mib()).unwrap_or(0);
    by_memory.min(u64::from(gpu.free_milli())).min(u64::from(WHOLE) - 1) as u16
}

fn clamp(amount: u64) -> u32 {
    u32::try_from(amount).unwrap_or(u32::MAX)
}
