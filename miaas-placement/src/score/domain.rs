use miaas_core::{cluster::NodeView, port::Demand};

use super::{Ask, Score};

/// Fewer workloads of the deployment in the node's domain: the nodes with the same value of the label `spread_by`.
#[derive(Debug)]
pub struct Domain;

impl Score for Domain {
    fn name(&self) -> &'static str {
        "domain"
    }

    fn score(&self, ask: &Ask<'_>, node: &NodeView) -> i64 {
        i64::try_from(ask.same_in_domain(node)).map_or(i64::MIN, |n| -n)
    }

    fn because(&self, demand: &Demand) -> String {
        let label = demand.policy.spread_by.as_deref().unwrap_or_default();
        format!("fewest workloads of {} in its {label}", demand.name)
    }

    fn applies(&self, demand: &Demand) -> bool {
        demand.policy.spread_by.is_some()
    }

    fn is_local(&self, demand: &Demand) -> bool {
        demand.policy.spread_by.is_none()
    }
}
