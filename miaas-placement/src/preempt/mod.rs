//! Preemption by priority (P3): which workloads would have to go so that what is more important has a place.
//!
//! A plan only: nothing here stops anything. Who wants to preempt asks for the plan, releases the victims and commits the
//! decisions, as the reconciler does for deployments with `placement.preempt`.

mod group;
mod one;
mod victims;

pub use miaas_core::port::Preemption;
use miaas_core::{
    cluster::{ClusterView, Held},
    port::{Demand, DemandGroup},
};

use crate::engine::Engine;

/// How many sets of victims are tried for one plan, over all nodes.
const TRIED: usize = 20_000;

/// What a set of victims costs, the most important first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PreemptionCost {
    /// Sum of the priorities of the victims.
    pub priority: i64,
    /// How many they are.
    pub victims: usize,
    /// Memory in MiB that they hold: what has to be built up anew somewhere.
    pub mem_mib: u64,
}

impl PreemptionCost {
    /// No victims.
    pub const NONE: Self = Self { priority: 0, victims: 0, mem_mib: 0 };

    /// One victim more.
    #[must_use]
    pub fn with(self, priority: i32, mem_mib: u64) -> Self {
        Self {
            priority: self.priority + i64::from(priority),
            victims: self.victims + 1,
            mem_mib: self.mem_mib.saturating_add(mem_mib),
        }
    }

    fn of(victims: &[&Held]) -> Self {
        victims.iter().fold(Self::NONE, |cost, h| cost.with(h.priority, h.resources.mem_mib))
    }
}

/// The cheapest victims that make room for the whole group: only workloads of a lower priority than every demand of it that
/// keep no data on their node, none of them in vain; least total priority, then fewest, then least memory. The victims of one
/// demand are all on the node that it gets, of equal costs on the first by id; those of a group may be on several. None when
/// nobody can make room, and nobody goes then.
///
/// What is returned was tried on a fork. For one demand it is exact while fewer than 20,000 sets have to be tried, which a
/// fleet with few workloads of lower priority on each node stays below; for a group, while also at most 24 workloads come into
/// question and 4,000,000 nodes are looked at. Beyond, it is the best set found so far.
#[must_use]
pub fn preempt(engine: &Engine, view: &ClusterView, group: &DemandGroup) -> Option<Preemption> {
    let demands = &group.demands;
    if demands.iter().any(|d| view.location(&d.workload).is_some()) {
        return None;
    }
    let start = view.fork();
    if let Some(decisions) = engine.try_place(&start, demands) {
        return Some(Preemption { victims: Vec::new(), decisions });
    }
    let least = demands.iter().map(|d| d.priority).min()?;
    let (victims, decisions) = match demands.as_slice() {
        [demand] => {
            let found = one::cheapest(engine, &start, demand, least)?;
            (found.victims, vec![found.decision])
        }
        all => group::cheapest(engine, view, all, least)?,
    };
    let mut victims: Vec<_> = victims.into_iter().map(|h| h.workload.clone()).collect();
    victims.sort();
    Some(Preemption { victims, decisions })
}

/// Whether one victim more never makes the demand fit worse. It can when it wants to be near to a victim, or evenly spread.
fn is_monotone(demand: &Demand) -> bool {
    demand.near.is_empty() && demand.policy.max_skew.is_none()
}
