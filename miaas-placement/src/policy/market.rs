//! The GPUs of a cluster view in the numbers that policies decide on.

use std::{cell::RefCell, collections::BTreeMap};

use miaas_core::{
    cluster::{ClusterView, Held, NodeView},
    port::Demand,
};

use super::{Foresight, Policy, foresight};
use crate::fleet::{Fleet, MAX_GPUS, Models, Numbers, Shape, State, WHOLE};

/// What the GPUs of a fleet are asked for, learned from what runs on it.
#[derive(Debug)]
pub(crate) struct Market {
    numbers: Numbers,
    foresight: RefCell<Foresight>,
    running: Vec<Shape>,
    /// Policies by name, each told of what runs when it is first asked.
    policies: RefCell<BTreeMap<&'static str, Box<dyn Policy>>>,
}

impl Market {
    /// Learns from everything that runs: O(nodes + workloads), and a bounded amount of work for what was learned.
    pub(crate) fn of(view: &ClusterView) -> Self {
        let numbers = Numbers::of(view);
        let fleet = Fleet::new(view.nodes().map(|n| numbers.state(n)));
        let running: Vec<Shape> = view.nodes().flat_map(shapes).collect();
        let foresight = RefCell::new(Foresight::of_running(running.iter().copied(), &fleet));
        Self { numbers, foresight, running, policies: RefCell::default() }
    }

    /// What the policy of this name thinks of the node; the worst where it cannot be asked, since it knows no more GPUs
    /// than [`MAX_GPUS`].
    pub(crate) fn rate(&self, policy: &'static str, demand: &Demand, node: &NodeView) -> i64 {
        let (state, shape) = (self.state(node), self.shape(demand, node));
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
        let before = self.state(node);
        let shape = self.shape(demand, node);
        if !shape.fits(&before) {
            // More GPUs than are told apart: what it takes is what is lost.
            return i64::from(shape.gpu_total());
        }
        let mut foresight = self.foresight.borrow_mut();
        i64::from(foresight.cost_of(&shape, &before)) / foresight::UNIT
    }

    fn state(&self, node: &NodeView) -> State {
        let kinds = shapes(node).filter_map(|shape| shape.kind()).fold(0, |kinds, kind| kinds | kind);
        State { kinds, ..self.numbers.state(node) }
    }

    fn shape(&self, demand: &Demand, node: &NodeView) -> Shape {
        let shape = self.numbers.shape(demand, Some(node));
        let confined = demand.resources.gpu.as_ref().is_some_and(|g| !g.kind().is_empty());
        Shape { models: if confined { shape.models } else { Models::ANY }, ..shape }
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

fn clamp(amount: u64) -> u32 {
    u32::try_from(amount).unwrap_or(u32::MAX)
}
