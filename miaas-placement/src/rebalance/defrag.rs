//! Defragments: moves one workload after the other to where its going and coming makes most room for what is wanted.

use std::collections::BinaryHeap;

use super::{
    Budget, Cost, Loads, Move, Plan, Planner, Step, Stopped,
    loads::{freed, taken},
};

/// Most times that all workloads are looked at: what was moved makes new moves worth while.
const SWEEPS: usize = 8;

/// A move that gains: how much for its cost, then how much, then the workload with the smallest number.
type Ranked = (u64, u64, std::cmp::Reverse<u32>);

impl Planner {
    /// Makes the moves that gain most room for what is wanted for what they cost, until none gains at least `least`
    /// thousandths of a GPU or the budget is spent. Each target is where the policy would put the workload now.
    pub fn defragment(&mut self, loads: &mut Loads, least: u64, budget: &Budget) -> Plan {
        let least = least.max(1).saturating_mul(1000);
        let (mut steps, mut spent, mut gained, mut short) = (Vec::new(), Cost::default(), 0_u64, false);
        for _ in 0..SWEEPS {
            let before = steps.len();
            let mut heap: BinaryHeap<Ranked> = BinaryHeap::new();
            for id in 0..loads.running().len() as u32 {
                let found = self.gain(loads, id).filter(|(gain, _)| *gain >= least);
                heap.extend(found.map(|(gain, _)| rank(loads, id, gain)));
            }
            while let Some(known) = heap.pop() {
                let id = known.2.0;
                let Some((gain, step)) = self.gain(loads, id).filter(|(gain, _)| *gain >= least) else { continue };
                // What was moved since may have taken its gain: then its turn comes later.
                let now = rank(loads, id, gain);
                if heap.peek().is_some_and(|next| now < *next) {
                    heap.push(now);
                    continue;
                }
                let cost = spent.plus(loads.running()[id as usize].cost);
                if !budget.covers(cost) {
                    short = true;
                    continue;
                }
                loads.make(&step);
                (spent, gained) = (cost, gained + gain);
                steps.push(Step { step, gained_milli: gained / 1000 });
            }
            if steps.len() == before {
                break;
            }
        }
        Plan { steps, spent, stopped: if short { Stopped::Budget } else { Stopped::NoGain } }
    }

    /// What moving a workload gains, in millionths of a GPU, and the move.
    fn gain(&mut self, loads: &Loads, id: u32) -> Option<(u64, Move)> {
        let running = loads.running()[id as usize];
        if running.pinned {
            return None;
        }
        let node = running.place.node as usize;
        let here = loads.fleet().states()[node];
        let without = freed(&here, &running.shape, running.place.devices);
        let freed = self.wanted.usable(&without).checked_sub(self.wanted.usable(&here)).filter(|freed| *freed > 0)?;
        let to = self.place(loads, &running.shape).filter(|to| to.node as usize != node)?;
        let there = loads.fleet().states()[to.node as usize];
        let with = taken(&there, &running.shape, to.devices);
        let lost = self.wanted.usable(&there).saturating_sub(self.wanted.usable(&with));
        let gain = freed.checked_sub(lost).filter(|gain| *gain > 0)?;
        Some((gain, Move { workload: id, from: running.place, to }))
    }
}

fn rank(loads: &Loads, id: u32, gain: u64) -> Ranked {
    let weight = loads.running()[id as usize].cost.weight().max(1);
    (gain / weight, gain, std::cmp::Reverse(id))
}
