use std::collections::BTreeMap;

use miaas_core::{
    cluster::{Fork, NodeView},
    port::Demand,
};

/// One question to the scorers: the demand, the nodes as they are now, and what is counted once for all of them.
#[derive(Debug)]
pub struct Ask<'a> {
    /// What is to be placed.
    pub demand: &'a Demand,
    /// The nodes, with what was placed of the same group so far.
    pub nodes: &'a Fork<'a>,
    domains: BTreeMap<&'a str, u64>,
}

impl<'a> Ask<'a> {
    /// Counts once: O(N) when the demand is to be spread over label values, else O(1).
    #[must_use]
    pub fn new(demand: &'a Demand, nodes: &'a Fork<'a>) -> Self {
        let mut domains = BTreeMap::new();
        if let Some(key) = &demand.policy.spread_by {
            for node in nodes.nodes() {
                let here = node.per_deployment.get(&demand.deployment).copied().unwrap_or(0);
                *domains.entry(domain(node, key)).or_default() += u64::from(here);
            }
        }
        Self { demand, nodes, domains }
    }

    /// How many workloads of the deployment are on nodes with the same value of the label that it is spread by. Nodes
    /// without the label count as one domain.
    #[must_use]
    pub fn same_in_domain(&self, node: &NodeView) -> u64 {
        let Some(key) = &self.demand.policy.spread_by else { return 0 };
        self.domains.get(domain(node, key)).copied().unwrap_or(0)
    }
}

fn domain<'n>(node: &'n NodeView, key: &str) -> &'n str {
    node.labels.get(key).unwrap_or_default()
}
