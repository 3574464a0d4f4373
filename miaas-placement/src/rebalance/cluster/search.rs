//! Looks for moves on a fork of the view.

use std::cmp::Reverse;

use miaas_core::{
    cluster::{ClusterView, Fork, Held, NodeView},
    id::{NodeId, WorkloadId},
    model::NodeStatus,
    port::{Decision, Demand},
};

use super::{ClusterPlan, Rebalance, Relocation};
use crate::{
    engine::{Engine, decide},
    fleet::{Numbers, State},
    rebalance::{Cost, Stopped, Wanted, loads},
};

/// Most ways of clearing a node that are tried for one demand.
const TRIED: usize = 256;
/// Most workloads that are tried to be moved each time that all are looked at.
const MOVED: usize = 256;
/// Most times that all workloads are looked at.
const SWEEPS: usize = 4;

pub(super) struct Search<'a> {
    engine: &'a Engine,
    view: &'a ClusterView,
    ask: &'a Rebalance<'a>,
    fork: Fork<'a>,
    numbers: Numbers,
    wanted: Wanted,
    plan: ClusterPlan,
    gained: u64,
}

impl<'a> Search<'a> {
    pub(super) fn new(engine: &'a Engine, view: &'a ClusterView, ask: &'a Rebalance<'a>) -> Self {
        let numbers = Numbers::of(view);
        let running = view.nodes().flat_map(|n| n.workloads.keys()).filter_map(|w| view.demand_of(w)).map(|d| &**d);
        let wanted = Wanted::new(running.chain(ask.waiting).map(|d| (numbers.shape(d, None), 1)));
        let stopped = if ask.waiting.is_empty() { Stopped::NoGain } else { Stopped::Done };
        let plan = ClusterPlan { moves: Vec::new(), placed: Vec::new(), spent: Cost::default(), stopped };
        Self { engine, view, ask, fork: view.fork(), numbers, wanted, plan, gained: 0 }
    }

    pub(super) fn finish(self) -> ClusterPlan {
        self.plan
    }

    /// Gives a waiting demand its place, if need be by moves.
    pub(super) fn admit(&mut self, demand: &Demand) {
        if self.fork.location(&demand.workload).is_some() {
            return;
        }
        let direct = self.engine.try_place(&self.fork, std::slice::from_ref(demand)).and_then(|d| d.into_iter().next());
        if let Some(decision) = direct.or_else(|| self.make_room(demand)) {
            self.fork.commit(&decision);
            self.plan.placed.push(decision);
        } else if self.plan.stopped == Stopped::Done {
            self.plan.stopped = Stopped::NoGain;
        }
    }

    /// Makes the cheapest moves that were found after which the demand has a place.
    fn make_room(&mut self, demand: &Demand) -> Option<Decision> {
        for (_, node, leavers) in self.ways(demand).into_iter().take(TRIED) {
            let (mut trial, mut moves) = (self.fork.clone(), Vec::with_capacity(leavers.len()));
            for workload in &leavers {
                let Some((step, _)) = self.relocate(&mut trial, workload) else { break };
                moves.push(step);
            }
            if moves.len() < leavers.len() {
                continue;
            }
            let Some(decision) = trial.node(&node).and_then(|n| decide(self.engine, demand, &trial, n)) else {
                continue;
            };
            if let Some(last) = moves.last_mut() {
                let shape = self.numbers.shape(demand, trial.node(&node));
                last.gained_milli = u64::from(shape.gpu_total());
            }
            self.fork = trial;
            moves.into_iter().for_each(|step| self.push(step));
            return Some(decision);
        }
        None
    }

    /// Workloads without which a node could take the demand by its numbers: each alone, or two. The cheapest first.
    fn ways(&mut self, demand: &Demand) -> Vec<((u64, usize), NodeId, Vec<WorkloadId>)> {
        let mut ways = Vec::new();
        let mut short = false;
        for node in self.fork.nodes() {
            let shape = self.numbers.shape(demand, Some(node));
            let here: Vec<&Held> = node.workloads.values().filter(|held| self.cost(node, held).is_some()).collect();
            let mut tell = |gone: &[&Held]| {
                let fits = shape.fits(&self.numbers.without(node, gone));
                let cost = gone.iter().filter_map(|held| self.cost(node, held)).fold(Cost::default(), Cost::plus);
                if fits && self.ask.budget.covers(self.plan.spent.plus(cost)) {
                    let ids = gone.iter().map(|held| held.workload.clone()).collect();
                    ways.push(((cost.weight(), gone.len()), node.id.clone(), ids));
                } else {
                    short |= fits;
                }
            };
            for (at, held) in here.iter().enumerate() {
                tell(&[*held]);
                here[at + 1..].iter().for_each(|other| tell(&[*held, *other]));
            }
        }
        if short && ways.is_empty() {
            self.plan.stopped = Stopped::Budget;
        }
        ways.sort();
        ways
    }

    /// What moving it costs; none when it has to stay.
    fn cost(&self, node: &NodeView, held: &Held) -> Option<Cost> {
        let may = node.status == NodeStatus::Online && !held.stateful && self.view.demand_of(&held.workload).is_some();
        self.ask.movable.get(&held.workload).copied().filter(|_| may)
    }

    /// Moves a workload on the trial to the node where it takes least room from what is wanted, while it still holds its
    /// own. Gives the move and the loss there.
    fn relocate(&mut self, trial: &mut Fork<'a>, workload: &WorkloadId) -> Option<(Relocation, u64)> {
        let demand = self.view.demand_of(workload)?;
        let from = trial.location(workload)?.clone();
        let held = trial.node(&from)?.workloads.get(workload)?.clone();
        let mut best: Option<(u64, Decision)> = None;
        for node in trial.nodes().filter(|n| n.id != from) {
            let (state, shape) = (self.numbers.state(node), self.numbers.shape(demand, Some(node)));
            if !shape.fits(&state) {
                continue;
            }
            let device = state.tightest(shape.gpu_milli).unwrap_or(0);
            let with = loads::taken(&state, &shape, loads::devices_for(&state, &shape, device));
            let loss = self.wanted.usable(&state).saturating_sub(self.wanted.usable(&with));
            // Of equal nodes the first by id, and the filters are asked only about a better one.
            if best.as_ref().is_none_or(|(least, _)| loss < *least)
                && let Some(decision) = decide(self.engine, demand, trial, node)
            {
                best = Some((loss, decision));
            }
        }
        let (loss, to) = best?;
        let cost = self.ask.movable.get(workload).copied()?;
        trial.release(workload);
        trial.commit(&to).then_some((Relocation { from, devices: held.devices, to, cost, gained_milli: 0 }, loss))
    }

    /// Takes a move of the fork into the plan. It comes with what it gains by itself.
    fn push(&mut self, step: Relocation) {
        self.gained += step.gained_milli;
        self.plan.spent = self.plan.spent.plus(step.cost);
        self.plan.moves.push(Relocation { gained_milli: self.gained, ..step });
    }

    /// Makes moves that each gain at least so much, those with most promise for their cost first.
    pub(super) fn defragment(&mut self, least_milli: u64) {
        let least = least_milli.max(1).saturating_mul(1000);
        for _ in 0..SWEEPS {
            let before = self.plan.moves.len();
            let mut promising: Vec<(u64, Reverse<WorkloadId>)> = Vec::new();
            for (workload, cost) in self.ask.movable {
                if let Some(promise) = self.promise(workload).filter(|p| *p >= least) {
                    promising.push((promise / cost.weight().max(1), Reverse(workload.clone())));
                }
            }
            promising.sort_unstable_by(|a, b| b.cmp(a));
            for (_, Reverse(workload)) in promising.into_iter().take(MOVED) {
                self.improve(&workload, least);
            }
            if self.plan.moves.len() == before {
                return;
            }
        }
    }

    fn improve(&mut self, workload: &WorkloadId, least: u64) {
        let Some(promise) = self.promise(workload).filter(|p| *p >= least) else { return };
        let Some(cost) = self.ask.movable.get(workload) else { return };
        if !self.ask.budget.covers(self.plan.spent.plus(*cost)) {
            self.plan.stopped = Stopped::Budget;
            return;
        }
        let mut trial = self.fork.clone();
        let Some((mut step, loss)) = self.relocate(&mut trial, workload) else { return };
        let Some(gain) = promise.checked_sub(loss).filter(|gain| *gain >= least) else { return };
        step.gained_milli = gain / 1000;
        self.fork = trial;
        self.push(step);
    }

    /// How much more would be usable on its node without a workload, in millionths of a GPU.
    fn promise(&mut self, workload: &WorkloadId) -> Option<u64> {
        let node = self.fork.location(workload).and_then(|id| self.fork.node(id))?;
        self.cost(node, node.workloads.get(workload)?)?;
        let mut rest = node.clone();
        rest.remove(workload);
        let states: [State; 2] = [self.numbers.state(node), self.numbers.state(&rest)];
        let [with, without] = states.map(|state| self.wanted.usable(&state));
        without.checked_sub(with)
    }
}
