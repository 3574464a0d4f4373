use miaas_core::{cluster::NodeView, port::Demand};

use super::{Ask, Score};

/// Fewer workloads of the same deployment on the node.
#[derive(Debug)]
pub struct SameDeployment;

impl Score for SameDeployment {
    fn name(&self) -> &'static str {
        "same_deployment"
    }

    fn score(&self, ask: &Ask<'_>, node: &NodeView) -> i64 {
        -i64::from(node.per_deployment.get(&ask.demand.deployment).copied().unwrap_or(0))
    }

    fn because(&self, demand: &Demand) -> String {
        format!("fewest workloads of {}", demand.name)
    }

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}
