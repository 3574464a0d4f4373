//! Many decisions about one cluster.

use std::sync::Arc;

use miaas_core::{
    cluster::ClusterView,
    id::WorkloadId,
    port::{Demand, DemandGroup, Placer as _, Unplaceable},
};
use miaas_placement::Engine;

use super::placements::Outcome;
use crate::{callback::Trouble, error::Failure, gil::Patience};

/// Each by itself, one after the other: what one got, the next does not get.
pub(super) fn one_by_one(
    engine: &Engine,
    view: &mut ClusterView,
    demands: &[Arc<Demand>],
    trouble: &Trouble,
) -> Result<Vec<Outcome>, Failure> {
    let (mut placing, mut patience) = (engine.placing(), Patience::new());
    let mut outcomes = Vec::with_capacity(demands.len());
    for demand in demands {
        patience.check()?;
        let placed = placing.place(view, &DemandGroup { demands: vec![Demand::clone(demand)] });
        trouble.settle()?;
        outcomes.push(match placed {
            Ok(placement) => {
                // A group of one has one decision.
                let Some(decision) = placement.decisions.into_iter().next() else { continue };
                view.commit(&decision);
                Outcome::Placed(Box::new(decision))
            }
            Err(why) => Outcome::Refused(Box::new(why)),
        });
    }
    Ok(outcomes)
}

/// Who has to go, and what all of the demands get then. None when nobody can make room.
pub(super) fn preempt(
    engine: &Engine,
    view: &ClusterView,
    demands: &[Arc<Demand>],
) -> Option<(Vec<WorkloadId>, Vec<Outcome>)> {
    let found = engine.preempt(view, &group(demands))?;
    Some((found.victims, found.decisions.into_iter().map(|d| Outcome::Placed(Box::new(d))).collect()))
}

fn group(demands: &[Arc<Demand>]) -> DemandGroup {
    DemandGroup { demands: demands.iter().map(|d| Demand::clone(d)).collect() }
}

/// All or none.
pub(super) fn together(engine: &Engine, view: &ClusterView, demands: &[Arc<Demand>]) -> Result<Vec<Outcome>, Failure> {
    Ok(match engine.place(view, &group(demands)) {
        Ok(placement) => placement.decisions.into_iter().map(|d| Outcome::Placed(Box::new(d))).collect(),
        Err(why) => {
            let refuse = |demand: &Arc<Demand>| {
                let text =
                    || format!("{} is placed together with {}, which has no place", demand.workload, why.workload);
                let own = demand.workload == why.workload;
                let why = if own { why.clone() } else { Unplaceable::new(demand.workload.clone(), text()) };
                Outcome::Refused(Box::new(why))
            };
            demands.iter().map(refuse).collect()
        }
    })
}
